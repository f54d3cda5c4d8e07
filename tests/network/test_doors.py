"""Every door of this room, every person, own and foreign objects: the expected answer stands beside the door."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver

from atarraya.network import urls
from atarraya.network.models import Freeze, Invitation
from atarraya.network.services import members
from atarraya.web import verbs
from support.cast import Cast, sign_in

PAGE = {"accept": "text/html"}
# Who may open which door. `mine` doors are for people of the object only: to others they do not exist.
PUBLIC = """account_login mfa_authenticate mfa_login_webauthn account_inactive account_logout use_reset found
    invitation"""
INVITED = """mfa_index account_reauthenticate mfa_reauthenticate mfa_reauthenticate_webauthn
    account_change_password mfa_activate_totp mfa_deactivate_totp mfa_view_recovery_codes
    mfa_generate_recovery_codes mfa_list_webauthn mfa_add_webauthn mfa_remove_webauthn next factor everywhere new_key
    loss_phrase new_sheet passkey_copy waiting prove keys forget_half losses loss_both loss_device loss_everyone
    offline_keys rescue"""
MEMBER = """countersign keep_half give_half loss_member people invite second_invitation slip person let_in remove
    exposure freeze settle circles circle_new after_circle new_epoch circle_add circle_leave inbox_new inbox"""
STEWARD = """founding create_inbox first_point change_roles reset_login steward looks neighbours rules collectives
    zones points point_new point card point_pause point_resume point_revoke point_link"""
MINE = ["new_epoch", "circle_add", "circle_leave", "inbox", "inbox_new"]
EXPECTED = {
    name: reach
    for reach, names in (
        (verbs.PUBLIC, PUBLIC),
        (verbs.INVITED, INVITED),
        (verbs.MEMBER, MEMBER),
        (verbs.STEWARD, STEWARD),
    )
    for name in names.split()
}


def doors() -> dict[str, URLPattern]:
    found: dict[str, URLPattern] = {}
    for pattern in urls.urlpatterns:
        inside = pattern.url_patterns if isinstance(pattern, URLResolver) else [pattern]
        found |= {one.name: one for one in inside}
    return found


def test_every_door_is_in_the_table() -> None:
    assert set(doors()) == set(EXPECTED)


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_the_door_declares_the_reach_of_the_table(name: str) -> None:
    declared = verbs.verb_of(doors()[name].callback, None)
    assert declared is not None and declared.reach == EXPECTED[name]


def path_to(name: str, cast: Cast) -> str:
    objects: dict[str, Any] = {
        "circulos": cast.verifiers.circle.pk,
        "todas": cast.verifiers.circle.pk,
        "buzones": cast.inbox.pk,
        "puntos": cast.leader.point.pk,
        "invitaciones": Invitation.objects.filter(member=None).values_list("pk", flat=True).first(),
        "congeladas": Freeze.objects.values_list("pk", flat=True).first(),
        "voz": cast.outsider.member.pk,
        "": cast.analyst.member.pk,
    }
    path = "/" + str(doors()[name].pattern)
    word = next(word for word in objects if word in path)
    return path.replace("<uuid:pk>", str(objects[word])).replace("<int:pk>", "1")


@pytest.fixture
def busy(cast: Cast) -> Cast:
    """The cast with an open invitation, so that every door has an object."""
    members.propose_invitation(alias="Ana", roles=["ANALYST"], by=cast.steward.member)
    return cast


def ask(client: Client, method: str, path: str) -> Any:
    if method == "GET":
        return client.get(path, headers=PAGE)
    return client.post(path, b"{}", content_type="application/json", headers={"accept": "application/json"})


def answers(client: Client, cast: Cast, reaches: set[str]) -> dict[tuple[str, str], int]:
    names = [name for name, reach in EXPECTED.items() if reach in reaches and name not in OWN_TIME]
    return {
        (name, method): ask(client, method, path_to(name, cast)).status_code
        for name in names
        for method in ("GET", "POST")
    }


# Doors that end the asking person's own session: they would end the test's too.
OWN_TIME = {"account_logout", "everywhere", "loss_device", "freeze", "settle"}


def test_nobody_signed_in_reaches_nothing_but_the_way_in(busy: Cast) -> None:
    got = answers(Client(), busy, {verbs.INVITED, verbs.MEMBER, verbs.STEWARD})
    assert {status for (_name, method), status in got.items() if method == "GET"} == {302}
    assert {status for (_name, method), status in got.items() if method == "POST"} == {401}


def test_who_waits_reaches_their_key_and_nothing_of_the_network(busy: Cast) -> None:
    got = answers(sign_in(Client(), busy.outsider), busy, {verbs.MEMBER, verbs.STEWARD})
    assert set(got.values()) == {404}


@pytest.mark.parametrize("person", ["analyst", "infiltrator", "verifier", "companion"])
def test_members_reach_no_administration(busy: Cast, person: str) -> None:
    got = answers(sign_in(Client(), getattr(busy, person)), busy, {verbs.STEWARD})
    assert set(got.values()) == {404}


@pytest.mark.parametrize("person", ["infiltrator", "analyst", "warden"])
def test_a_circle_and_its_inbox_do_not_exist_for_strangers(busy: Cast, person: str) -> None:
    client = sign_in(Client(), getattr(busy, person))
    for name in MINE:
        if name == "inbox_new":
            continue
        assert ask(client, "GET", path_to(name, busy)).status_code in {404, 405}, name
        assert ask(client, "POST", path_to(name, busy)).status_code == 404, name


def test_only_a_steward_makes_an_inbox(busy: Cast) -> None:
    assert ask(sign_in(Client(), busy.verifier), "GET", path_to("inbox_new", busy)).status_code == 403
    assert ask(sign_in(Client(), busy.steward), "GET", path_to("inbox_new", busy)).status_code == 200


def test_a_steward_sees_every_page_and_no_key_of_others(busy: Cast) -> None:
    client = sign_in(Client(), busy.warden)
    got = answers(client, busy, {verbs.STEWARD})
    wrong = {key: status for key, status in got.items() if status >= 500 or status in {401, 403}}
    assert not wrong
    kept = client.get("/equipo/llaves.json").json()
    assert kept["circles"] == [] and kept["inboxes"] == []


def test_own_keys_only(busy: Cast) -> None:
    kept = sign_in(Client(), busy.companion).get("/equipo/llaves.json").json()
    assert [one["name"] for one in kept["circles"]] == ["Equipo de mujeres"]
    assert kept["member"]["alias"] == "Marleny"


def test_the_frozen_reach_nothing_at_once(busy: Cast) -> None:
    client = sign_in(Client(), busy.verifier)
    members.freeze(busy.verifier.member, by=busy.approver.member)
    got = answers(client, busy, {verbs.INVITED, verbs.MEMBER, verbs.STEWARD})
    assert {status for (_name, method), status in got.items() if method == "POST"} == {401}


def test_secrets_are_shown_to_the_session_that_made_them_only(busy: Cast) -> None:
    mine, other = sign_in(Client(), busy.steward), sign_in(Client(), busy.warden)
    path = f"/red/puntos/{busy.leader.point.pk}/"
    made = mine.post(f"{path}enlace/", headers=PAGE)
    assert made.headers["Location"] == f"{path}tarjeta/"
    assert "data-link" in mine.get(f"{path}tarjeta/", headers=PAGE).content.decode()
    assert "data-link" in mine.get(f"{path}tarjeta/", headers=PAGE).content.decode()  # a reload loses nothing
    assert other.get(f"{path}tarjeta/", headers=PAGE).status_code == 302
    mine.post(f"{path}tarjeta/", headers=PAGE)
    assert mine.get(f"{path}tarjeta/", headers=PAGE).status_code == 302
