"""The platform's doors for gateways: known by a token, taking only what is sealed, telling who is silent."""

from __future__ import annotations

import base64
import os
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
import schemathesis
from django.test import Client
from schemathesis.checks import load_all_checks

from alerts.intake.test_openapi import EXAMPLES, _given, excluded, schemathesis_settings
from atarraya.alerts.models import Alert, Entry
from atarraya.channels.sms import queries
from atarraya.channels.sms.models import Gateway
from atarraya.channels.sms.refusals import GatewayRefused, NotARecipient
from atarraya.channels.sms.services import gateways
from atarraya.channels.sms.views.api import OPERATIONS
from atarraya.kernel import clock
from atarraya.network.refusals import Incomplete, NeedsSteward
from atarraya.sealing import envelopes
from atarraya.sealing.encoding import to_b64
from atarraya.sealing.gateways import new_key
from support.cast import Cast
from support.smsrun import Run

pytestmark = pytest.mark.django_db


def make(cast: Cast) -> gateways.NewGateway:
    return gateways.create("pasarela", cast.inbox, new_key()[1], by=cast.steward.member)


def auth(token: str) -> dict[str, str]:
    return {"Authorization": f"Gateway {token}"}


def body(cast: Cast, **more: Any) -> dict[str, Any]:
    sealed = envelopes.seal({"v": 1, "type": "report", "text": "hola"}, cast.recipients, [True, False, False])
    return {
        "id": str(uuid4()),
        "inbox": str(cast.inbox.pk),
        "number": cast.number,
        "age": "H1",
        "lookup": to_b64(os.urandom(32)),
        "erase_hash": to_b64(os.urandom(32)),
        "sealed": base64.b64encode(sealed).decode(),
        **more,
    }


def test_a_steward_makes_a_gateway_and_its_token_is_told_once(cast: Cast) -> None:
    new = make(cast)
    assert gateways.authenticate(new.token) == new.gateway
    assert new.token.partition(".")[2] == cast.fingerprint.replace("-", "")
    row = Gateway.objects.get()
    assert new.token.encode() not in bytes(row.token_hash)
    with pytest.raises(NeedsSteward):
        gateways.create("otra", cast.inbox, new_key()[1], by=cast.verifier.member)
    with pytest.raises(NotARecipient):
        gateways.create("otra", cast.inbox, "AGE-SECRET-KEY-1", by=cast.steward.member)
    with pytest.raises(Incomplete):
        gateways.create(" ", cast.inbox, new_key()[1], by=cast.steward.member)


def test_a_token_ends_when_a_steward_says_so(cast: Cast, client: Client) -> None:
    new = make(cast)
    assert client.get("/api/gateway/setup.json", headers=auth(new.token)).status_code == 200
    gateways.end(new.gateway, by=cast.warden.member)
    answer = client.get("/api/gateway/setup.json", headers=auth(new.token))
    assert answer.status_code == 401 and answer.headers["WWW-Authenticate"] == "Gateway"
    with pytest.raises(GatewayRefused):
        gateways.authenticate(new.token)


def test_a_point_is_no_gateway_and_a_gateway_no_point(cast: Cast, client: Client) -> None:
    new = make(cast)
    assert client.get("/api/gateway/setup.json", headers=cast.leader.header).status_code == 401
    assert client.get("/api/point/setup.json", headers=auth(new.token)).status_code == 401
    point = {"Authorization": f"Point {new.token}"}
    assert client.get("/api/point/setup.json", headers=point).status_code == 401


def test_an_unread_sms_is_kept_once_and_shares_nothing(cast: Cast, client: Client) -> None:
    new, sent = make(cast), body(cast, share={"kind": "COMBAT", "seen": "SAW"}, municipality="27099", urgency="NOW")
    first = client.post("/api/gateway/reports", sent, "application/json", headers=auth(new.token))
    again = client.post("/api/gateway/reports", sent, "application/json", headers=auth(new.token))
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == {"received": True, "board": "team"}
    assert Entry.objects.count() == 1 and not Alert.objects.exists()


def test_what_is_not_sealed_or_goes_elsewhere_is_refused_and_not_kept(cast: Cast, client: Client) -> None:
    new = make(cast)
    plain = base64.b64encode(b"llego la panga " * 200).decode()
    for wrong in ({"sealed": plain}, {"inbox": str(uuid4())}, {"number": 7}, {"text": "llego la panga"}):
        answer = client.post("/api/gateway/reports", body(cast) | wrong, "application/json", headers=auth(new.token))
        assert answer.status_code in {400, 403, 409, 422}, wrong
    assert not Entry.objects.exists()


def test_the_team_is_told_when_a_gateway_is_silent_or_has_no_key(cast: Cast, client: Client) -> None:
    identity, recipient = new_key()
    new = gateways.create("pasarela", cast.inbox, recipient, by=cast.steward.member)
    client.force_login(cast.verifier.member, "allauth.account.auth_backends.AuthenticationBackend")

    def said() -> list[Any]:
        return list(client.get("/equipo/pulso.json").json()["sms"])

    assert said() == [{"say": "silent", "name": "pasarela", "time": None, "count": 0, "waiting": 0}]
    run = Run(new, identity)
    for key, says in ((False, ["no_key"]), (True, [])):
        if key:
            assert run.prove().status_code == 200
        assert run.pulse().json()["heard"] is True
        assert [one["say"] for one in said()] == says
    with clock.freeze(clock.now() + queries.SILENT + timedelta(minutes=2)):
        assert [one["say"] for one in said()] == ["silent"]
    gateways.end(new.gateway, by=cast.steward.member)
    assert said() == []


def test_a_steward_sees_the_token_once_on_a_page(cast: Cast, client: Client) -> None:
    client.force_login(cast.steward.member, "allauth.account.auth_backends.AuthenticationBackend")
    form = {"name": "pasarela", "inbox": str(cast.inbox.pk), "recipient": new_key()[1]}
    page = client.post("/red/sms/", form, follow=True)
    assert "g_" in page.content.decode()
    gateway = Gateway.objects.get()
    client.post(f"/red/sms/{gateway.pk}/")
    assert "g_" not in client.get(f"/red/sms/{gateway.pk}/", follow=True).content.decode()
    client.post(f"/red/sms/{gateway.pk}/terminar/")
    gateway.refresh_from_db()
    assert gateway.state == Gateway.State.REVOKED


def test_the_document_lists_every_operation(client: Client) -> None:
    document = client.get("/api/gateway/openapi.json").json()
    listed = {(method.upper(), path) for path, item in document["paths"].items() for method in item}
    assert listed == {(operation.method, operation.path) for operation in OPERATIONS} | {("GET", "/health")}
    assert document["paths"]["/api/gateway/reports"]["post"]["security"] == [{"Gateway": []}]


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_no_example_breaks_it(cast: Cast) -> None:
    from atarraya.wsgi import application

    load_all_checks()
    token, tried = make(cast).token, 0
    for result in schemathesis.openapi.from_wsgi("/api/gateway/openapi.json", application).get_all_operations():

        @schemathesis_settings()
        @_given(result.ok())
        def meets(case: Any) -> None:
            nonlocal tried
            tried += 1
            case.headers = {**(case.headers or {}), **auth(token)}
            case.validate_response(answer := case.call(), excluded_checks=excluded(answer.status_code))

        meets()
    assert tried >= EXAMPLES * len(OPERATIONS) / 2
