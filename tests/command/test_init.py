"""Founding: an empty folder becomes a network once, with public keys only, and what is wrong leaves nothing behind."""

from __future__ import annotations

import json
import stat
import subprocess
from pathlib import Path

import pytest

from command.conftest import Safe
from support.living import Home

FOUND = ("init", "--name", "Red de prueba", "--municipalities", "Quibdó, 27099, vigia del fuerte antioquia")


def refused(done: subprocess.CompletedProcess[str]) -> str:
    assert done.returncode == 1, done.stdout
    return done.stderr.splitlines()[-1]


def test_it_founds_and_gives_the_link_once(empty: Home, safe: Safe) -> None:
    done = empty.atarraya(*FOUND, "--host", "ejemplo.org", "--backup-recipient", safe.recipient)
    links = [line.strip() for line in done.stdout.splitlines() if "https://ejemplo.org/fundar/#" in line]
    assert len(links) == 1 and len(links[0].partition("#")[2]) == 32
    assert "Municipios: Quibdó (Chocó), Bojayá (Chocó), Vigía del Fuerte (Antioquia)" in done.stdout
    mark = json.loads((empty.folder / "installation.json").read_text())
    assert mark["hosts"] == ["ejemplo.org"] and mark["backup_recipient"] == safe.recipient and not mark["demo"]
    again = refused(empty.atarraya(*FOUND, check=False))
    assert "ya se fundó una red" in again and "founding-link" in again
    assert "already founded" in refused(empty.atarraya(*FOUND, check=False, ATARRAYA_LANG="en"))


def test_nobody_else_may_read_what_it_makes(empty: Home) -> None:
    empty.atarraya(*FOUND)
    for path in [empty.folder, *empty.folder.rglob("*")]:
        assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0, path


def test_no_private_key_and_no_link_lies_in_the_folder(empty: Home) -> None:
    done = empty.atarraya(*FOUND)
    secret = next(line for line in done.stdout.splitlines() if "/fundar/#" in line).partition("#")[2]
    held = [path for path in empty.folder.rglob("*") if path.is_file()]
    assert held
    for path in held:
        body = path.read_bytes()
        assert b"AGE-SECRET-KEY" not in body and secret.encode() not in body, path


def test_a_lost_link_is_given_again_until_somebody_is_in(empty: Home, home: Home) -> None:
    first = empty.atarraya(*FOUND).stdout
    again = empty.atarraya("member", "founding-link").stdout
    assert "/fundar/#" in again
    assert again.partition("#")[2].split()[0] not in first
    assert home.atarraya("member", "founding-link", check=False).returncode == 1


@pytest.mark.parametrize(
    ("municipalities", "says"),
    [
        ("Riosucio", "27615 Riosucio (Chocó)"),
        ("Nuncajamás", "Ningún municipio se llama"),
        ("99999", "Escriba su código"),
    ],
)
def test_a_place_is_never_guessed(empty: Home, municipalities: str, says: str) -> None:
    done = empty.atarraya("init", "--name", "Red", "--municipalities", municipalities, check=False)
    assert done.returncode == 1 and says in done.stderr
    assert not (empty.folder / "installation.json").exists()
    assert empty.atarraya(*FOUND).returncode == 0, "a refused founding may be begun again"


def test_a_wrong_backup_key_is_refused_before_anything_is_founded(empty: Home) -> None:
    said = refused(empty.atarraya(*FOUND, "--backup-recipient", "age1nonsense", check=False))
    assert said.startswith("Eso no es una llave pública de age")
    assert not (empty.folder / "installation.json").exists()


def test_a_private_key_is_refused_as_one(empty: Home, safe: Safe) -> None:
    done = empty.atarraya(*FOUND, "--backup-recipient", safe.identity, check=False)
    assert done.returncode == 1
    assert all(safe.identity.encode() not in path.read_bytes() for path in empty.folder.rglob("*") if path.is_file())


def test_a_folder_with_other_things_is_left_alone(empty: Home) -> None:
    empty.folder.mkdir()
    (empty.folder / "fotos").mkdir()
    said = refused(empty.atarraya(*FOUND, check=False))
    assert "tiene otras cosas (fotos)" in said
    assert [path.name for path in empty.folder.iterdir()] == ["fotos"]


def test_a_demonstrations_folder_is_refused(empty: Home) -> None:
    empty.folder.mkdir()
    (empty.folder / "installation.json").write_text('{"demo": true, "release": "0"}')
    assert "tiene una demostración" in refused(empty.atarraya(*FOUND, check=False))
    assert "holds a demonstration" in refused(empty.atarraya(*FOUND, check=False, ATARRAYA_LANG="en"))


def test_a_file_in_the_folders_place_is_said(tmp_path: Path, empty: Home) -> None:
    empty.folder.write_text("")
    assert empty.atarraya(*FOUND, check=False).returncode == 1
    assert empty.folder.read_text() == ""
    empty.folder.unlink()


def test_a_founding_that_was_cut_off_is_taken_up_again(empty: Home, tmp_path: Path) -> None:
    first = empty.atarraya(*FOUND).stdout
    (empty.folder / "installation.json").unlink()
    other = empty.atarraya("init", "--name", "Otra red", "--municipalities", "27099", check=False)
    assert "ya tiene una red, Red de prueba" in refused(other)
    assert not (empty.folder / "installation.json").exists()
    again = empty.atarraya(*FOUND, "--host", "ejemplo.org").stdout
    assert "https://ejemplo.org/fundar/#" in again
    assert again.partition("#")[2].split()[0] not in first, "the first link was told to nobody"
    assert empty.atarraya("point").returncode == 0


def test_a_network_at_work_is_not_founded_again(home: Home) -> None:
    (home.folder / "installation.json").unlink()
    name = ("init", "--name", "Red del río", "--municipalities", "27099")
    assert home.atarraya(*name, check=False).returncode == 1
    assert not (home.folder / "installation.json").exists()


@pytest.mark.parametrize("host", ["https://ejemplo.org", "ejemplo.org/", "ejemplo.org:8443", "*", ".ejemplo.org", ""])
def test_only_the_name_of_a_site_is_taken(empty: Home, host: str) -> None:
    done = empty.atarraya(*FOUND, "--host", host, check=False)
    assert done.returncode == 2 and "sólo el nombre, como example.org" in done.stderr
    assert not empty.folder.exists()


@pytest.mark.parametrize("words", [("--name", " "), ("--municipalities", " , ")])
def test_what_may_not_be_empty_is_named(empty: Home, words: tuple[str, str]) -> None:
    done = empty.atarraya(*FOUND, *words, check=False)
    assert done.returncode == 2 and f"{words[0]}: no puede quedar vacío" in done.stderr
    assert not empty.folder.exists()
