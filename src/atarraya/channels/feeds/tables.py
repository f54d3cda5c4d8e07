"""The same entries as rows: CSV with plain headers (and HXL's row for who asks), and GeoJSON."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from atarraya.channels.feeds import phrases
from atarraya.channels.feeds.about import LANGUAGES, About
from atarraya.channels.feeds.queries.items import Item, Listing

CSV_TYPE = "text/csv; charset=utf-8; header=present"
CSVW_TYPE = "application/csvm+json"
GEOJSON_TYPE = "application/geo+json"


@dataclass(frozen=True)
class Column:
    """A column: its name in the file, its HXL tag, and what it is, for the dictionary."""

    name: str
    hxl: str
    what: Any


COLUMNS = (
    Column("id", "#meta+id", _("Stable name of the entry: random, the same while the entry lives.")),
    Column("mensaje", "#meta+id+message", _("Name of the message that stands; it changes when what is said changes.")),
    Column("dia", "#date+occurred", _("Day it happened, as it was made public. Never the hour.")),
    Column("actualizado", "#date+updated", _("Day from which the entry says what it says now.")),
    Column("municipio_codigo", "#adm2+code+v_divipola", _("DIVIPOLA code of the municipality, always five digits.")),
    Column("municipio", "#adm2+name", _("Name of the municipality.")),
    Column("departamento", "#adm1+name", _("Name of the department.")),
    Column("clase_codigo", "#event+type+code", _("Code of the kind; see the list below.")),
    Column("clase", "#event+type", _("The kind in words.")),
    Column("estado_codigo", "#status+code", _("CONF confirmed, EXPIRED lapsed, CLOSED closed, GONE no longer holds.")),
    Column("estado", "#status+name", _("The state in words.")),
    Column("en_duda", "#status+doubt", _("1 while one person asked to take it back and a second has not agreed.")),
    Column("corregida", "#status+corrected", _("1 if what was said first was corrected.")),
    Column("urgencia", "#severity+urgency", _("How urgent it was; empty in the public feeds, which do not tell it.")),
    Column("resumen", "#description", _("The summary that two people approved for the public; may be empty.")),
    Column("que_hacer", "#description+advice", _("What to do while it stands.")),
    Column("desenlace", "#description+outcome", _("How it ended, if it was closed.")),
)  # fmt: skip


def row(item: Item) -> dict[str, str]:
    """Return an entry by column name, in the active language."""
    said, told = item.said, item.telling
    return {
        "id": told.entry,
        "mensaje": told.message.identifier,
        "dia": said.day.isoformat(),
        "actualizado": told.message.sent.isoformat(),
        "municipio_codigo": item.place.code,
        "municipio": item.place.name,
        "departamento": item.place.department,
        "clase_codigo": said.kind,
        "clase": phrases.kind(item),
        "estado_codigo": said.state,
        "estado": phrases.state(item),
        "en_duda": str(int(said.doubt)),
        "corregida": str(int(said.corrected)),
        "urgencia": phrases.urgency(item),
        "resumen": said.summary,
        "que_hacer": phrases.advice(item),
        "desenlace": phrases.outcome(item),
    }


def as_csv(listing: Listing, *, hxl: bool = False) -> bytes:
    """Return rows under plain headers, in Spanish; with `hxl`, HXL's row of tags under the headers."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([column.name for column in COLUMNS])
    if hxl:
        writer.writerow([column.hxl for column in COLUMNS])
    with override("es"):
        writer.writerows([_cell(value) for value in row(item).values()] for item in listing.items)
    return text.getvalue().encode()


def _cell(value: str) -> str:
    """Return a cell that no spreadsheet takes for a formula: an apostrophe stands before what would begin one."""
    plain = "".join(letter if letter.isprintable() else " " for letter in value)
    return f"'{plain}" if plain.lstrip()[:1] in {"=", "+", "-", "@"} else plain


def as_csvw(address: str) -> bytes:
    """Return CSVW metadata of the CSV at `address`: its columns, described in Spanish and English."""
    columns = []
    for column in COLUMNS:
        described = {}
        for code in LANGUAGES:
            with override(code):
                described[code] = str(column.what)
        kind = "date" if column.name in {"dia", "actualizado"} else "string"
        columns.append({"name": column.name, "titles": column.name, "datatype": kind, "dc:description": described})
    body = {"@context": ["http://www.w3.org/ns/csvw", {"@language": "es"}], "url": address}
    return json.dumps(body | {"tableSchema": {"columns": columns, "primaryKey": "id"}}, ensure_ascii=False).encode()


def as_geojson(listing: Listing, about: About, following: str) -> bytes:
    """Return a feature for each entry, at its municipality's own point: the same for every alert of it."""
    with override("es"):
        body: dict[str, Any] = {
            "type": "FeatureCollection",
            "title": about.title(),
            "description": about.subtitle(),
            "precision": "municipio",
            "features": [_feature(item, about) for item in listing.items],
        }
    if following:
        body["links"] = [{"rel": "next", "type": GEOJSON_TYPE, "href": following}]
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()


def _feature(item: Item, about: About) -> dict[str, Any]:
    place, message = item.place, item.telling.message
    known = place.lat is not None and place.lon is not None
    return {
        "type": "Feature",
        "id": item.telling.entry,
        "geometry": {"type": "Point", "coordinates": [place.lon, place.lat]} if known else None,
        "properties": {**row(item), "cap": about.cap(message.identifier)},
    }
