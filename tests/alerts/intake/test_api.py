"""The machine interface as a whole: its door, tokens, sizes, languages, links, and what an old link may not do."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from atarraya.alerts.models import Alert, Entry
from atarraya.alerts.services import transport_keys
from atarraya.alerts.views.api import links, reports
from atarraya.alerts.views.api.document import OPERATIONS
from atarraya.kernel import clock
from atarraya.network.services import points
from atarraya.sealing import lists
from support.cast import HERE, NEAR, OTHER, Cast, Spot, renew, sign_in
from support.opener import open_envelope
from support.phone import report

pytestmark = pytest.mark.django_db
ADDRESSES = sorted({operation.path for operation in OPERATIONS})


def post(client: Any, spot: Spot | None, act: str, body: Any, kind: str = "application/json", **headers: str) -> Any:
    said = (spot.header if spot else {}) | {k.replace("_", "-"): v for k, v in headers.items()}
    return client.post(f"/api/point/{act}", body, content_type=kind, headers=said)


def get(client: Any, spot: Spot, what: str, **headers: str) -> Any:
    return client.get(f"/api/point/{what}", headers=spot.header | {k.replace("_", "-"): v for k, v in headers.items()})


def is_problem(answer: Any, status: int) -> bool:
    told = json.loads(answer.content)
    return (
        answer.status_code == told["status"] == status
        and answer["Content-Type"] == "application/problem+json"
        and set(told) == {"type", "title", "status", "detail"}
        and len(told["detail"]) > 10
    )


@pytest.mark.parametrize("address", ADDRESSES)
def test_other_methods_are_refused(client: Any, db: None, address: str) -> None:
    concrete = address.replace("{attachment}", str(uuid4())).replace("{alert}", str(uuid4())).replace("{index}", "0")
    known = {operation.method for operation in OPERATIONS if operation.path == address}
    for method in {"GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"} - known:
        answer = client.generic(method, concrete)
        assert is_problem(answer, 405)
        assert set(answer["Allow"].split(", ")) - {"HEAD"} == known


@pytest.mark.parametrize("operation", [one for one in OPERATIONS if one.signed_in], ids=lambda one: one.name)
@pytest.mark.parametrize("header", [None, "", "Point", "Point nothing", "Bearer x", "Point \u00f1", "Basic eDp5"])
def test_nothing_without_a_token(cast: Cast, client: Any, operation: Any, header: str | None) -> None:
    address = operation.path.replace("{attachment}", str(uuid4())).replace("{alert}", str(uuid4()))
    kind = "application/json"
    if operation.takes is not None and not hasattr(operation.takes, "__struct_fields__"):
        kind = "application/octet-stream"
    headers = {"Authorization": header.encode().decode("latin-1")} if header is not None else {}
    answer = client.generic(operation.method, address.replace("{index}", "0"), b"{}", kind, headers=headers)
    assert is_problem(answer, 401) and answer["WWW-Authenticate"] == "Point"


def test_cookies_never_open_this_door(cast: Cast, client: Any) -> None:
    assert sign_in(client, cast.steward).get("/api/point/setup.json").status_code == 401


def test_other_types_larger_bodies_and_broken_json_are_refused(cast: Cast, client: Any) -> None:
    body = report(cast).body
    assert is_problem(post(client, cast.leader, "reports", "id=1", "application/x-www-form-urlencoded"), 415)
    assert is_problem(post(client, cast.leader, "reports", json.dumps(body), "text/plain"), 415)
    assert is_problem(post(client, cast.leader, "sealed", body), 415)
    assert is_problem(post(client, cast.leader, "reports", json.dumps(body) + " " * 70_000), 413)
    assert is_problem(post(client, cast.leader, "sealed", b"x" * 60_000, "application/octet-stream"), 413)
    for broken in ("{", "[]", "null", '"', "", "{}", "\ud800".encode("utf-8", "surrogatepass")):
        assert is_problem(post(client, cast.leader, "reports", broken), 400 if broken else 415)


def test_a_body_of_json_in_another_charset_word_is_read(cast: Cast, client: Any) -> None:
    sent = post(client, cast.leader, "reports", report(cast).body, "application/json; charset=utf-8")
    assert sent.status_code == 201


def test_refusals_speak_the_readers_language(cast: Cast, client: Any) -> None:
    said = {
        language: post(client, cast.leader, "reports", "{", Accept_Language=language).json()["detail"]
        for language in ("es", "en", "fr")
    }
    assert said["en"].startswith("The data did not arrive") and said["es"] == said["fr"] != said["en"]


def test_a_text_report_fits_in_4096_bytes(cast: Cast) -> None:
    body = report(cast, municipality=HERE, urgency="NOW", share={"kind": "ARMED_PRESENCE", "when": "AFTERNOON"}).body
    assert len(json.dumps(body, separators=(",", ":"))) <= 4096
    made = report(cast, municipality=HERE, urgency="NOW", share={"kind": "ARMED_PRESENCE", "when": "AFTERNOON"})
    assert len(made.outbox(transport_keys.public_key())) <= 4096


def test_the_outbox_arrives_as_the_same_report(cast: Cast, client: Any) -> None:
    made = report(cast, municipality=HERE, urgency="NOW", share={"kind": "COMBAT"})
    key = get(client, cast.leader, "setup.json").json()["transport_key"]
    answer = post(client, cast.leader, "sealed", made.outbox(key), "application/octet-stream")
    assert (answer.status_code, answer.json()) == (201, {"received": True, "board": "shown"})
    assert post(client, cast.leader, "sealed", made.outbox(key), "application/octet-stream").status_code == 200
    assert post(client, cast.leader, "reports", made.body).status_code == 200
    assert Entry.objects.get().pk == made.id and Alert.objects.count() == 1


def test_an_outbox_of_another_key_or_no_outbox_is_refused(cast: Cast, client: Any) -> None:
    from atarraya.sealing import transport

    made = report(cast)
    stranger, _secret = transport.new_key()
    for blob, status in (
        (made.outbox(stranger), 410),
        (made.envelope, 422),
        (b"x" * 3000, 422),
        (transport.seal_for_transport({"id": "x"}, made.envelope, transport_keys.public_key()), 400),
        (transport.seal_for_transport(made.header, b"clear words", transport_keys.public_key()), 422),
    ):
        assert is_problem(post(client, cast.leader, "sealed", blob, "application/octet-stream"), status)
    assert not Entry.objects.exists()


def test_transport_keys_change_weekly_and_die_after_45_days(cast: Cast, client: Any) -> None:
    now, made = clock.now(), report(cast)
    first = transport_keys.public_key()
    outbox = made.outbox(first)
    with clock.freeze(now + timedelta(days=8)):
        assert transport_keys.public_key() != first
        assert transport_keys.open_outbox(outbox)[1] == made.envelope
    with clock.freeze(now + timedelta(days=44)):
        transport_keys.rotate()
        assert transport_keys.open_outbox(outbox)[1] == made.envelope
    with clock.freeze(now + timedelta(days=60)):
        assert transport_keys.rotate() >= 1
        assert is_problem(post(client, cast.leader, "sealed", outbox, "application/octet-stream"), 410)


def test_setup_is_all_a_page_needs(cast: Cast, client: Any) -> None:
    answer = get(client, cast.leader, "setup.json")
    setup = answer.json()
    assert setup["inbox"]["recipients"] == cast.recipients and setup["inbox"]["number"] == 1
    state = lists.verify_chain(lists.State(setup["fingerprint"]), setup["lists"])
    assert state.document == setup["inbox"]["list"]["document"] and setup["fingerprint"] == cast.fingerprint
    assert {one["code"] for one in setup["municipalities"]} == {HERE, NEAR, OTHER}
    assert setup["point"] == {
        "municipality": HERE,
        "collective": "Consejo de Agua Mansa",
        "phones": 1,
        "present": True,
    }
    assert setup["readers"] == {HERE: 4, NEAR: 4, OTHER: 1}
    policies = {one["code"]: one["policy"] for one in setup["kinds"]}
    assert (policies["COMBAT"], policies["KILLING"], policies["GBV_OTHER"]) == ("AT_ONCE", "TWO", "NEVER")
    again = get(client, cast.leader, "setup.json", If_None_Match=answer["ETag"])
    assert (again.status_code, again.content) == (304, b"")


def test_setup_brings_later_lists_to_who_holds_the_first(cast: Cast, client: Any) -> None:
    renew(cast.verifiers, cast.steward, cast.inbox)
    setup = get(client, cast.leader, "setup.json?from=1").json()
    assert [json.loads(one["document"])["number"] for one in setup["lists"]] == [2]
    assert is_problem(get(client, cast.leader, "setup.json?from=x"), 400)


def test_an_old_link_reads_no_board_and_changes_nothing(cast: Cast, client: Any) -> None:
    points.change_link(cast.leader.point, from_point=True)
    for what in ("board.json", "phones"):
        assert is_problem(get(client, cast.leader, what), 403)
    for act in (f"alerts/{uuid4()}/still", f"alerts/{uuid4()}/passed"):
        assert is_problem(post(client, cast.leader, act, {}), 403)
    assert is_problem(post(client, cast.leader, f"alerts/{uuid4()}/seconds", {"seen": "SAW"}), 403)
    assert is_problem(post(client, cast.leader, "change-link", {}), 403)
    setup = get(client, cast.leader, "setup.json").json()
    assert setup["readers"] == {} and setup["point"]["present"] is False


def test_a_link_is_redeemed_for_a_phones_own_token(cast: Cast, client: Any) -> None:
    device = post(client, None, "redeem", {"token": cast.leader.link}).json()["device"]
    assert device != cast.leader.link
    spot = Spot(cast.leader.point, "", "", device)
    assert get(client, spot, "phones").json() == {"phones": 2}
    assert is_problem(post(client, None, "redeem", {"token": "x" * 32}), 401)


def test_the_links_own_token_opens_too(cast: Cast, client: Any) -> None:
    spot = Spot(cast.leader.point, "", "", cast.leader.link)
    assert get(client, spot, "setup.json").status_code == 200


def test_a_link_changes_in_two_taps(cast: Cast, client: Any) -> None:
    confirm = post(client, cast.leader, "change-link", {}).json()["confirm"]
    assert is_problem(post(client, cast.second, "change-link", {"confirm": confirm}), 409)
    assert is_problem(post(client, cast.leader, "change-link", {"confirm": "x"}), 409)
    new = post(client, cast.leader, "change-link", {"confirm": confirm}).json()
    assert set(new) == {"token", "code"}
    assert is_problem(get(client, cast.leader, "board.json"), 403)
    device = post(client, None, "redeem", {"token": new["token"]}).json()["device"]
    assert get(client, Spot(cast.leader.point, "", "", device), "board.json").status_code == 200
    assert post(client, None, "code", {"code": new["code"]}).status_code == 200
    assert is_problem(post(client, None, "code", {"code": cast.leader.short_code}), 401)


def test_a_paused_or_revoked_point_is_told_so(cast: Cast, client: Any) -> None:
    points.pause(cast.leader.point, by=cast.steward.member)
    assert is_problem(post(client, cast.leader, "reports", report(cast).body), 403)
    points.revoke(cast.leader.point, by=cast.steward.member)
    assert is_problem(post(client, cast.leader, "reports", report(cast).body), 401)


def test_wrong_codes_are_limited_by_how_they_begin_and_nobody_else_waits(cast: Cast, client: Any) -> None:
    half = cast.leader.short_code[:5]
    tries = [post(client, None, "code", {"code": f"{half}{number:05}"}).status_code for number in range(25)]
    assert tries == [401] * links.WRONG_CODES.count + [429] * (25 - links.WRONG_CODES.count)
    assert post(client, None, "code", {"code": cast.second.short_code}).status_code == 200


def test_a_flood_at_one_point_delays_no_other(cast: Cast, client: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(reports.ENTRIES, "count", 3)
    statuses = [post(client, cast.leader, "reports", report(cast).body).status_code for _ in range(4)]
    assert statuses == [201, 201, 201, 429]
    refused = post(client, cast.leader, "reports", report(cast).body)
    assert is_problem(refused, 429) and int(refused["Retry-After"]) > 0
    assert post(client, cast.second, "reports", report(cast).body).status_code == 201


def test_sending_again_uses_up_nothing(cast: Cast, client: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(reports.ENTRIES, "count", 2)
    body = report(cast).body
    assert [post(client, cast.leader, "reports", body).status_code for _ in range(5)] == [201, 200, 200, 200, 200]


def test_the_board_is_read_with_an_etag(cast: Cast, client: Any) -> None:
    first = get(client, cast.neighbour, "board.json")
    assert first.status_code == 200
    assert get(client, cast.neighbour, "board.json", If_None_Match=first["ETag"]).status_code == 304
    post(client, cast.leader, "reports", report(cast, municipality=HERE, urgency="NOW", share={"kind": "COMBAT"}).body)
    second = get(client, cast.neighbour, "board.json", If_None_Match=first["ETag"])
    assert second.status_code == 200
    assert [alert["k"] for alert in second.json()["alerts"]] == ["COMBAT"]
    assert get(client, cast.far, "board.json").json()["alerts"] == []


def test_points_tap_under_an_alert(cast: Cast, client: Any) -> None:
    said = {"municipality": HERE, "urgency": "NOW", "share": {"kind": "COMBAT", "seen": "SAW"}}
    post(client, cast.leader, "reports", report(cast, **said).body)
    alert = Alert.objects.get().pk
    assert post(client, cast.second, f"alerts/{alert}/still", {}).json() == {"done": True}
    assert is_problem(post(client, cast.second, f"alerts/{alert}/still", {}), 409)
    assert post(client, cast.second, f"alerts/{alert}/passed", {}).status_code == 200
    assert post(client, cast.third, f"alerts/{alert}/seconds", {"seen": "SAW", "knew": False}).status_code == 200
    assert is_problem(post(client, cast.leader, f"alerts/{alert}/seconds", {"seen": "SAW"}), 409)
    assert is_problem(post(client, cast.far, f"alerts/{alert}/still", {}), 404)


def test_an_unknown_address_is_a_problem_in_words(client: Any, db: None) -> None:
    assert is_problem(client.get("/api/point/nothing"), 404)


def test_nothing_here_sets_a_cookie_or_is_kept_by_caches(cast: Cast, client: Any) -> None:
    for answer in (get(client, cast.leader, "setup.json"), post(client, cast.leader, "reports", report(cast).body)):
        assert not answer.cookies and answer["Cache-Control"] == "no-store"


def test_a_sent_report_opens_for_its_circle_only(cast: Cast, client: Any) -> None:
    made = report(cast, addressed=(False, True, False))
    post(client, cast.leader, "reports", made.body)
    assert open_envelope(made.envelope, [cast.women.identity]) == made.payload
    assert open_envelope(made.envelope, [cast.verifiers.identity, cast.responders.identity]) is None
