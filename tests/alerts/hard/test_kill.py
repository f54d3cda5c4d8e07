"""Power cuts: killed at random instants under load, the server has every report it acknowledged, to the byte.

KILLS says how many instants (25 unless told; 200 in the long run).
"""

from __future__ import annotations

import http.client
import os
import random
import threading
import time

import pytest

from support.cast import HERE
from support.ledger import kept, make
from support.phone import Made
from support.server import Server, Site, bearing, free_port

pytestmark = pytest.mark.slow
KILLS = int(os.environ.get("KILLS", "25"))
PHONES = 8


class Phone(threading.Thread):
    """Sends sealed reports one after another until told to stop; remembers which were acknowledged."""

    def __init__(self, server: Server, stop: threading.Event) -> None:
        super().__init__(daemon=True)
        self.server, self.stop = server, stop
        self.sent: dict[str, Made] = {}
        self.acknowledged: set[str] = set()

    def run(self) -> None:
        import json

        headers = bearing(self.server.site.token()) | {"Content-Type": "application/json"}
        connection = self.server.connection(timeout=5)
        made = self.next()
        while not self.stop.is_set():
            try:
                connection.request("POST", "/api/point/reports", json.dumps(made.body), headers)
                answer = connection.getresponse()
                answer.read()
            except ConnectionRefusedError:  # nobody is there: nothing was sent, and it is sent once somebody is
                connection.close()
                time.sleep(0.05)
                continue
            except (OSError, http.client.HTTPException):
                connection.close()
                made = self.next()
                continue
            assert answer.status in {201, 503}, answer.status
            if answer.status == 201:
                self.acknowledged.add(str(made.id))
            made = self.next()

    def next(self) -> Made:
        """Return a report not sent before."""
        share = {"kind": "CHECKIN"} if random.random() < 0.2 else None
        made = make(self.server.site, municipality=HERE, urgency="NOW", share=share)
        self.sent[str(made.id)] = made
        return made


def test_no_acknowledged_report_is_lost_at_any_instant(place: Site) -> None:
    server, chance = Server(place, port=free_port()), random.Random()
    stop = threading.Event()
    phones = [Phone(server, stop) for _ in range(PHONES)]
    server.start()
    for phone in phones:
        phone.start()
    cut_in_the_middle = 0
    for _ in range(KILLS):
        time.sleep(chance.uniform(0.02, 0.5))
        before = sum(len(phone.sent) - len(phone.acknowledged) for phone in phones)
        server.kill()
        cut_in_the_middle += before > 0
        server.start()
    stop.set()
    for phone in phones:
        phone.join(30)
    server.stop()
    sent = {pk: made for phone in phones for pk, made in phone.sent.items()}
    acknowledged = set().union(*(phone.acknowledged for phone in phones))
    said = kept(place)
    assert len(acknowledged) > 2 * KILLS and cut_in_the_middle > KILLS / 2
    assert acknowledged - set(said["opened"]) == set()
    # Whole or not at all: each row has its key and its envelope, and every one opens to what was sent.
    assert set(said["entries"]) == set(said["opened"]) <= set(sent) and said["keys"] == len(said["entries"])
    assert all(sent[pk].envelope == opened for pk, opened in said["opened"].items())


def test_what_was_cut_off_is_sent_again_and_is_there_once(place: Site) -> None:
    """Phones repeat what nobody answered: afterwards each report is there exactly once."""
    server = Server(place)
    server.start()
    stop = threading.Event()
    phones = [Phone(server, stop) for _ in range(PHONES)]
    for phone in phones:
        phone.start()
    time.sleep(0.5)
    server.kill()
    stop.set()
    for phone in phones:
        phone.join(30)
    server.start()
    for phone in phones:
        for made in phone.sent.values():
            assert server.post("/api/point/reports", made.body, token=place.token()).status in {200, 201}
    server.stop()
    opened = kept(place)["opened"]
    for phone in phones:
        assert {pk: opened[pk] for pk in phone.sent} == {pk: made.envelope for pk, made in phone.sent.items()}
