"""Whether the disk below a folder is encrypted, as far as Linux says so without any right (0038).

A device of dm-crypt names itself so (`CRYPT-` in its uuid: LUKS, plain, BitLocker); what is built of others,
LVM or RAID, is as they all are. A folder of fscrypt bears a flag; gocryptfs and its like are kinds of file
systems. A machine elsewhere whose host encrypts its disks looks like one that does not.
"""

import os
import struct
from pathlib import Path

from mailer.findings import Finding, Place, warning
from mailer.words import Text

_GET_FLAGS = 0x80086601  # FS_IOC_GETFLAGS
_ENCRYPTED = 0x00000800  # FS_ENCRYPT_FL (linux/fs.h)
_SEALED = frozenset({"ecryptfs", "fuse.gocryptfs", "fuse.encfs", "fuse.cryfs"})
_PERSONAL = "subscribers"


def disk_faults(root: Path) -> list[Finding]:
    """A warning when the personal files lie on a disk that is known to be in clear."""
    if is_encrypted(root / _PERSONAL) is not False:
        return []
    return [
        warning(
            "disk-in-clear",
            Place(_PERSONAL),
            Text("the disk is not encrypted: whoever takes it, or a copy of it, reads every name"),
            Text(
                "encrypt the machine's disk (LUKS, when it is installed), or this folder (fscrypt, "
                "gocryptfs); a rented machine whose host encrypts looks the same: note it in your register"
            ),
        )
    ]


def is_encrypted(folder: Path, *, proc: Path = Path("/proc"), sys: Path = Path("/sys")) -> bool | None:
    """True, False, or None where it cannot be told: another system, a container, a network drive, memory."""
    try:
        mounts = (proc / "self/mountinfo").read_text(encoding="utf-8", errors="replace").splitlines()
        where = folder.resolve()
    except OSError:
        return None
    found = _mount(mounts, where)
    if found is None:
        return None
    device, kind, source = found
    if kind in _SEALED or _flagged(where):
        return True
    if device.startswith("0:"):  # btrfs and its like: no device of their own, but a source
        device = _number(Path(source))
    return _device(sys / "dev/block" / device) if device else None


def _mount(mounts: list[str], where: Path) -> tuple[str, str, str] | None:
    """Device, kind and source of the file system that holds a path (proc(5), mountinfo)."""
    held = []
    for line in mounts:
        front, _, back = line.partition(" - ")
        fields, after = front.split(" "), back.split(" ")
        if len(fields) > 4 and len(after) > 1:
            point = Path(fields[4].replace("\\040", " "))
            if where.is_relative_to(point):
                held.append((len(point.parts), fields[2], after[0], after[1]))
    return max(held, key=lambda one: one[0])[1:] if held else None


def _number(source: Path) -> str:
    try:
        made = source.stat().st_rdev
    except OSError:
        return ""
    return f"{os.major(made)}:{os.minor(made)}" if made else ""


def _device(path: Path) -> bool | None:
    """A block device, and those it is made of."""
    if not path.exists():
        return None
    path = path.resolve()
    try:
        if (path / "dm/uuid").read_text(encoding="ascii", errors="replace").startswith("CRYPT-"):
            return True
    except OSError:
        pass
    below = [_device(one) for one in sorted((path / "slaves").glob("*"))]
    if not below:
        return False
    return None if None in below else all(below)


def _flagged(folder: Path) -> bool:
    """A folder of fscrypt."""
    try:
        import fcntl  # noqa: PLC0415  not on Windows

        opened = os.open(folder, os.O_RDONLY)
    except (ImportError, OSError):
        return False
    try:
        flags = fcntl.ioctl(opened, _GET_FLAGS, b"\0" * 8)
        return bool(struct.unpack("@l", flags)[0] & _ENCRYPTED)
    except (OSError, struct.error):
        return False
    finally:
        os.close(opened)
