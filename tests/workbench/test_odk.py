"""What ODK's phones encrypted opens on the workbench, or it says in words why not; and becomes reports again."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from types import SimpleNamespace

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from hypothesis import given, settings
from hypothesis import strategies as st

from atarraya.sealing import bundles as sealing
from atarraya.sealing import odkform
from atarraya.sealing.encoding import to_b64
from atarraya_workbench import folder, submissions
from atarraya_workbench.keys import bundles, odk, ring, xmltree
from atarraya_workbench.keys.agefiles import Damaged, Secret
from atarraya_workbench.keys.odk import Filled
from atarraya_workbench.returns import Returns, Twice
from support import odkopener, opener, sounds
from support.exported import Copy
from support.photos import JPEG
from support.returned import listed as returned
from workbench.conftest import run, sit
from workbench.test_terminal import on_disk, type_sheets

# Encodings that Python knows and expat does not take, each refusing in its own way.
STRANGE = ["no-such", "utf-7", "big5", "shift_jis", "gb2312", "gb18030", "utf-32", "idna", "punycode", "rot13", "hex"]
CANARY = "el motor fuera de borda del canario"
VOICE = sounds.plain(bytes(range(256)) * 100)


@pytest.fixture
def copy() -> Copy:
    """An export whose circle of Verificación has an ODK key."""
    made = Copy()
    made.circles["Verificación"].bundles[0]["odk"] = to_b64(odkopener.private())
    return made


def read(copy: Copy, to: Path) -> list[Filled]:
    """Write the export and open what ODK sent with two sheets of Verificación."""
    place = folder.read(copy.write(to))
    first, second, _third = copy.circles["Verificación"].sheets
    opened = ring.by_sheets(place, (first.replace("-", ""), second.replace("-", "")))
    return [odk.opened(place, opened, one) for one in submissions.read(place)]


def the(copy: Copy, to: Path) -> Filled:
    (found,) = read(copy, to)
    return found


def test_a_whole_form_opens_with_its_files(copy: Copy, tmp_path: Path) -> None:
    copy.fill(media=[("1.jpg", JPEG), ("2.m4a", VOICE)], text=f"{CANARY} <&>", kind="THREAT", when__day="2026-11-19")
    found = the(copy, tmp_path / "out")
    assert found.why == "" and found.answers is not None
    assert found.answers.said("text") == f"{CANARY} <&>" and found.answers.said("when", "day") == "2026-11-19"
    assert found.media == [("1.jpg", JPEG), ("2.m4a", VOICE)]


def test_parts_may_come_in_any_order(copy: Copy, tmp_path: Path) -> None:
    _pk, posted = copy.fill(media=[("1.jpg", JPEG), ("2.m4a", VOICE)], text=CANARY)
    copy.odk.clear()
    copy.arrive(dict(reversed(posted.items())))
    assert the(copy, tmp_path / "out").why == ""


def altered(posted: dict[str, bytes], how: str) -> dict[str, bytes]:
    first, second = posted["1.jpg.enc"], posted["2.m4a.enc"]
    manifest, other = posted["submission.xml"], odkopener.key(1)
    signature = manifest.split(b"Signature>")[1].split(b"<")[0]
    forged = base64.b64encode(other.public_key().encrypt(bytes(16), odkform.OAEP_SHA256))
    changes = {
        "a photo never came": {"1.jpg.enc": None},
        "the answers never came": {"submission.xml.enc": None},
        "the manifest never came": {"submission.xml": None},
        "one letter of the answers": {"submission.xml.enc": bytes([posted["submission.xml.enc"][0] ^ 1])
                                      + posted["submission.xml.enc"][1:]},
        "a file cut short": {"2.m4a.enc": second[:-5]},
        "two files swapped": {"1.jpg.enc": second, "2.m4a.enc": first},
        "names swapped in the manifest": {"submission.xml": manifest.replace(b">1.jpg", b">x.jpg")
                                          .replace(b">2.m4a", b">1.jpg").replace(b">x.jpg", b">2.m4a")},
        "another instance": {"submission.xml": manifest.replace(b"uuid:", b"uuid:0")},
        "another form": {"submission.xml": manifest.replace(b'id="atarraya', b'id="atarray4')},
        "another version": {"submission.xml": manifest.replace(b'version="1-1"', b'version="1-2"')},
        "a signature of somebody else": {"submission.xml": manifest.replace(signature, forged)},
        "a file the manifest does not name": {"3.jpg.enc": b"x"},
        "no manifest at all": {"submission.xml": b"<html/>"},
    }  # fmt: skip
    return {name: content for name, content in {**posted, **changes[how]}.items() if content is not None}


@pytest.mark.parametrize(
    ("how", "why"),
    [
        ("a photo never came", "missing"),
        ("the answers never came", "missing"),
        ("the manifest never came", "manifest"),
        ("one letter of the answers", "altered"),
        ("a file cut short", "damaged"),
        ("two files swapped", "damaged"),
        ("names swapped in the manifest", "damaged"),
        ("another instance", "damaged"),
        ("another form", "altered"),
        ("another version", "altered"),
        ("a signature of somebody else", "altered"),
        ("a file the manifest does not name", ""),
        ("no manifest at all", "damaged"),
    ],
)
def test_what_was_changed_on_the_way_is_told_from_what_never_came(
    copy: Copy, tmp_path: Path, how: str, why: str
) -> None:
    _pk, posted = copy.fill(media=[("1.jpg", JPEG), ("2.m4a", VOICE)], text=CANARY)
    copy.odk.clear()
    copy.arrive(altered(posted, how))
    found = the(copy, tmp_path / "out")
    # A start value that is wrong spoils sixteen bytes only: whether the padding or the signature tells is by luck.
    assert found.why in ({why, "altered"} if why == "damaged" else {why})
    if how == "a photo never came":
        assert found.missing == ["1.jpg"] and found.answers is not None


def test_two_files_of_one_kind_in_each_others_place_are_refused(copy: Copy, tmp_path: Path) -> None:
    _pk, posted = copy.fill(media=[("1.jpg", JPEG), ("2.jpg", JPEG[:-2] + b"\0" * 32)], text=CANARY)
    copy.odk.clear()
    copy.arrive(posted | {"1.jpg.enc": posted["2.jpg.enc"], "2.jpg.enc": posted["1.jpg.enc"]})
    assert the(copy, tmp_path / "out").why in {"altered", "damaged"}


def test_keys_of_two_epochs_each_open_their_own(copy: Copy, tmp_path: Path) -> None:
    copy.fill(text="antes")
    copy.renew("Verificación")
    copy.circles["Verificación"].bundles[1]["odk"] = to_b64(odkopener.private(1))
    copy.fill(text="después", form=1)
    copy.fill(text="con el formulario de antes")
    copy.fill(text="de otra llave", form=2)
    found = {one.answers.said("text") if one.answers else one.why for one in read(copy, tmp_path / "out")}
    assert found == {"antes", "después", "con el formulario de antes", "key"}


def test_what_came_to_an_inbox_of_others_stays_closed(copy: Copy, tmp_path: Path) -> None:
    copy.fill("Baudó", text=CANARY)
    assert the(copy, tmp_path / "out").why == "closed"


def test_a_damaged_file_on_disk_is_damaged_and_one_that_is_gone_too(copy: Copy, tmp_path: Path) -> None:
    for _time in range(2):
        copy.fill(text=CANARY)
    spoilt, gone = (one["parts"][0] for one in copy.odk)
    copy.odk_parts[spoilt] = copy.odk_parts[spoilt][:-1] + b"\0"
    del copy.odk_parts[gone]
    assert [one.why for one in read(copy, tmp_path / "out")] == ["damaged", "damaged"]


@pytest.mark.parametrize("name", STRANGE)
def test_a_hostile_form_hides_no_honest_one(copy: Copy, tmp_path: Path, name: str) -> None:
    copy.fill(text="antes")
    copy.arrive({"submission.xml": f"<?xml version='1.0' encoding='{name}'?><data/>".encode()})
    copy.fill(text="después")
    found = {one.answers.said("text") if one.answers else one.why for one in read(copy, tmp_path / "out")}
    assert found == {"antes", "después", "damaged"}


def test_a_fault_that_nobody_thought_of_is_of_one_form(
    copy: Copy, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy.fill(text="antes")
    copy.fill(media=[("1.jpg", JPEG)], text=CANARY)
    whole = odk.decrypted

    def faulty(manifest: odk.Manifest, files: dict[str, bytes], key: bytes) -> tuple[dict[str, bytes], list[str]]:
        if len(files) > 1:
            raise RuntimeError
        return whole(manifest, files, key)

    monkeypatch.setattr(odk, "decrypted", faulty)
    assert sorted(one.why for one in read(copy, tmp_path / "out")) == ["", "damaged"]


@pytest.mark.parametrize("part", ["../../etc/passwd", "odk/{id}/../0.age", "/etc/passwd", "odk/x/0.age", "odk/{id}/0"])
def test_a_part_is_never_read_from_elsewhere(copy: Copy, tmp_path: Path, part: str) -> None:
    pk, _posted = copy.fill(text=CANARY)
    copy.odk[0]["parts"] = [part.format(id=pk)]
    with pytest.raises(folder.Refused):
        read(copy, tmp_path / "out")


HOSTILE = [
    b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>",
    b"<!DOCTYPE a SYSTEM 'file:///etc/passwd'><a/>",
    b"<a>" * 40 + b"</a>" * 40,
    b"<a>" + b"<b/>" * 6000 + b"</a>",
    b"<a>" + b"x" * 600_000 + b"</a>",
    b"<a><b></a></b>",
    b"",
    b"\xff\xfe<",
    *(f"<?xml version='1.0' encoding='{name}'?><a/>".encode() for name in STRANGE),
]


@pytest.mark.parametrize("document", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_xml_is_refused(document: bytes) -> None:
    with pytest.raises(xmltree.NotXml):
        xmltree.read(document)


PIECES = st.sampled_from(
    [b"<data", b' encrypted="yes"', b' id="a"', b">", b"<base64EncryptedKey>", b"QUFB", b"</base64EncryptedKey>",
     b"<meta>", b"<instanceID>x</instanceID>", b"</meta>", b"<media><file>a.enc</file></media>", b"<encryptedXmlFile>",
     b"s.enc</encryptedXmlFile>", b"</data>", b"<![CDATA[", b"&#0;", b"<!--", b"\xc3", b"&x;"]
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(st.one_of(st.binary(max_size=300), st.lists(PIECES, max_size=24).map(b"".join)))
def test_any_bytes_are_a_manifest_or_refused(document: bytes) -> None:
    try:
        read_ = odk.read_manifest(document)
    except xmltree.NotXml:
        return
    assert read_.form and read_.files and read_.signature


@settings(max_examples=30, deadline=None)
@given(xml=st.binary(max_size=300), content=st.binary(max_size=300), names=st.integers(0, 20))
def test_what_is_encrypted_here_opens_here_and_by_the_scheme(xml: bytes, content: bytes, names: int) -> None:
    media = [(f"{at}.jpg", content + bytes([at])) for at in range(names)]
    document, parts = odkform.encrypt("f", "1", "uuid:1", xml, media, odkopener.public())
    manifest = odk.read_manifest(document)
    key = odkopener.key().decrypt(base64.b64decode(manifest.wrapped), odkform.OAEP_SHA256)
    contents, missing = odk.decrypted(manifest, parts, key)
    assert contents == {**dict(media), "submission.xml": xml} and missing == []
    assert odk.signed(manifest, contents, odkopener.key())
    assert odkopener.opened(document, parts, odkopener.key()) == (contents, True)


def resealed(copy: Copy, tmp_path: Path, *more: str, code: int = 0) -> tuple[Path, str]:
    """Seal again at a terminal; return the folder and what was said."""
    place, to = tmp_path / "out", tmp_path / "to"
    if not place.exists():
        copy.write(place)
    person = sit("odk", place, "--to", to, "--with", "sheets", "--yes", *more)
    type_sheets(person, copy)
    assert person.end() == code, person.said
    return to, person.said


def test_forms_become_reports_that_the_circle_opens(copy: Copy, tmp_path: Path) -> None:
    said = {"kind": "THREAT", "municipality": "27099", "urgency": "NOW", "groups": "CHILDREN", "wish": "share"}
    pk, _posted = copy.fill(
        media=[("1.jpg", JPEG), ("2.m4a", VOICE)], text=CANARY, when__day="2026-11-19", when__part="NIGHT",
        contact__way="CALL", consents="STATS REF_LEGAL", **said,
    )  # fmt: skip
    to, _said = resealed(copy, tmp_path)
    (made,) = returned(to)
    body = json.loads((to / made["report"]).read_text())
    assert made["submission"] == pk and body["municipality"] == "27099" and body["urgency"] == "NOW"
    assert body["share"] is None and body["age"] in {"D1", "D3", "W1", "OLD"}
    secret = copy.circles["Verificación"].bundles[0]["age"]
    payload = opener.open_envelope(base64.b64decode(body["sealed"]), [secret])
    assert payload is not None
    assert payload["text"] == CANARY and payload["when"] == {"day": "2026-11-19", "part": "NIGHT"}
    assert payload["kind"] == "THREAT" and payload["consents"] == ["STATS", "REF_LEGAL"] and payload["wish"] == "share"
    assert payload["contact"]["way"] == "CALL" and payload["odk"] == {"day": "2026-11-20"}
    assert [one["type"] for one in payload["attachments"]] == ["image/jpeg", "audio/mp4"]
    for named, kept in zip(payload["attachments"], made["attachments"], strict=True):
        assert (named["id"], named["chunks"]) == (kept["id"], kept["slices"])
    everything = on_disk(to)
    for word in (CANARY, "uuid:", "1.jpg", "THREAT"):
        assert word.encode() not in everything


def test_the_same_form_twice_is_the_same_report_and_never_the_same_seal(copy: Copy, tmp_path: Path) -> None:
    copy.fill(media=[("1.jpg", JPEG)], text=CANARY)
    bodies = []
    for place in ("a", "b"):
        (tmp_path / place).mkdir()
        to, _said = resealed(copy, tmp_path / place)
        (made,) = returned(to)
        bodies.append((json.loads((to / made["report"]).read_text()), made["attachments"][0]["id"]))
    (one, first), (other, second) = bodies
    assert (one["id"], one["lookup"]) == (other["id"], other["lookup"])
    assert one["sealed"] != other["sealed"] and first != second


def test_two_forms_with_one_key_and_the_same_names_are_two_reports(
    copy: Copy, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(odkform, "os", SimpleNamespace(urandom=bytes))
    for text in ("uno", "dos"):
        copy.fill(media=[("1.jpg", JPEG)], text=text)
    monkeypatch.undo()
    ids = {one.id("entry") for one in read(copy, tmp_path / "out")}
    assert len(ids) == 2


def test_a_report_in_the_folder_is_never_written_over(tmp_path: Path) -> None:
    folder_ = Returns(tmp_path / "to")
    folder_.begin()
    folder_.put("a", 1, {"id": "one", "sealed": "first"}, [])
    with pytest.raises(Twice):
        folder_.put("b", 1, {"id": "one", "sealed": "second"}, [])
    assert json.loads((tmp_path / "to" / "reports" / "one.json").read_text())["sealed"] == "first"
    assert [made["submission"] for made in folder_.made] == ["a"]


def test_what_is_not_whole_stays_unless_it_is_asked_for(copy: Copy, tmp_path: Path) -> None:
    _pk, posted = copy.fill(media=[("1.jpg", JPEG), ("2.m4a", VOICE)], text=CANARY)
    copy.odk.clear()
    copy.arrive(altered(posted, "a photo never came"))
    copy.arrive(altered(posted, "one letter of the answers"))
    to, said = resealed(copy, tmp_path, code=3)
    assert returned(to) == [] and "no ha llegado" in said and "firmó" in said
    (to / "returns.json").unlink()
    for left in ("reports", "attachments"):
        (to / left).rmdir()
    to, _said = resealed(copy, tmp_path, "--incomplete", code=3)
    (made,) = returned(to)
    assert len(made["attachments"]) == 1, "the one that came"


def test_a_picture_that_cannot_be_cleaned_keeps_its_form_waiting(copy: Copy, tmp_path: Path) -> None:
    copy.fill(media=[("1.heic", b"\0\0\0\x18ftypheic" + bytes(50))], text=CANARY)
    to, said = resealed(copy, tmp_path, code=3)
    assert returned(to) == [] and "1.heic" in said


def test_a_voice_longer_than_the_platform_takes_is_said_and_left_out_when_asked(copy: Copy, tmp_path: Path) -> None:
    copy.fill(media=[("1.m4a", sounds.plain(bytes(400 * 16384)))], text=CANARY)
    to, said = resealed(copy, tmp_path, code=3)
    assert returned(to) == [] and "demasiado grande" in said
    (tmp_path / "again").mkdir()
    to, _said = resealed(copy, tmp_path / "again", "--incomplete")
    assert [made["attachments"] for made in returned(to)] == [[]]


def test_nothing_is_sealed_to_a_list_that_somebody_altered(copy: Copy, tmp_path: Path) -> None:
    copy.fill(text=CANARY)
    copy.renew("Verificación")
    copy.lists["Atrato"][1]["signatures"] = []
    _to, said = resealed(copy, tmp_path, code=1)
    assert "alguien las alteró" in said and not _to.exists()


def test_without_a_key_it_only_counts_and_without_a_terminal_it_shows_nothing(copy: Copy, tmp_path: Path) -> None:
    copy.fill(text=CANARY)
    place = copy.write(tmp_path / "out")
    said = run("odk", place, "--list")
    assert said.returncode == 0 and "2026-11-20" in said.stdout and CANARY not in said.stdout
    said = run("odk", place)
    assert said.returncode == 1 and CANARY not in said.stdout + said.stderr
    said = run("list", place)
    assert said.returncode == 0 and "Formularios de ODK que esperan, aparte: 1." in said.stdout
    nothing = Copy().write(tmp_path / "none")
    assert run("odk", nothing).returncode == 0


def test_a_form_is_shown_at_a_terminal_and_nothing_of_it_stays(copy: Copy, tmp_path: Path) -> None:
    copy.fill(media=[("1.jpg", JPEG), ("2.amr", b"#!AMR\n" + bytes(90))], text=f"{CANARY}\x85", kind="CONFINEMENT")
    place = copy.write(tmp_path / "out")
    person = sit("odk", place)
    type_sheets(person, copy)
    person.answer("Número del relato", "1")
    shown = person.wait_for("[Entrar: volver]")
    person.type("")
    person.answer("Número del relato", "")
    assert person.end() == 0
    assert CANARY in shown and "Confinamiento" in shown and "1.jpg" in shown and "audio/amr" in shown
    assert CANARY.encode() not in on_disk(tmp_path)


EC_KEY = ec.generate_private_key(ec.SECP256R1())


@pytest.mark.parametrize(
    "key",
    [
        to_b64(b"no key"),
        to_b64(EC_KEY.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())),
        "no text of ours",
        7,
    ],
    ids=["no key", "a key of another kind", "no base64", "a number"],
)
def test_a_bundle_with_an_odk_key_that_is_none_is_damaged(key: object) -> None:
    whole = sealing.new_circle_bundle(to_b64(odkopener.private()))
    holder = Secret.read(whole["age"])
    opened = bundles.with_key(sealing.seal_to(whole, [holder.recipient]), holder)
    assert opened is not None and opened.odk is not None
    with pytest.raises(Damaged):
        bundles.with_key(sealing.seal_to(whole | {"odk": key}, [holder.recipient]), holder)
