"""The DNS record that lets others verify a key's signatures (RFC 6376, 3.6)."""

from dataclasses import dataclass

from mailer.signing.keys import SigningKey

_STRING = 255  # octets of one string of a TXT record (RFC 1035, 3.3.14)


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """A TXT record: where it stands, and what it says."""

    name: str  # without a final dot
    value: str  # whole, as most providers' forms want it

    @property
    def strings(self) -> tuple[str, ...]:
        """The value in strings that a TXT record can hold; readers join them."""
        return tuple(self.value[at : at + _STRING] for at in range(0, len(self.value), _STRING))

    @property
    def zone_line(self) -> str:
        """The same as a line of a zone file (RFC 1035, 5.1)."""
        return f"{self.name}. IN TXT " + " ".join(f'"{one}"' for one in self.strings)


def record_of(key: SigningKey, domain: str, selector: str) -> Record:
    """What to publish for `key`."""
    return Record(name=f"{selector}._domainkey.{domain}", value=f"v=DKIM1; k={key.algorithm}; p={key.public}")
