"""A limit on answers from one network: in memory, in this process, and nothing of it is written anywhere.

Against somebody who stuffs an open questionnaire. A workplace has one address for all its people, who answer
at the same break: the limit is far above what they do.
"""

import hmac
import secrets
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import IPv6Network, ip_address

BURST = 4000  # 2,000 people, who post twice: to look at their answers, then to send them
PER_SECOND = 1.0
_MOST = 10_000  # networks remembered; the one that asked longest ago is forgotten first


@dataclass(slots=True)
class _Bucket:
    left: float
    seen: float


class Throttle:
    """A bucket of `burst` permits for each network, filled at `per_second`."""

    def __init__(
        self, monotonic: Callable[[], float], *, burst: float = BURST, per_second: float = PER_SECOND
    ) -> None:
        self._monotonic, self._burst, self._per_second = monotonic, burst, per_second
        self._key = secrets.token_bytes(32)  # a look into the memory shows no address
        self._buckets: OrderedDict[bytes, _Bucket] = OrderedDict()

    def admits(self, address: str) -> bool:
        """Whether one more may come from this IP address now, which is counted."""
        name, now = hmac.digest(self._key, _network(address).encode(), "sha256")[:16], self._monotonic()
        bucket = self._buckets.pop(name, None) or _Bucket(left=self._burst, seen=now)
        bucket.left = min(self._burst, bucket.left + (now - bucket.seen) * self._per_second)
        bucket.seen = now
        self._buckets[name] = bucket
        if len(self._buckets) > _MOST:
            self._buckets.popitem(last=False)
        if bucket.left < 1:
            return False
        bucket.left -= 1
        return True


def _network(address: str) -> str:
    """Whoever has an IPv6 address has a whole /64 of them (RFC 4291, 2.5.4)."""
    try:
        found = ip_address(address)
    except ValueError:  # a socket file's, or none
        return address
    if found.version == 4:
        return str(found)
    # A socket for both families shows IPv4 so (RFC 4291, 2.5.5.2): one /64 would be all of it.
    inner = found.ipv4_mapped
    return str(inner) if inner else str(IPv6Network((int(found), 64), strict=False))
