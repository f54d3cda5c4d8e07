"""Variables, secrets and disks that cannot be: one sentence, in the person's language."""

from __future__ import annotations

import json
import os
import sqlite3
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from atarraya.command import entry, words
from atarraya.settings import env
from support.living import Home

WRONG = [
    ("ATARRAYA_TIME_ZONE", "Mars/Olympus", "debe ser una zona horaria", "must be a time zone"),
    ("ATARRAYA_TIME_ZONE", "../etc", "debe ser una zona horaria", "must be a time zone"),
    ("ATARRAYA_PLAIN_HTTP", "maybe", "debe ser 1 o 0", "must be 1 or 0"),
    ("ATARRAYA_MEDIA_RESERVE_MB", "-1", "debe ser un número entero", "must be a whole number"),
    ("DATABASE_URL", "mysql://here", "se escribe postgresql://", "must be written as postgresql://"),
    ("DATABASE_URL", "postgresql://here:port/x", "se escribe postgresql://", "must be written as postgresql://"),
]


@pytest.mark.parametrize(("name", "value", "es", "en"), WRONG)
def test_what_a_variable_must_be_is_said(founded: Home, name: str, value: str, es: str, en: str) -> None:
    for lang, says in (("es", es), ("en", en)):
        done = founded.atarraya("point", "list", check=False, ATARRAYA_LANG=lang, **{name: value})
        assert done.returncode == 1 and f"{name} {says}" in done.stderr
        assert len(done.stderr.splitlines()) == 1


ON = {"ATARRAYA_MAIL_HOST": "127.0.0.1", "ATARRAYA_MAIL_FROM": "nadie@example.org", "ATARRAYA_MAIL_TLS": "none"}
PUSH = {"ATARRAYA_PUSH": "1"}
WRONG_WAYS = [
    ({"ATARRAYA_PUSH": "ja"}, "ATARRAYA_PUSH debe ser 1 o 0."),
    (PUSH | {"ATARRAYA_PUSH_HOSTS": "https://push.example.org"}, "ATARRAYA_PUSH_HOSTS deben ser nombres de servidores"),
    (PUSH | {"ATARRAYA_PUSH_HOSTS": "10.0.0.1"}, "ATARRAYA_PUSH_HOSTS deben ser nombres de servidores"),
    (
        PUSH | {"ATARRAYA_PUSH_CONTACT": "nadie@example.org"},
        "ATARRAYA_PUSH_CONTACT debe empezar por mailto: o https://",
    ),
    (ON | {"ATARRAYA_MAIL_PORT": "smtp"}, "ATARRAYA_MAIL_PORT debe ser un número entero."),
    (ON | {"ATARRAYA_MAIL_PORT": "0"}, "ATARRAYA_MAIL_PORT debe ser un puerto, de 1 a 65535."),
    (ON | {"ATARRAYA_MAIL_TLS": "maybe"}, "ATARRAYA_MAIL_TLS debe ser tls, starttls o none"),
    (ON | {"ATARRAYA_MAIL_HOST": "mail.example.org"}, "ATARRAYA_MAIL_TLS debe ser tls, starttls o none"),
    (ON | {"ATARRAYA_MAIL_FROM": "nadie"}, "ATARRAYA_MAIL_FROM debe ser la dirección de correo que envía."),
]


@pytest.mark.parametrize(("settings", "says"), WRONG_WAYS)
def test_no_worker_starts_with_a_way_out_that_is_misread(founded: Home, settings: dict[str, str], says: str) -> None:
    done = founded.atarraya("worker", "--once", check=False, **settings)
    assert done.returncode == 1 and says in done.stderr and len(done.stderr.splitlines()) == 1


def test_no_server_starts_with_one(founded: Home) -> None:
    settings, says = WRONG_WAYS[0]
    done = founded.atarraya("serve", "--plain-http", check=False, **settings)
    assert done.returncode == 1 and says in done.stderr and len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize(("settings", "says"), [WRONG_WAYS[0], WRONG_WAYS[4]])
def test_the_doctor_says_it_of_that_way_and_looks_at_the_rest(
    founded: Home, settings: dict[str, str], says: str
) -> None:
    done = founded.atarraya("doctor", "--json", check=False, **settings)
    found = {finding["check"]: finding for finding in json.loads(done.stdout)}
    wrong, other = ("way-push", "way-mail") if "ATARRAYA_PUSH" in settings else ("way-mail", "way-push")
    assert done.returncode == 3 and found[wrong]["level"] == "broken" and says in found[wrong]["sentence"]
    assert found[other]["level"] == "note" and "deliveries" in found


def test_of_many_who_ask_for_a_secret_at_once_all_get_the_same(tmp_path: Path) -> None:
    for turn in range(20):
        start = threading.Barrier(8)

        def ask(name: str = f"s{turn}", start: threading.Barrier = start) -> bytes:
            start.wait()
            return env.secret(tmp_path, name)

        with ThreadPoolExecutor(8) as many:
            assert len({each.result() for each in [many.submit(ask) for _ in range(8)]}) == 1
    assert not list((tmp_path / "secrets").glob(".*"))


def test_a_damaged_secret_is_named(home: Home) -> None:
    path = home.folder / "secrets" / "receipts"
    path.write_text("not hex")
    done = home.atarraya("point", "list", check=False)
    assert done.returncode == 1 and f"El secreto {path} está dañado" in done.stderr


def test_a_secret_is_written_whole_and_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def killed(*_args: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "link", killed)
    with pytest.raises(KeyboardInterrupt):
        env.secret(tmp_path, "django")
    assert not (tmp_path / "secrets" / "django").exists(), "a half secret is worse than none"
    monkeypatch.undo()
    first = env.secret(tmp_path, "django")
    assert len(first) == 32 and env.secret(tmp_path, "django") == first
    assert (tmp_path / "secrets" / "django").stat().st_mode & 0o777 == 0o600


def test_a_database_on_a_full_disk_says_that_the_disk_is_full(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    words.speak("es")
    with sqlite3.connect(tmp_path / "small.sqlite3") as small:
        small.execute("PRAGMA max_page_count = 2")
        with pytest.raises(sqlite3.OperationalError) as full:
            small.execute("CREATE TABLE one (body BLOB)")
            small.execute("INSERT INTO one VALUES (randomblob(100000))")
    assert entry.sentence(full.value).startswith("El disco está lleno")
    broken = sqlite3.OperationalError("disk I/O error")
    monkeypatch.setenv("ATARRAYA_DATA", str(tmp_path))
    assert "disk I/O error" in entry.sentence(broken), "a disk that breaks is not one that is full"
    monkeypatch.setattr(entry, "SCANT", 1 << 62)
    assert entry.sentence(broken).startswith("El disco está lleno")
