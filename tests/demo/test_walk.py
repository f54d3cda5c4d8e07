"""`make demo` from a person's chair: start, look, get in, stop, start again, start over."""

from __future__ import annotations

import http.cookiejar
import json
import os
import re
import signal
import subprocess
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.error import HTTPError

import pytest
from django.urls import URLResolver, get_resolver

from demo.conftest import Built, demo, environment
from support import starting
from support.living import COMMAND, free_port

HTML = {"Accept": "text/html", "Accept-Language": "es"}


@contextmanager
def running(folder: Path, **more: str) -> Iterator[str]:
    port = free_port()
    command = [*COMMAND, "--data", str(folder), "demo"]
    process = starting.start(command, env=environment(PORT=str(port), **more), stdout=subprocess.DEVNULL)
    url = f"http://127.0.0.1:{port}"
    try:
        deadline = time.monotonic() + 120
        while time.monotonic() < deadline and process.poll() is None:
            try:
                urllib.request.urlopen(url + "/health", timeout=5)
                break
            except OSError:
                time.sleep(0.1)
        yield url
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(40)


@pytest.fixture(scope="module")
def site(built: Built, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Built]]:
    copy = built.copy(tmp_path_factory.mktemp("walk") / "demo")
    with running(copy.folder) as url:
        yield url, copy


def browser() -> urllib.request.OpenerDirector:
    return urllib.request.build_opener(urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))


def get(url: str, opener: urllib.request.OpenerDirector | None = None) -> str:
    request = urllib.request.Request(url, headers=HTML)
    with (opener or browser()).open(request, timeout=30) as answer:
        return str(answer.read().decode())


def sign_in(url: str, member: dict[str, Any]) -> urllib.request.OpenerDirector:
    opener = browser()
    mark = re.search(r'csrfmiddlewaretoken" value="([^"]+)"', get(url + "/entrar/", opener))
    assert mark
    fields = {"csrfmiddlewaretoken": mark[1], "login": member["login"], "password": member["password"]}
    request = urllib.request.Request(
        url + "/entrar/", urllib.parse.urlencode(fields).encode(), {**HTML, "Referer": url + "/entrar/"}
    )
    with opener.open(request, timeout=30) as answer:
        assert "/entrar" not in answer.url, answer.url
    return opener


def test_access_json_has_the_address_it_is_served_at(site: tuple[str, Built]) -> None:
    url, built = site
    assert built.access["base_url"] == url
    assert all(point["url"].startswith(url + "/#") for point in built.access["points"])


def addresses(resolver: URLResolver, before: str = "/") -> Iterator[str]:
    """Yield every address of the product that needs no argument."""
    for pattern in resolver.url_patterns:
        whole = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from addresses(pattern, whole)
        elif not re.search(r"[<^]", whole):
            yield whole


def screens(url: str, opener: urllib.request.OpenerDirector) -> dict[str, str]:
    """Return every page that can be opened from an address or a link, by address."""
    waiting, seen = [path for path in addresses(get_resolver()) if path != "/salir/"], dict[str, str]()
    while waiting:
        path = waiting.pop()
        if path in seen:
            continue
        try:
            with opener.open(urllib.request.Request(url + path, headers=HTML), timeout=30) as answer:
                html = "text/html" in answer.headers["Content-Type"]
                seen[path] = answer.read().decode() if html else ""
        except HTTPError as refusal:
            assert refusal.code < 500, path
            seen[path] = ""
        links = re.findall(r'<a [^>]*href="(/[^"#?]*)', seen[path])
        waiting += [link for link in links if not link.startswith(("/salir/", "/static/"))]
    return {path: text for path, text in seen.items() if text}


def test_every_screen_says_that_it_is_a_demonstration(site: tuple[str, Built]) -> None:
    url, built = site
    role = {member["role"]: member for member in built.access["members"]}
    found = {f"outside {path}": text for path, text in screens(url, browser()).items()}
    for who in ("steward", "verifier"):
        found |= {f"{who} {path}": text for path, text in screens(url, sign_in(url, role[who])).items()}
    assert len(found) > 60, sorted(found)
    # Where *Salir ya* lands is a table of measures: it says nothing of anything. The point's part about notices is
    # no screen: its page puts it under its own banner.
    no_screens = (" /m/", " /n/es/", " /n/en/", " /k/es/", " /k/en/")
    screens_of_it = {where: text for where, text in found.items() if not where.endswith(no_screens)}
    silent = [
        where
        for where, text in screens_of_it.items()
        if not ("DEMOSTRACIÓN" in text and "ESTO ES UNA PRUEBA: nadie lo leerá" in text)
        and not ("DEMONSTRATION" in text and "THIS IS A TEST" in text)
    ]
    assert not silent, "\n".join(silent)


def test_every_member_signs_in(site: tuple[str, Built]) -> None:
    url, built = site
    for member in built.access["members"]:
        opener = sign_in(url, member)
        assert member["name"] or opener


def test_a_point_opens_its_link_and_reads_its_board(site: tuple[str, Built]) -> None:
    url, built = site
    point = built.access["points"][0]
    body = json.dumps({"token": point["token"]}).encode()
    request = urllib.request.Request(url + "/api/point/redeem", body, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=30) as answer:
        device = json.loads(answer.read())["device"]
    board = urllib.request.Request(url + "/api/point/board.json", headers={"Authorization": f"Point {device}"})
    with urllib.request.urlopen(board, timeout=30) as answer:
        told = json.loads(answer.read())
    assert told["alerts"] and "Bojayá" in {place["n"] for place in told["places"]}


def test_the_second_start_takes_seconds_and_changes_nothing(mine: Built) -> None:
    before = _without_addresses(mine.access)
    with running(mine.folder):
        pass  # the first start of a copy prepares its pages
    started = time.process_time(), time.monotonic()
    with running(mine.folder) as url:
        waited = time.monotonic() - started[1]
        assert mine.access["base_url"] == url
    assert _without_addresses(mine.access) == before
    assert waited < 60, "built anew?"


def _without_addresses(access: dict[str, Any]) -> dict[str, Any]:
    odk = access["odk"]
    return {**access, "base_url": "", "points": [], "odk": [odk["user"], odk["password"]]}


def test_reset_starts_over_and_a_build_that_was_stopped_is_begun_again(mine: Built) -> None:
    token, password = mine.access["points"][0]["token"], mine.access["members"][0]["password"]
    command = [*COMMAND, "--data", str(mine.folder), "demo", "--build-only"]
    begun = [mine.folder / name for name in ("building", "atarraya.sqlite3")]
    nowhere = subprocess.DEVNULL
    process = starting.start(command, env=environment(RESET="1"), stdout=nowhere, stderr=nowhere)
    deadline = time.monotonic() + 60
    while not all(path.exists() for path in begun) and time.monotonic() < deadline:
        time.sleep(0.05)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    assert begun[0].exists() and not (mine.folder / "installation.json").exists()
    done = demo(mine.folder, "--build-only")
    assert done.returncode == 0, done.stderr
    assert not begun[0].exists()
    assert mine.access["points"][0]["token"] != token and mine.access["members"][0]["password"] != password
    assert mine.inside("authenticate", token=token) == "refused 401"


def test_lost_sign_ins_are_said(mine: Built) -> None:
    (mine.folder / "access.json").unlink()
    done = demo(mine.folder, "--build-only")
    assert done.returncode == 1 and "RESET=1 make demo" in done.stderr
