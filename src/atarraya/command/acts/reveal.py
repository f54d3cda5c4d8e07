"""`atarraya reveal`: what a seized server gives up, from the schema itself."""

from __future__ import annotations

import argparse
import json
import textwrap
from dataclasses import asdict

from atarraya.command import entry
from atarraya.command.words import _
from atarraya.terminal.codes import DONE

WIDTH = 96


def run(args: argparse.Namespace) -> int:
    """Print every class with its sentences, tables and columns. Needs no installation."""
    with entry.scratch():
        from atarraya.notices import carriers
        from atarraya.web import revealing

        classes, beside = revealing.classes(), revealing.beside()
        ways = [(str(one.label), [str(line) for line in one.about]) for one in carriers.every()]
    if args.json:
        said = {"classes": [asdict(each) for each in classes], "beside": beside, "ways": ways}
        print(json.dumps(said, ensure_ascii=False))
        return DONE
    for each in classes:
        print(f"{each.title}\n{'─' * len(each.title)}")
        _paragraphs(each.sentences)
        for table in each.tables:
            _paragraphs([f"{table.table}: {table.sentence} [{', '.join(table.columns)}]"], indent="  · ")
        print()
    for way, lines in ways:
        print(_("Way out: %s") % way)
        _paragraphs(lines, indent="  ")
    for what, sentence in beside:
        print(what)
        _paragraphs([sentence], indent="  ")
    return DONE


def _paragraphs(sentences: list[str], indent: str = "") -> None:
    later = " " * len(indent)
    for sentence in sentences:
        print(textwrap.fill(sentence, WIDTH, initial_indent=indent, subsequent_indent=later))
