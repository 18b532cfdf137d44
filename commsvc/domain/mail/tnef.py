"""What Outlook packed into winmail.dat: the names and sizes of the attachments in it.

The list of objects is walked here and only small ones are given to the library (tnefparse), which
copies the rest of the file for each object and believes every count; what lies in the messages
inside is not opened. Files for people to look at are never unpacked.

Standards: MS-OXTNEF (2.1.3 objects, 2.1.3.4 attachments)
"""

import logging
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from tnefparse.tnef import TNEF

logging.getLogger("tnefparse").setLevel(logging.CRITICAL)  # it tells of every odd byte
_HEAD = struct.pack("<IH", TNEF.TNEF_SIGNATURE, 0)
_OBJECTS = 5_000
_ATTACHMENTS = 200
_SMALL = 64 * 1024


class _Strict(bytes):
    """Bytes that do not answer beyond their end, where the library would count to four thousand million."""

    def __getitem__(self, at: Any) -> Any:
        if not isinstance(at, slice):
            return super().__getitem__(at)
        if at.start is not None and at.start > len(self):
            raise IndexError("beyond the end")
        return _Strict(super().__getitem__(at))


@dataclass(slots=True)
class _Packed:
    """The objects of one attachment that say what it is, and how large its data is."""

    small: list[bytes] = field(default_factory=list)
    size: int = 0


def unpack(data: bytes, faults: list[str]) -> list[tuple[str, int]]:
    """Name and size of each attachment inside a winmail.dat; what is wrong with it goes into `faults`. Never raises."""
    if data[:4] != _HEAD[:4]:
        faults.append("winmail.dat is not what its name says")
        return []
    codepage = b""
    packed: list[_Packed] = []
    for level, name, whole in _objects(data, faults):
        if level == TNEF.LVL_MESSAGE and name == TNEF.ATTOEMCODEPAGE:
            codepage = whole
        elif level == TNEF.LVL_ATTACHMENT and name == TNEF.ATTATTACHRENDDATA:
            packed.append(_Packed([whole]))
        elif level == TNEF.LVL_ATTACHMENT and packed:
            if name == TNEF.ATTATTACHDATA:
                packed[-1].size = len(whole) - 11
            elif name == TNEF.ATTATTACHTITLE or (name == TNEF.ATTATTACHMENT and _honest(whole)):
                packed[-1].small.append(whole)
            elif name == TNEF.ATTATTACHMENT:
                packed[-1].size = packed[-1].size or len(whole) - 11
    if len(packed) > _ATTACHMENTS:
        faults.append(f"winmail.dat holds {len(packed)} attachments, {_ATTACHMENTS} are listed")
    return [_attachment(p, codepage, faults) for p in packed[:_ATTACHMENTS]]


def _honest(properties: bytes) -> bool:
    """Can there be as many properties as the first four bytes say? Eight bytes are the least one takes."""
    return 15 <= len(properties) < _SMALL and int(struct.unpack_from("<I", properties, 9)[0]) * 8 <= len(properties)


def _objects(data: bytes, faults: list[str]) -> Iterator[tuple[int, int, bytes]]:
    """Level, name and bytes of each object. Source: MS-OXTNEF (2.1.3.1)."""
    at = 6
    for _ in range(_OBJECTS):
        if at + 11 > len(data):
            if at != len(data):
                faults.append("winmail.dat is cut short")
            return
        level, name, _kind, length = struct.unpack_from("<BHHI", data, at)
        yield level, name, data[at : at + length + 11]
        at += length + 11
    faults.append("winmail.dat has too many pieces")


def _attachment(packed: _Packed, codepage: bytes, faults: list[str]) -> tuple[str, int]:
    name, size = "", packed.size
    try:
        found = TNEF(_Strict(_HEAD + codepage + b"".join(packed.small)), do_checksum=False).attachments[0]
        long = found.long_filename()
        name = long if isinstance(long, str) else long.decode("utf-8", "replace")
        size = size or len(found.data)
    except Exception as why:  # a library on hostile bytes: whatever it is, it is this attachment's fault
        faults.append(f"an attachment in winmail.dat cannot be read: {type(why).__name__}")
    return name.strip("\0"), size
