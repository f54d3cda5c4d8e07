"""What a seized server gives up, read from the schema itself: every table and column, by class.

Rooms declare the class of each column (`FIELD_CLASSES`); columns of other packages are declared here. A column that
nobody declared is listed under `undeclared`, and a test keeps that list empty.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.db.models import Model

from atarraya.web import revealing_words

CLASSES = ("sealed", "routing", "shared", "public", "administration")
UNDECLARED = "undeclared"

# Tables of packages we did not write hold only what administration needs.
FOREIGN_CLASS = "administration"
FOREIGN = frozenset({"auth", "contenttypes", "sessions", "account", "mfa"})


@dataclass(frozen=True)
class RevealedTable:
    """The columns of one table that belong to one class, and what the table is, in one sentence."""

    table: str
    sentence: str
    columns: list[str]


@dataclass(frozen=True)
class RevealedClass:
    """A class of columns: its name, a title, who can read it, and its tables."""

    name: str
    title: str
    sentences: list[str]
    tables: list[RevealedTable] = field(default_factory=list)


def classes() -> list[RevealedClass]:
    """Return the five classes with every column of the schema, in the reader's language."""
    found: dict[str, dict[str, list[str]]] = {name: {} for name in (*CLASSES, UNDECLARED)}
    for label, column, kind in columns():
        found[kind].setdefault(label, []).append(column)
    return [
        RevealedClass(
            name=name,
            title=revealing_words.title(name),
            sentences=revealing_words.of_class(name),
            tables=[
                RevealedTable(label, revealing_words.of_table(label), names)
                for label, names in sorted(found[name].items())
            ],
        )
        for name in (*CLASSES, UNDECLARED)
        if name != UNDECLARED or found[name]
    ]


def columns() -> Iterator[tuple[str, str, str]]:
    """Yield (`app.Model`, column, class) for every column of every installed table."""
    for model in sorted(apps.get_models(include_auto_created=True), key=lambda model: model._meta.label):
        for each in model._meta.local_concrete_fields:
            yield model._meta.label, each.name, _class_of(model, each.name)


def _class_of(model: type[Model], name: str) -> str:
    if model._meta.app_label in FOREIGN:
        return FOREIGN_CLASS
    declared: dict[str, Any] = getattr(model, "FIELD_CLASSES", {})
    kind = declared.get(name, UNDECLARED)
    if name not in declared and model._meta.auto_created is False and model._meta.pk.name == name:
        # A numbered key that a room did not mention is only the row's place in its table.
        return FOREIGN_CLASS
    return kind if kind in CLASSES else UNDECLARED


def beside() -> list[tuple[str, str]]:
    """Return what lies beside the database, and what an altered server could do: (what, sentence)."""
    return revealing_words.beside()
