"""`atarraya reveal`: what a seized server gives up, from the schema itself."""

from __future__ import annotations

import argparse
import json
import textwrap
from dataclasses import asdict

from atarraya.command import entry
from atarraya.command.codes import DONE

WIDTH = 96


def run(args: argparse.Namespace) -> int:
    """Print every class with its sentences, tables and columns. Needs no installation."""
    with entry.scratch():
        from atarraya.web import revealing

        classes, beside = revealing.classes(), revealing.beside()
    if args.json:
        print(json.dumps({"classes": [asdict(each) for each in classes], "beside": beside}, ensure_ascii=False))
        return DONE
    for each in classes:
        print(f"{each.title}\n{'─' * len(each.title)}")
        _paragraphs(each.sentences)
        for table in each.tables:
            _paragraphs([f"{table.table}: {table.sentence} [{', '.join(table.columns)}]"], indent="  · ")
        print()
    for what, sentence in beside:
        print(what)
        _paragraphs([sentence], indent="  ")
    return DONE


def _paragraphs(sentences: list[str], indent: str = "") -> None:
    later = " " * len(indent)
    for sentence in sentences:
        print(textwrap.fill(sentence, WIDTH, initial_indent=indent, subsequent_indent=later))
