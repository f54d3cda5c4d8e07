"""Catalogues of each room: `update` extracts and compiles, `compile` only compiles, `check` finds gaps.

Sentences are written in English in the code; a room keeps its Spanish in locale/es/LC_MESSAGES/django.po.
English needs no catalogue. Compiled catalogues are not committed.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from machine import ROOT

PACKAGE = ROOT / "src" / "atarraya"
WORKBENCH = ROOT / "src" / "atarraya_workbench"
# Its sentences are in the catalogue of every program that says them: argparse knows one catalogue only.
SHARED = PACKAGE / "terminal"
SPEAK_SHARED = {"command", WORKBENCH.name}
LANGUAGE = "es"
METHODS = [("**/jinja2/**.*", "jinja2"), ("**.py", "python")]
OPTIONS = {
    "**/jinja2/**.*": {
        "extensions": "jinja2.ext.i18n",
        "newstyle_gettext": "true",
        "trim_blocks": "true",
        "lstrip_blocks": "true",
        "silent": "false",
    }
}
KEYWORDS: dict[str, tuple[int | tuple[int, str], ...] | None] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "_p": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}


def rooms() -> list[Path]:
    """Return the folders of the house that may hold sentences, and the workbench."""
    inside = (path for path in PACKAGE.iterdir() if path.name not in {"settings", SHARED.name})
    return sorted(path for path in (*inside, WORKBENCH) if (path / "__init__.py").exists())


def catalogue_path(room: Path) -> Path:
    """Return where a room keeps its Spanish."""
    return room / "locale" / LANGUAGE / "LC_MESSAGES" / "django.po"


def extracted(room: Path) -> Catalog:
    """Return what a room's code and templates say, in the order of its files."""
    found = Catalog(locale=LANGUAGE)
    for place in (room, SHARED) if room.name in SPEAK_SHARED else (room,):
        for _name, _line, message, _comments, context in extract_from_dir(
            place,
            method_map=METHODS,
            options_map=OPTIONS,
            keywords=KEYWORDS,
            directory_filter=lambda folder: Path(folder).name not in {"migrations", "__pycache__", "static"},
        ):
            found.add(message, None, context=context)
    return found


def stored(room: Path) -> Catalog:
    """Return a room's Spanish as committed, or an empty catalogue."""
    path = catalogue_path(room)
    if not path.exists():
        return Catalog(locale=LANGUAGE, project="atarraya", fuzzy=False)
    with open(path, "rb") as file:
        return read_po(file, locale=LANGUAGE, abort_invalid=True)


def update() -> None:
    """Bring every catalogue up to its code: new sentences wait empty, gone ones leave."""
    for room in rooms():
        template, catalogue = extracted(room), stored(room)
        if not len(template) and not catalogue_path(room).exists():
            continue
        catalogue.update(template, no_fuzzy_matching=True, update_header_comment=False)
        catalogue.obsolete.clear()
        _write(catalogue, catalogue_path(room))
        missing = sum(1 for message in catalogue if message.id and not _translated(message.string))
        print(f"{room.name}: {len(catalogue)}" + (f", untranslated: {missing}" if missing else ""))


def _write(catalogue: Catalog, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    head = (
        'msgid ""\nmsgstr ""\n"Project-Id-Version: atarraya\\n"\n'
        f'"Language: {LANGUAGE}\\n"\n"MIME-Version: 1.0\\n"\n'
        '"Content-Type: text/plain; charset=UTF-8\\n"\n"Content-Transfer-Encoding: 8bit\\n"\n'
        '"Plural-Forms: nplurals=2; plural=(n != 1);\\n"\n\n'
    )
    with open(path, "wb") as file:
        file.write(head.encode())
        write_po(file, catalogue, width=110, no_location=True, omit_header=True)


def compile_all() -> None:
    """Write the binary catalogue beside each text one."""
    for path in sorted(PACKAGE.parent.rglob("*.po")):
        with open(path, "rb") as file:
            catalogue = read_po(file, locale=LANGUAGE, abort_invalid=True)
        with open(path.with_suffix(".mo"), "wb") as file:
            write_mo(file, catalogue)


def gaps() -> Iterator[str]:
    """Yield one line per sentence that is untranslated, doubtful, broken, unused or not extracted yet."""
    for room in rooms():
        wanted = {(m.context, _key(m.id)) for m in extracted(room) if m.id}
        catalogue = stored(room)
        have = {(m.context, _key(m.id)): m for m in catalogue if m.id}
        for context, key in sorted(wanted - have.keys(), key=str):
            yield f"{room.name}: not in the catalogue: {context or ''} {key!r}"
        for (_context, key), message in have.items():
            if (message.context, key) not in wanted:
                yield f"{room.name}: no longer said: {key!r}"
            elif message.fuzzy or not _translated(message.string):
                yield f"{room.name}: untranslated: {key!r}"
            else:
                yield from (f"{room.name}: {key!r}: {wrong}" for wrong in message.check(catalogue))


def _key(message_id: str | tuple[str, ...] | list[str]) -> str:
    return message_id if isinstance(message_id, str) else message_id[0]


def _translated(string: str | tuple[str, ...] | list[str] | None) -> bool:
    return all(string) if isinstance(string, (tuple, list)) else bool(string)


def main(words: list[str]) -> int:
    """Run one of the three commands and return the exit code."""
    command = words[0] if len(words) == 1 else ""
    if command == "update":
        update()
        compile_all()
        return 0
    if command == "compile":
        compile_all()
        return 0
    if command == "check":
        lines = list(gaps())
        print("\n".join(lines))
        return 1 if lines else 0
    print((__doc__ or "").splitlines()[0], file=sys.stderr)
    return 2


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
