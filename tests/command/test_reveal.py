"""What a seizure gives up is read from the schema: every column, its class, and a sentence for every table."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from django.apps import apps
from django.test import Client
from django.utils import translation

from atarraya.web import revealing, revealing_words
from support import starting
from support.living import COMMAND, PATHS


def reveal(tmp_path: Path, *more: str, lang: str = "es") -> str:
    environ = {"PYTHONPATH": PATHS, "ATARRAYA_LANG": lang, "PATH": "/usr/bin:/bin"}
    done = starting.run([*COMMAND, "reveal", *more], env=environ, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_it_needs_no_installation_and_leaves_nothing(tmp_path: Path) -> None:
    said = reveal(tmp_path)
    assert said.startswith("Sellado: cerrado para quien se lleve el servidor")
    assert reveal(tmp_path, lang="en").startswith("Sealed: closed to whoever takes the server")
    assert list(tmp_path.iterdir()) == []


def test_every_column_of_every_table_is_in_it_once(tmp_path: Path) -> None:
    told = json.loads(reveal(tmp_path, "--json"))["classes"]
    listed = [(table["table"], column) for each in told for table in each["tables"] for column in table["columns"]]
    schema = [
        (model._meta.label, field.name)
        for model in apps.get_models(include_auto_created=True)
        for field in model._meta.local_concrete_fields
    ]
    assert sorted(listed) == sorted(schema)
    assert [each["name"] for each in told] == list(revealing.CLASSES), "nothing is undeclared"


def test_sealed_columns_are_sealed_and_no_account_is_elsewhere() -> None:
    classes = {(table, column): kind for table, column, kind in revealing.columns()}
    assert classes["alerts.Envelope", "body"] == "sealed"
    assert classes["network.Member", "phrase_file"] == "sealed"
    assert classes["network.Member", "password"] == "administration"
    assert classes["alerts.Alert", "summary"] == "shared"
    assert classes["sessions.Session", "session_data"] == "administration"


def test_a_column_that_nobody_declared_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    from atarraya.alerts.models import Entry

    declared = {name: kind for name, kind in Entry.FIELD_CLASSES.items() if name != "day"}
    monkeypatch.setattr(Entry, "FIELD_CLASSES", declared)
    assert ("alerts.Entry", "day", revealing.UNDECLARED) in set(revealing.columns())
    assert revealing.classes()[-1].name == revealing.UNDECLARED


@pytest.mark.parametrize("label", [model._meta.label for model in apps.get_models(include_auto_created=True)])
def test_every_table_has_its_sentence_in_both_languages(label: str) -> None:
    with translation.override("en"):
        english = revealing_words.of_table(label)
    with translation.override("es"):
        spanish = revealing_words.of_table(label)
    assert english and spanish and english != spanish


def test_no_sentence_is_of_a_table_that_is_gone() -> None:
    labels = {model._meta.label for model in apps.get_models(include_auto_created=True)}
    assert set(revealing_words.TABLES) <= labels


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("lang", "says"), [("es", "Qué revelaría este servidor"), ("en", "What this server would reveal")]
)
def test_the_page_says_the_same_to_anyone(lang: str, says: str) -> None:
    page = Client().get("/que-revela", headers={"accept-language": lang, "accept": "text/html"}).content.decode()
    assert says in page
    for table, column, _kind in revealing.columns():
        assert table in page and column in page
    with translation.override(lang):
        for what, _sentence in revealing.beside():
            assert what in page
