"""The process of streams as `serve` starts it: what a page hears, how it comes back, and who is sent away."""

from __future__ import annotations

import http.client
import os
import re
import signal
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

from support.desks import ask
from support.living import COMMAND, Home, Live, free_port
from support.phone import seal_report

HERE = "27099"
SIGNED = """
import django; django.setup()
from atarraya.channels.live.tokens import token_for
from atarraya.network.models import Member
from atarraya.network.sessions import SessionStore
session = SessionStore()
session.create()
print(token_for(Member.objects.get(login={login!r}), session.session_key))
"""
SIGN_OUT = """
import django; django.setup()
from django.contrib.sessions.models import Session
Session.objects.all().delete()
"""
FREEZE = """
import django; django.setup()
from atarraya.network.models import Member
Member.objects.filter(login={login!r}).update(state="FROZEN")
"""


@dataclass
class Served:
    """A server, the port of its streams, and how to ask on them."""

    live: Live
    port: int

    def python(self, code: str) -> str:
        """Run a few lines on the installation."""
        environ = {"DJANGO_SETTINGS_MODULE": "atarraya.settings.production"}
        return self.live.home.run([COMMAND[0], "-c", code], **environ).stdout.strip()

    def word(self, who: str = "verifier") -> str:
        """Return a word to listen with, as the member's page is given one."""
        return self.python(SIGNED.format(login=self.live.secrets["people"][who]["login"]))

    def open(self, query: str, method: str = "GET", path: str = "/vivo", **headers: str) -> Listening:
        """Ask for a stream."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        connection.request(method, f"{path}?{query}", headers={k.replace("_", "-"): v for k, v in headers.items()})
        return Listening(connection, connection.getresponse())

    def warn(self) -> None:
        """Publish a warning as a point's phone does."""
        inbox = ask(self.live, "/api/point/setup.json")["inbox"]
        share = {"kind": "ARMED_PRESENCE", "seen": "SAW"}
        made = seal_report(
            inbox["id"], inbox["number"], inbox["recipients"], municipality=HERE, urgency="NOW", share=share
        )
        assert ask(self.live, "/api/point/reports", "leader", made.body)["received"]


@dataclass
class Listening:
    """One answer of the process of streams."""

    connection: http.client.HTTPConnection
    answer: http.client.HTTPResponse

    def line(self) -> dict[str, str]:
        """Return the next line that is told, keep-alives apart: {"id", "event", "data"}."""
        told: dict[str, str] = {}
        while True:
            text = self.answer.readline().decode().rstrip("\n")
            if text == "" and "event" in told:
                return told
            if text == "" and self.answer.isclosed():
                raise EOFError
            name, _colon, value = text.partition(":")
            if name:
                told[name] = value.strip()


@contextmanager
def streaming(home: Home) -> Iterator[Served]:
    """Serve an installation and its streams during the block."""
    port = free_port()
    with home.live("serve", "--plain-http", "--no-worker", "--live-port", str(port)) as live:
        served = Served(live, port)
        deadline = time.monotonic() + 40
        while time.monotonic() < deadline:
            try:
                assert served.open("t=x").answer.status == 401
                break
            except OSError:
                time.sleep(0.2)
        yield served


@pytest.fixture
def served(home: Home) -> Iterator[Served]:
    with streaming(home) as found:
        yield found


@pytest.fixture(scope="module")
def asked(founded: Home, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A server for who is refused: nothing they ask changes it, so one is enough."""
    home = founded.copy(tmp_path_factory.mktemp("asked"))
    with streaming(home) as found:
        yield found
    home.remove()


def test_a_page_hears_where_something_changed_and_nothing_more(served: Served) -> None:
    page = served.open("t=" + served.word())
    assert page.answer.status == 200
    assert page.answer.headers["Content-Type"].startswith("text/event-stream")
    assert page.answer.headers["Cache-Control"] == "no-store"
    served.warn()
    line = page.line()
    line.pop("retry", None)
    assert line == {"id": line["id"], "event": "changed", "data": HERE}


def test_who_comes_back_hears_what_was_missed(served: Served) -> None:
    page = served.open("t=" + served.word() + "&after=0")
    served.warn()
    first = page.line()["id"]
    page.connection.close()
    served.warn()
    word = served.word()
    again = served.open("t=" + word, Last_Event_ID=first).line()
    assert again["data"] == HERE and int(again["id"]) > int(first)
    assert served.open(f"t={word}&after={first}").line()["id"] == again["id"]


def running(pattern: str) -> list[int]:
    """Return the processes whose command matches; a bare machine has no tool that says it."""
    found = []
    for place in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(OSError):
            if re.search(pattern, place.read_bytes().replace(b"\0", b" ").decode(errors="replace")):
                found.append(int(place.parent.name))
    return found


def test_killed_it_comes_back_and_nothing_is_missed(served: Served) -> None:
    page = served.open("t=" + served.word())
    served.warn()
    seen = page.line()["id"]
    for pid in running(f"atarraya.command --data .* live --port {served.port}"):
        os.kill(pid, signal.SIGKILL)
    served.warn()
    word, deadline = served.word(), time.monotonic() + 50
    while True:
        try:
            back = served.open(f"t={word}&after={seen}")
            break
        except OSError:
            assert time.monotonic() < deadline, "the process of streams did not come back"
            time.sleep(0.3)
    assert int(back.line()["id"]) > int(seen)


def test_nobody_keeps_the_port_when_the_server_is_killed_outright(served: Served) -> None:
    page = served.open("t=" + served.word())
    assert page.answer.status == 200
    assert served.live.process is not None
    os.kill(served.live.process.pid, signal.SIGKILL)
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", served.port)) != 0:
                return
        time.sleep(0.2)
    raise AssertionError("the process of streams outlived its server")


def test_whoever_is_frozen_is_sent_away(served: Served) -> None:
    page = served.open("t=" + served.word())
    assert page.answer.status == 200
    served.python(FREEZE.format(login=served.live.secrets["people"]["verifier"]["login"]))
    began = time.monotonic()
    assert page.line()["event"] == "ended"
    assert time.monotonic() - began < 25
    assert page.answer.read() == b""


def test_whoever_signs_out_is_sent_away(served: Served) -> None:
    page = served.open("t=" + served.word())
    assert page.answer.status == 200
    served.python(SIGN_OUT)
    assert page.line()["event"] == "ended"


@pytest.mark.parametrize(
    ("query", "method", "path", "status"),
    [
        ("", "GET", "/vivo", 401),
        ("t=nobody", "GET", "/vivo", 401),
        ("t=x", "POST", "/vivo", 405),
        ("t=x", "GET", "/vivo/", 404),
        ("t=x", "GET", "/", 404),
    ],
)
def test_anything_else_is_refused(asked: Served, query: str, method: str, path: str, status: int) -> None:
    answer = asked.open(query, method, path).answer
    assert answer.status == status
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.read() == b""


def test_where_to_listen_is_told_to_members_only(asked: Served) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", asked.live.port, timeout=30)
    connection.request("GET", "/equipo/vivo.json")
    assert connection.getresponse().status == 401
