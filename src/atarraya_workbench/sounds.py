"""A recording of MPEG-4's family, made fit to pass on: without place, hour and words of the phone; a video is none.

What a player does not need is filled with nothing where it stands: every other byte keeps its place, because the
tables inside point to places. Only boxes that are known are left as they are. What is said and heard is not touched.
"""

from __future__ import annotations

from collections.abc import Iterator

MOST_BOXES = 4096
# What a player needs, by the box in which it stands. Anything else, as `udta`, `meta` and `uuid`, is emptied.
_KEPT = {
    b"": {b"ftyp", b"styp", b"moov", b"moof", b"mdat", b"sidx", b"mfra"},
    b"moov": {b"mvhd", b"trak", b"mvex", b"iods"},
    b"trak": {b"tkhd", b"edts", b"mdia", b"tref"},
    b"mdia": {b"mdhd", b"hdlr", b"minf"},
    b"moof": {b"mfhd", b"traf"},
}
_HOURS = {b"mvhd", b"tkhd", b"mdhd"}  # when it was made and changed: twice four bytes, or twice eight
_SOUND = b"soun"


class _Bad(ValueError):
    """No such file, one that is cut, or one of more boxes than a recording has."""


def mp4(content: bytes) -> bytes | None:
    """Return a recording of the same length that tells less; None for what is none: a video, a cut or strange file."""
    clean, handlers, tracks = bytearray(content), [], 0
    try:
        for inside, name, at, start, end in _boxes(content):
            if name not in _KEPT[inside]:
                clean[at + 4 : at + 8], clean[start:end] = b"free", bytes(end - start)
            elif name in _HOURS:
                _forget_hours(clean, start, end)
            elif name == b"hdlr":
                handlers.append(content[start + 8 : start + 12])
            tracks += name == b"trak"
    except _Bad:
        return None
    return bytes(clean) if handlers and handlers == [_SOUND] * tracks else None


def _boxes(content: bytes) -> Iterator[tuple[bytes, bytes, int, int, int]]:
    """Yield (box around it, name, where it, its content and what follows begin) of each box that is looked at."""
    waiting, count = [(b"", 0, len(content))], 0
    while waiting:
        inside, at, limit = waiting.pop()
        while at < limit:
            count += 1
            size, name, start = int.from_bytes(content[at : at + 4], "big"), content[at + 4 : at + 8], at + 8
            if size == 1:
                size, start = int.from_bytes(content[start : start + 8], "big"), start + 8
            end = limit if size == 0 and not inside else at + size
            if not start <= end <= limit or count > MOST_BOXES:
                raise _Bad()
            yield inside, name, at, start, end
            if name in _KEPT and name in _KEPT[inside]:
                waiting.append((name, start, end))
            at = end


def _forget_hours(clean: bytearray, start: int, end: int) -> None:
    size = 16 if clean[start : start + 1] == b"\1" else 8
    if start + 4 + size > end:
        raise _Bad()
    clean[start + 4 : start + 4 + size] = bytes(size)
