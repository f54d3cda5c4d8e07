"""OpenRosa's doors: the list, the form with its key, the manifest, the places, and what a submission may be."""

from __future__ import annotations

import base64
import hashlib
from typing import Any

import pytest
from lxml import etree

from atarraya.alerts.services.limits import Limit
from atarraya.channels.odk import queries, rules
from atarraya.channels.odk.models import OdkPart, OdkSubmission
from atarraya.channels.odk.views import doors
from atarraya.network import queries as network
from atarraya.network.models import CircleEpoch
from atarraya.sealing.encoding import from_b64
from support.cast import Cast, make_inbox, renew
from support.odkphone import BOUNDARY, TEXT, XFORMS, OdkPhone, answers, multipart, said

pytestmark = pytest.mark.django_db
INSTANCE = "uuid:5a1f3c52-8b0e-4c39-9d53-0f6b1d3e7a10"


@pytest.fixture
def phone(cast: Cast) -> OdkPhone:
    return OdkPhone.given(cast.inbox, cast.steward)


def path_of(url: str) -> str:
    assert url.startswith("https://testserver/")
    return url.removeprefix("https://testserver")


def nothing_kept() -> bool:
    return not OdkSubmission.objects.exists() and not OdkPart.objects.exists()


def test_list_form_manifest_and_places_lead_to_one_another(cast: Cast, phone: OdkPhone) -> None:
    answer = phone.get("/odk/formList")
    assert answer.headers["Content-Type"] == "text/xml; charset=utf-8" and answer.headers["X-OpenRosa-Version"] == "1.0"
    root = etree.fromstring(answer.content)
    assert root.tag == "{http://openrosa.org/xforms/xformsList}xforms"
    (row,) = root
    told = {etree.QName(one).localname: one.text for one in row}
    assert (told["formID"], told["version"]) == ("atarraya-alerta", "1-1") and told["name"]
    form = phone.get(path_of(told["downloadUrl"]))
    assert told["hash"] == "md5:" + hashlib.md5(form.content, usedforsecurity=False).hexdigest()
    manifest = etree.fromstring(phone.get(path_of(told["manifestUrl"])).content)
    assert manifest.tag == "{http://openrosa.org/xforms/xformsManifest}manifest"
    (media,) = manifest
    named = {etree.QName(one).localname: one.text for one in media}
    table = phone.get(path_of(named["downloadUrl"]))
    assert named["filename"] == "municipios.csv"
    assert named["hash"] == "md5:" + hashlib.md5(table.content, usedforsecurity=False).hexdigest()
    rows = table.content.decode().splitlines()
    assert (
        rows[0] == "name,label"
        and any(row.startswith("27099,") for row in rows)
        and len(rows) == len(network.municipalities()) + 1
    )


def key_and_version(phone: OdkPhone) -> tuple[bytes, str]:
    form = phone.form()
    key = form.find(".//x:submission", XFORMS).get("base64RsaPublicKey")
    return base64.b64decode(key, validate=True), form.find(".//x:instance/x:data", XFORMS).get("version")


def key_of(ring: Any) -> bytes:
    return from_b64(network.current_epoch(ring.circle).odk_key)


def gives_no_form(phone: OdkPhone) -> bool:
    listed = len(etree.fromstring(phone.get("/odk/formList").content))
    return (listed, *said(phone.get("/odk/forms/atarraya-alerta/form.xml"))[:2]) == (0, 404, "error")


def test_the_form_has_the_key_of_those_who_check_and_no_others(cast: Cast, phone: OdkPhone) -> None:
    assert key_and_version(phone) == (key_of(cast.verifiers), "1-1")
    renew(cast.verifiers, cast.approver, cast.inbox)
    assert key_and_version(phone) == (key_of(cast.verifiers), "1-2")
    CircleEpoch.objects.filter(circle=cast.verifiers.circle).update(odk_key="")
    assert key_of(cast.women) and key_of(cast.responders) and gives_no_form(phone)


def test_where_nobody_checks_it_is_anothers_and_never_the_womens(cast: Cast) -> None:
    inbox = make_inbox("Otro", cast.steward, cast.verifiers, cast.women, cast.responders)
    inbox.places.filter(circle=cast.verifiers.circle).delete()
    phone = OdkPhone.given(inbox, cast.steward)
    assert key_and_version(phone)[0] == key_of(cast.responders)
    inbox.places.filter(circle=cast.responders.circle).delete()
    assert key_of(cast.women) and gives_no_form(phone)


def test_another_form_is_not_here(phone: OdkPhone) -> None:
    assert phone.get("/odk/forms/otra/form.xml").status_code == 404
    assert len(etree.fromstring(phone.get("/odk/formList?formID=otra").content)) == 0
    assert len(etree.fromstring(phone.get("/odk/formList?formID=atarraya-alerta").content)) == 1


def test_head_says_where_and_how_much(phone: OdkPhone) -> None:
    answer = phone.head()
    assert answer.status_code == 204 and answer.headers["Location"] == "https://testserver/odk/submission"
    assert answer.headers["X-OpenRosa-Accept-Content-Length"] == str(rules.MOST_POST - 65536)
    assert phone.get("/odk/submission").status_code == 405


def test_an_encrypted_submission_is_taken_and_said_so(phone: OdkPhone) -> None:
    _instance, manifest, files = phone.encrypted(media=[("1700000000000.jpg", b"\xff\xd8" + bytes(5000))])
    answer = phone.post(manifest, files)
    status, nature, sentence = said(answer)
    assert (status, nature) == (201, "submit_success") and "Todavía nadie" in sentence
    assert answer.headers["X-OpenRosa-Version"] == "1.0" and answer.headers["X-OpenRosa-Accept-Content-Length"]
    assert (OdkSubmission.objects.count(), OdkPart.objects.count()) == (1, 3)


def clear_ones(phone: OdkPhone) -> dict[str, tuple[bytes, dict[str, bytes]]]:
    """Return what carries words in clear, by how: a manifest and files for one POST."""
    _instance, good, files = phone.encrypted(INSTANCE)
    text = good.decode()
    key_end = text.index("</base64EncryptedKey>")
    inside = {
        "beside": text.replace("</data>", f"<text>{TEXT}</text></data>"),
        "in between": text.replace("<orx:meta", f"{TEXT}<orx:meta"),
        "as an attribute": text.replace("<encryptedXmlFile>", f'<encryptedXmlFile note="{TEXT}">'),
        "on the root": text.replace("<data ", f'<data note="{TEXT}" '),
        "as a comment": text.replace("</data>", f"<!-- {TEXT} --></data>"),
        "as an instruction": text.replace("</data>", f"<?nota {TEXT}?></data>"),
        "as the key": text[: key_end - 40] + "subieron en panga" + text[key_end:],
        "in another space": text.replace("</data>", f'<text xmlns="http://x">{TEXT}</text></data>'),
        "as the version": text.replace('version="1-1"', f'version="{TEXT}"'),
        "as no version": text.replace('version="1-1"', 'version="subieron-en-panga"'),
        "as a date": text.replace("<data ", f'<data submissionDate="{TEXT}" '),
        "as another instanceID": text.replace("<data ", f'<data instanceID="{TEXT}" '),
        "as a prefix": text.replace("<data ", '<data xmlns:subieron_en_panga="http://openrosa.org/xforms" '),
        "as a space": text.replace("<data ", f'<data xmlns:n1="{TEXT.replace(" ", "-")}" '),
        "nested": text.replace("<encryptedXmlFile>", f"<encryptedXmlFile><file>{TEXT}</file>"),
    }
    found = {name: (one.encode(), files) for name, one in inside.items()}
    found["not encrypted"] = (answers(INSTANCE), {})
    found["not encrypted, and saying so"] = (answers(INSTANCE).replace(b"<data ", b'<data encrypted="no" '), {})
    found["said to be encrypted"] = (answers(INSTANCE).replace(b"<data ", b'<data encrypted="yes" '), {})
    found["another document"] = (f"<nota>{TEXT}</nota>".encode(), {})
    name = "submission.xml.enc"
    plain = answers(INSTANCE)
    found["a file in clear"] = (good, {name: plain + bytes([10]) * (-len(plain) % 16)})
    found["a file cut short"] = (good, {name: files[name][:-1]})
    found["an empty file"] = (good, {name: b""})
    found["a text of before Unicode"] = (good, {name: (TEXT.encode("latin-1") * 9)[: 16 * 30]})
    found["a short text of two bytes a letter"] = (good, {name: (TEXT.encode("utf-16") * 9)[: 16 * 30]})
    found["a long text"] = (good, {name: (TEXT.encode() * 100)[: 16 * 300]})
    return found


HOW = [
    "beside", "in between", "as an attribute", "on the root", "as a comment", "as an instruction", "as the key",
    "in another space", "nested", "as the version", "as no version", "as a date", "as another instanceID",
    "as a prefix", "as a space", "a text of before Unicode", "a short text of two bytes a letter", "not encrypted",
    "not encrypted, and saying so", "said to be encrypted", "another document", "a file in clear", "a file cut short",
    "an empty file", "a long text",
]  # fmt: skip


OTHERS = ("as the version", "as no version")


@pytest.mark.parametrize("how", HOW)
def test_what_comes_in_clear_is_refused_in_words_and_nothing_is_kept(phone: OdkPhone, how: str) -> None:
    every = clear_ones(phone)
    assert set(every) == set(HOW)
    status, nature, sentence = said(phone.post(*every[how]))
    told = "no es el formulario" if how in OTHERS else "sin cifrar"
    assert (status, nature, told in sentence) == (422, "error", True), (status, sentence)
    assert nothing_kept()


def test_clear_files_beside_the_encrypted_ones_are_not_kept(cast: Cast, phone: OdkPhone) -> None:
    """A phone whose encryption failed half-way sends both."""
    _instance, manifest, files = phone.encrypted()
    assert phone.post(manifest, {**files, "1700000000000.jpg": b"\xff\xd8clara"}).status_code == 201
    assert OdkPart.objects.count() == 2
    opened = b"".join(map(bytes, map(bytes, queries.sealed_parts(OdkSubmission.objects.get()))))
    assert b"clara" not in opened


# Codecs of Python that are no single bytes, that are none of text, or that there are not.
ENCODINGS = ("utf-7", "foo", "hex", "idna", "punycode", "utf-16", "latin-1")
BOMB = b'<!DOCTYPE data [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><data encrypted="yes">&b;</data>'
OUTSIDE = b'<!DOCTYPE data [<!ENTITY x SYSTEM "file:///etc/passwd">]><data encrypted="yes">&x;</data>'


@pytest.mark.parametrize(
    ("manifest", "status"),
    [
        (BOMB, 422),
        (OUTSIDE, 422),
        (b"<data " + b"<a>" * 5000, 400),
        (b"<a>" * 20_000, 422),
        (b"<data encrypted='yes'>" + b"<meta>" * 5000, 422),
        (b"", 400),
        (b"\x00\x01", 400),
        (b"<data encrypted='yes' id='atarraya-alerta'/>", 422),
        (b"<data encrypted='yes' id='otra'/>", 422),
        (b"<data encrypted='yes' id='atarraya-alerta'>" + b"<media><file>x.enc</file></media>" * 900 + b"</data>", 413),
        (b"<data>" + b" " * rules.MOST_MANIFEST + b"</data>", 413),
        *((f"<?xml version='1.0' encoding='{name}'?><data encrypted='yes'/>".encode(), 400) for name in ENCODINGS),
    ],
    ids=[
        "bomb",
        "outside",
        "unclosed",
        "deep",
        "deep inside",
        "empty",
        "no text",
        "bare",
        "other form",
        "many",
        "long",
        *ENCODINGS,
    ],
)
def test_documents_made_to_harm_are_refused(phone: OdkPhone, manifest: bytes, status: int) -> None:
    assert said(phone.post(manifest, {}))[:2] == (status, "error")
    assert nothing_kept()


def test_what_did_not_come_whole_is_refused(phone: OdkPhone) -> None:
    _instance, manifest, files = phone.encrypted()
    whole = multipart(manifest, files)
    for body in (whole[:-10], whole[: len(whole) // 2], b"", b"--" + BOUNDARY.encode() + b"--\r\n"):
        assert said(phone.post_body(body))[:2] == (400, "error")
    twice = whole[: -len(BOUNDARY) - 6] + whole
    assert said(phone.post_body(twice))[:2] == (400, "error")
    assert said(phone.post_body(multipart(manifest, files, "otro")))[:2] == (400, "error")
    wrong = phone.client.generic(
        "POST", "/odk/submission", manifest, content_type="text/xml", headers=phone.basic, secure=True
    )
    assert wrong.status_code == 400
    assert phone.post(manifest.replace(b"uuid:", b"uuid "), files).status_code == 400
    assert nothing_kept()


def test_a_name_that_is_no_files_is_refused(phone: OdkPhone) -> None:
    _instance, manifest, files = phone.encrypted()
    for name in (
        "../submission.xml.enc",
        "submission.xml",
        "a/b.enc",
        "x" * 97 + ".enc",
        "en panga.enc",
        "ñ.enc",
        ".enc",
    ):
        assert phone.post(manifest.replace(b"submission.xml.enc", name.encode()), files).status_code == 400
    assert nothing_kept()


def test_too_much_is_told(phone: OdkPhone) -> None:
    _instance, manifest, files = phone.encrypted()
    assert said(phone.post(manifest, {**files, "otra.enc": bytes(rules.MOST_POST)}))[:2] == (413, "error")
    _instance, manifest, files = phone.encrypted(media=[(f"{n}.jpg", b"x") for n in range(rules.MOST_FILES)])
    assert said(phone.post(manifest, {}))[:2] == (413, "error")
    assert nothing_kept()


def test_an_inbox_holds_so_much_and_no_more(cast: Cast, phone: OdkPhone, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is there already is answered as kept; another inbox takes as before."""
    first, second = phone.encrypted(), phone.encrypted()
    other = OdkPhone.given(make_inbox("Otro", cast.steward, cast.verifiers), cast.steward)
    assert phone.post(*first[1:]).status_code == 201
    monkeypatch.setattr(rules, "MOST_WAITING", sum(len(row.body) for row in OdkPart.objects.all()) + 1000)
    status, nature, sentence = said(phone.post(*second[1:]))
    assert (status, nature) == (507, "error") and "No lo borre" in sentence
    assert phone.post(*first[1:]).status_code == 202 and OdkSubmission.objects.count() == 1
    assert other.post(*second[1:]).status_code == 201


def test_a_device_brings_so_much_in_a_day_and_no_more(
    cast: Cast, phone: OdkPhone, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A repeated one adds nothing; another device sends as before."""
    first, second, third = (phone.encrypted() for _time in range(3))
    assert phone.post(*first[1:]).status_code == 201
    size = sum(len(row.body) for row in OdkPart.objects.all())
    monkeypatch.setattr(doors, "BYTES", Limit(size + 1, 24 * 3600))
    got = [phone.post(*one[1:]).status_code for one in (first, first, second, third)]
    assert got == [202, 202, 201, 201]
    status, nature, sentence = said(phone.post(*phone.encrypted()[1:]))
    assert (status, nature) == (429, "error") and "No lo borre" in sentence
    assert OdkSubmission.objects.count() == 3
    assert OdkPhone.given(cast.inbox, cast.steward).post(*phone.encrypted()[1:]).status_code == 201


def test_a_full_disk_is_told_and_nothing_is_kept(phone: OdkPhone, settings: Any) -> None:
    _instance, manifest, files = phone.encrypted()
    settings.MEDIA_RESERVE_BYTES = 1 << 62
    assert said(phone.post(manifest, files))[:2] == (507, "error")
    assert nothing_kept()
