"""Envelopes with a key: those that open, and a reason for each that does not."""

from __future__ import annotations

import subprocess
from pathlib import Path
from uuid import uuid4

import pyrage
import pytest

from atarraya.sealing import bundles, envelopes, lists
from atarraya.sealing.encoding import from_b64, to_b64
from atarraya_workbench import folder
from atarraya_workbench.folder import Export
from atarraya_workbench.keys import agefiles, ring
from atarraya_workbench.keys.agefiles import Damaged, Secret
from atarraya_workbench.keys.opening import Opened, open_all
from support.exported import Copy


def sheets_open(copy: Copy, export: Export, circle: str) -> Opened:
    first, _second, third = (sheet.replace("-", "") for sheet in copy.circles[circle].sheets)
    return open_all(export, ring.by_sheets(export, (first, third)))


def test_each_envelope_that_stays_closed_says_why(copy: Copy, tmp_path: Path) -> None:
    mine = copy.send(text="mío")
    copy.send(to="Mujeres", text="de otro círculo")
    copy.send(to=None, type="checkin")
    copy.send(inbox="Baudó", to="Mujeres", text="de otro buzón")
    damaged, cut, missing, none = (copy.send(text=name) for name in ("dañado", "cortado", "perdido", "nada"))
    blob = copy.blobs[damaged]
    copy.blobs[damaged] = blob[:-40] + bytes([blob[-40] ^ 1]) + blob[-39:]
    copy.blobs[cut] = copy.blobs[cut][:-1]
    copy.blobs[none] = b"no es un sobre"
    export = folder.read(copy.write(tmp_path / "out"))
    (export.path / "envelopes" / f"{missing}.age").unlink()
    opened = sheets_open(copy, export, "Verificación")
    assert [entry.header.id for entry in opened.entries] == [mine]
    assert (opened.closed, opened.other_inbox) == (2, 1)
    assert (opened.damaged, opened.missing) == ([damaged, cut, none], [missing])


def test_all_epochs_open_with_sheets_and_a_lacking_one_is_named(copy: Copy, tmp_path: Path) -> None:
    copy.send(text="antes del cambio")
    phrase, _code = copy.member("Verificación", epochs=1)
    copy.renew("Verificación")
    copy.send(text="después del cambio")
    export = folder.read(copy.write(tmp_path / "out"))
    assert len(sheets_open(copy, export, "Verificación").entries) == 2
    old = ring.by_phrase(export, phrase.split())
    assert old is not None
    opened = open_all(export, old)
    assert [entry.payload["text"] for entry in opened.entries] == ["antes del cambio"]
    assert dict(opened.missing_keys) == {("Verificación", 2): 1}


def test_a_spoilt_stanza_in_front_hides_nothing(copy: Copy, tmp_path: Path) -> None:
    secret = Secret.of(bytes(range(32)))
    good = envelopes.seal({"v": 1, "type": "report", "text": "sí"}, [secret.recipient] * 2, [False, True])
    taken = agefiles.read(good)
    low = (bytes(32), taken.stanzas[0][1])
    assert agefiles.unwrap(low, secret) is None
    file_key = agefiles.unwrap(taken.stanzas[1], secret)
    assert file_key is not None and b'"text":"s' in agefiles.open_with(taken, file_key)


@pytest.mark.parametrize("at", [25, 90, 160, -1, -2000])
def test_no_altered_byte_goes_unseen(at: int) -> None:
    secret = Secret.of(bytes(range(32)))
    blob = bytearray(envelopes.seal({"v": 1, "type": "report"}, [secret.recipient], [True]))
    blob[at] ^= 1
    try:
        found = agefiles.open_small(bytes(blob), secret)
    except Damaged:
        return
    assert found is None


def test_the_age_command_and_pyrage_write_what_opens_here(age_tool: str, tmp_path: Path) -> None:
    secret = Secret.of(bytes(range(32)))
    written = subprocess.run([age_tool, "-r", secret.recipient], input=b"hola", capture_output=True, check=True).stdout
    assert agefiles.open_small(written, secret) == b"hola"
    by_pyrage = pyrage.encrypt(b"hola", [pyrage.x25519.Recipient.from_str(secret.recipient)])
    assert agefiles.open_small(by_pyrage, secret) == b"hola"
    assert agefiles.open_small(written, Secret.of(bytes(32))) is None


def test_an_envelope_that_the_age_command_sealed_is_one_more(copy: Copy, age_tool: str, tmp_path: Path) -> None:
    payload = b'{"v":1,"type":"report","thread":"t","text":"por age"}'
    padded = (len(payload).to_bytes(4, "big") + payload).ljust(2048, b"\0")
    to = [part for name in copy.served["Atrato"] for part in ("-r", copy.circles[name].half()["age"])]
    blob = subprocess.run([age_tool, *to], input=padded, capture_output=True, check=True).stdout
    copy.add(str(uuid4()), blob)
    export = folder.read(copy.write(tmp_path / "out"))
    assert [one.payload["text"] for one in sheets_open(copy, export, "Verificación").entries] == ["por age"]


def test_what_holds_no_account_is_damaged_not_shown(copy: Copy, tmp_path: Path) -> None:
    recipients = [copy.circles[name].half()["age"] for name in copy.served["Atrato"]]
    for inside in (b"[]", b'{"v":2,"type":"x"}', b'{"v":1}', b"[" * 1500, b'{"v":1,"type":"x","n":NaN}', b"\xff"):
        padded = (len(inside).to_bytes(4, "big") + inside).ljust(2048, b"\0")
        copy.add(str(uuid4()), envelopes.agefile.seal_to(padded, recipients))
    long = (4000).to_bytes(4, "big").ljust(2048, b"\0")
    copy.add(str(uuid4()), envelopes.agefile.seal_to(long, recipients))
    opened = sheets_open(copy, folder.read(copy.write(tmp_path / "out")), "Verificación")
    assert (len(opened.damaged), opened.entries) == (7, [])


def test_a_costly_phrase_file_is_refused(copy: Copy, tmp_path: Path) -> None:
    phrase, _code = copy.member("Verificación")
    file = from_b64(copy.holders[0]["phrase"])
    copy.holders[0]["phrase"] = to_b64(file.replace(b" 4\n", b" 30\n", 1))
    export = folder.read(copy.write(tmp_path / "out"))
    assert ring.by_phrase(export, phrase.split()) is None


def test_lists_that_do_not_follow_are_told(copy: Copy, tmp_path: Path) -> None:
    copy.send(text="x")
    copy.renew("Verificación")
    strangers = bundles.new_bundle()
    copy.lists["Atrato"][1] = signed_by(copy, strangers)
    export = folder.read(copy.write(tmp_path / "out"))
    assert [inbox.name for inbox in export.inboxes.values() if not inbox.sound] == ["Atrato"]


def signed_by(copy: Copy, by: dict[str, str]) -> dict[str, object]:
    return lists.sign(copy.lists["Atrato"][1]["document"], [by["ed25519"]]) | {"day": "2026-11-20"}
