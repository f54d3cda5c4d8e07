"""Exports in open formats: what is shared as it is, envelopes still sealed, nothing of administration."""

from __future__ import annotations

import base64
import csv
import hashlib
import json
from pathlib import Path

import pytest

from atarraya.alerts.models import Alert
from atarraya.command.acts import export
from atarraya.network.models import Network, Point
from command.conftest import scene
from support.living import Home


def test_it_writes_what_is_shared_and_what_is_sealed(home: Home, tmp_path: Path) -> None:
    device = home.secrets["points"]["leader"]["device"]
    alert, (report,) = scene(home, "warn", device=device), scene(home, "send", device=device)
    to = tmp_path / "out"
    home.atarraya("export", "--to", str(to))
    with (to / "alerts.csv").open(newline="") as file:
        (row,) = csv.DictReader(file)
    (same,) = json.loads((to / "alerts.json").read_text())
    assert row["id"] == same["id"] == alert and row["kind"] == same["kind"] == "ARMED_PRESENCE"
    envelope = (to / "envelopes" / f"{report['id']}.age").read_bytes()
    assert base64.b64encode(hashlib.sha256(envelope).digest()).decode() == report["sha256"]
    assert envelope.startswith(b"age-encryption.org/v1\n")
    slices = list((to / "attachments").rglob("0*"))
    assert len(slices) == 1 and slices[0].read_bytes()
    for path in [to, *to.rglob("*")]:
        assert path.stat().st_mode & 0o077 == 0


def test_nothing_of_administration_is_in_it(home: Home, tmp_path: Path) -> None:
    device = home.secrets["points"]["leader"]["device"]
    scene(home, "warn", device=device)
    scene(home, "send", device=device)
    to = tmp_path / "out"
    home.atarraya("export", "--to", str(to))
    text = "".join(path.read_text() for path in to.glob("*.*"))
    logins = [person["login"] for person in home.secrets["people"].values()]
    assert logins and not [login for login in logins if f'"{login}"' in text or f",{login}," in text]
    assert "Elvia" not in text and device not in text
    assert "collective_id" not in (to / "alerts.csv").read_text(), "who gave a warning stays with the network"


def test_one_part_may_be_asked_for(home: Home, tmp_path: Path) -> None:
    home.atarraya("export", "--to", str(tmp_path / "a"), "--only", "shared")
    home.atarraya("export", "--to", str(tmp_path / "b"), "--only", "envelopes")
    assert not (tmp_path / "a" / "envelopes").exists() and (tmp_path / "a" / "network.json").exists()
    assert {path.name for path in (tmp_path / "b").iterdir()} == {"envelopes", "envelopes.csv"}


@pytest.mark.parametrize(("lang", "says"), [("es", "Elija una carpeta nueva"), ("en", "Choose a new folder")])
def test_it_never_mixes_with_what_is_there(home: Home, tmp_path: Path, lang: str, says: str) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "alerts.csv").write_text("mine")
    done = home.atarraya("export", "--to", str(tmp_path / "out"), check=False, ATARRAYA_LANG=lang)
    assert done.returncode == 1 and says in done.stderr
    assert (tmp_path / "out" / "alerts.csv").read_text() == "mine"


def test_columns_are_chosen_by_class() -> None:
    assert "point_id" not in export.open_columns(Alert) and "summary" in export.open_columns(Alert)
    assert export.open_columns(Point) == []
    assert {"page_name", "demo"} <= set(export.open_columns(Network))


@pytest.mark.parametrize("text", ["=1+1", "+57", "-1", "@a", "\t=1"])
def test_no_cell_is_a_formula(text: str) -> None:
    assert export._cell(text) == "'" + text
    assert export._cell("río Agua Mansa") == "río Agua Mansa"
