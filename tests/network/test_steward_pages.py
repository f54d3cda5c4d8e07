"""The steward's and the people's pages as forms: what they do, what they leave in the trail, what they refuse."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from atarraya.network.models import Circle, Collective, Freeze, Invitation, Member, Point, Removal
from atarraya.network.services import members
from atarraya.sealing import bundles
from atarraya.sealing.encoding import to_b64
from atarraya.sealing.signing import sign_text
from atarraya.territory.models import Zone
from atarraya.territory.services import loading
from atarraya.trail.models import Line
from support.cast import HERE, NEAR, Cast, Person, sign_in
from support.opener import open_bundle

PAGE = {"accept": "text/html"}


@pytest.fixture
def steward(cast: Cast) -> Client:
    return sign_in(Client(), cast.warden)


def send(client: Client, path: str, **fields: Any) -> Any:
    return client.post(path, fields, headers=PAGE)


def tell(client: Client, path: str, **fields: Any) -> Any:
    return client.post(path, json.dumps(fields), content_type="application/json")


def last_verb() -> str:
    return Line.objects.order_by("-number")[0].verb


def test_a_zone_of_three_is_defined_closed_and_opened(cast: Cast, steward: Client) -> None:
    loading.load_country("CO")
    assert send(steward, "/red/zonas/", municipality=HERE, name="Río Claro", communities="3").status_code == 302
    zone = Zone.objects.get()
    assert last_verb() == "zone.define"
    for do, verb, active in (("close", "zone.close", False), ("open", "zone.open", True)):
        send(steward, "/red/zonas/", zone=str(zone.pk), do=do)
        assert (last_verb(), Zone.objects.get().active) == (verb, active)
    for wrong in ({"communities": "2"}, {"communities": "x"}, {"municipality": "05001"}):
        fields = {"municipality": HERE, "name": "Otra", "communities": "3", **wrong}
        assert send(steward, "/red/zonas/", **fields).status_code == 422
    assert "Río Claro" in steward.get("/red/puntos/nuevo/", headers=PAGE).content.decode()


def test_a_collective_gets_a_point_and_its_card_is_shown_once(cast: Cast, steward: Client) -> None:
    send(steward, "/red/colectivos/", name="Guardia", municipality=HERE, kind="GIND", tier="LOCAL")
    assert "Guardia indígena" in steward.get("/red/colectivos/", headers=PAGE).content.decode().split("<h2")[0]
    send(steward, "/red/colectivos/", name="Otra", municipality=HERE, kind="palabras", tier="LOCAL")
    assert Collective.objects.get(name="Otra").kind == "OTHER"
    collective = Collective.objects.get(name="Guardia")
    fields = {"collective": str(collective.pk), "inbox": str(cast.inbox.pk), "municipality": ""}
    card = send(steward, "/red/puntos/nuevo/", **fields).headers["Location"]
    page = steward.get(card, headers=PAGE).content.decode()
    assert "Guardia" in page and "<svg" in page and cast.fingerprint[:19] in page
    assert "Atarraya" not in page and "atarraya" not in page.split("<main")[1].split("</main")[0]
    point = Point.objects.get(collective=collective)
    assert point.municipality == HERE
    for act, state in (("pausar", "PAUSED"), ("reanudar", "ACTIVE"), ("revocar", "REVOKED")):
        send(steward, f"/red/puntos/{point.pk}/{act}/")
        assert Point.objects.get(pk=point.pk).state == state
    assert send(steward, "/red/puntos/nuevo/", collective="x", inbox="y").status_code == 422


def test_a_refused_form_says_a_sentence_and_keeps_everything(cast: Cast, steward: Client) -> None:
    response = send(steward, "/red/colectivos/", name="", municipality=HERE)
    assert response.status_code == 422 and "Falta algo" in response.content.decode()


def test_looks_neighbours_and_rules_change(cast: Cast, steward: Client) -> None:
    send(steward, "/red/apariencia/", page_name="Recetas", icon="fish", color="#445566", team_hours="")
    assert last_verb() == "network.change"
    send(steward, "/red/vecinos/", **{NEAR: [HERE, "27361"]})
    assert last_verb() == "network.neighbours"
    send(steward, "/red/reglas/", kind="COMBAT", policy="TWO")
    page = sign_in(Client(), cast.steward).get("/red/reglas/", headers=PAGE).content.decode()
    change = page.split('name="change" value="')[1].split('"')[0]
    send(sign_in(Client(), cast.steward), "/red/reglas/", change=change)
    assert last_verb() == "policy.tighten"


def test_people_invite_by_two_pages_and_the_second_gets_the_slip(cast: Cast) -> None:
    first, second = sign_in(Client(), cast.verifier), sign_in(Client(), cast.steward)
    send(first, "/red/personas/invitar/", alias="Ana", roles=["VERIFIER"], municipalities=[HERE])
    invitation = Invitation.objects.get(alias="Ana")
    assert "falta una segunda persona" in second.get("/red/personas/", headers=PAGE).content.decode()
    slip = send(second, f"/red/personas/invitaciones/{invitation.pk}/", do="agree").headers["Location"]
    assert "/invitacion/#" in second.get(slip, headers=PAGE).content.decode()
    assert first.get(slip, headers=PAGE).status_code == 302
    send(second, slip)
    assert second.get(slip, headers=PAGE).status_code == 302
    send(first, f"/red/personas/invitaciones/{invitation.pk}/", do="withdraw")
    assert not Invitation.objects.filter(alias="Ana").exists()


def test_freezing_and_deciding_by_their_pages(cast: Cast, steward: Client) -> None:
    mine, path = sign_in(Client(), cast.approver), f"/red/personas/{cast.verifier.member.pk}/congelar/"
    assert "las de usted" in mine.get(path, headers=PAGE).content.decode()
    assert send(mine, path).headers["Location"] == "/entrar/cerrada/"
    row = Freeze.objects.get()
    page = steward.get("/red/personas/", headers=PAGE).content.decode()
    assert "Rosa congeló a Iván" in page
    for client in (steward, sign_in(Client(), cast.steward)):
        send(client, f"/red/congeladas/{row.pk}/", outcome="RESTORE")
    assert Member.objects.get(pk=cast.verifier.member.pk).state == "ACTIVE"


def test_removing_by_two_pages_ends_at_what_could_be_read(cast: Cast, steward: Client) -> None:
    path = f"/red/personas/{cast.verifier.member.pk}/retirar/"
    mine = sign_in(Client(), cast.approver)
    send(mine, path, reason="LOST")
    send(mine, path, do="withdraw")
    assert not Removal.objects.exists()
    send(mine, path, reason="LOST")
    end = send(steward, path, do="agree").headers["Location"]
    page = steward.get(end, headers=PAGE).content.decode()
    assert "Lo que Iván pudo leer" in page and "Debe hacerlo alguien de ese círculo" in page
    assert "Hacer la llave nueva" in mine.get(end, headers=PAGE).content.decode()


def key_body(person: Person, **more: Any) -> dict[str, Any]:
    member = Member.objects.get(pk=person.member.pk)
    files = {"phrase_file": to_b64(bytes(member.phrase_file)), "code_file": to_b64(bytes(member.code_file))}
    return {"public": bundles.public_half(bundles.new_bundle()), **files, **more}


def test_a_key_is_replaced_only_when_the_page_meant_it(cast: Cast) -> None:
    client = sign_in(Client(), cast.verifier)
    before = Member.objects.get(pk=cast.verifier.member.pk).recipient
    answer = tell(client, "/mi-llave/", **key_body(cast.verifier, replaces=False))
    assert answer.json()["next"] == "/equipo/"
    assert Member.objects.get(pk=cast.verifier.member.pk).recipient == before
    assert (
        tell(client, "/mi-llave/", **key_body(cast.verifier, replaces=True)).json()["next"] == "/mi-cuenta/siguiente/"
    )
    assert Member.objects.get(pk=cast.verifier.member.pk).state == "WAITING"


@pytest.mark.parametrize(
    "wrong",
    [{"public": {}}, {"public": None}, {"phrase_file": "ñ"}, {"phrase_file": to_b64(b"x")}, {"code_file": None}],
)
def test_a_key_that_is_none_is_refused(cast: Cast, wrong: dict[str, Any]) -> None:
    client = sign_in(Client(), cast.verifier)
    assert tell(client, "/mi-llave/", **key_body(cast.verifier, replaces=True, **wrong)).status_code == 422
    assert client.post("/mi-llave/", b"[]", content_type="application/json").status_code == 422


def test_a_circle_sent_twice_is_made_once(cast: Cast) -> None:
    client, bundle = sign_in(Client(), cast.approver), bundles.new_bundle()
    offline = bundles.public_half(bundles.new_bundle())["age"]
    body = {
        "name": "Jurídico",
        "purpose": "LEGAL",
        "offline_recipient": offline,
        "public": bundles.public_half(bundle),
        "wrapped": {
            "offline": to_b64(bundles.seal_to(bundle, [offline])),
            str(cast.approver.member.pk): to_b64(bundles.seal_to(bundle, [cast.approver.recipient])),
        },
    }
    for _ in range(2):
        assert tell(client, "/red/circulos/nuevo/", **body).json()["next"] == "/red/circulos/listo/"
    assert Circle.objects.filter(name="Jurídico").count() == 1


def test_the_keys_of_a_member_open_with_their_key_only(cast: Cast) -> None:
    from atarraya.sealing.encoding import from_b64

    kept = sign_in(Client(), cast.verifier).get("/equipo/llaves.json").json()
    [circle] = kept["circles"]
    [epoch] = circle["epochs"]
    assert open_bundle(from_b64(epoch["sealed"]), cast.verifier.identity) == cast.verifiers.bundle
    assert kept["inboxes"][0]["fingerprint"] == cast.fingerprint
    assert kept["head"]["number"] == Line.objects.count()


def test_a_challenge_serves_once(cast: Cast) -> None:
    members.use_login_reset(members.reset_login(cast.verifier.member, by=None), "otra clave bien larga")
    client = sign_in(Client(), cast.verifier)
    page = client.get("/mi-llave/prueba/", headers=PAGE).content.decode()
    challenge = json.loads(page.split('data-challenge="')[1].split('"')[0].replace("&#34;", '"').replace("&quot;", '"'))
    right = sign_text("proof", challenge, cast.verifier.bundle["ed25519"])["signature"]
    wrong = sign_text("proof", challenge, cast.warden.bundle["ed25519"])["signature"]
    assert tell(client, "/mi-llave/prueba/", signature=wrong).status_code == 422
    assert tell(client, "/mi-llave/prueba/", signature=right).status_code == 422  # the challenge was used up
    assert not Member.objects.get(pk=cast.verifier.member.pk).may_work


def test_pages_speak_english_to_who_asks(cast: Cast, steward: Client) -> None:
    page = steward.get("/red/", headers={**PAGE, "accept-language": "en"}).content.decode()
    assert "A steward administers and reads no account." in page and '<html lang="en"' in page
