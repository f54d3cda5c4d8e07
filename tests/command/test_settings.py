"""Variables and secrets that cannot be: one sentence, in the person's language, before anything is touched."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

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
