"""Devices: made and ended by a steward, shown once, and nothing opens without their password or in clear."""

from __future__ import annotations

import base64
import json
import re
import zlib
from typing import Any

import pytest
from django.test import Client

from atarraya.channels.odk import collect
from atarraya.channels.odk.models import OdkDevice
from atarraya.channels.odk.services import devices
from atarraya.kernel.errors import NotAllowed
from atarraya.network.refusals import Incomplete
from atarraya.trail.models import Line
from support.cast import Cast
from support.odkphone import OdkPhone, said

pytestmark = pytest.mark.django_db
DOORS = [
    ("GET", "/odk/formList"),
    ("GET", "/odk/forms/atarraya-alerta/manifest"),
    ("GET", "/odk/forms/atarraya-alerta/form.xml"),
    ("GET", "/odk/forms/atarraya-alerta/municipios.csv"),
    ("HEAD", "/odk/submission"),
    ("POST", "/odk/submission"),
]
each_door = pytest.mark.parametrize(("method", "path"), DOORS, ids=[f"{m} {p.rsplit('/', 1)[1]}" for m, p in DOORS])


def steward(cast: Cast) -> Client:
    client = Client(headers={"Accept": "text/html"})
    client.force_login(cast.steward.member, "allauth.account.auth_backends.AuthenticationBackend")
    return client


def ask(method: str, path: str, basic: str | None, *, secure: bool = True) -> Any:
    headers = {} if basic is None else {"Authorization": basic}
    return Client().generic(method, path, headers=headers, secure=secure)


@each_door
def test_without_its_password_nothing_opens(cast: Cast, method: str, path: str) -> None:
    phone = OdkPhone.given(cast.inbox, cast.steward)
    right = phone.basic["Authorization"]
    code = base64.b64encode
    wrong = [
        None,
        "Basic",
        "Basic ???",
        "Basic " + code(b"\xff\xfe:x").decode(),
        "Basic " + code(phone.login.encode()).decode(),
        "Basic " + code(f"{phone.login}:".encode()).decode(),
        "Basic " + code(f"{phone.login}:{phone.password[:-1]}".encode()).decode(),
        "Basic " + code(f"{phone.login}x:{phone.password}".encode()).decode(),
        "Basic " + code(f"{phone.login}\x00:{phone.password}".encode()).decode(),
        "Basic " + code(f":{phone.password}".encode()).decode(),
        right.replace("Basic", "Bearer"),
        "Basic " + "A" * 5000,
        cast.leader.header["Authorization"],
    ]
    for shown in wrong:
        got = ask(method, path, shown)
        assert (got.status_code, got.headers["X-OpenRosa-Version"]) == (401, "1.0"), shown
        assert got.headers["WWW-Authenticate"].startswith("Basic ") and got.headers["Date"]
    assert ask(method, path, right).status_code not in {401, 403, 500}


@each_door
def test_a_password_is_not_heard_in_clear(cast: Cast, method: str, path: str) -> None:
    phone = OdkPhone.given(cast.inbox, cast.steward)
    got = ask(method, path, phone.basic["Authorization"], secure=False)
    assert got.status_code == 403 and "WWW-Authenticate" not in got.headers
    local = Client().generic(method, path, headers=phone.basic, SERVER_NAME="127.0.0.1", SERVER_PORT="8000")
    assert local.status_code not in {401, 403}


@each_door
def test_an_ended_device_opens_nothing_more(cast: Cast, method: str, path: str) -> None:
    phone = OdkPhone.given(cast.inbox, cast.steward)
    device = OdkDevice.objects.get()
    devices.end(device, by=cast.warden.member)
    devices.end(device, by=cast.warden.member)
    assert ask(method, path, phone.basic["Authorization"]).status_code == 401
    verbs = list(Line.objects.filter(subject=str(device.pk)).order_by("number").values_list("verb", flat=True))
    assert verbs == ["odk.device", "odk.device_end"]


def test_only_a_hash_of_the_password_is_kept(cast: Cast) -> None:
    phone = OdkPhone.given(cast.inbox, cast.steward)
    row = OdkDevice.objects.values().get()
    assert len(phone.password) >= 32 and len(bytes(row["password_hash"])) == 32
    assert phone.password not in str(row) and phone.password.encode() not in bytes(row["password_hash"])
    assert OdkPhone.given(cast.inbox, cast.steward).password != phone.password


def test_who_is_no_steward_makes_and_ends_none(cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        devices.create("Tableta", cast.inbox, by=cast.verifier.member)
    OdkPhone.given(cast.inbox, cast.steward)
    with pytest.raises(NotAllowed):
        devices.end(OdkDevice.objects.get(), by=cast.verifier.member)
    with pytest.raises(Incomplete):
        devices.create("  ", cast.inbox, by=cast.steward.member)


def test_a_steward_makes_one_on_the_page_and_is_shown_it_until_the_phone_has_it(cast: Cast) -> None:
    client = steward(cast)
    made = client.post("/red/odk/", {"name": "Tableta tres", "inbox": str(cast.inbox.pk)}, secure=True)
    card = made.headers["Location"]
    for _time in range(2):
        page = client.get(card, secure=True).content.decode()
        password = re.search(r'Contraseña <span class="code" translate="no">([^<]+)', page)
        assert password and "<svg" in page and "https://testserver/odk<" in page
    login = OdkDevice.objects.get().login
    assert OdkPhone(login, password.group(1)).head().status_code == 204
    client.post(card, secure=True)
    assert client.get(card, secure=True).headers["Location"] == "/red/odk/"
    listed = client.get("/red/odk/", secure=True).content.decode()
    assert "Tableta tres" in listed and login in listed and password.group(1) not in listed
    other = Client(headers={"Accept": "text/html"})
    other.force_login(cast.warden.member, "allauth.account.auth_backends.AuthenticationBackend")
    assert other.get(card, secure=True).status_code == 302
    client.post(f"{card}terminar/", secure=True)
    assert OdkPhone(login, password.group(1)).head().status_code == 401


def test_what_a_phone_scans_sets_what_must_not_stay_or_be_told() -> None:
    text = collect.settings_text("https://red.example/odk", "k3", "secreta")
    read = json.loads(zlib.decompress(base64.b64decode(text)))
    assert read == collect.settings("https://red.example/odk", "k3", "secreta")
    general, admin = read["general"], read["admin"]
    assert (general["server_url"], general["username"], general["password"]) == (
        "https://red.example/odk",
        "k3",
        "secreta",
    )
    assert general["delete_send"] is True and general["analytics"] is False
    assert [general[f"metadata_{name}"] for name in ("username", "phonenumber", "email")] == ["", "", ""]
    assert general["form_update_mode"] == "match_exactly" and general["autosend"] == "wifi_and_cellular"
    shut = admin.pop("admin_pw")
    assert len(shut) == 20 and "secreta" not in shut and not any(admin.values())
    assert collect.settings("https://red.example/odk", "k3", "otra")["admin"]["admin_pw"] != shut


def test_a_flood_of_one_device_holds_up_no_other(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    from atarraya.alerts.services.limits import Limit
    from atarraya.channels.odk.views import doors

    monkeypatch.setattr(doors, "ASKS", Limit(3, 3600))
    one, other = OdkPhone.given(cast.inbox, cast.steward), OdkPhone.given(cast.inbox, cast.steward)
    got = [one.get("/odk/formList").status_code for _ in range(5)]
    assert got == [200, 200, 200, 429, 429] and other.get("/odk/formList").status_code == 200
    assert said(one.get("/odk/formList"))[1] == "error"
