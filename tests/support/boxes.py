"""Every text box of the product, found in its templates and scripts: where a person can write, and nothing else."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[2] / "src" / "atarraya"
# Boxes in which nothing can be written: ticks, files, hidden marks, buttons.
_CLOSED = {"hidden", "checkbox", "radio", "file", "submit", "button", "color"}
_TAG = re.compile(r"<(input|textarea)\b((?:\{\{.*?\}\}|\{%.*?%\}|\"[^\"]*\"|[^>\"])*)>", re.S)
# A macro of `parts.html` that draws a labelled box.
_MACRO = re.compile(r"\b(?:parts\.)?text\(\s*\"([a-z_0-9]+)\"")
_MADE = re.compile(r"createElement\(\"(input|textarea)\"\)|contenteditable|contentEditable|\bprompt\(")


def boxes() -> Iterator[str]:
    """Yield `template box` for each, as the table of tests/alerts/hard/text_boxes.txt writes it."""
    for path in sorted(PACKAGE.rglob("*.html")):
        text = path.read_text()
        place = path.name
        for tag, rest in _TAG.findall(text):
            if _attribute(rest, "type") not in _CLOSED:
                yield f"{place} {_name(rest) or tag}"
        for name in _MACRO.findall(text):
            yield f"{place} {name}"
    for path in sorted(PACKAGE.rglob("*.js")):
        if not {"vendor", "built"} & {*path.parts}:
            for match in _MADE.finditer(path.read_text()):
                yield f"{path.name} {match[0]}"


def _attribute(rest: str, name: str) -> str:
    found = re.search(rf"\b{name}=\"([^\"]*)\"", rest)
    return found[1] if found else ""


def _name(rest: str) -> str:
    return _attribute(rest, "data-field") or _attribute(rest, "name") or _attribute(rest, "id")
