"""Reading tables that people export: any usual separator, encoding and header, refused early when they are none."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.utils.translation import gettext as _

from atarraya.territory.refusals import ImportRefused
from atarraya.territory.spelling import plain

MOST_BYTES = 32 * 1024 * 1024
HEAD = 64 * 1024
SEPARATORS = (",", ";", "\t", "|")
ENCODINGS = ("utf-8-sig", "cp1252")

HEADERS = {
    "code": "code codigo cod clave codigo_municipio cod_municipio cod_mpio codigo_mpio mpio_cdpmp codigo_divipola "
    "divipola ubigeo cvegeo cve_geo dpa pcode adm2_pcode geocode geocodigo ibge cod_ibge codigo_ibge id",
    "name": "name nombre nome municipio municipality nombre_municipio nombre_mpio mpio_cnmbr adm2_es adm2_name "
    "nombre_del_municipio canton distrito comuna",
    "parent": "parent padre department departamento depto dpto provincia province estado state region uf parent_name "
    "nombre_departamento dpto_cnmbr adm1_es adm1_name",
    "parent_code": "parent_code department_code codigo_departamento cod_departamento cod_dpto dpto_ccdgo adm1_pcode "
    "codigo_padre",
    "kind": "kind tipo type clase",
    "lat": "lat latitude latitud y",
    "lon": "lon lng long longitude longitud x",
}
FIELD_OF = {header.replace("_", " "): field for field, headers in HEADERS.items() for header in headers.split()}
REQUIRED = ("code", "name", "parent")

# What other programs' files begin with.
_SPREADSHEET, _OLD_SPREADSHEET, _PACKED = b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"\x1f\x8b"
_CONTROLS = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its number as a spreadsheet shows it (the header is 1) and its fields, trimmed, by our names."""

    number: int
    fields: dict[str, str]


def read_table(path: Path, *, most_bytes: int = MOST_BYTES) -> list[Row]:
    """Return the rows of a table. Raises ImportRefused, for junk after looking at its first 64 KiB only."""
    refuse_oversize(path, most_bytes)
    with path.open("rb") as file:
        head = file.read(HEAD)
        _refuse_other_files(head)
        separator = _separator(_decoded(head, cut=True))
        text = _decoded(head + file.read(), cut=False)
    return list(_rows(text, separator))


def refuse_oversize(path: Path, most_bytes: int) -> None:
    """Raise ImportRefused if there is no such file, nothing in it, or too much."""
    if not path.is_file():
        raise ImportRefused([(None, _("There is no file %(path)s.") % {"path": path.name})])
    size = path.stat().st_size
    if size == 0:
        raise ImportRefused([(None, _("The file is empty."))])
    if size > most_bytes:
        sentence = _("The file is larger than %(most)s MB.") % {"most": most_bytes // 1024 // 1024}
        raise ImportRefused([(None, sentence)])


def _refuse_other_files(head: bytes) -> None:
    if head.startswith((_SPREADSHEET, _OLD_SPREADSHEET)):
        raise ImportRefused([(None, _("This is a spreadsheet. Save it as CSV, in UTF-8."))])
    if head.startswith(_PACKED):
        raise ImportRefused([(None, _("This file is compressed. Unpack it first."))])
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return
    if _CONTROLS.search(head) or (b"\n" not in head.replace(b"\r", b"\n") and len(head) == HEAD):
        raise ImportRefused([(None, _("This is not a table of text."))])


def _decoded(data: bytes, *, cut: bool) -> str:
    """Decode UTF-8 or UTF-16 by its mark, else UTF-8, else Windows' Latin-1. `cut`: the end may break a letter."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data[: len(data) // 2 * 2].decode("utf-16", "replace" if cut else "strict")
    if cut:
        data = data[: data.rfind(b"\n") + 1] or data
    for encoding in ENCODINGS:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise ImportRefused([(None, _("The letters of this file can't be read. Save it in UTF-8."))])


def _separator(text: str) -> str:
    """Return the separator under which the first line holds all the columns needed."""
    header = next((line for line in text.splitlines() if line.strip()), "")
    known = {mark: set(_fields(next(csv.reader([header], delimiter=mark), [])).values()) for mark in SEPARATORS}
    best = max(SEPARATORS, key=lambda mark: len(known[mark]))
    missing = [column for column in REQUIRED if column not in known[best]]
    if missing == ["parent"] and "parent_code" in known[best]:
        missing = []
    if missing:
        sentence = _("These columns are missing: %(columns)s. The first row says: %(header)s")
        raise ImportRefused([(1, sentence % {"columns": ", ".join(missing), "header": header[:120]})])
    return best


def _fields(header: list[str]) -> dict[int, str]:
    """Return column position → our name for it; the first of two columns with one meaning counts."""
    found: dict[int, str] = {}
    for position, title in enumerate(header):
        field = FIELD_OF.get(plain(title))
        if field and field not in found.values():
            found[position] = field
    return found


def _rows(text: str, separator: str) -> Iterator[Row]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    columns: dict[int, str] | None = None
    width = number = 0
    try:
        for number, record in enumerate(reader, 1):
            if not any(cell.strip() for cell in record):
                continue
            if columns is None:
                columns, width = _fields(record), len(record)
                continue
            if len(record) > width and any(cell.strip() for cell in record[width:]):
                raise ImportRefused([(number, _("It has more columns than the first row."))])
            yield Row(number, _cells(record, columns))
    except csv.Error:
        raise ImportRefused([(number + 1, _("Its quotation marks don't close."))]) from None


def _cells(record: list[str], columns: dict[int, str]) -> dict[str, str]:
    return {
        field: " ".join(record[position].split()) if position < len(record) else ""
        for position, field in columns.items()
    }
