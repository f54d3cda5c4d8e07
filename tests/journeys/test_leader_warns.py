"""The two ways out of *Listo para enviar*, the discreet path, the receipt, and a team's list that does not hold."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page, Request, Route, expect

from support.living import Live
from support.pointpage import done, enter, fresh, kept, tap, tell, to_board, to_ready, to_team, waiting
from support.walking import Visit

CANARY = "canario que nadie fuera del equipo vera"


def test_the_line_shown_before_is_the_line_others_read(
    live: Live, phone: Visit, new_phone: Callable[..., Visit]
) -> None:
    page = enter(live, phone)
    to_ready(page, "COMBAT")
    tap(page, "[data-do=warn]")
    expect(page.locator("[data-s=line]")).to_contain_text("¿Alguien podría imaginar quién avisó?")
    expect(page.locator("[data-readers]")).to_contain_text("4 puntos")
    shown = page.locator("[data-exact] .alert p:not([data-acts])")
    before = [text for text in shown.all_inner_texts() if text]
    tap(page, "[data-do=send-now]")
    expect(page.locator("[data-sent]")).to_contain_text("está en el tablero", timeout=30_000)
    expect(page.locator("[data-receipt]")).to_be_hidden()
    there = kept(live)
    assert [(alert["kind"], alert["urgency"], alert["state"]) for alert in there.alerts] == [
        ("COMBAT", "NOW", "UNCONF")
    ]
    assert all(there.opened(circle) == [] for circle in there.circles)
    neighbour = enter(live, new_phone(), "neighbour")
    tap(neighbour, "[data-tab=board]")
    line = neighbour.locator("[data-groups] .alert")
    expect(line).to_have_count(1)
    after = [text for text in line.locator("p:not([data-acts])").all_inner_texts() if text]
    # The hour is the server's, less how long it waited; every other word is the same.
    said = [[part for text in lines for part in text.split(" · ")[-1:]] for lines in (before, after)]
    assert said[0][:3] == said[1][:3] and said[0][1] == "lo dice un punto; nadie lo ha comprobado"


def test_six_hours_later_is_not_on_the_board_yet(live: Live, phone: Visit) -> None:
    page = enter(live, phone)
    to_ready(page)
    to_board(page, "later")
    waiting(page, 0)
    assert len(kept(live).alerts) == 1
    tap(page, "[data-do=finish]")
    tap(page, "[data-tab=board]")
    expect(page.locator("[data-groups] h2").first).to_be_visible()
    assert page.locator("[data-groups] .alert").count() == 0


def test_kinds_that_fall_on_a_person_ask_first_what_is_needed_and_never_warn_at_once(live: Live, phone: Visit) -> None:
    page = enter(live, phone)
    tap(page, "[data-pick=family][data-v=THREATS]")
    expect(page.locator("[data-s=need]")).to_be_visible()
    tap(page, "[data-pick=need][data-v=HEALTH]")
    tap(page, "[data-pick=place]")
    tap(page, "[data-pick=urgency][data-v=DAYS]")
    expect(page.locator("[data-do=warn]")).to_be_hidden()
    assert not page.locator("[data-field=wish]").is_checked()
    to_team(page)
    expect(page.locator("[data-care]")).to_be_hidden()
    waiting(page, 0)
    account = kept(live).opened("verifiers")[0]
    assert (account["kind"], account["needs"], account["wish"]) == ("THREAT", "HEALTH", None)


def test_after_a_collective_report_what_is_needed_is_asked_and_joins_it(live: Live, phone: Visit) -> None:
    page = enter(live, phone)
    to_ready(page)
    to_team(page)
    tap(page, "[data-pick=care][data-v=SAFETY]")
    waiting(page, 0)
    there = {payload["type"]: payload for payload in _eventually(lambda: kept(live).opened("verifiers"), 2)}
    assert there["note"]["thread"] == there["report"]["thread"]
    assert there["note"]["needs"] == "SAFETY"


def test_everything_that_can_be_told_arrives_and_consents_begin_unticked(live: Live, phone: Visit) -> None:
    page = enter(live, phone)
    to_ready(page, "ATTACK", "KNOW")
    tell(page, CANARY)
    tap(page, "[data-go=more]")
    for part, answer in (("kind", "KILLING"), ("who", "FAMILY"), ("bands", "6-20"), ("seen", "SAW")):
        tap(page, f"[data-pick=part][data-v={part}]")
        tap(page, f"[data-pick={part}][data-v='{answer}']")
    tap(page, "[data-pick=part][data-v=when]")
    tap(page, "[data-pick=when][data-v=YESTERDAY]")
    tap(page, "[data-pick=part-of-day][data-v=NIGHT]")
    tap(page, "[data-s=when] .main")
    tap(page, "[data-pick=part][data-v=contact]")
    tap(page, "[data-pick=way][data-v=VISIT]")
    page.locator("[data-field=hour]").fill("después de las 4")
    tap(page, "[data-s=contact] .main")
    tap(page, "[data-pick=part][data-v=consents]")
    assert page.locator("[data-consents] input:checked").count() == 0
    page.locator("[data-consents] [value=STATS]").check()
    tap(page, "[data-s=consents] .main")
    expect(page.locator("[data-pick=part].done")).to_have_count(8)
    tap(page, "[data-s=more] .main")
    page.locator("[data-field=wish]").check()
    to_team(page)
    waiting(page, 0)
    account = kept(live).opened("verifiers")[0]
    assert account["kind"] == "KILLING" and account["who"] == "FAMILY" and account["bands"] == "6-20"
    assert account["when"] == {"day": "YESTERDAY", "part": "NIGHT"} and account["seen"] == "SAW"
    assert account["contact"] == {"way": "VISIT", "number": "", "hour": "después de las 4", "partner": False}
    assert account["consents"] == ["STATS"] and account["wish"] == "share" and account["text"] == CANARY


def test_atras_keeps_answers(shared: Live, phone: Visit) -> None:
    page = enter(shared, phone)
    to_ready(page)
    tell(page, CANARY)
    for screen in ("soon", "where"):
        tap(page, "[data-do=back]")
        expect(page.locator(f"[data-s={screen}]")).to_be_visible()
    assert page.locator("[data-pick=urgency][data-v=NOW]").get_attribute("aria-pressed") == "true"
    tap(page, "[data-pick=place]")
    tap(page, "[data-pick=urgency][data-v=DAYS]")
    tap(page, "[data-go=more]")
    tap(page, "[data-pick=part][data-v=text]")
    assert page.locator("[data-field=text]").input_value() == CANARY


def test_a_discreet_report_travels_as_a_check_in_does(live: Live, phone: Visit) -> None:
    page = enter(live, phone)
    sent: list[Request] = []
    page.on("request", lambda each: sent.append(each) if each.method != "GET" else None)
    tap(page, "[data-do=checkin]")
    expect(page.locator("[data-s=quiet]")).to_be_visible()
    waiting(page, 0)
    tap(page, "[data-do=finish]")
    _discreet(page)
    waiting(page, 0)
    assert [_shape(each) for each in sent] == [_shape(sent[0])] * 2
    there = kept(live)
    plain = [{name: value for name, value in each.items() if name not in {"id", "sealed"}} for each in there.entries]
    assert plain[0] == plain[1]
    assert len(base64.b64decode(there.entries[0]["sealed"])) == len(base64.b64decode(there.entries[1]["sealed"]))
    assert there.opened("verifiers") == there.opened("responders") == []
    account = there.opened("women")[0]
    assert account["discreet"] and account["needs"] == "TALK" and account["where"] == "cerca del puerto"
    assert account["contact"]["way"] == "NONE" and account["contact"]["partner"] is True
    assert there.alerts == []


def test_the_discreet_way_asks_three_things_and_leaves_nothing_after(shared: Live, phone: Visit) -> None:
    page = enter(shared, phone)
    tap(page, "[data-go=talk]")
    _discreet(page, begun=True)
    expect(page.locator("[data-quiet-words] li")).to_have_count(0)
    tap(page, "[data-do=finish]")
    waiting(page, 0)
    assert page.evaluate("history.length") == 2
    for trace in ("puerto", "CALL", "discreet"):
        assert trace not in json.dumps(page.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}])"))


def test_the_words_ask_and_delete_from_any_phone(live: Live, phone: Visit, new_phone: Callable[..., Visit]) -> None:
    page = enter(live, phone)
    to_ready(page, "THREATS")
    tell(page, CANARY)
    words = to_team(page)
    waiting(page, 0)
    done(page)
    other = fresh(live, new_phone())
    tap(other, "[data-s=open] [data-go=ask]")
    other.locator("[data-field=words]").fill("  ".join(words).upper())
    tap(other, "[data-s=ask] form .main")
    answer = other.locator("[data-answer-text]")
    expect(answer).to_have_text("Todavía no hay noticias.", timeout=40_000)
    right = answer.inner_text()
    other.locator("[data-field=words]").fill(" ".join(reversed(words)))
    tap(other, "[data-s=ask] form .main")
    expect(answer).to_have_text(right, timeout=40_000)
    other.locator("[data-field=words]").fill(" ".join(words))
    tap(other, "[data-s=ask] form .main")
    expect(answer).to_have_text(right, timeout=40_000)
    tap(other, "[data-do=erase-ask]")
    tap(other, "[data-do=erase]")
    expect(answer).to_contain_text("ya se borró")
    assert kept(live).entries == []


def _broken(answer: dict[str, Any]) -> dict[str, Any]:
    signed = answer["inbox"]["list"]
    document = json.loads(signed["document"])
    document["number"] += 1
    forged = {
        "document": json.dumps(document, sort_keys=True, separators=(",", ":")),
        "signatures": signed["signatures"],
    }
    return answer | {"lists": [forged]}


def _emptied(answer: dict[str, Any]) -> dict[str, Any]:
    return answer | {"lists": [], "inbox": answer["inbox"] | {"list": {"document": "{}", "signatures": []}}}


def _twisted(twist: Callable[[dict[str, Any]], dict[str, Any]]) -> Callable[[Route], None]:
    def answer(route: Route) -> None:
        given = route.fetch()
        route.fulfill(response=given, json=twist(given.json()))

    return answer


def test_a_list_that_does_not_follow_stops_everything_plainly(shared: Live, new_phone: Callable[..., Visit]) -> None:
    for twist in (_broken, _emptied):
        visit = new_phone()
        page = enter(shared, visit)

        visit.context.route("**/api/point/setup.json*", _twisted(twist))
        page.reload()
        stop = page.locator("[data-s=stop]")
        # Its words stand in the document from the start: only a screen in sight means that the list was refused.
        expect(stop).to_be_visible()
        expect(stop).to_contain_text("No envíe por aquí")
        expect(stop).to_contain_text("Avise en persona")
        visit.context.unroute("**/api/point/setup.json*")
        visit.context.route("**/api/**", lambda route: route.abort())
        for _ in range(2):
            page.reload()
            expect(stop).to_be_visible()
            expect(page.locator("[data-s=home]")).to_be_hidden()
            expect(page.locator("[data-tabs]")).to_be_hidden()
        visit.context.unroute("**/api/**")
        page.reload()
        expect(page.locator("[data-s=home]")).to_be_visible()


def test_a_tap_on_its_way_does_not_pass_a_list_that_was_refused(shared: Live, phone: Visit) -> None:
    page = enter(shared, phone)
    phone.context.route("**/api/point/setup.json*", _twisted(_broken))
    page.reload()
    expect(page.locator("[data-s=stop]")).to_be_visible()
    # As when the tap came first and what it needs came last: the button is no longer in sight, its work goes on.
    page.evaluate("document.querySelector('[data-pick=family][data-v=ARMED]').click()")
    page.evaluate("document.querySelector('[data-tab=board]').click()")
    page.wait_for_timeout(500)
    expect(page.locator("[data-s=stop]")).to_be_visible()
    assert page.locator("[data-s]:visible").count() == 1


def test_a_card_of_another_network_is_refused_by_its_letters(shared: Live, phone: Visit) -> None:
    link = shared.point_url("leader")
    other = link[:-4] + ("0000" if not link.endswith("0000") else "1111")
    page = phone.open(other)
    expect(page.locator("[data-s=stop]")).to_contain_text("no es la de su tarjeta")


def test_a_short_code_opens_after_the_letters_are_compared(shared: Live, new_phone: Callable[..., Visit]) -> None:
    code = shared.secrets["points"]["leader"]["short_code"]
    for answer, screen in (("different", "stop"), ("same", "home")):
        page = fresh(shared, new_phone())
        page.locator("[data-field=code]").fill(code.lower())
        tap(page, "[data-s=open] form .main")
        expect(page.locator("[data-letters]")).to_have_text(shared.secrets["fingerprint"])
        tap(page, f"[data-do={answer}]")
        expect(page.locator(f"[data-s={screen}]")).to_be_visible()


def test_a_text_report_is_at_most_4096_bytes_on_the_way(shared: Live, phone: Visit) -> None:
    page = enter(shared, phone)
    sizes: list[int] = []
    page.on("request", lambda each: sizes.append(len(each.post_data_buffer or b"")) if "/sealed" in each.url else None)
    to_ready(page, "THREATS")
    tell(page, "Llegaron de noche y preguntaron por la junta. " * 20)
    to_team(page)
    waiting(page, 0)
    assert sizes and max(sizes) <= 4096


def _discreet(page: Page, *, begun: bool = False) -> None:
    if not begun:
        tap(page, "[data-go=talk]")
    tap(page, "[data-go=talk-need]")
    tap(page, "[data-pick=t-need][data-v=TALK]")
    tap(page, "[data-pick=t-way][data-v=NONE]")
    page.locator("[data-field=t-partner]").check()
    tap(page, "[data-go=talk-where]")
    page.locator("[data-field=t-where]").fill("cerca del puerto")
    tap(page, "[data-do=talk-send]")
    expect(page.locator("[data-s=quiet]")).to_be_visible()


def _shape(request: Request) -> tuple[str, str, int, tuple[str, ...]]:
    return (
        request.method,
        request.url,
        len(request.post_data_buffer or b""),
        tuple(sorted(f"{name}:{len(value)}" for name, value in request.headers.items() if name != "referer")),
    )


def _eventually(read: Callable[[], list[Any]], size: int) -> list[Any]:
    import time

    for _ in range(20):
        found = read()
        if len(found) == size:
            return found
        time.sleep(1)
    raise AssertionError(f"{len(found)} instead of {size}")
