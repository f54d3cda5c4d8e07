"""Lists of units that the project carries, one folder a country."""

from __future__ import annotations

import csv
import hashlib
import json
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent


@dataclass(frozen=True)
class CountryFacts:
    """One country's files, read: `units` and `aliases` are rows as written, `digest` covers all files."""

    edition: dict[str, Any]
    valid_from: date
    units: list[dict[str, str]]
    aliases: list[dict[str, str]]
    digest: str


def carried() -> frozenset[str]:
    """Return the countries whose lists are here, by two-letter code."""
    return frozenset(folder.name for folder in HERE.iterdir() if (folder / "edition.json").is_file())


def read(country: str) -> CountryFacts:
    """Return the facts of a carried country. Raises KeyError for another."""
    if country not in carried():
        raise KeyError(country)
    folder = HERE / country
    edition = json.loads((folder / "edition.json").read_text("utf-8"))
    return CountryFacts(
        edition=edition,
        valid_from=date.fromisoformat(edition["valid_from"]),
        units=_rows(folder / "units.csv"),
        aliases=_rows(folder / "aliases.csv"),
        digest=digest(country),
    )


def digest(country: str) -> str:
    """Return the SHA-256 (hex) of a carried country's files: another means they must be loaded again."""
    whole = hashlib.sha256()
    for name in ("edition.json", "units.csv", "aliases.csv"):
        whole.update((HERE / country / name).read_bytes())
    return whole.hexdigest()


@cache
def department_forms(country: str) -> tuple[tuple[str, str], ...]:
    """Return (department code, other way of writing it) for a carried country, nothing for another."""
    if country not in carried():
        return ()
    return tuple((row["department_code"], row["text"]) for row in _rows(HERE / country / "departments.csv"))


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
