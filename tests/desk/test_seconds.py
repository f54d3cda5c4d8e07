"""Whoever asks for a second person is told who can be it: others who serve the place, none of the issuer's."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from atarraya.network.models import Member
from support.cast import HERE, Cast, sign_in
from support.phone import NOBODY, report

pytestmark = pytest.mark.django_db


def warned(cast: Cast) -> Any:
    made = report(
        cast, municipality=HERE, urgency="NOW", addressed=NOBODY, share={"kind": "ARMED_PRESENCE", "seen": "SAW"}
    )
    body = json.dumps(made.body)
    sent = Client().post("/api/point/reports", body, content_type="application/json", headers=cast.leader.header)
    assert sent.status_code == 201
    [alert] = sign_in(Client(), cast.verifier).get("/equipo/alertas").json()["alerts"]
    return alert


def test_the_form_names_who_may_approve(cast: Cast) -> None:
    mine = sign_in(Client(), cast.verifier).get("/equipo/opciones.json").json()["seconds"]
    assert mine[HERE] == ["Rosa"]
    theirs = sign_in(Client(), cast.approver).get("/equipo/opciones.json").json()["seconds"]
    assert theirs[HERE] == []


def test_an_alert_names_others_who_serve_it_but_not_of_its_own_collective(cast: Cast) -> None:
    alert = warned(cast)
    assert alert["seconds"]["APPROVER"] == ["Rosa"] and "Iván" not in str(alert["seconds"])
    assert "Néstor" not in str(alert["seconds"])  # of another place
    Member.objects.filter(pk=cast.approver.member.pk).update(collective=cast.leader.point.collective)
    [again] = sign_in(Client(), cast.verifier).get("/equipo/alertas").json()["alerts"]
    assert again["seconds"]["APPROVER"] == []


def test_a_desk_tells_the_page_whether_its_member_may_write(cast: Cast) -> None:
    for person, word in ((cast.verifier, "yes"), (cast.approver, "yes"), (cast.companion, "no"), (cast.warden, "no")):
        page = sign_in(Client(), person).get("/equipo/", headers={"accept": "text/html"}).content.decode()
        assert f'data-writes="{word}"' in page, person
