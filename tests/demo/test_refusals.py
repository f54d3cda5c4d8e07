"""A demonstration and a real network never meet (R26)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from atarraya.network.refusals import ListRefused
from atarraya.network.services import lists
from demo.conftest import Built, demo
from support.living import Home


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Home:
    home = Home.empty(tmp_path_factory.mktemp("real"))
    home.database = ""
    home.atarraya("init", "--name", "Red de verdad", "--municipalities", "27099")
    return home


@pytest.mark.parametrize("lang", ["es", "en"])
@pytest.mark.parametrize("reset", ["0", "1"])
def test_a_real_networks_folder_is_left_as_it_was(real: Home, lang: str, reset: str) -> None:
    before = {path: path.stat().st_mtime_ns for path in real.folder.rglob("*")}
    done = demo(real.folder, "--build-only", ATARRAYA_LANG=lang, RESET=reset)
    says = {"es": "tiene una red de verdad", "en": "holds a real network"}
    assert done.returncode == 1 and says[lang] in done.stderr
    assert {path: path.stat().st_mtime_ns for path in real.folder.rglob("*")} == before


def test_a_database_whose_mark_was_lost_is_never_deleted(real: Home, tmp_path: Path) -> None:
    (tmp_path / "demo").mkdir()
    body = (real.folder / "atarraya.sqlite3").read_bytes()
    (tmp_path / "demo" / "atarraya.sqlite3").write_bytes(body)
    for reset in ("0", "1"):
        done = demo(tmp_path / "demo", "--build-only", RESET=reset)
        assert done.returncode == 1 and "tiene una red de verdad" in done.stderr
    assert (tmp_path / "demo" / "atarraya.sqlite3").read_bytes() == body


def test_a_real_database_under_a_demonstrations_mark_is_refused(real: Home, mine: Built) -> None:
    (mine.folder / "atarraya.sqlite3").write_bytes((real.folder / "atarraya.sqlite3").read_bytes())
    for name in ("atarraya.sqlite3-wal", "atarraya.sqlite3-shm"):
        (mine.folder / name).unlink(missing_ok=True)
    done = demo(mine.folder, "--build-only")
    assert done.returncode == 1 and "no es de una demostración" in done.stderr


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.7"])
def test_beyond_this_machine_it_must_be_meant(tmp_path: Path, host: str) -> None:
    for lang, says in (("es", "Si así lo quiere: DEMO_PUBLIC=1"), ("en", "If you mean it: DEMO_PUBLIC=1")):
        done = demo(tmp_path / "demo", "--host", host, ATARRAYA_LANG=lang)
        assert done.returncode == 1 and says in done.stderr
    assert not (tmp_path / "demo").exists()


def test_it_never_touches_another_database(mine: Built) -> None:
    done = demo(mine.folder, "--build-only", DATABASE_URL="postgresql://nobody@127.0.0.1:9/none")
    assert done.returncode == 0, done.stderr


@pytest.mark.django_db
def test_a_real_network_takes_no_list_of_a_demonstration(cast: Any) -> None:
    from atarraya.sealing import lists as sealing

    fields = {**lists.expected(cast.inbox), "day": "2026-01-01", "demo": True}
    signed = sealing.sign(sealing.document(fields), [cast.verifiers.bundle["ed25519"]])
    with pytest.raises(ListRefused):
        lists.store(cast.inbox, signed)


def test_lists_of_a_demonstration_say_so(built: Built) -> None:
    import sqlite3

    with sqlite3.connect(built.folder / "atarraya.sqlite3") as connection:
        documents = [row[0] for row in connection.execute("SELECT document FROM network_recipientlist")]
    assert documents and all(json.loads(document)["demo"] is True for document in documents)
