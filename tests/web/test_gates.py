"""Headers, declared verbs, refusals, and a log that knows no request."""

from __future__ import annotations

import io
import logging

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory

from atarraya.kernel.errors import NotFound
from atarraya.web import refusals, verbs
from atarraya.web.logs import WithoutRequest

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
