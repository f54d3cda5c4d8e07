"""Every screen of the page as it is held: small, enlarged, at night, without its style; nothing is cut, nothing bars
anybody."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from support.living import Home, Live
from support.pointpage import enter, tap, to_board, to_ready, waiting
from support.walking import Visit

TOLD = "Salió del teléfono. Todavía nadie lo ha leído. No espere: siga su plan."
WORDS = ["murciélago", "aguardiente", "costumbre", "filo", "ventisquero"]
# Each screen in turn, as the page shows it; what scripts fill in stands there with words of usual length.
SHOW = """(name) => {
  for (const screen of document.querySelectorAll("[data-s]")) screen.hidden = screen.dataset.s !== name;
}"""
FILL = """([told, words]) => {
  const told_in = ["n-said", "n-no", "heard-why", "sent", "sent-quiet", "answer-text", "stop-why", "radio"];
  for (const part of [...told_in, "share-text", "link-note"])
    document.querySelector(`[data-${part}]`).textContent = told;
  for (const part of ["[data-words]", "[data-quiet-words]"])
    document.querySelector(part).replaceChildren(...words.map((word) => {
      const line = document.createElement("li");
      line.textContent = word;
      return line;
    }));
  const notices = ["n-said", "n-no", "n", "n-end", "heard"], talk = ["wish", "new-link", "talk"];
  for (const part of [...notices, "answer", "erase", "receipt", "care", "words-offer", "at-once", ...talk])
    for (const one of document.querySelectorAll(`[data-${part}]`)) one.hidden = false;
  document.querySelector("[data-quiet-words]").hidden = false;
}"""
CUT = """() => {
  const cut = [], wide = document.documentElement.scrollWidth;
  if (wide > innerWidth) cut.push(`the page is ${wide} wide`);
  for (const one of document.querySelectorAll("button, a, summary, label, h1, h2, p, li, .alert")) {
    if (!one.getClientRects().length || one.closest(".far, svg")) continue;
    const box = one.getBoundingClientRect();
    const inline = getComputedStyle(one).display === "inline";
    if (one.scrollWidth > one.clientWidth + 1 && !inline) cut.push(one.outerHTML.slice(0, 90));
    if (box.right > innerWidth + 1) cut.push(`beyond the edge: ${one.outerHTML.slice(0, 90)}`);
  }
  return cut;
}"""
SMALL = """() => [...document.querySelectorAll("button, a.button, summary, input:not([type=checkbox], [type=file])")]
  .filter((one) => one.getClientRects().length && !one.closest("svg"))
  .filter((one) => { const box = one.getBoundingClientRect(); return box.height < 47.5 || box.width < 47.5; })
  .map((one) => one.outerHTML.slice(0, 90))"""


def screens(live: Live, visit: Visit) -> tuple[Page, list[str]]:
    """Return a page whose screens all hold something, and their names."""
    visit.context.grant_permissions(["notifications"])
    page = enter(live, visit, "leader")
    tap(page, "[data-tab=board]")
    expect(page.locator("[data-groups] .alert").first).to_be_visible()
    tap(page, "[data-go=follow]")
    tap(page, "[data-s=follow] [data-do=back]")
    tap(page, "[data-s=board] [data-do=notices]")
    tap(page, "[data-do=n-mine]")
    tap(page, "[data-s=wanted] summary")
    tap(page, "[data-tab=home]")
    to_ready(page)
    tap(page, "[data-do=warn]")
    page.evaluate(FILL, [TOLD, WORDS])
    return page, page.locator("[data-s]").evaluate_all("all => all.map((one) => one.dataset.s)")


@pytest.fixture(scope="module")
def browser(whole_browser: Browser) -> Browser:
    return whole_browser


@pytest.fixture(scope="module")
def warned(founded: Home, browser: object, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    """A server that may send notices, where another point has warned."""
    from support.walking import PHONE, visit

    home = founded.copy(tmp_path_factory.mktemp("warned"))
    with home.live("serve", "--plain-http", "--no-worker", ATARRAYA_PUSH="1") as server:
        with visit(browser, PHONE) as other:  # type: ignore[arg-type]
            page = enter(server, other, "second")
            to_ready(page, "MOVE")
            to_board(page)
            waiting(page, 0)
        yield server
    home.remove()


def test_nothing_is_cut_on_a_small_screen_or_at_twice_the_size(warned: Live, new_phone: Callable[..., Visit]) -> None:
    page, names = screens(warned, new_phone(viewport={"width": 180, "height": 320}))
    assert len(names) > 25
    for width in (180, 320, 360):
        page.set_viewport_size({"width": width, "height": width * 16 // 9})
        assert page.evaluate("innerWidth") == width
        for name in names:
            page.evaluate(SHOW, name)
            assert page.evaluate(CUT) == [], f"{name} at {width}"
            assert page.evaluate(SMALL) == [], f"{name} at {width}"


def test_no_screen_bars_anybody_by_day_or_by_night(
    warned: Live, new_phone: Callable[..., Visit], passable: Callable[[Page], None]
) -> None:
    page, names = screens(warned, new_phone(color_scheme="light"))
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        assert page.evaluate("scheme => matchMedia(`(prefers-color-scheme: ${scheme})`).matches", scheme)
        for name in names:
            page.evaluate(SHOW, name)
            passable(page)


def test_without_its_style_shapes_and_words_still_stand_apart(warned: Live, new_phone: Callable[..., Visit]) -> None:
    page, names = screens(warned, new_phone())
    page.evaluate("for (const one of document.querySelectorAll('style, link[rel=stylesheet]')) one.remove()")
    for name in names:
        page.evaluate(SHOW, name)
        for drawing in page.locator(f"[data-s={name}] svg.i").all():
            fill = drawing.evaluate("one => [getComputedStyle(one).fill, getComputedStyle(one).stroke]")
            assert fill[0] == "none" and fill[1] != "none", f"{name}: a shape is a black blot"
        words = page.locator(f"[data-s={name}] .wide span").evaluate_all("all => all.map((one) => one.textContent)")
        small = page.locator(f"[data-s={name}] .wide small").evaluate_all("all => all.map((one) => one.textContent)")
        for note in filter(None, small):
            assert any(text.endswith(f" {note}") for text in words), f"{name}: words run together: {words}"
