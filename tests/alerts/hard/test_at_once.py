"""An assembly behind one router: sixteen and sixty-four reports at the same moment, all kept, none twice."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any
from uuid import uuid4

import pytest

from support.cast import HERE
from support.ledger import kept, make
from support.phone import half
from support.server import Answered, Server, Site, bearing

pytestmark = pytest.mark.slow


def at_once(works: list[Any]) -> list[Any]:
    """Run each work in a thread of its own, all let go at the same moment."""
    gate = Barrier(len(works))

    def run(work: Any) -> Any:
        gate.wait(30)
        return work()

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(run, works))


def sending(server: Server, point: str, body: Any) -> Any:
    token = server.site.token(point)
    return lambda: server.post("/api/point/reports", body, token=token, timeout=60)


@pytest.mark.parametrize("count", [16, 64])
def test_reports_behind_one_address_are_all_kept(place: Site, server: Server, count: int) -> None:
    made = [make(place, municipality=HERE, urgency="NOW") for _ in range(count)]
    answers: list[Answered] = at_once([sending(server, "leader", one.body) for one in made])
    assert [answer.status for answer in answers] == [201] * count
    opened = kept(place)["opened"]
    assert all(opened[str(one.id)] == one.envelope for one in made)


@pytest.mark.parametrize("count", [16, 64])
def test_one_report_sent_many_times_at_once_is_one(place: Site, server: Server, count: int) -> None:
    before = kept(place)
    one = make(place, municipality=HERE, urgency="NOW")
    statuses = [answer.status for answer in at_once([sending(server, "second", one.body)] * count)]
    assert (statuses.count(201), statuses.count(200)) == (1, count - 1)
    after = kept(place)
    assert len(after["entries"]) == len(before["entries"]) + 1 and after["keys"] == before["keys"] + 1


def test_warnings_at_once_never_pass_the_limit_of_a_day(place: Site, server: Server) -> None:
    before = kept(place)
    made = [make(place, municipality=HERE, urgency="NOW", share={"kind": "COMBAT"}) for _ in range(12)]
    answers = at_once([sending(server, "third", one.body) for one in made])
    boards = [answer.json()["board"] for answer in answers]
    assert (boards.count("shown"), boards.count("held")) == (3, 9)
    after = kept(place)
    assert (after["shown"] - before["shown"], after["held"] - before["held"]) == (3, 9)
    assert len(after["entries"]) - len(before["entries"]) == 12 and after["spoken"] - before["spoken"] == 1


def test_one_slice_sent_many_times_at_once_is_one(place: Site, server: Server) -> None:
    body, address = os.urandom(4112), f"/api/point/attachments/{uuid4()}/0"
    headers = bearing(place.token()) | {"Content-Type": "application/octet-stream", "Erase-Hash": half()}
    answers = at_once([lambda: server.ask("PUT", address, body, headers)] * 16)
    statuses = [answer.status for answer in answers]
    assert (statuses.count(201), statuses.count(200)) == (1, 15)
