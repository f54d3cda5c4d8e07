"""What the demonstration holds: the numbers of its order, every state, sealed threads with real keys, nothing real."""

from __future__ import annotations

import base64
import json
import re
import stat
import zlib
from typing import Any

import pytest

from demo.conftest import Built

STATES = {"UNCONF", "INPROC", "CONF", "INCONC", "DISC", "WITHDRAWN", "EXPIRED", "MERGED", "CLOSED"}
MUNICIPALITIES = {
    "27001", "27099", "27425", "27615", "27150", "27800", "27006", "27025",
    "27361", "27450", "27491", "27745", "27205", "27250", "05873",
}  # fmt: skip


@pytest.fixture(scope="module")
def counts(built: Built) -> dict[str, Any]:
    return dict(built.inside("counts"))


@pytest.fixture(scope="module")
def opened(built: Built) -> dict[str, list[dict[str, Any]]]:
    return dict(built.inside("opened"))


def test_it_is_of_the_size_that_was_asked(counts: dict[str, Any]) -> None:
    assert set(counts["municipalities"]) == MUNICIPALITIES
    assert counts["collectives"] >= 6 and counts["points"] >= 12
    assert counts["circles"] == ["RESPONDERS", "VERIFIERS", "WOMEN"]
    assert counts["roles"] == ["ANALYST", "APPROVER", "CARE", "RESPONDER", "STEWARD", "VERIFIER"]
    assert counts["members"]["ACTIVE"] >= 10 and counts["members"]["WAITING"] == 1
    assert min(counts["zones"]) >= 3
    assert 100 <= counts["alerts"] <= 140
    assert 80 <= counts["oldest"] <= 91 and counts["newest"] <= 1


def test_threats_are_over_half_then_confinement_and_armed_presence(counts: dict[str, Any]) -> None:
    assert counts["families"]["THREATS"] > counts["alerts"] / 2
    others = sorted(counts["kinds"].items(), key=lambda pair: -pair[1])
    collective = [
        kind for kind, _count in others if kind in {"CONFINEMENT", "ARMED_PRESENCE", "COMBAT", "MOVEMENT_BAN"}
    ]
    assert set(collective[:2]) == {"CONFINEMENT", "ARMED_PRESENCE"}
    assert all(counts["kinds"][kind] > counts["alerts"] * 0.08 for kind in collective[:2])


def test_every_state_can_be_seen(counts: dict[str, Any]) -> None:
    assert set(counts["states"]) == STATES
    for what in ("doubt", "corrected", "held", "delayed", "public", "seconded", "overdue", "half_agreed"):
        assert counts[what] >= 1, what
    assert counts["waiting"]["publish"] >= 2 and counts["waiting"]["discard"] == 1


def test_nothing_of_the_story_was_refused_by_the_rules(built: Built) -> None:
    strange = [line for line in built.told.splitlines() if not re.fullmatch(r"[\w ]+: (\d+(/\d+)?|listo)", line)]
    assert strange == []


def test_the_houses_own_checks_hold(built: Built) -> None:
    assert built.inside("check") == []


def test_circles_open_their_threads_and_no_other(opened: dict[str, list[dict[str, Any]]]) -> None:
    verifiers, women = opened["Verificación"], opened["Equipo de mujeres"]
    reports = [payload for payload in verifiers if payload["type"] == "report"]
    notes = [payload for payload in verifiers if payload["type"] == "note"]
    assert len(reports) >= 10 and len(notes) >= 20
    assert {note["thread"] for note in notes} <= {report["thread"] for report in reports}
    assert {"assign", "grade", "text", "answer", "state"} <= {note["act"] for note in notes}
    discreet = [payload for payload in women if payload["type"] == "report"]
    assert len(discreet) >= 2 and all(payload["discreet"] for payload in discreet)
    assert not any(payload.get("discreet") for payload in verifiers)
    assert sum(bool(report.get("attachments")) for report in reports) >= 1


def test_most_entries_are_everyday_ones_that_nobody_opens(opened: dict[str, list[dict[str, Any]]]) -> None:
    assert len(opened[""]) > 50, "a discreet report must have company"


def test_receipts_are_answered(built: Built) -> None:
    answers = built.inside("receipts")
    assert answers and all(set(answer) == {"s", "p", "d"} for answer in answers)
    assert any(answer["s"] == "answered" for answer in answers)


def test_names_and_numbers_are_invented(built: Built, opened: dict[str, list[dict[str, Any]]]) -> None:
    told = json.dumps(opened, ensure_ascii=False) + built.inside("texts")
    numbers = re.findall(r"\b3\d{2} \d{3} \d{4}\b", told)
    assert numbers and all(re.fullmatch(r"300 000 00\d\d", number) for number in numbers)
    for real in ("ELN", "AGC", "Clan", "FARC", "Gaitanista", "disidencia", "COCOMACIA", "ACADESAN", "ANANSI"):
        assert not re.search(rf"\b{real}", told), real


def test_its_secrets_are_its_owners(built: Built) -> None:
    for path in [built.folder, *built.folder.rglob("*")]:
        assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0, path
    assert stat.S_IMODE((built.folder / "access.json").stat().st_mode) == 0o600
    database = (built.folder / "atarraya.sqlite3").read_bytes()
    for ring in built.keys["circles"].values():
        assert ring["bundle"]["demo"] is True
        assert ring["bundle"]["age"].encode() not in database and ring["offline"].encode() not in database


def _scanned(told: dict[str, str], base_url: str) -> bool:
    """Return whether what a phone would scan says the demonstration's own device."""
    general = json.loads(zlib.decompress(base64.b64decode(told["settings"])))["general"]
    shown = (general["server_url"], general["username"], general["password"])
    return shown == (told["server"], told["user"], told["password"]) and told["server"] == f"{base_url}/odk"


def test_access_json_is_as_tools_expect_it(built: Built) -> None:
    known = built.access
    assert set(known) == {"base_url", "points", "members", "odk"} and _scanned(known["odk"], known["base_url"])
    assert all(set(point) == {"collective", "municipality", "url", "token"} for point in known["points"])
    fields = {"name", "role", "circles", "login", "password", "key_phrase"}
    assert all(set(member) == fields for member in known["members"])
    assert all(point["url"].startswith(f"{known['base_url']}/#{point['token']}.") for point in known["points"])
    assert {member["role"] for member in known["members"]} == {
        "steward", "verifier", "approver", "responder", "care", "analyst",
    }  # fmt: skip
    assert all(len(member["key_phrase"].split()) == 7 for member in known["members"])
    waiting = [m["name"] for m in known["members"] if m["role"] == "verifier" and not m["circles"]]
    assert waiting == ["Tangare"], "who was not let in yet has no circle"


def test_it_says_how_to_get_in_as_a_person_wants_it(built: Built) -> None:
    assert "DEMOSTRACIÓN. Red inventada" in built.said
    assert built.access["points"][0]["url"] in built.said
    assert "(espera que le dejen entrar, de viva voz)" in built.said and "verifier" not in built.said
    for member in built.access["members"]:
        assert member["login"] in built.said and member["password"] in built.said and member["key_phrase"] in built.said


def test_its_links_open_no_real_network(mine: Built) -> None:
    token = mine.access["points"][0]["token"]
    assert mine.inside("authenticate", token=token).startswith("Consejo")
    mine.inside("real")
    assert mine.inside("authenticate", token=token) == "refused 401", "even with its rows copied into a real one"
