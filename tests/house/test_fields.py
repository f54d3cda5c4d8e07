"""Every stored field says who can read it; nothing about sealed reports is dated finer than a day or kept in order."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.db import connection, models

import inventory
from atarraya.web import revealing
from support import house

# Losing `unordered` on one of these would be a leak, so the mark itself is held here.
ABOUT_SEALED_REPORTS = {
    "Entry",
    "Envelope",
    "StorageKey",
    "Chunk",
    "Erasure",
    "Spoken",
    "OdkSubmission",
    "OdkPart",
    "OdkPartKey",
}
OURS = [model for model in apps.get_models(include_auto_created=True) if model.__module__.startswith("atarraya.")]
UNORDERED = [model for model in OURS if getattr(model, "unordered", False)]
MOMENTS = (models.DateTimeField, models.TimeField, models.DurationField)


def names(model: type[models.Model]) -> set[str]:
    return {field.name for field in model._meta.local_concrete_fields}


@pytest.mark.parametrize("model", OURS, ids=lambda model: model._meta.label)
def test_every_field_has_a_class(model: type[models.Model]) -> None:
    declared: dict[str, str] = getattr(model, "FIELD_CLASSES", {})
    assert declared.keys() == names(model)
    assert set(declared.values()) <= set(revealing.CLASSES)


def test_every_other_table_is_known() -> None:
    others = {model._meta.app_label for model in apps.get_models(include_auto_created=True)} - {
        model._meta.app_label for model in OURS
    }
    assert others <= revealing.FOREIGN, "tables of a package whose contents nobody described"
    assert not [line for line in revealing.columns() if line[2] == revealing.UNDECLARED]


def test_the_inventory_is_what_the_models_say() -> None:
    written = (house.ROOT / "docs" / "data-inventory.md").read_text(encoding="utf-8")
    assert written == inventory.document(), "run `make inventory`"


def test_tables_about_sealed_reports_are_marked() -> None:
    assert {model.__name__ for model in UNORDERED} >= ABOUT_SEALED_REPORTS


@pytest.mark.parametrize("model", UNORDERED, ids=lambda model: model._meta.label)
def test_no_moment_finer_than_a_day_and_no_counted_id(model: type[models.Model]) -> None:
    fields = model._meta.local_concrete_fields
    assert not [field.name for field in fields if isinstance(field, MOMENTS)]
    assert isinstance(model._meta.pk, models.UUIDField | models.OneToOneField)
    assert not [field.name for field in fields if isinstance(field, models.AutoField)]
    assert not [field.name for field in fields if getattr(field, "auto_now_add", False)]


@pytest.mark.only_on("sqlite", reason="PostgreSQL has no such tables; there mixing and vacuum hide arrival")
@pytest.mark.django_db
def test_sqlite_keeps_no_order_of_arrival() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'table'")
        made = dict(cursor.fetchall())
    ordered = [model._meta.db_table for model in UNORDERED if "WITHOUT ROWID" not in made[model._meta.db_table]]
    assert not ordered
