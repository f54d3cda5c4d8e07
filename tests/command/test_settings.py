"""Variables, secrets and disks that cannot be: one sentence, in the person's language."""

from __future__ import annotations

import os
import sqlite3
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
