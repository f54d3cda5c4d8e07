"""Importing a country's units from a table and its outlines from GeoJSON or TopoJSON: all of a file or nothing."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from django.utils.text import slugify
from django.utils.translation import gettext as _

from atarraya.kernel import clock
from atarraya.kernel.transactions import write
from atarraya.territory.geometry import Detail, Shape, encoded, middle_parallel, polygonal, simplified
from atarraya.territory.models import Alias, Boundary, Edition, Unit
from atarraya.territory.outlines import Feature, read_features, surface
from atarraya.territory.refusals import ImportRefused
from atarraya.territory.rules import CODE_LENGTH, NAME_LENGTH, AliasKind
from atarraya.territory.services.editions import BATCH, Stored, UnitRow, store_edition
from atarraya.territory.spelling import repaired
from atarraya.territory.tables import Row, read_table

Problems = list[tuple[int | None, str]]
Progress = Callable[[int, int], None]
EVERY = 200

_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9.-]*\Z")
_SPOILT = re.compile(r"\d+([.,]\d+)?[eE]\+\d+\Z|\d+[.,]0+\Z")


@dataclass(frozen=True, slots=True)
class Outlined:
    """What an import of outlines did. `shared`: neighbours still share their borders."""

    stored: int
    skipped: int
    shared: bool


def import_units(
    csv_path: Path | str,
    country: str,
    edition: str,
    *,
    valid_from: date | None = None,
    prefix: str = "",
    uneven_codes: bool = False,
    progress: Progress | None = None,
) -> Stored:
    """Import a country's units from a table with the columns code, name, parent and, if there are points, lat, lon.

    `parent` is the department: its name, or the code of another row, which then is a department and no unit.
    `edition` says what the list is called; importing the same name again replaces it. `prefix` goes before each
    code where another country uses the same ones. Codes that differ in length are taken for codes that lost a zero
    unless `uneven_codes`. Raises ImportRefused (every problem with its row) or OtherCountry; nothing is half stored.
    """
    path = Path(csv_path)
    if not re.fullmatch(r"[A-Z]{2}", country):
        raise ImportRefused([(None, _("A country is written with two capital letters, as PE."))])
    rows = read_table(path)
    if not rows:
        raise ImportRefused([(None, _("The table has a first row and nothing below it."))])
    units = _units(rows, prefix, uneven_codes, progress or _silent)
    title = " ".join(edition.split())[:NAME_LENGTH] or f"{country} {clock.today().isoformat()}"
    identity = slugify(f"{country}-{title}")[:40]
    known = Edition.objects.filter(id=identity, country=country).first()
    day = valid_from or (known.valid_from if known else clock.today())
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    row = Edition(id=identity, country=country, name=title, valid_from=day, digest=digest)
    stored = store_edition(row, units, None)
    (progress or _silent)(len(rows), len(rows))
    return stored


def _units(rows: Sequence[Row], prefix: str, uneven: bool, progress: Progress) -> list[UnitRow]:
    problems: Problems = []
    by_code: dict[str, Row] = {}
    for done, row in enumerate(rows):
        if done % EVERY == 0:
            progress(done, len(rows))
        code = row.fields["code"]
        problems += _code_problems(row.number, code, prefix)
        if code in by_code:
            sentence = _("The code %(code)s is also in row %(other)s.")
            problems.append((row.number, sentence % {"code": code, "other": by_code[code].number}))
        by_code.setdefault(code, row)
    named = {row.fields.get("parent_code") or row.fields.get("parent", "") for row in rows}
    parents = (named & by_code.keys()) - {""}
    leaves = [row for row in rows if row.fields["code"] not in parents]
    if not uneven:
        problems += _lost_zeros(leaves)
    for row in rows:
        problems += _name_problems(row)
    for row in leaves:
        problems += _place_problems(row, nested=bool(parents), known=by_code)
    if problems:
        raise ImportRefused(sorted(problems, key=lambda problem: problem[0] or 0))
    return [_unit(row, prefix, by_code) for row in leaves]


def _code_problems(number: int, code: str, prefix: str) -> Problems:
    if not code:
        return [(number, _("It has no code."))]
    if _SPOILT.match(code):
        return [(number, _("A spreadsheet spoilt the code %(code)s. Codes are text.") % {"code": code})]
    if not _CODE.match(code):
        return [(number, _("The code %(code)s has signs that are not letters or digits.") % {"code": code[:30]})]
    if len(prefix + code) > CODE_LENGTH:
        return [(number, _("The code %(code)s is too long.") % {"code": code[:30]})]
    return []


def _lost_zeros(leaves: Sequence[Row]) -> Problems:
    """Codes of digits that are one shorter than most: what a spreadsheet does to 05873."""
    numeric = [row for row in leaves if row.fields["code"].isdigit()]
    if not numeric:
        return []
    widths = Counter(len(row.fields["code"]) for row in numeric)
    usual = max(widths, key=lambda width: (widths[width], width))
    sentence = _("The code %(code)s is shorter than the others: it may have lost its zero. Codes are text.")
    return [
        (row.number, sentence % {"code": row.fields["code"]}) for row in numeric if len(row.fields["code"]) == usual - 1
    ]


def _name_problems(row: Row) -> Problems:
    name = row.fields["name"]
    if not name:
        return [(row.number, _("It has no name."))]
    if len(name) > NAME_LENGTH or not name.isprintable():
        return [(row.number, _("The name can't be read, or is too long."))]
    if repaired(name) != name or "\ufffd" in name:
        return [(row.number, _("The letters of %(name)s are broken. Save the file in UTF-8.") % {"name": name})]
    return []


def _place_problems(row: Row, *, nested: bool, known: dict[str, Row]) -> Problems:
    problems: Problems = []
    parent = row.fields.get("parent_code") or row.fields.get("parent", "")
    if not parent:
        problems.append((row.number, _("It has no parent: the department or province it belongs to.")))
    elif nested and parent not in known:
        problems.append((row.number, _("Its parent %(parent)s is not in the file.") % {"parent": parent[:60]}))
    try:
        _point(row)
    except ValueError:
        problems.append((row.number, _("Its point is not a latitude and a longitude in degrees.")))
    return problems


def _point(row: Row) -> tuple[float | None, float | None]:
    texts = [row.fields.get(field, "") for field in ("lat", "lon")]
    if not any(texts):
        return None, None
    lat, lon = (float(text.replace(",", ".")) for text in texts)
    if not (abs(lat) <= 90 and abs(lon) <= 180):
        raise ValueError
    return lat, lon


def _unit(row: Row, prefix: str, known: dict[str, Row]) -> UnitRow:
    parent = row.fields.get("parent", "")
    code = row.fields.get("parent_code") or (parent if parent in known else "")
    name = known[code].fields["name"] if code in known else parent or code
    lat, lon = _point(row)
    return UnitRow(
        code=prefix + row.fields["code"],
        name=unicodedata.normalize("NFC", row.fields["name"]),
        department_code=(prefix + (code or name))[:CODE_LENGTH],
        department=unicodedata.normalize("NFC", name)[:NAME_LENGTH],
        kind=row.fields.get("kind", "")[:60],
        lat=lat,
        lon=lon,
    )


def import_boundaries(
    geojson_path: Path | str,
    code_property: str = "",
    *,
    prefix: str = "",
    skip_unknown: bool = False,
    detail: Detail | None = None,
    progress: Progress | None = None,
) -> Outlined:
    """Import outlines (WGS 84) for units already here; those with an outline get the new one.

    `code_property` names the property that holds the code ("" = the one that fits most units). Features of unknown
    units are problems unless `skip_unknown`. Raises ImportRefused with the number of each feature that can't be
    taken; nothing is half stored.
    """
    tell = progress or _silent
    features = read_features(Path(geojson_path))
    total = 2 * len(features)
    coded, skipped = _coded(features, code_property, prefix, skip_unknown)
    shapes = _surfaces(coded, lambda done: tell(done, total))
    codes = list(shapes)
    parallel = middle_parallel(list(shapes.values()))
    small, shared = simplified(list(shapes.values()), parallel, detail or Detail())
    outlines = {code: made for code, shape in zip(codes, small, strict=True) if (made := encoded(shape))}
    missing = [code for code in codes if code not in outlines]
    if missing:
        sentence = _("These outlines are too small to draw: %(codes)s.")
        raise ImportRefused([(None, sentence % {"codes": ", ".join(missing[:10])})])
    _store_outlines(outlines, parallel)
    tell(total, total)
    return Outlined(stored=len(outlines), skipped=skipped, shared=shared)


def _coded(
    features: Sequence[Feature], code_property: str, prefix: str, skip_unknown: bool
) -> tuple[dict[str, list[Feature]], int]:
    """Return unit code → its features, and how many features were left out."""
    units = {code: code for code in Unit.objects.values_list("code", flat=True)}
    units |= dict(Alias.objects.filter(kind=AliasKind.CODE).values_list("text", "unit_id"))
    named = code_property or _best_property(features, units, prefix)
    found: dict[str, list[Feature]] = defaultdict(list)
    problems: Problems = []
    for feature in features:
        written = feature.properties.get(named, "")
        if prefix + written in units:
            found[units[prefix + written]].append(feature)
        elif not skip_unknown:
            problems.append((feature.number, _unknown(named, written)))
    if problems:
        raise ImportRefused(problems)
    if not found:
        raise ImportRefused([(None, _("No feature of this file is a municipality known here."))])
    return found, len(features) - sum(map(len, found.values()))


def _best_property(features: Sequence[Feature], units: dict[str, str], prefix: str) -> str:
    fits = Counter(
        name for feature in features for name, value in feature.properties.items() if prefix + value in units
    )
    best = max(fits, key=lambda name: fits[name], default="")
    if fits[best] * 2 < len(features):
        raise ImportRefused([(None, _("No property of these features holds the codes. Import the units first."))])
    return best


def _unknown(named: str, written: str) -> str:
    if not written:
        return _("This feature has no property %(name)s.") % {"name": named}
    return _("No municipality has the code %(code)s. It may have lost its zero.") % {"code": written[:30]}


def _surfaces(coded: dict[str, list[Feature]], tell: Callable[[int], None]) -> dict[str, Any]:
    """Return unit code → one valid surface in degrees, several features of a unit joined."""
    shapes: dict[str, Any] = {}
    problems: Problems = []
    for done, (code, features) in enumerate(coded.items()):
        if done % 20 == 0:
            tell(done)
        parts = []
        for feature in features:
            try:
                parts.append(surface(feature))
            except ImportRefused as refusal:
                problems += refusal.problems
        whole = polygonal(parts) if parts else None
        if parts and whole is None:
            problems.append((features[0].number, _("This outline has no surface.")))
        shapes[code] = whole
    if problems:
        raise ImportRefused(problems)
    return shapes


def _store_outlines(outlines: dict[str, Shape], parallel: float) -> None:
    rows = [
        Boundary(
            unit_id=code,
            path=shape.path,
            left=shape.left,
            top=shape.top,
            right=shape.right,
            bottom=shape.bottom,
            parallel=parallel,
        )
        for code, shape in outlines.items()
    ]
    with write():
        fields = ["path", "left", "top", "right", "bottom", "parallel"]
        Boundary.objects.bulk_create(
            rows, batch_size=BATCH, update_conflicts=True, unique_fields=["unit"], update_fields=fields
        )


def _silent(done: int, total: int) -> None:
    """Nobody watches."""
