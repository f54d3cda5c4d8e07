"""Make the report form of ODK Collect from its table: `tools/odkform.py` writes the XForm anew.

A test holds the written one to the table. The server needs neither pyxform nor this.
"""

from __future__ import annotations

from pathlib import Path

from pyxform.xls2xform import convert

from machine import ROOT

FOLDER = ROOT / "src" / "atarraya" / "channels" / "odk" / "form"
TABLE = FOLDER / "alerta.md"
TEMPLATE = FOLDER / "alerta.xml"


def made(table: Path = TABLE) -> str:
    """Return the XForm that the table makes; raise pyxform's own refusal when it makes none."""
    return str(convert(xlsform=table, file_type=".md", validate=False, pretty_print=False).xform) + "\n"


def main() -> None:
    """Write it."""
    TEMPLATE.write_text(made(), encoding="utf-8")
    print(TEMPLATE.relative_to(ROOT))


if __name__ == "__main__":
    main()
