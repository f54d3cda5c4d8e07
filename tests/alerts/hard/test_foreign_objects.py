"""Objects that exist and are not theirs: every address of the desk, asked by members with accounts, changes nothing.

The table of `tests/access` asks for objects that do not exist; here they do, and the answer must be the same: nothing
is told of them. People of the place are the control: each request means something.
"""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from django.apps import apps
from django.db import transaction
from django.test import Client

from atarraya.alerts.models import Alert, Proposal
from atarraya.alerts.services import handing
from atarraya.sealing import commitments
from support.cast import HERE, Cast, sign_in
from support.phone import half, report

pytestmark = pytest.mark.django_db
# A verifier of another place, an analyst and a steward: signed in, active, in no circle.
STRANGERS = ("infiltrator", "analyst", "warden")
JSON = "application/json"
ROOMS = {"alerts", "network", "trail", "territory"}


def everything() -> dict[str, list[str]]:
    """Return every row of the house, for comparing."""
    models = [model for model in apps.get_models() if model._meta.app_label in ROOMS]
    return {
        model._meta.label: sorted(str(sorted(row.items())) for row in model.objects.order_by().values())
        for model in models
    }


def browser(cast: Cast, who: str) -> Client:
    made = sign_in(Client(raise_request_exception=False), getattr(cast, who))
    made.get("/equipo/")
    return made


@pytest.fixture
def held(cast: Cast) -> dict[str, Any]:
    """Return what stands in Bojayá: a report, an alert, a held one, a proposal with its words, and a list of names."""
    phone = Client()
    for _ in range(4):
        made = report(cast, municipality=HERE, urgency="NOW", share={"kind": "COMBAT"})
        assert phone.post("/api/point/reports", made.body, JSON, headers=cast.leader.header).status_code == 201
    alert, waiting = Alert.objects.filter(held=False)[0], Alert.objects.get(held=True)
    text = {"v": 1, "act": "withdraw", "alert": str(alert.pk), "version": alert.version, "answer": "NOT_KNOWN"}
    promised, salt, words = commitments.commit(text)
    asked = {"act": "withdraw", "inbox": str(cast.inbox.pk), "number": 1, "municipality": HERE, "alert": str(alert.pk)}
    asked |= {"version": alert.version, "commitment": promised, "sealed": made.body["sealed"]}
    desk = browser(cast, "verifier")
    assert desk.post("/equipo/propuestas", asked, JSON).status_code == 201
    handing.ask_for_old(cast.verifier.member, cast.inbox)
    return {
        "entry": made.body["id"], "sealed": made.body["sealed"], "alert": str(alert.pk), "held": str(waiting.pk),
        "proposal": str(Proposal.objects.get().pk), "text": words, "salt": salt, "asked": asked,
    }  # fmt: skip


def doors(cast: Cast, held: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    """Return every request that would do something to what stands in Bojayá."""
    inbox, circle = str(cast.inbox.pk), str(cast.verifiers.circle.pk)
    note = {"id": str(uuid4()), "inbox": inbox, "number": 1, "municipality": HERE, "urgency": "NOW", "lookup": half()}
    fresh = {"commitment": half(), "version": 2}
    acts = ("take_up", "renew", "carry_further", "stands", "hide_zone", "hide_summary", "next_news", "raise_urgency")
    agree = {"text": held["text"], "salt": held["salt"]}
    return [
        ("/equipo/notas", note | {"erase_hash": half(), "keep": "case", "sealed": held["sealed"], "reply": "A" * 128}),
        ("/equipo/antiguos", {"inbox": inbox}),
        ("/equipo/antiguos", {"grant": str(apps.get_model("alerts.OldGrant").objects.get().pk)}),
        ("/equipo/nombres", {"circle": circle, "sealed": held["sealed"]}),
        ("/equipo/propuestas", held["asked"] | fresh),
        ("/equipo/propuestas", held["asked"] | fresh | {"act": "publish", "alert": None, "version": 0}),
        *((f"/equipo/propuestas/{held['proposal']}/{name}", agree) for name in ("approve", "refuse", "withdraw")),
        *((f"/equipo/alertas/{held['alert']}/{name}", {"urgency": "NOW", "until": "2030-01-01T10"}) for name in acts),
        (f"/equipo/alertas/{held['held']}/release", {}),
    ]


@pytest.mark.parametrize("who", STRANGERS)
def test_what_stands_elsewhere_cannot_be_touched(cast: Cast, held: dict[str, Any], who: str) -> None:
    desk, before = browser(cast, who), everything()
    for path, body in doors(cast, held):
        said = desk.post(path, body, JSON)
        assert said.status_code in {403, 404}, (path, said.status_code, said.content)
    assert everything() == before


@pytest.mark.parametrize("who", STRANGERS)
def test_what_stands_elsewhere_cannot_be_read(cast: Cast, held: dict[str, Any], who: str) -> None:
    desk, before = browser(cast, who), everything()
    query = {"inbox": str(cast.inbox.pk), "municipality": HERE, "day": "2026-11-26"}
    assert desk.get("/equipo/entradas.json", query).status_code == 404
    told = [desk.get(f"/equipo/{name}").content for name in ("resumen.json", "alertas", "propuestas", "nombres")]
    told += [desk.get("/equipo/pulso.json?looking=1").content, desk.get("/tablero/").content]
    secret = [held["entry"], held["alert"], held["held"], held["proposal"], str(cast.inbox.pk)]
    if who != "infiltrator":
        # An analyst and a steward of the place read its board; of sealed work they are told nothing.
        secret = [held["entry"], held["proposal"], str(cast.inbox.pk)]
    assert not [one for one in secret if any(one.encode() in said for said in told)]
    assert everything() == before


def test_each_of_these_requests_means_something_to_people_of_the_place(cast: Cast, held: dict[str, Any]) -> None:
    """The control: each, done first thing by a verifier or an approver of the place, is read and mostly done."""
    done = []
    for path, body in doors(cast, held):
        desk = browser(cast, "approver" if "propuestas/" in path or "grant" in body else "verifier")
        with transaction.atomic():
            said = desk.post(path, body, JSON).status_code
            transaction.set_rollback(True)
        done.append((path.rsplit("/", 1)[1], said))
    taken = [name for name, status in done if status in {200, 201}]
    assert len(taken) >= 11 and {"approve", "refuse", "take_up", "release", "notas"} <= set(taken), done
    assert not [name for name, status in done if status in {403, 404} and name != "withdraw"], done
