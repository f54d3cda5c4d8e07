"""Backups rehearsed: all comes back, what was erased does not, and nothing half made is ever left (R23)."""

from __future__ import annotations

import errno
import os
import shutil
import signal
import subprocess
import time
import zipfile
from dataclasses import dataclass
from pathlib import Path

import pyrage
import pytest

from atarraya.command.snapshots import files
from atarraya.sealing import backups
from command.conftest import Safe, scene
from support import starting
from support.living import COMMAND, Home


def names(folder: Path) -> list[str]:
    return sorted(path.name.rpartition("-")[2] for path in folder.iterdir())


def back_up(home: Home, to: Path, safe: Safe) -> tuple[Path, Path]:
    done = home.atarraya("backup", "--to", str(to), "--recipient", safe.recipient)
    data, keys = (Path(line) for line in done.stdout.splitlines()[:2])
    return data, keys


def restore(empty: Home, data: Path, *more: str, check: bool = True) -> subprocess.CompletedProcess[str]:
    return empty.atarraya("restore", str(data), *more, check=check)


@pytest.fixture
def device(home: Home) -> str:
    return str(home.secrets["points"]["leader"]["device"])


def test_all_comes_back(home: Home, empty: Home, safe: Safe, tmp_path: Path, device: str) -> None:
    sent = scene(home, "send", device=device, count=3)
    scene(home, "warn", device=device)
    scene(home, "transport")
    before, kept = scene(home, "counts"), scene(home, "kept")
    assert kept.items() >= {made["id"]: made["sha256"] for made in sent}.items()
    data, keys = back_up(home, tmp_path / "copies", safe)
    done = restore(empty, data, "--identity", str(safe.file))
    assert "Borrados repetidos: 0" in done.stdout and "Los secretos se hicieron de nuevo" in done.stdout
    assert scene(empty, "kept") == kept
    assert scene(empty, "counts") == before
    transport = "secrets/transport"
    assert [path.read_bytes() for path in (empty.folder / transport).iterdir()] == [
        path.read_bytes() for path in (home.folder / transport).iterdir()
    ]
    with empty.live() as live:
        assert live.answers()
    assert (data.stat().st_mode & 0o077, keys.stat().st_mode & 0o077) == (0, 0)


def test_what_was_erased_afterwards_stays_erased(
    home: Home, empty: Home, safe: Safe, tmp_path: Path, device: str
) -> None:
    stays, goes = scene(home, "send", device=device, count=2)
    data, _keys = back_up(home, tmp_path / "copies", safe)
    assert scene(home, "erase", lookup=goes["lookup"], erase=goes["erase"], thread=goes["thread"]) == 2
    back_up(home, tmp_path / "copies", safe)
    done = restore(empty, data, "--identity", str(safe.file))
    assert "Borrados repetidos: 2" in done.stdout
    assert set(scene(empty, "kept")) == {stays["id"]}


def test_the_keys_are_only_in_the_file_of_keys(home: Home, safe: Safe, tmp_path: Path, device: str) -> None:
    scene(home, "send", device=device, count=2)
    keys = [bytes.fromhex(key) for key in scene(home, "secrets")]
    data_file, keys_file = back_up(home, tmp_path / "copies", safe)
    everything = {}
    for path in (data_file, keys_file):
        plain = pyrage.decrypt(path.read_bytes(), [pyrage.x25519.Identity.from_str(safe.identity)])
        opened = tmp_path / f"{path.name}.zip"
        opened.write_bytes(plain.removeprefix(backups.MARK))
        with zipfile.ZipFile(opened) as packed:
            everything[path] = b"\n".join(packed.read(name) for name in packed.namelist())
    assert keys
    for key in keys:
        spellings = (key, key.hex().encode(), key.hex().upper().encode())
        assert any(spelling in everything[keys_file] for spelling in spellings), "positive control"
        assert not any(spelling in everything[data_file] for spelling in spellings)


def test_files_of_keys_live_35_days(home: Home, safe: Safe, tmp_path: Path) -> None:
    copies = tmp_path / "copies"
    data, keys = back_up(home, copies, safe)
    for kind, path in (("data", data), ("keys", keys)):
        path.rename(copies / f"atarraya-2020-01-01-0a0a0a0a-{kind}.age")
    (copies / "atarraya-2020-01-01-0b0b0b0b-data.age.part").touch()
    (copies / "fotos-keys.age").touch()
    done = home.atarraya("backup", "--to", str(copies), "--recipient", safe.recipient)
    assert "último día y se borraron: 1" in done.stdout
    left = {path.name for path in copies.iterdir()}
    assert "atarraya-2020-01-01-0a0a0a0a-data.age" in left and "fotos-keys.age" in left
    assert not {name for name in left if ("2020-01-01" in name and "keys" in name) or name.endswith(".part")}


def test_without_keys_sealed_entries_are_gone_and_it_says_so(
    home: Home, empty: Home, safe: Safe, tmp_path: Path, device: str
) -> None:
    scene(home, "send", device=device)
    data, keys = back_up(home, tmp_path / "copies", safe)
    keys.unlink()
    done = restore(empty, data, "--identity", str(safe.file))
    assert "ya no abre nunca" in done.stdout
    assert scene(empty, "kept") == {}
    assert scene(empty, "counts")["alerts.Entry"] == 0


def test_a_backup_opened_elsewhere_needs_no_private_key_here(
    home: Home, empty: Home, safe: Safe, tmp_path: Path
) -> None:
    data, keys = back_up(home, tmp_path / "copies", safe)
    identity = pyrage.x25519.Identity.from_str(safe.identity)
    opened = []
    for path in (data, keys):
        opened.append(tmp_path / path.name.replace(".age", ".open"))
        opened[-1].write_bytes(pyrage.decrypt(path.read_bytes(), [identity]))
    restore(empty, opened[0], "--keys", str(opened[1]))
    assert scene(empty, "counts") == scene(home, "counts")


def test_secrets_travel_apart_and_keep_receipts_alive(home: Home, empty: Home, safe: Safe, tmp_path: Path) -> None:
    data, _keys = back_up(home, tmp_path / "copies", safe)
    done = home.atarraya("backup", "--to", str(tmp_path / "else"), "--recipient", safe.recipient, "--secrets")
    secrets = Path(done.stdout.splitlines()[0])
    assert names(tmp_path / "copies") == ["data.age", "keys.age"] and names(tmp_path / "else") == ["secrets.age"]
    restore(empty, data, "--identity", str(safe.file), "--secrets", str(secrets))
    for name in ("django", "receipts"):
        assert (empty.folder / "secrets" / name).read_bytes() == (home.folder / "secrets" / name).read_bytes()
        assert (empty.folder / "secrets" / name).stat().st_mode & 0o077 == 0


@dataclass
class Copied:
    """A backup of the founded network, made once."""

    folder: Path
    identity: str

    def into(self, place: Path) -> tuple[Path, Path, Path]:
        """Return copies of both files, and the file of the private key."""
        shutil.copytree(self.folder, place)
        key = place / "key.txt"
        key.write_text(self.identity)
        return next(place.glob("*-data.age")), next(place.glob("*-keys.age")), key


@pytest.fixture(scope="module")
def copied(founded: Home, tmp_path_factory: pytest.TempPathFactory) -> Copied:
    identity, to = pyrage.x25519.Identity.generate(), tmp_path_factory.mktemp("copied") / "copies"
    founded.atarraya("backup", "--to", str(to), "--recipient", str(identity.to_public()))
    return Copied(to, str(identity))


@pytest.mark.parametrize("fault", ["another key", "cut", "altered", "keys for data", "no key given", "nothing there"])
def test_a_restore_that_cannot_be_leaves_nothing(copied: Copied, empty: Home, tmp_path: Path, fault: str) -> None:
    data, keys, key = copied.into(tmp_path / "copies")
    identity, body = ["--identity", str(key)], data.read_bytes()
    if fault == "another key":
        key.write_text(str(pyrage.x25519.Identity.generate()))
    elif fault == "cut":
        data.write_bytes(body[: len(body) // 2])
    elif fault == "altered":
        data.write_bytes(body[:-40] + bytes([body[-40] ^ 1]) + body[-39:])
    elif fault == "keys for data":
        data = keys
    elif fault == "no key given":
        identity = []
    else:
        data = tmp_path / "copies" / "atarraya-2026-01-01-00000000-data.age"
    done = restore(empty, data, *identity, check=False)
    assert done.returncode == 1 and done.stderr.strip(), done.stdout
    assert "inesperado" not in done.stderr
    left = {path.name for path in empty.folder.rglob("*") if path.is_file()} if empty.folder.exists() else set()
    assert left <= {"django", "receipts"}, left
    if fault == "cut":
        data.write_bytes(body)
        restore(empty, data, *identity)
        assert scene(empty, "counts")["network.Member"] > 5, "what was refused may be done right afterwards"


def test_nothing_is_restored_over_a_network(copied: Copied, home: Home, safe: Safe, tmp_path: Path) -> None:
    data, _keys, _key = copied.into(tmp_path / "copies")
    before = scene(home, "counts")
    done = restore(home, data, "--identity", str(safe.file), check=False)
    assert done.returncode == 1 and "ya tiene una instalación" in done.stderr
    english = home.atarraya("restore", str(data), "--identity", str(safe.file), check=False, ATARRAYA_LANG="en")
    assert "already holds an installation" in english.stderr
    assert scene(home, "counts") == before


@pytest.mark.only_on("postgresql", reason="only there the database is apart from the folder")
def test_nothing_is_restored_into_tables(copied: Copied, home: Home, tmp_path: Path) -> None:
    data, _keys, key = copied.into(tmp_path / "copies")
    other = Home(tmp_path / "other", home.database)
    before = scene(home, "counts")
    done = restore(other, data, "--identity", str(key), check=False)
    assert done.returncode == 1 and "ya tiene tablas" in done.stderr
    assert scene(home, "counts") == before


def test_what_a_backup_is_not_given_is_asked_for(home: Home, tmp_path: Path, safe: Safe) -> None:
    says: dict[tuple[str, ...], str] = {
        ("--to", str(tmp_path / "c")): "--recipient age1…",
        ("--to", str(tmp_path / "c"), "--recipient", "age1x"): "no es una llave pública",
        ("--to", str(home.folder), "--recipient", safe.recipient): "se pierde con ella",
        ("--to", str(home.folder / "in"), "--recipient", safe.recipient): "se pierde con ella",
    }
    for words, sentence in says.items():
        done = home.atarraya("backup", *words, check=False)
        assert done.returncode == 1 and sentence in done.stderr
    assert not list((tmp_path / "c").glob("*")) and not (home.folder / "in").exists()


def test_a_killed_backup_leaves_no_file_that_looks_whole(home: Home, safe: Safe, tmp_path: Path, device: str) -> None:
    scene(home, "send", device=device, count=20)
    copies = tmp_path / "copies"
    command = [*COMMAND, "backup", "--to", str(copies), "--recipient", safe.recipient]
    for _ in range(4):
        process = starting.start(command, env=home.environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        while process.poll() is None and not list(copies.glob("*.part")):
            time.sleep(0.002)
        process.send_signal(signal.SIGKILL)
        process.wait()
    whole = {path.name.rpartition("-")[0] for path in copies.glob("*-keys.age")}
    for name in whole:
        assert (copies / f"{name}-data.age").exists()
    back_up(home, copies, safe)
    assert not list(copies.glob("*.part"))
    assert not list(home.folder.glob(".work-*")), "nothing open is left of a killed backup"


class Full:
    """A disk that takes some bytes and no more."""

    def __init__(self, path: Path, room: int) -> None:
        self.file, self.room = path.open("wb"), room

    def __enter__(self) -> Full:
        return self

    def __exit__(self, *problem: object) -> None:
        self.file.close()

    def write(self, piece: bytes) -> int:
        self.room -= len(piece)
        if self.room < 0:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return self.file.write(piece)

    def flush(self) -> None:
        self.file.flush()

    def fileno(self) -> int:
        return self.file.fileno()


@pytest.mark.parametrize("room", [0, 300, 70_000])
def test_a_full_disk_is_said_and_leaves_no_half_file(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, safe: Safe, room: int
) -> None:
    from atarraya.command.entry import sentence

    monkeypatch.setattr(files, "_private", lambda path: Full(path, room))
    with pytest.raises(OSError) as full, files.sealed_zip(tmp_path / "copy.age", safe.recipient) as packed:
        packed.writestr("noise", os.urandom(400_000))
    assert "disco" in sentence(full.value) or "disk" in sentence(full.value)
    assert list(tmp_path.iterdir()) == [safe.file]


def test_what_fails_while_it_is_packed_leaves_no_file(tmp_path: Path, safe: Safe) -> None:
    with pytest.raises(KeyboardInterrupt), files.sealed_zip(tmp_path / "copy.age", safe.recipient) as packed:
        packed.writestr("one", b"1")
        raise KeyboardInterrupt
    assert list(tmp_path.iterdir()) == [safe.file]


def test_an_envelope_is_not_opened_as_a_backup(tmp_path: Path, safe: Safe) -> None:
    account = pyrage.encrypt(b"a sealed account", [pyrage.x25519.Recipient.from_str(safe.recipient)])
    (tmp_path / "account.age").write_bytes(account)
    out = tmp_path / "out"
    with (
        (tmp_path / "account.age").open("rb") as source,
        out.open("wb") as target,
        pytest.raises(backups.CannotOpen),
    ):
        backups.open_backup(source, target, safe.identity)
    assert out.read_bytes() == b""
