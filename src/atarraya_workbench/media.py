"""What a phone attaches, made fit to pass on: a picture without what it tells of the phone, the place and the hour.

A picture is not drawn anew as the point's page does: nothing here decodes what a stranger sent beside open keys. Of a
JPEG and a PNG only the parts are copied that a picture needs to be seen; what hides in those is not found.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

from atarraya_workbench import sounds

_SOI, _EOI, _SOS = 0xD8, 0xD9, 0xDA
# Tables, frames and scans. Not here: every APPn (place, hour, phone, thumbnail, profile) and comments.
_KEPT = frozenset({0xDB, 0xC4, 0xDD, _SOS, *range(0xC0, 0xCF)} - {0xC8, 0xCC})
_ADOBE, _ADOBE_SIZE = b"Adobe", 12  # how colours are to be read; twelve bytes of flags
_PNG = b"\x89PNG\r\n\x1a\n"
_PNG_KEPT = frozenset({b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND"})
_EXIF, _ORIENTATION, _SHORT = b"Exif\0\0", 0x0112, 3


class NotClean(ValueError):
    """A file of a kind that cannot be cleaned here, or one that is not whole."""


@dataclass(frozen=True)
class Fit:
    """An attachment as it may be passed on. `kind`: photo or voice; `played`: whether a desk's browser shows it."""

    kind: str
    type: str
    content: bytes
    played: bool = True


def fit(content: bytes) -> Fit:
    """Return what a file is by its own bytes, cleaned; raise NotClean. Ogg, WebM and AMR go on as they came."""
    if content.startswith(b"\xff\xd8\xff"):
        return Fit("photo", "image/jpeg", jpeg(content))
    if content.startswith(_PNG):
        return Fit("photo", "image/png", png(content))
    if content[4:8] == b"ftyp" and content[8:11] in {b"M4A", b"mp4", b"iso", b"3gp"}:
        return _recorded(content)
    others = {b"OggS": "audio/ogg", b"\x1a\x45\xdf\xa3": "audio/webm", b"#!AMR": "audio/amr"}
    for begins, type_ in others.items():
        if content.startswith(begins):
            return Fit("voice", type_, content, type_ != "audio/amr")
    raise NotClean()


def _recorded(content: bytes) -> Fit:
    clean = sounds.mp4(content)
    if clean is None:
        raise NotClean()
    return Fit("voice", "audio/mp4", clean)


def jpeg(content: bytes) -> bytes:
    """Return a JPEG with the parts it needs to be seen, turned as it was meant; raise NotClean."""
    kept, turned, at = [], 1, 2
    while True:
        marker, start = _marker(content, at)
        if marker == _EOI:
            break
        size = int.from_bytes(content[start : start + 2], "big")
        end = start + size
        if size < 2 or end > len(content):
            raise NotClean()
        body = content[start + 2 : end]
        if marker == 0xE1 and body.startswith(_EXIF):
            turned = _turned(body[len(_EXIF) :])
        if marker in _KEPT or (marker == 0xEE and body.startswith(_ADOBE) and len(body) == _ADOBE_SIZE):
            kept.append(bytes((0xFF, marker)) + content[start:end])
        at = end
        if marker == _SOS:
            at = _scanned(content, end)
            kept.append(content[end:at])
    return b"\xff\xd8" + (_turn(turned) if turned != 1 else b"") + b"".join(kept) + b"\xff\xd9"


def _marker(content: bytes, at: int) -> tuple[int, int]:
    """Return (marker, where its length stands); raise NotClean where no marker is."""
    if content[at : at + 1] != b"\xff":
        raise NotClean()
    while content[at : at + 1] == b"\xff":
        at += 1
    if at >= len(content) or content[at] in {0, 1, _SOI, *range(0xD0, 0xD8)}:
        raise NotClean()
    return content[at], at + 1


def _scanned(content: bytes, at: int) -> int:
    """Return where the entropy-coded data that begins at `at` ends; raise NotClean where it never does."""
    while (found := content.find(b"\xff", at)) >= 0 and found + 1 < len(content):
        after = content[found + 1]
        if after != 0 and not 0xD0 <= after <= 0xD7:
            return found
        at = found + 2
    raise NotClean()


def _turned(tiff: bytes) -> int:
    """Return the orientation (1 to 8) that EXIF says, 1 where it says none."""
    order = {b"II*\0": "<", b"MM\0*": ">"}.get(tiff[:4])
    if order is None:
        return 1
    try:
        (first,) = struct.unpack_from(f"{order}I", tiff, 4)
        (count,) = struct.unpack_from(f"{order}H", tiff, first)
        for place in range(first + 2, first + 2 + 12 * count, 12):
            tag, kind, _count, said = struct.unpack_from(f"{order}HHIH", tiff, place)
            if tag == _ORIENTATION and kind == _SHORT:
                return said if 1 <= said <= 8 else 1
    except struct.error:
        return 1
    return 1


def _turn(orientation: int) -> bytes:
    """Return an APP1 segment that says how to turn a picture, and nothing else."""
    entry = _ORIENTATION.to_bytes(2, "big") + b"\0\3\0\0\0\1" + orientation.to_bytes(2, "big") + b"\0\0"
    tiff = b"MM\0*\0\0\0\x08\0\1" + entry + b"\0\0\0\0"
    body = _EXIF + tiff
    return b"\xff\xe1" + (len(body) + 2).to_bytes(2, "big") + body


def png(content: bytes) -> bytes:
    """Return a PNG with the chunks it needs to be seen; raise NotClean."""
    kept, at, name = [_PNG], len(_PNG), b""
    while name != b"IEND":
        size, name = int.from_bytes(content[at : at + 4], "big"), content[at + 4 : at + 8]
        end = at + 12 + size
        if len(name) < 4 or end > len(content):
            raise NotClean()
        if name in _PNG_KEPT:
            kept.append(content[at:end])
        at = end
    return b"".join(kept)
