"""Headers, declared verbs, refusals, and a log that knows no request."""

from __future__ import annotations

import io
import logging
import re
from typing import Any
from uuid import uuid4

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.urls import get_resolver

from atarraya.kernel.errors import NotFound
from atarraya.web import refusals, verbs
from atarraya.web.logs import WithoutRequest
from support.cast import PASSWORD, Cast

pytestmark = pytest.mark.django_db


def test_every_answer_carries_the_strict_headers(client: Client) -> None:
    response = client.get("/health")
    assert response.status_code == 200
    policy = response.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "require-trusted-types-for 'script'" in policy
    assert "unsafe" not in policy and "http" not in policy
    assert response.headers["Referrer-Policy"] == "same-origin"
    assert response.headers["Cache-Control"] == "no-store"
    assert "geolocation=()" in response.headers["Permissions-Policy"]


STRICT = {
    "Content-Security-Policy": ("default-src 'none'", "frame-ancestors 'none'", "require-trusted-types-for 'script'"),
    "Cross-Origin-Embedder-Policy": ("require-corp",),
    "Cross-Origin-Opener-Policy": ("same-origin",),
    "Cross-Origin-Resource-Policy": ("same-origin",),
    "Permissions-Policy": ("geolocation=()", "camera=()"),
    "Referrer-Policy": ("same-origin",),
    "X-Content-Type-Options": ("nosniff",),
    "Cache-Control": ("no-",),
}
ANSWERS: dict[str, tuple[int, str, str, dict[str, str]]] = {
    "a page": (200, "GET", "/entrar/", {"Accept": "text/html"}),
    "a stale form": (403, "POST", "/entrar/", {"Accept": "text/html"}),
    "no such page": (404, "GET", "/no/such/page", {"Accept": "text/html"}),
    "no such address of the interface": (404, "GET", "/api/point/nothing", {}),
    "a refusal of the interface": (401, "GET", "/api/point/setup.json", {}),
    "not signed in": (401, "GET", "/equipo/alertas", {}),
    "another method": (405, "DELETE", "/entrar/", {}),
    "a foreign host": (400, "GET", "/health", {"Host": "elsewhere.example"}),
    "a script": (200, "GET", "/static/sealing/canonical.js", {}),
    "no such script": (404, "GET", "/static/sealing/none.js", {}),
    "a worker's script": (200, "GET", "/static/sealing/opener-worker.js", {}),
    "the script of the page's own worker": (200, "GET", "/sw.js", {}),
    "a failure": (500, "GET", "/health", {}),
}
# Scripts come by the dozen over slow lines: what means something on documents only stays away from them. A worker's
# own answer is what binds the worker.
LIGHTER = {
    "a script": {"Cache-Control", "Permissions-Policy", "Content-Security-Policy"},
    "no such script": {"Permissions-Policy", "Content-Security-Policy"},
    "a worker's script": {"Cache-Control", "Permissions-Policy"},
    "the script of the page's own worker": {"Cache-Control", "Permissions-Policy"},
}


@pytest.mark.parametrize("name", ANSWERS)
def test_no_answer_goes_out_without_them(name: str, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    status, method, path, headers = ANSWERS[name]
    if status == 500:
        monkeypatch.setattr("django.db.backends.utils.CursorWrapper.execute", _fall_over)
    browser = Client(enforce_csrf_checks=status == 403, raise_request_exception=False)
    response = browser.generic(method, path, headers=headers)
    assert response.status_code == status
    for header, words in STRICT.items():
        if "script" in name and header in LIGHTER[name]:
            continue
        assert all(word in response.headers[header] for word in words), header
    assert "Access-Control-Allow-Origin" not in response.headers
    assert "default-src 'none'" in response.headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in response.headers["Content-Security-Policy"]


def _fall_over(*_args: object, **_kwargs: object) -> None:
    raise RuntimeError("no database")


def test_no_post_of_another_site_is_taken(cast: Cast) -> None:
    """Every address of the house, with a live session and the body types that a foreign form can send."""
    taken = []
    for person in (cast.steward, cast.verifier):
        browser = Client(enforce_csrf_checks=True, raise_request_exception=False)
        browser.force_login(person.member, "allauth.account.auth_backends.AuthenticationBackend")
        for path in _addresses():
            for kind in ("application/json", "text/plain", "application/x-www-form-urlencoded"):
                said = browser.post(path, b"{}", content_type=kind, headers={"Origin": "https://elsewhere.example"})
                if said.status_code not in {403, 404, 405}:
                    taken.append((path, kind, said.status_code))
    # The point's interface looks at no cookie, so a foreign form is nobody there.
    assert [one for one in taken if not one[0].startswith("/api/")] == []
    assert {one[2] for one in taken} <= {400, 401, 415}


def _addresses() -> list[str]:
    fills = {"int": "1", "slug": "renew", "str": str(uuid4()), "uuid": str(uuid4())}
    found = []

    def walk(patterns: list[Any], before: str) -> None:
        for pattern in patterns:
            here = before + str(pattern.pattern).removeprefix("^")
            if hasattr(pattern, "url_patterns"):
                walk(pattern.url_patterns, here)
            else:
                found.append("/" + re.sub(r"<(\w+):\w+>", lambda place: fills[place[1]], here))

    walk(get_resolver().url_patterns, "")
    assert len(found) > 60
    return found


@pytest.mark.parametrize("name", ["next", "siguiente"])
@pytest.mark.parametrize("where", ["//elsewhere.example/", "https://elsewhere.example/", "/\\elsewhere.example/"])
def test_nobody_is_sent_to_another_site(name: str, where: str, cast: Cast, client: Client) -> None:
    words = {"login": cast.verifier.member.login, "password": PASSWORD, name: where}
    said = client.post("/entrar/", words, query_params={name: where})
    assert said.status_code == 302 and "elsewhere" not in said.headers["Location"]


def test_a_view_without_a_verb_is_refused() -> None:
    def nameless(request: HttpRequest) -> HttpResponse:
        return HttpResponse("never")

    assert verbs.verb_of(nameless, None) is None
    with pytest.raises(ValueError, match="unknown reach"):
        verbs.verb("alert.read", "everyone")


def test_a_program_gets_a_problem_and_a_person_a_page(rf: RequestFactory) -> None:
    program = refusals.answer(rf.get("/api/point/x"), NotFound())
    assert program.headers["Content-Type"] == "application/problem+json"
    page = refusals.answer(rf.get("/x", headers={"Accept": "text/html"}), NotFound())
    assert page.status_code == 404 and b"<h1>" in page.content


def test_the_log_keeps_no_path_address_or_trace() -> None:
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.addFilter(WithoutRequest())
    logger = logging.getLogger("django.request.test")
    logger.addHandler(handler)
    logger.propagate = False
    try:
        raise RuntimeError("canary-in-exception")
    except RuntimeError:
        logger.exception("Not Found: %s from %s", "/canary-path", "10.9.8.7", extra={"request": "canary-request"})
    assert "canary" not in stream.getvalue() and "10.9.8.7" not in stream.getvalue()
