"""The whole way: a network lives, `atarraya export` writes, and another machine opens it with paper or words."""

from __future__ import annotations

import contextlib
import json
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from support.house import ROOT
from support.living import COMMAND, Home
from support.terminal import Terminal
from workbench import lived
from workbench.conftest import environment, run, sit

# All in one process: the network they open lives once.
pytestmark = pytest.mark.xdist_group("lived")


@pytest.fixture(scope="module")
def lived_in(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    """A network that has lived: two lists, notes, attachments. Nothing here changes it but its trail."""
    home = Home.empty(tmp_path_factory.mktemp("lived"))
    home.run([COMMAND[0], "-m", "workbench.lived", str(home.folder)])
    home.secrets = json.loads(home.folder.with_suffix(".json").read_text())
    yield home
    home.remove()


@pytest.fixture
def out(lived_in: Home, tmp_path: Path) -> Path:
    """What its server exports, with the verifier's keys."""
    lived_in.atarraya("export", "--to", str(tmp_path / "out"), "--only", "envelopes", "--keys-of", "ivan")
    return tmp_path / "out"


def copies(person: Terminal, to: Path) -> list[dict[str, object]]:
    assert person.end() == 0, person.said
    return [json.loads(path.read_text()) for path in sorted((to / "accounts").iterdir())]


def test_list_tells_what_a_server_exported(out: Path) -> None:
    said = run("list", out)
    assert said.returncode == 0, said.stderr
    assert "Atrato, lista 1: Verificación Atrato (llave 1)" in said.stdout
    assert "Atrato, lista 2: Verificación Atrato (llave 2)" in said.stdout
    assert "Bojayá (27099)" in said.stdout and "Personas cuyas palabras la abren: 1." in said.stdout


def test_sheets_open_every_key_of_their_circle(lived_in: Home, out: Path, tmp_path: Path) -> None:
    to = tmp_path / "to"
    person = sit("export", out, "--to", to, "--clear", "--yes", "--with", "sheets")
    first, second, _third = lived_in.secrets["sheets"]["verifiers"]
    person.answer("Primera hoja", second)
    person.answer("Segunda hoja", first)
    told = copies(person, to)
    texts = {one["account"]["text"]: one for one in told}  # type: ignore[index]
    assert set(texts) == {"antes del cambio", "después del cambio"}
    before = texts["antes del cambio"]
    assert before["grade"] == "B2" and before["notes"][0]["says"] == "Calificación B2"  # type: ignore[index]
    for one in told:
        (attached,) = one["account"]["attachments"]  # type: ignore[index]
        assert (to / attached["file"]).read_bytes() == lived.CONTENT and attached["file"].endswith(".webm")
    assert "Para otros círculos, o para nadie, como todo «sin novedad»: 1." in person.said


def test_another_circles_sheets_open_its_own_and_nothing_else(lived_in: Home, out: Path, tmp_path: Path) -> None:
    person = sit("export", out, "--to", tmp_path / "to", "--clear", "--yes", "--with", "sheets")
    first, second, _third = lived_in.secrets["sheets"]["women"]
    person.answer("Primera hoja", first)
    person.answer("Segunda hoja", second)
    (one,) = copies(person, tmp_path / "to")
    assert one["account"]["text"] == "para mujeres"  # type: ignore[index]


@pytest.mark.parametrize(("way", "prompt"), [("phrase", "Frase de llave"), ("code", "Código de recuperación")])
def test_a_members_words_and_code_open_what_their_desk_opens(lived_in: Home, out: Path, way: str, prompt: str) -> None:
    person = sit("open", out, "--with", way)
    person.answer(prompt, lived_in.secrets["people"]["verifier"][way])
    said = person.wait_for("Número del relato")
    person.type("2")
    shown = person.wait_for("[Entrar: volver]")
    person.type("")
    person.answer("Número del relato", "")
    assert person.end() == 0
    assert "Abiertos: 3." in said and "No podemos salir" in said
    assert "del cambio" in shown and "audio/webm · 30 KiB · completo" in shown


def test_the_export_carries_only_the_keys_asked_for_and_names_nobody(lived_in: Home, out: Path) -> None:
    text = (out / "workbench.json").read_text()
    assert len(json.loads(text)["keyholders"]) == 1
    people = lived_in.secrets["people"].values()
    assert not [person["login"] for person in people if f'"{person["login"]}"' in text]
    secrets = [person[name] for person in people for name in ("phrase", "code", "identity", "password")]
    secrets += [one for ring in lived_in.secrets["circles"].values() for one in ring]
    assert secrets and not [secret for secret in secrets if secret in text]
    assert (out / "workbench.json").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("login", ["nobody", "dario"])
def test_keys_of_nobody_or_of_who_was_not_let_in_are_refused(lived_in: Home, tmp_path: Path, login: str) -> None:
    done = lived_in.atarraya("export", "--to", str(tmp_path / "x"), "--keys-of", login, check=False)
    assert done.returncode == 1 and login in done.stderr and not (tmp_path / "x").exists()


def test_the_trail_says_that_keys_went_along(lived_in: Home, out: Path) -> None:
    assert out.exists()
    script = (
        "import argparse, pathlib, sys\nfrom atarraya.command import entry, folder\n"
        "home = pathlib.Path(sys.argv[1])\nentry.prepare(argparse.Namespace(folder=home), folder.read(home))\n"
        "from atarraya.trail.models import Line\nprint(Line.objects.filter(verb='export.keys').count())"
    )
    done = lived_in.run([sys.executable, "-c", script, str(lived_in.folder)])
    assert int(done.stdout) >= 1


def test_it_needs_no_settings_and_no_database(out: Path) -> None:
    script = (
        "import sys\nfrom atarraya_workbench.entry import main\n"
        "from atarraya_workbench.acts import exporting, listing, showing\ncode = main(['list', sys.argv[1]])\n"
        "from django.conf import settings\nassert not settings.configured\n"
        "strange = {'django.db', 'django.http', 'sqlite3', 'http.client', 'urllib.request'} & set(sys.modules)\n"
        "assert not strange, strange\nsys.exit(code)"
    )
    done = subprocess.run([sys.executable, "-c", script, str(out)], env=environment(), capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def rows(home: Home) -> tuple[int, int]:
    """Return how many entries and how many ODK submissions the tables of a home hold, asked past its programs."""
    asked = [f"SELECT count(*) FROM {table}" for table in ("alerts_entry", "odk_odksubmission")]
    if home.database:
        with psycopg.connect(home.environment["DATABASE_URL"]) as server:
            found = [server.execute(one.encode()).fetchone() for one in asked]
    else:
        with contextlib.closing(sqlite3.connect(home.folder / "atarraya.sqlite3", timeout=30)) as file:
            found = [file.execute(one).fetchone() for one in asked]
    entries, forms = (row[0] for row in found if row)
    return entries, forms


def sealed_again(home: Home, out: Path, to: Path) -> None:
    person = sit("odk", out, "--to", to, "--with", "sheets", "--yes")
    first, second, _third = home.secrets["sheets"]["verifiers"]
    person.answer("Primera hoja", first)
    person.answer("Segunda hoja", second)
    assert person.end() == 0, person.said


def test_odk_forms_come_back_as_reports_and_a_killed_import_loses_none(
    lived_in: Home, out: Path, tmp_path: Path
) -> None:
    sealed_again(lived_in, out, tmp_path / "to")
    home = lived_in.copy(tmp_path)
    try:
        before, forms = rows(home)
        assert forms == lived.FORMS
        process = subprocess.Popen([*COMMAND, "odk", "import", str(tmp_path / "to")], env=home.environment, cwd=ROOT)
        while rows(home)[0] == before and process.poll() is None:
            continue
        process.kill()
        process.wait()
        entries, left = rows(home)
        assert entries - before + left == lived.FORMS, "each is a report or a form, never both and never neither"
        for _time in range(2):
            home.atarraya("odk", "import", str(tmp_path / "to"))
            assert rows(home) == (before + lived.FORMS, 0)
        home.atarraya("export", "--to", str(tmp_path / "after"), "--only", "envelopes")
        assert not (tmp_path / "after" / "odk.json").exists()
    finally:
        home.remove()
    person = sit("export", tmp_path / "after", "--to", tmp_path / "copies", "--clear", "--yes", "--with", "sheets")
    first, second, _third = lived_in.secrets["sheets"]["verifiers"]
    person.answer("Primera hoja", first)
    person.answer("Segunda hoja", second)
    came = [one for one in copies(person, tmp_path / "copies") if one["account"]["text"].startswith("de ODK")]  # type: ignore[index]
    assert len({one["account"]["text"] for one in came}) == lived.FORMS  # type: ignore[index]
    for one in came:
        photo, voice = one["account"]["attachments"]  # type: ignore[index]
        assert (tmp_path / "copies" / voice["file"]).read_bytes() == lived.VOICE
        assert photo["file"].endswith(".jpg")
