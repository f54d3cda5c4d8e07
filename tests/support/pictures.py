"""Makes the guides' pictures small without another package: few colours, one byte a dot.

`PYTHONPATH=src:tests:tools .venv/bin/python -m support.pictures docs/screens` makes every picture of a folder small.
"""

from __future__ import annotations

import struct
import sys
import zlib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

SIGNATURE = b"\x89PNG\r\n\x1a\n"
COLOURS = 128
CHANNELS = {2: 3, 6: 4}
Rows = list[bytes]


def shrink(path: Path) -> None:
    """Write a picture anew with at most 128 colours, if that is smaller."""
    before = path.read_bytes()
    if _header(before)[3] == 3:
        return
    after = _written(*_read(before))
    if len(after) < len(before):
        path.write_bytes(after)


def beside(left: Path, right: Path, into: Path, gap: int = 24) -> None:
    """Join two pictures of one height side by side."""
    (width, rows), (other, more) = _read(left.read_bytes()), _read(right.read_bytes())
    between = b"\xff\xff\xff" * gap
    joined = [row + between + also for row, also in zip(rows, more, strict=True)]
    into.write_bytes(_written(width + gap + other, joined))


def _chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = len(SIGNATURE)
    while at < len(data):
        (size,) = struct.unpack(">I", data[at : at + 4])
        yield data[at + 4 : at + 8], data[at + 8 : at + 8 + size]
        at += 12 + size


def _header(data: bytes) -> tuple[int, int, int, int]:
    """Return width, height, bits and kind of colour."""
    first = next(body for name, body in _chunks(data) if name == b"IHDR")
    width, height, bits, kind = struct.unpack(">IIBB", first[:10])
    return width, height, bits, kind


def _read(data: bytes) -> tuple[int, Rows]:
    """Return the width in dots and the rows, three bytes a dot."""
    width, height, bits, kind = _header(data)
    if bits != 8 or kind not in CHANNELS:
        raise ValueError("only whole-colour pictures of 8 bits are read")
    raw = zlib.decompress(b"".join(body for name, body in _chunks(data) if name == b"IDAT"))
    step, stride = CHANNELS[kind], width * CHANNELS[kind]
    rows: Rows = []
    above = bytearray(stride)
    for number in range(height):
        at = number * (stride + 1)
        line = bytearray(raw[at + 1 : at + 1 + stride])
        _unfilter(raw[at], line, above, step)
        rows.append(bytes(line) if step == 3 else b"".join(line[i : i + 3] for i in range(0, stride, 4)))
        above = line
    return width, rows


def _unfilter(how: int, line: bytearray, above: bytearray, step: int) -> None:
    """Undo one of PNG's five filters, in place."""
    if how == 2:
        line[:] = bytes((dot + up) & 255 for dot, up in zip(line, above, strict=True))
    elif how:
        guess = (_left, None, _middle, _nearest)[how - 1]
        assert guess is not None
        for i in range(len(line)):
            left, corner = (line[i - step], above[i - step]) if i >= step else (0, 0)
            line[i] = (line[i] + guess(left, above[i], corner)) & 255


def _left(left: int, up: int, corner: int) -> int:
    return left


def _middle(left: int, up: int, corner: int) -> int:
    return (left + up) // 2


def _nearest(left: int, up: int, corner: int) -> int:
    if left == corner:
        return up
    if up == corner:
        return left
    to_left, to_up, to_corner = abs(up - corner), abs(left - corner), abs(left + up - 2 * corner)
    if to_left <= to_up and to_left <= to_corner:
        return left
    return up if to_up <= to_corner else corner


def _written(width: int, rows: Rows) -> bytes:
    seen: Counter[bytes] = Counter()
    for row in rows:
        seen.update(row[i : i + 3] for i in range(0, len(row), 3))
    palette = [colour for colour, _ in seen.most_common(COLOURS)]
    place = {colour: _closest(colour, palette) for colour in seen}
    lines = b"".join(b"\0" + bytes(place[row[i : i + 3]] for i in range(0, len(row), 3)) for row in rows)
    parts = [
        (b"IHDR", struct.pack(">IIBBBBB", width, len(rows), 8, 3, 0, 0, 0)),
        (b"PLTE", b"".join(palette)),
        (b"IDAT", zlib.compress(lines, 9)),
        (b"IEND", b""),
    ]
    return SIGNATURE + b"".join(
        struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body)) for name, body in parts
    )


def _closest(colour: bytes, palette: list[bytes]) -> int:
    distances = [sum((a - b) ** 2 for a, b in zip(colour, other, strict=True)) for other in palette]
    return distances.index(min(distances))


if __name__ == "__main__":
    for folder in sys.argv[1:]:
        for picture in sorted(Path(folder).glob("*.png")):
            shrink(picture)
            print(f"{picture.stat().st_size:8} {picture.name}")
