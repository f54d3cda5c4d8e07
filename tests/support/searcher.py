"""Looks for words in what was seized, as a patient examiner would: every file, several spellings, inside archives.

A word is looked for in UTF-8, UTF-16 (both ways), base64 (three alignments, both alphabets), hexadecimal and percent
spelling; gzip, zlib and zip parts are opened wherever they begin in a file, and searched again.
"""

from __future__ import annotations

import base64
import io
import json
import re
import zipfile
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from support.server import libpq

DEEPEST = 4
BEGINNING = 8  # bytes
MOST_OPENED = 64 * 1024 * 1024
_GZIP = re.compile(rb"\x1f\x8b\x08")
_ZLIB = re.compile(rb"\x78[\x01\x5e\x9c\xda]")
_ZIP = re.compile(rb"PK\x03\x04")


@dataclass(frozen=True)
class Hit:
    """A word found: which, where, and in which spelling."""

    word: str
    place: str
    spelling: str


def spellings(word: str) -> dict[str, bytes]:
    """Return the bytes a word may be lying as."""
    raw = word.encode()
    found = {
        "utf-8": raw,
        "utf-16-le": word.encode("utf-16-le"),
        "utf-16-be": word.encode("utf-16-be"),
        "hex": raw.hex().encode(),
        "HEX": raw.hex().upper().encode(),
        "percent": quote(word, safe="").encode(),
        "escaped": word.encode("ascii", "backslashreplace"),
        "json": json.dumps(word)[1:-1].encode(),
    }
    for shift in range(3):
        # What base64 makes of the word wherever it lies in a longer text: the whole groups only.
        text = base64.b64encode(b"\0" * shift + raw)
        inner = text[4 if shift else 0 : -4]
        found[f"base64+{shift}"] = inner
        found[f"base64url+{shift}"] = inner.replace(b"+", b"-").replace(b"/", b"_")
    return found


def search(blobs: Mapping[str, bytes], words: Iterable[str]) -> list[Hit]:
    """Return every word found in the named blobs, in any spelling, at any depth of packing."""
    # Words that begin alike are looked for together: where not even the beginning lies, none of them does.
    wanted: dict[bytes, list[tuple[str, str, bytes]]] = {}
    for word in words:
        for name, pattern in spellings(word).items():
            if pattern:
                wanted.setdefault(pattern[:BEGINNING], []).append((word, name, pattern))
    hits: set[Hit] = set()
    for place, blob in blobs.items():
        for inner, content in _opened(place, blob, 0):
            near = [one for beginning, alike in wanted.items() if beginning in content for one in alike]
            hits |= {Hit(word, inner, name) for word, name, pattern in near if pattern in content}
    return sorted(hits, key=lambda hit: (hit.place, hit.word, hit.spelling))


def seized(*folders: Path) -> dict[str, bytes]:
    """Return every file below the folders, by path: database, log, secrets, pages, whatever lies there."""
    found = {}
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            if path.is_file() and not path.is_symlink():
                found[str(path)] = path.read_bytes() + path.name.encode()
    return found


def _opened(place: str, blob: bytes, depth: int) -> Iterable[tuple[str, bytes]]:
    yield place, blob
    if depth == DEEPEST:
        return
    for at in (match.start() for match in _GZIP.finditer(blob)):
        yield from _inflated(f"{place}@{at}.gz", blob[at:], 31, depth)
    for at in (match.start() for match in _ZLIB.finditer(blob)):
        yield from _inflated(f"{place}@{at}.z", blob[at:], 15, depth)
    first = _ZIP.search(blob)
    if first is not None:
        yield from _unzipped(place, blob[first.start() :], depth)


def _inflated(place: str, blob: bytes, bits: int, depth: int) -> Iterable[tuple[str, bytes]]:
    try:
        content = zlib.decompressobj(bits).decompress(blob, MOST_OPENED)
    except zlib.error:
        return
    if len(content) > 8:
        yield from _opened(place, content, depth + 1)


def _unzipped(place: str, blob: bytes, depth: int) -> Iterable[tuple[str, bytes]]:
    try:
        with zipfile.ZipFile(io.BytesIO(blob)) as packed:
            for name in packed.namelist():
                yield from _opened(f"{place}!{name}", packed.read(name) + name.encode(), depth + 1)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, zlib.error):
        return


def dump(url: str) -> bytes:
    """Return every row of every table of a PostgreSQL database as text and as hexadecimal bytes."""
    import psycopg

    out = io.BytesIO()
    with psycopg.connect(libpq(url)) as connection:
        tables = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
        for (table,) in tables:
            with connection.cursor().copy(f'COPY "{table}" TO STDOUT') as copied:
                for piece in copied:
                    out.write(bytes(piece))
            for row in connection.execute(f'SELECT * FROM "{table}"'):
                out.write(b"".join(bytes(cell) for cell in row if isinstance(cell, bytes)))
    return out.getvalue()
