"""What crosses the line, in bytes, counted on the line itself: headers, connections and all (R33, US-3 AC1)."""

from __future__ import annotations

import http.client
import json
import urllib.request
from collections.abc import Callable

from playwright.sync_api import Page, Response, expect

from shaper import Line, Shaper
from support.living import Live
from support.pointpage import enter, tap, tell, to_ready, to_team, until_sealed, waiting
from support.walking import Visit

KB = 1024
FIRST, OFFLINE, BOARD, REPORT = 14 * KB, 72 * KB, 8 * KB, 4 * KB
# Journeys have no TLS: two handshakes and its records take less than this beyond what HTTP/2 saves of the headers
# (bench/wire.py measures it all as it comes).
TLS = 4 * KB


def raw(live: Live, path: str, **headers: str) -> tuple[int, int, http.client.HTTPResponse]:
    """Return the size of an answer's head and of its body as they were sent, and the answer."""
    connection = http.client.HTTPConnection("127.0.0.1", live.port, timeout=30)
    connection.request("GET", path, headers={"Accept-Encoding": "gzip, deflate, br", **headers})
    answer = connection.getresponse()
    body = answer.read()
    head = len(f"HTTP/1.1 {answer.status} {answer.reason}\r\n\r\n")
    head += sum(len(f"{name}: {value}\r\n".encode()) for name, value in answer.getheaders())
    connection.close()
    return head, len(body), answer


def settled(page: Page, line: Shaper) -> int:
    """Wait until nothing more comes down the line; return all that has."""
    before = -1
    while line.bytes_down != before:
        before = line.bytes_down
        page.wait_for_timeout(2000)
    return before


def test_the_first_document_is_one_request_of_at_most_14_kilobytes(shared: Live) -> None:
    for path in ("/", "/es/", "/en/"):
        head, body, answer = raw(shared, path)
        assert answer.status == 200 and answer.getheader("Content-Encoding") == "br"
        assert head + body <= FIRST, f"{path}: {head} + {body}"


def needed(live: Live) -> dict[str, tuple[int, int]]:
    """Return the weight, head and body, of all that the page keeps for when there is no signal."""
    worker = urllib.request.urlopen(live.url + "/sw.js").readline().decode()
    files = json.loads(worker.removeprefix("self.KEPT = ").removesuffix(";\n"))["FILES"]
    assert len(files) == 4
    return {path: raw(live, path)[:2] for path in ("/", "/m/", "/sw.js", "/manifest.webmanifest", *files)}


def test_all_that_no_signal_needs_is_at_most_72_kilobytes(shared: Live) -> None:
    weighed = needed(shared)
    together = sum(head + body for head, body in weighed.values())
    assert together <= OFFLINE - TLS, f"{together}: {sorted(weighed.items(), key=lambda each: -each[1][1])[:6]}"


def test_it_comes_once_and_a_second_visit_costs_nothing(shared: Live, new_phone: Callable[..., Visit]) -> None:
    once = sum(head + body for head, body in needed(shared).values())
    with Shaper(Line(), to=shared.port) as line:
        phone = new_phone()
        data: list[int] = []
        phone.context.on("response", lambda each: data.append(_size(each)) if "/api/" in each.url else None)
        page = enter(shared, phone, base=line.url)
        all_of_it = settled(page, line)
        page_alone = all_of_it - sum(data)
        assert page_alone <= once + 2 * KB, f"{all_of_it} with {sum(data)} of data; once is {once}"
        assert page_alone <= OFFLINE - TLS, f"{page_alone} on the line"
        page.close()
        # The second visit: what only the server knows is kept from the line, so that all the rest can be counted.
        phone.context.route("**/api/**", lambda route: route.abort())
        before = settled(phone.context.new_page(), line)
        again = phone.open(line.url + "/")
        to_ready(again)
        tell(again, "Llegaron de noche.")
        tap(again, "[data-do=warn]")
        expect(again.locator("[data-exact] .alert")).to_be_visible()
        until_sealed(again)
        again.reload()
        expect(again.locator("[data-s=unfinished]")).to_be_visible()
        assert settled(again, line) - before == 0


def _size(response: Response) -> int:
    sizes = response.request.sizes()
    return sizes["responseBodySize"] + sizes["responseHeadersSize"]


def test_a_text_report_and_a_check_in_are_at_most_4096_bytes(shared: Live, phone: Visit) -> None:
    page = enter(shared, phone)
    bodies: list[int] = []
    phone.context.on(
        "request", lambda each: bodies.append(len(each.post_data_buffer or b"")) if "/sealed" in each.url else None
    )
    for family in ("THREATS", "ARMED"):
        to_ready(page, family)
        tell(page, "Llegaron de noche y preguntaron por la junta. " * 20)
        to_team(page)
        waiting(page, 0)
        tap(page, "[data-do=finish]")
    tap(page, "[data-do=checkin]")
    waiting(page, 0)
    assert len(bodies) >= 3 and max(bodies) <= REPORT


def test_the_board_is_at_most_8_kilobytes_and_nothing_new_costs_no_body(shared: Live) -> None:
    token = shared.secrets["points"]["leader"]["device"]
    head, body, answer = raw(shared, "/api/point/board.json", Authorization=f"Point {token}")
    assert answer.status == 200 and head + body <= BOARD
    tag = str(answer.getheader("ETag"))
    head, body, answer = raw(shared, "/api/point/board.json", Authorization=f"Point {token}", **{"If-None-Match": tag})
    assert (answer.status, body) == (304, 0)
