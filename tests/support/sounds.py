"""A small recording as phones write them: MPEG-4 boxes around bytes that stand for sound, with all they tell."""

from __future__ import annotations

HOUR = b"\xe5\x0c\xa1\x77"
PLACE = b"+05.6919-076.6583/"


def box(name: bytes, *content: bytes, large: bool = False) -> bytes:
    """Return a box; `large`: with its length in eight bytes."""
    inside = b"".join(content)
    if large:
        return b"\0\0\0\1" + name + (len(inside) + 16).to_bytes(8, "big") + inside
    return (len(inside) + 8).to_bytes(4, "big") + name + inside


def track(handler: bytes = b"soun", *more: bytes, named: int = 1) -> bytes:
    """Return a track whose handler is this."""
    heads = box(b"mdhd", bytes(4), HOUR * 2, bytes(12)), *[box(b"hdlr", bytes(8), handler, bytes(13))] * named
    return box(b"trak", box(b"tkhd", bytes(4), HOUR * 2, bytes(72)), box(b"mdia", *heads, box(b"minf")), *more)


def told() -> bytes:
    """Return what a phone adds of the place and itself."""
    places = box(b"\xa9xyz", b"\0\x12\x15\xc7", PLACE), box(b"loci", bytes(6), b"Quibd\0canario")
    return box(b"udta", *places, box(b"auth", b"canario"))


def m4a(
    sound: bytes = b"tono" * 20, *tracks: bytes, more: bytes = b"", brand: bytes = b"M4A ", first: bool = False
) -> bytes:
    """Return a recording of one sound track or of these; `more` stands in moov, `first`: moov before the sound."""
    how = moov(*tracks, more=more)
    head, data = box(b"ftyp", brand, bytes(8)), box(b"mdat", sound)
    return head + how + data if first else head + data + how


def moov(*tracks: bytes, more: bytes = b"") -> bytes:
    """Return what says how a recording is to be played."""
    return box(b"moov", box(b"mvhd", b"\1\0\0\0", HOUR * 4, bytes(80)), *(tracks or (track(),)), more)


# As a recording is once it went through the workbench.
def plain(sound: bytes) -> bytes:
    """Return a recording of which there is nothing to take away."""
    return m4a(sound).replace(HOUR, bytes(4))
