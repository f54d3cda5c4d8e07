"""A person at the terminal: what is typed does not show, what is opened does, and nothing of it stays."""

from __future__ import annotations

import contextlib
import csv
import io
import json
import os
import subprocess
import time
from pathlib import Path
from uuid import uuid4

import pyrage
import pytest

from support.exported import Copy
from support.terminal import Terminal
from workbench.conftest import WORKBENCH, environment, run, sit

CANARY = "la lancha azul del canario"


def type_sheets(person: Terminal, copy: Copy, circle: str = "Verificación") -> tuple[str, str]:
    first, second, _third = copy.circles[circle].sheets
    person.answer("Primera hoja", first)
    person.answer("Segunda hoja", second)
    return first, second


def seen_from_outside(person: Terminal) -> bytes:
    """Return what any process of the machine can read of this one: its arguments, and its variables if it may."""
    place = Path("/proc") / str(person.process.pid)
    found = (place / "cmdline").read_bytes()
    with contextlib.suppress(PermissionError):
        found += (place / "environ").read_bytes()
    assert b"atarraya_workbench" in found
    return found


def on_disk(*places: Path) -> bytes:
    return b"".join(path.read_bytes() for place in places for path in place.rglob("*") if path.is_file())


def test_an_account_is_shown_with_its_thread_and_the_screen_is_left_clean(copy: Copy, tmp_path: Path) -> None:
    photo = copy.attach(os.urandom(40_000))
    pk = copy.send(text=f"{CANARY}\x1b[31m\x1b]52;c;AAAA\x07", attachments=[photo, {"id": "../..", "chunks": 1}])
    note = {"type": "note", "thread": pk, "at": "2026-11-20T10:00:00", "alias": "Iván\x1b[1m"}
    copy.send(**note, act="grade", source="B", info="2")
    copy.send(**note, act="text", text="Llamé al consejo.")
    place = copy.write(tmp_path / "out")
    person = sit("open", place)
    typed = type_sheets(person, copy)
    person.answer("Número del relato", "1")
    shown = person.wait_for("[Entrar: volver]")
    outside = seen_from_outside(person)
    person.type("")
    person.answer("Número del relato", "")
    assert person.end() == 0
    assert CANARY in shown and "Calificación B2" in shown and "Llamé al consejo." in shown
    assert "Adjunto 1 · image/jpeg · 39 KiB · completo" in shown and "Adjunto 2 · dañado" in shown
    assert "\x1b[31m" not in shown and "\x1b]52" not in shown and "\x1b[1m" not in shown
    assert "\x1b[?1049h" in person.said and person.said.index("\x1b[?1049l") > person.said.index(CANARY)
    for secret in (*typed, *(sheet.replace("-", "") for sheet in typed)):
        assert secret not in person.said and secret.encode() not in outside
    everything = on_disk(tmp_path)
    identities = [bundle["age"] for ring in copy.circles.values() for bundle in ring.bundles]
    for secret in (CANARY, *typed, *identities, *(ring.offline for ring in copy.circles.values())):
        assert secret.encode() not in everything
    searched = on_disk(place) + CANARY.encode()
    assert CANARY.encode() in searched, "the searcher finds what it searches for"


def test_the_one_asked_for_is_found_by_any_of_its_envelopes(copy: Copy, tmp_path: Path) -> None:
    pk = copy.send(text="primero")
    copy.send(text="segundo")
    note = copy.send(type="note", thread=pk, act="text", text="nota")
    phrase, _code = copy.member("Verificación")
    place = copy.write(tmp_path / "out")
    person = sit("open", place, note[:13], "--with", "phrase")
    person.answer("Frase de llave", phrase)
    shown = person.wait_for("[Entrar: volver]")
    person.type("")
    assert person.end() == 0
    assert "primero" in shown and "segundo" not in shown and phrase.split()[0] not in person.said
    person = sit("open", place, "ffffffff-0", "--with", "phrase")
    person.answer("Frase de llave", phrase)
    assert person.end() == 1 and "Ningún relato" in person.said


@pytest.mark.parametrize("lang", ["es", "en"])
def test_without_a_terminal_no_key_is_taken_and_nothing_shows(copy: Copy, tmp_path: Path, lang: str) -> None:
    copy.send(text=CANARY)
    place = copy.write(tmp_path / "out")
    shown = run("open", place, "--swap-is-encrypted", lang=lang)
    assert (shown.returncode, shown.stdout) == (1, "")
    assert ("sólo muestra" if lang == "es" else "on a terminal only") in shown.stderr
    copied = run("export", place, "--to", tmp_path / "to", "--clear", "--yes", "--swap-is-encrypted", lang=lang)
    assert copied.returncode == 1
    assert ("se escriben en una terminal" if lang == "es" else "typed at a terminal") in copied.stderr
    assert CANARY.encode() not in on_disk(tmp_path)


def test_ctrl_c_says_stopped_and_shows_no_trace(copy: Copy, tmp_path: Path) -> None:
    person = sit("open", copy.write(tmp_path / "out"))
    person.wait_for("Primera hoja")
    os.write(person.master, b"\x03")
    assert person.end() == 130
    assert "Detenido." in person.said and "Traceback" not in person.said


def test_copies_are_sealed_again_and_the_age_command_opens_them(copy: Copy, age_tool: str, tmp_path: Path) -> None:
    photo = copy.attach(b"\xff\xd8" + bytes(20_000))
    copy.send(text=f"={CANARY}", attachments=[photo], reply_key="R" * 43, contact={"number": "+57 312"})
    identity = pyrage.x25519.Identity.generate()
    (tmp_path / "key.txt").write_text(str(identity))
    to = tmp_path / "to"
    person = sit("export", copy.write(tmp_path / "out"), "--to", to, "--recipient", str(identity.to_public()))
    assert "copias selladas" in person.wait_for("Escriba SÍ")
    assert not to.exists(), "nothing is written before it is agreed to"
    person.type("sí")
    type_sheets(person, copy)
    assert person.end() == 0, person.said
    assert CANARY.encode() not in on_disk(to) and not (to / "UNFINISHED.txt").exists()
    for path in [to, *to.rglob("*")]:
        assert path.stat().st_mode & 0o077 == 0

    def opened(path: Path) -> bytes:
        command = [age_tool, "-d", "-i", str(tmp_path / "key.txt"), str(path)]
        return subprocess.run(command, capture_output=True, check=True).stdout

    (account,) = (to / "accounts").iterdir()
    told = json.loads(opened(account))
    assert told["account"]["text"] == f"={CANARY}" and "R" * 43 not in json.dumps(told)
    assert opened(to / told["account"]["attachments"][0]["file"]) == b"\xff\xd8" + bytes(20_000)
    (row,) = csv.DictReader(io.StringIO(opened(to / "accounts.csv.age").decode()))
    assert row["text"] == f"'={CANARY}" and row["Municipio"] == "Bojayá (27099)"
    assert row["Cómo comunicarse"] == "'+57 312"


def test_in_clear_only_when_asked_and_agreed_to(copy: Copy, tmp_path: Path) -> None:
    copy.send(text=CANARY)
    place, to = copy.write(tmp_path / "out"), tmp_path / "to"
    person = sit("export", place, "--to", to, "--clear")
    assert "legibles" in person.wait_for("Escriba SÍ")
    person.type("no")
    assert person.end() == 1 and not to.exists()
    person = sit("export", place, "--to", to, "--clear")
    person.answer("Escriba SÍ", "SI")
    type_sheets(person, copy)
    assert person.end() == 0
    assert json.loads(next((to / "accounts").iterdir()).read_text())["account"]["text"] == CANARY
    refused = sit(
        "export", place, "--to", to, "--yes", "--recipient", str(pyrage.x25519.Identity.generate().to_public())
    )
    assert refused.end() == 1 and "de otra manera" in refused.said
    wrong = run("export", place, "--to", tmp_path / "other", "--recipient", "ssh-ed25519 AAAA", "--yes")
    assert wrong.returncode == 1 and "age-keygen" in wrong.stderr and not (tmp_path / "other").exists()


def begin_copies(place: Path, to: Path, copy: Copy) -> Terminal:
    person = sit("export", place, "--to", to, "--clear", "--yes")
    type_sheets(person, copy)
    return person


def test_killed_in_the_middle_the_same_again_goes_on(copy: Copy, tmp_path: Path) -> None:
    ids = [copy.send(text=f"relato {number}") for number in range(400)]
    place, to = copy.write(tmp_path / "out"), tmp_path / "to"
    person = begin_copies(place, to, copy)
    deadline = time.monotonic() + 60
    while len(list((to / "accounts").glob("*.json"))) < 20 and time.monotonic() < deadline:
        time.sleep(0.005)
    person.kill()
    assert (to / "UNFINISHED.txt").read_text().startswith("Estas copias quedaron cortadas")
    before = {path.name: path.stat().st_mtime_ns for path in (to / "accounts").glob("*.json")}
    assert 20 <= len(before) < 400
    assert all(json.loads((to / "accounts" / name).read_text()) for name in before), "each file is whole or absent"
    assert begin_copies(place, to, copy).end() == 0
    after = {path.name: path.stat().st_mtime_ns for path in (to / "accounts").iterdir()}
    assert len(after) == len(ids) and before.items() <= after.items()
    assert not (to / "UNFINISHED.txt").exists()


def test_what_changed_since_takes_the_place_of_the_old_copy(copy: Copy, tmp_path: Path) -> None:
    pk = copy.send(text="relato")
    to = tmp_path / "to"
    assert begin_copies(copy.write(tmp_path / "out"), to, copy).end() == 0
    copy.send(type="note", thread=pk, act="text", text="más tarde")
    assert begin_copies(copy.write(tmp_path / "later"), to, copy).end() == 0
    (account,) = (to / "accounts").iterdir()
    assert "más tarde" in account.read_text()


def test_a_full_disk_is_said_and_leaves_no_half_file(copy: Copy, tmp_path: Path) -> None:
    copy.send(text="cabe")
    copy.send(text="no cabe", attachments=[copy.attach(os.urandom(60_000))])
    place, to = copy.write(tmp_path / "out"), tmp_path / "to"
    limit = "import resource, sys; resource.setrlimit(resource.RLIMIT_FSIZE, (40000, 40000)); "
    program = f"{limit}from atarraya_workbench.entry import main; sys.exit(main(sys.argv[1:]))"
    command = [WORKBENCH[0], "-c", program, "export", str(place), "--to", str(to), "--clear", "--yes"]
    person = Terminal([*command, "--swap-is-encrypted"], environment())
    type_sheets(person, copy)
    assert person.end() == 1 and "El disco está lleno" in person.said
    assert not list(to.rglob("*.part")) and not list((to / "attachments").iterdir())
    assert (to / "UNFINISHED.txt").exists()
    assert begin_copies(place, to, copy).end() == 0
    assert len(list((to / "attachments").iterdir())) == 1


def test_a_folder_with_something_else_is_left_alone(copy: Copy, tmp_path: Path) -> None:
    (tmp_path / "to").mkdir()
    (tmp_path / "to" / "mine.txt").write_text("mío")
    person = sit("export", copy.write(tmp_path / "out"), "--to", tmp_path / "to", "--clear", "--yes")
    assert person.end() == 1 and "Elija una carpeta nueva" in person.said
    assert [path.name for path in (tmp_path / "to").iterdir()] == ["mine.txt"]


@pytest.mark.slow
def test_ten_thousand_envelopes(copy: Copy, tmp_path: Path) -> None:
    blobs = [copy.blobs[copy.send(to=to, text="x" * 100)] for to in ("Verificación", None)]
    for number in range(9_998):
        copy.add(str(uuid4()), blobs[number % 2])
    place = copy.write(tmp_path / "out")
    assert "10000" in run("list", place).stdout
    person = sit("open", place)
    type_sheets(person, copy)
    said = person.wait_for("Número del relato")
    person.type("")
    assert person.end() == 0
    assert "Abiertos: 5000." in said and "10000/10000" in person.said
