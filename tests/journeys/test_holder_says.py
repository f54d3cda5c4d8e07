"""*Falsa alarma* by whoever holds the five words: said on a phone, read by the team, calmed by two members (R13)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page, Request, expect

from support.desks import ask, desk, items, open_first, tab
from support.living import Live
from support.pointpage import done, enter, five_words, kept, tap, tell, to_board, to_ready, waiting
from support.walking import Visit, look

SAID = "Eran pescadores con faroles."


def deny(page: Page, words: list[str]) -> None:
    """Write five words and say that it was a false alarm."""
    tap(page, "[data-go=ask]")
    page.locator("[data-field=words]").fill(" ".join(words))
    tap(page, "[data-s=ask] form .main")
    expect(page.locator("[data-do=deny-ask]")).to_be_visible(timeout=40_000)
    tap(page, "[data-do=deny-ask]")
    expect(page.locator("[data-deny]")).to_contain_text("La alerta sigue en el tablero")
    look(page, "point-false-alarm")
    tap(page, "[data-do=deny]")
    expect(page.locator("[data-answer-text]")).to_have_text(
        "Salió del teléfono. Si avisó con estas palabras, el equipo lo leerá.", timeout=40_000
    )
    waiting(page, 0)
    tap(page, "[data-s=ask] [data-do=back]")


def alert(live: Live) -> dict[str, Any]:
    """Return the only alert that a point reads."""
    [found] = ask(live, "/api/point/board.json", "second")["alerts"]
    return dict(found)


def _shape(request: Request) -> tuple[str, str, int, tuple[str, ...]]:
    return (
        request.method,
        request.url,
        len(request.post_data_buffer or b""),
        tuple(sorted(f"{name}:{len(value)}" for name, value in request.headers.items() if name != "referer")),
    )


def test_who_holds_the_words_says_it_the_team_reads_it_and_two_calm_it(
    live: Live, phone: Visit, new_phone: Callable[..., Visit], new_desktop: Callable[..., Visit]
) -> None:
    page = enter(live, phone)
    to_ready(page)
    tell(page, "Hombres armados en la bocana.")
    to_board(page)
    words = five_words(page)
    waiting(page, 0)
    done(page)
    before = alert(live)

    other = enter(live, new_phone(), "second")
    sent: list[Request] = []
    other.on("request", lambda each: sent.append(each) if each.method != "GET" else None)
    deny(other, list(reversed(words)))
    deny(other, words)
    half = len(sent) // 2
    assert [_shape(each) for each in sent[:half]] == [_shape(each) for each in sent[half:]]
    assert alert(live) == before and "d" not in before
    entries = kept(live).entries
    assert len(entries) == 3 and len({each["size"] for each in entries}) == 1

    verifier = desk(live, new_desktop(), "verifier")
    expect(items(verifier)).to_have_count(1)
    expect(items(verifier).first).to_contain_text("Quien avisó dice: falsa alarma.")
    tab(verifier, "alerts")
    expect(items(verifier).first).to_contain_text("Quien avisó dice: falsa alarma.")
    open_first(verifier)
    expect(verifier.locator("#side .holder")).to_contain_text("Hombres armados")
    look(verifier, "desk-false-alarm-alert")
    tab(verifier, "queue")
    open_first(verifier)
    holder = verifier.locator("#side .holder")
    expect(holder).to_contain_text("Pueden haberle obligado")
    expect(verifier.locator("#side .history")).to_contain_text("dice quien tiene las cinco palabras")
    expect(holder.locator("[data-do=deny]")).to_be_visible()
    look(verifier, "desk-false-alarm", guide=False)
    holder.locator("[data-do=deny]").dblclick()
    expect(holder).to_contain_text("falta una segunda persona")
    expect(holder.locator("[data-do=deny]")).to_be_hidden()
    assert alert(live)["d"] == 1 and alert(live)["s"] == "UNCONF"

    approver = desk(live, new_desktop(), "approver")
    tab(approver, "proposals")
    open_first(approver, "Falsa alarma")
    approver.locator("[data-do=approve]").click()
    expect(approver.locator("#empty")).to_be_visible()
    assert (alert(live)["s"], alert(live)["o"]) == ("DISC", "NOT_SO")


def test_the_words_erase_what_was_said_and_needed_too(live: Live, phone: Visit) -> None:
    page = enter(live, phone)
    to_ready(page)
    tell(page, SAID)
    tap(page, "[data-s=ready] [data-do=team]")
    words = five_words(page)
    tap(page, "[data-pick=care][data-v=SAFETY]")
    waiting(page, 0)
    done(page)
    deny(page, words)
    there = kept(live).opened("verifiers")
    assert sorted(payload.get("act") or payload.get("needs") or "account" for payload in there) == [
        "SAFETY",
        "account",
        "false_alarm",
    ]
    tap(page, "[data-go=ask]")
    page.locator("[data-field=words]").fill(" ".join(words))
    tap(page, "[data-s=ask] form .main")
    tap(page, "[data-do=erase-ask]")
    tap(page, "[data-do=erase]")
    expect(page.locator("[data-answer-text]")).to_contain_text("ya se borró", timeout=40_000)
    assert kept(live).entries == []


def test_a_phone_that_no_link_opened_is_told_to_open_first(
    live: Live, phone: Visit, new_phone: Callable[..., Visit]
) -> None:
    page = enter(live, phone)
    to_ready(page)
    tell(page, SAID)
    tap(page, "[data-s=ready] [data-do=team]")
    words = five_words(page)
    waiting(page, 0)
    other = new_phone().open(live.url + "/")
    expect(other.locator("[data-s=open]")).to_be_visible()
    tap(other, "[data-go=ask]")
    other.locator("[data-field=words]").fill(" ".join(words))
    tap(other, "[data-s=ask] form .main")
    expect(other.locator("[data-do=deny-ask]")).to_be_visible(timeout=40_000)
    tap(other, "[data-do=deny-ask]")
    expect(other.locator("[data-answer-text]")).to_have_text("Para contarlo, abra primero con su enlace.")
    expect(other.locator("[data-deny]")).to_be_hidden()
    assert len(kept(live).entries) == 1
