"""Exports in open formats: what is shared as it is, envelopes still sealed, nothing of administration."""

from __future__ import annotations

import base64
import csv
import hashlib
import json
import signal
import subprocess
import time
from pathlib import Path

import pyrage
import pytest

from atarraya.alerts.models import Alert
from atarraya.command.acts import export
from atarraya.network.models import Network, Point
from command.conftest import scene
from support import starting
from support.living import COMMAND, Home


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
    slices = [path for path in (to / "attachments").rglob("*") if path.is_file()]
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


def test_what_came_by_odk_goes_along_as_it_came(home: Home, tmp_path: Path) -> None:
    sent = scene(home, "odk", count=2)
    to = tmp_path / "out"
    home.atarraya("export", "--to", str(to))
    listed = json.loads((to / "odk.json").read_text())
    assert listed["v"] == 1 and {one["id"] for one in listed["submissions"]} == {one["id"] for one in sent}
    identity = pyrage.x25519.Identity.from_str(home.secrets["circles"]["verifiers"][-1])
    for one in listed["submissions"]:
        assert set(one) == {"id", "inbox", "number", "day", "parts"} and one["inbox"] == home.secrets["inbox"]
        assert one["parts"] == [f"odk/{one['id']}/{number}.age" for number in range(3)]
        opened = [pyrage.decrypt((to / name).read_bytes(), [identity]).partition(b"\n")[2] for name in one["parts"]]
        told = next(each["parts"] for each in sent if each["id"] == one["id"])
        assert [hashlib.sha256(part).hexdigest() for part in opened] == told
    for path in [to, *to.rglob("*")]:
        assert path.stat().st_mode & 0o077 == 0
    home.atarraya("export", "--to", str(tmp_path / "shared"), "--only", "shared")
    assert not (tmp_path / "shared" / "odk.json").exists() and not (tmp_path / "shared" / "odk").exists()


def test_one_part_may_be_asked_for(home: Home, tmp_path: Path) -> None:
    home.atarraya("export", "--to", str(tmp_path / "a"), "--only", "shared")
    home.atarraya("export", "--to", str(tmp_path / "b"), "--only", "envelopes")
    assert not (tmp_path / "a" / "envelopes").exists() and (tmp_path / "a" / "network.json").exists()
    assert {path.name for path in (tmp_path / "b").iterdir()} == {"envelopes", "envelopes.csv", "workbench.json"}


def test_the_age_tool_opens_an_exported_envelope(home: Home, tmp_path: Path) -> None:
    (report,) = scene(home, "send", device=home.secrets["points"]["leader"]["device"])
    home.atarraya("export", "--to", str(tmp_path / "out"), "--only", "envelopes")
    identities = [one for rings in home.secrets["circles"].values() for one in rings]
    (tmp_path / "keys.txt").write_text("\n".join(identities))
    command = [
        "age",
        "-d",
        "-i",
        str(tmp_path / "keys.txt"),
        str(tmp_path / "out" / "envelopes" / f"{report['id']}.age"),
    ]
    opened = subprocess.run(command, capture_output=True, check=True).stdout
    assert b"relato 0" in opened


def test_a_killed_export_says_that_it_is_not_whole(home: Home, tmp_path: Path) -> None:
    scene(home, "send", device=home.secrets["points"]["leader"]["device"], count=20)
    to = tmp_path / "out"
    command = [*COMMAND, "export", "--to", str(to)]
    process = starting.start(command, env=home.environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while process.poll() is None and not list(to.glob("*.csv")):
        time.sleep(0.002)
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert "no está completa" in (to / "UNFINISHED.txt").read_text()
    (to / "envelopes").mkdir(exist_ok=True)
    (to / "envelopes" / "half.age").write_bytes(b"age-encry")
    home.atarraya("export", "--to", str(to))
    assert not (to / "UNFINISHED.txt").exists() and not (to / "envelopes" / "half.age").exists()
    assert len(list((to / "envelopes").iterdir())) == 20


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
