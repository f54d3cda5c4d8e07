"""Lists as a person reads them in a terminal, or as JSON for another program."""

from __future__ import annotations

import json
from collections.abc import Sequence

from atarraya.command.words import _


def show(rows: Sequence[dict[str, object]], headings: dict[str, str], *, as_json: bool) -> None:
    """Print `rows` under `headings` (column → title), aligned; nothing to show is said in words."""
    if as_json:
        print(json.dumps(list(rows), ensure_ascii=False, default=str))
        return
    if not rows:
        print(_("There is none yet."))
        return
    cells = [list(headings.values()), *([_text(row[name]) for name in headings] for row in rows)]
    widths = [max(len(line[column]) for line in cells) for column in range(len(headings))]
    for line in cells:
        padded = (cell.ljust(width) for cell, width in zip(line, widths, strict=True))
        print("  ".join(padded).rstrip())


def _text(value: object) -> str:
    if isinstance(value, list | tuple):
        return ", ".join(str(each) for each in value)
    return "" if value is None else str(value)
