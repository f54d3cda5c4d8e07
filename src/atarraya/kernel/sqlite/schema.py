"""Schema editor that can keep a table's rows in the order of their random ids instead of their arrival."""

from __future__ import annotations

from typing import Any

from django.db.backends.sqlite3.schema import DatabaseSchemaEditor as SQLiteSchemaEditor


class DatabaseSchemaEditor(SQLiteSchemaEditor):
    """Makes tables of models that set `unordered = True` WITHOUT ROWID.

    A hidden rowid counts up with every insert, so a seized file would tell in which order reports arrived. Without
    it, rows are stored by their random primary key and arrival leaves no order.
    """

    def table_sql(self, model: Any) -> tuple[str, list[Any]]:
        sql, params = super().table_sql(model)
        # Migration states keep no class attributes of a model, so the mark is looked up on the live model.
        if _is_unordered(model):
            sql += " WITHOUT ROWID"
        return sql, params


def _is_unordered(model: Any) -> bool:
    from django.apps import apps

    label, name = model._meta.app_label, model._meta.object_name
    # SQLite remakes a table as "New<Name>" when it alters one.
    for candidate in (name, name.removeprefix("New")):
        try:
            return bool(getattr(apps.get_model(label, candidate), "unordered", False))
        except LookupError:
            continue
    return False
