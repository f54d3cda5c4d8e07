"""Serving: only a real network, only where it is safe; the jobs beside it; a graceful stop and no orphan."""

from __future__ import annotations

import json
import os
import signal
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from command.conftest import scene
from support import starting
from support.living import COMMAND, Home, Live, free_port


@pytest.fixture
def named_processes() -> Iterator[None]:
    """For tests that tell processes by their command lines."""
    with starting.ordinary():
        yield


def of_home(home: Home) -> list[str]:
    """Return the command lines of living processes that work on an installation."""
    found = []
    for place in Path("/proc").iterdir():
        if place.name.isdecimal() and int(place.name) != os.getpid():
            try:
                words = (place / "cmdline").read_bytes().split(b"\0")
            except OSError:
                continue
            if str(home.folder).encode() in words:
                found.append(b" ".join(words).decode())
    return found


def wait_for(what: object, seconds: float = 40) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if what():  # type: ignore[operator]
            return True
        time.sleep(0.1)
    return False


@pytest.mark.usefixtures("named_processes")
def test_it_serves_does_the_jobs_and_stops_without_a_trace(home: Home) -> None:
    with home.live() as live:
        with urllib.request.urlopen(live.url + "/que-revela", timeout=30) as answer:
            assert "Qué revelaría este servidor" in answer.read().decode()
        assert wait_for(lambda: (home.folder / "worker.json").exists())
        assert wait_for(lambda: "expire" in json.loads((home.folder / "worker.json").read_text() or "{}"))
        assert len(of_home(home)) >= 2
        live.process.send_signal(signal.SIGTERM)  # type: ignore[union-attr]
        live.process.wait(40)  # type: ignore[union-attr]
        assert of_home(home) == []
    said = live.log.read_text()
    assert "Sirviendo en http://127.0.0.1" in said
    assert "/que-revela" not in said and "GET" not in said, "a line of log with a path is a list of who came"


@pytest.mark.usefixtures("named_processes")
def test_killing_the_server_leaves_no_worker_behind(home: Home) -> None:
    with home.live() as live:
        assert wait_for(lambda: any("worker" in line for line in of_home(home)))
        os.kill(live.process.pid, signal.SIGKILL)  # type: ignore[union-attr]
        live.process.wait(30)  # type: ignore[union-attr]
        assert wait_for(lambda: not any("worker" in line.split()[-1] for line in of_home(home)))


def web_process(live: Live) -> int:
    """Return the process that answers: the one that was forked from the server, with its very words."""
    own = (Path("/proc") / str(live.process.pid) / "cmdline").read_bytes()  # type: ignore[union-attr]
    for place in Path("/proc").iterdir():
        if place.name.isdecimal() and int(place.name) != live.process.pid:  # type: ignore[union-attr]
            try:
                if (place / "cmdline").read_bytes() == own:
                    return int(place.name)
            except OSError:
                continue
    return 0


@pytest.mark.usefixtures("named_processes")
def test_ctrl_c_reaches_all_and_ends_in_order(home: Home) -> None:
    with home.live() as live:
        web = web_process(live)
        os.kill(web, signal.SIGINT)
        time.sleep(1)
        assert web_process(live) == web, "what answers must wait for the server to end it"
        assert live.answers()
        os.killpg(live.process.pid, signal.SIGINT)  # type: ignore[union-attr]
        assert live.process.wait(40) == 0  # type: ignore[union-attr]
        assert of_home(home) == []
    assert "ERROR" not in live.log.read_text()


def test_killing_the_server_frees_its_port(home: Home) -> None:
    with home.live("serve", "--plain-http", "--no-worker") as live:
        os.kill(live.process.pid, signal.SIGKILL)  # type: ignore[union-attr]
        live.process.wait(30)  # type: ignore[union-attr]
        assert wait_for(lambda: not live.answers())
        live.start()
        assert live.answers()


@pytest.mark.usefixtures("named_processes")
def test_a_worker_that_dies_is_started_again(home: Home) -> None:
    def worker() -> int:
        for place in Path("/proc").iterdir():
            if place.name.isdecimal():
                try:
                    words = (place / "cmdline").read_bytes().split(b"\0")
                except OSError:
                    continue
                if str(home.folder).encode() in words and b"worker" in words:
                    return int(place.name)
        return 0

    with home.live():
        assert wait_for(worker)
        first = worker()
        os.kill(first, signal.SIGKILL)
        assert wait_for(lambda: worker() not in (0, first))


@pytest.mark.usefixtures("named_processes")
def test_without_a_worker_there_is_none(home: Home) -> None:
    with home.live("serve", "--plain-http", "--no-worker"):
        time.sleep(1)
        assert not any("worker" in line.split()[-1] for line in of_home(home))


@pytest.mark.parametrize("lang", ["es", "en"])
def test_a_demonstration_is_refused(home: Home, lang: str) -> None:
    scene(home, "sql", statement="UPDATE network_network SET demo = true")
    done = home.atarraya("serve", "--plain-http", "--port", str(free_port()), check=False, ATARRAYA_LANG=lang)
    says = {"es": "Esto es una demostración y no protege a nadie", "en": "This is a demonstration and protects nobody"}
    assert done.returncode == 1 and says[lang] in done.stderr


def test_plain_http_stays_on_this_machine(home: Home) -> None:
    for host in ("0.0.0.0", "::", "192.0.2.7", "example.org"):
        done = home.atarraya("serve", "--plain-http", "--host", host, check=False)
        assert done.returncode == 1 and "sólo se puede servir a esta máquina" in done.stderr, host


def test_cookies_are_secure_unless_it_is_only_tried(home: Home) -> None:
    for words, secure in ((["serve"], True), (["serve", "--plain-http"], False)):
        with home.live(*words) as live:
            request = urllib.request.Request(live.url + "/entrar/", headers={"Accept": "text/html"})
            with urllib.request.urlopen(request, timeout=30) as answer:
                cookies = answer.headers.get_all("Set-Cookie") or []
        assert cookies and all(("Secure" in cookie) is secure for cookie in cookies)


def test_a_newer_releases_database_is_refused(home: Home) -> None:
    scene(
        home,
        "sql",
        statement="INSERT INTO django_migrations (app, name, applied) VALUES ('alerts', '9999_tomorrow', '2030-01-01')",
    )
    done = home.atarraya("serve", "--plain-http", "--port", str(free_port()), check=False)
    assert done.returncode == 1 and "versión más nueva" in done.stderr


def test_the_port_that_is_taken_is_said(home: Home) -> None:
    with home.live() as live:
        words = ["--data", str(home.folder), "serve", "--plain-http", "--no-worker", "--port", str(live.port)]
        done = starting.run([*COMMAND, *words], env=home.environment, timeout=60)
    assert done.returncode == 1
    assert str(live.port) in done.stderr


def test_pages_are_prepared_once(home: Home) -> None:
    with home.live("serve", "--plain-http", "--no-worker"):
        pass
    stamp = home.folder / "static" / ".collected"
    made = stamp.stat().st_mtime_ns
    with home.live("serve", "--plain-http", "--no-worker"):
        assert stamp.stat().st_mtime_ns == made
    stamp.write_text("of another release\n")
    with home.live("serve", "--plain-http", "--no-worker", "--port", str(free_port())):
        assert stamp.stat().st_mtime_ns != made and "another" not in stamp.read_text()
