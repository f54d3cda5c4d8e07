"""Answers that opt in travel small; nothing else does."""

from __future__ import annotations

import gzip
from typing import Any

import brotli
import pytest
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.test import RequestFactory

from atarraya.web import compression
from atarraya.web.compression import accepted, compressed

LONG = "Lo dice un punto; nadie lo ha comprobado. " * 50


def asked(header: str, **fields: Any) -> HttpResponse:
    @compressed
    def view(request: HttpRequest) -> HttpResponse:
        response = HttpResponse(fields.get("body", LONG), status=fields.get("status", 200))
        for name, value in fields.get("headers", {}).items():
            response[name] = value
        return response

    return view(RequestFactory().get("/", HTTP_ACCEPT_ENCODING=header))


@pytest.mark.parametrize("headers", [{}, {"ETag": 'W/"1"'}])
def test_the_best_encoding_that_is_taken_is_used(headers: dict[str, str]) -> None:
    br, gz = asked("gzip, deflate, br", headers=headers), asked("gzip", headers=headers)
    assert (br["Content-Encoding"], brotli.decompress(br.content).decode()) == ("br", LONG)
    assert (gz["Content-Encoding"], gzip.decompress(gz.content).decode()) == ("gzip", LONG)
    assert "Accept-Encoding" in br["Vary"] and len(br.content) < len(gz.content) < len(LONG) / 10
    assert asked("gzip", headers=headers).content == gz.content  # no clock in it


@pytest.mark.parametrize(
    ("header", "encoding"),
    [
        ("", ""),
        ("identity", ""),
        ("br;q=0", ""),
        ("br; q=0, gzip", "gzip"),
        ("GZIP;q=0.5", "gzip"),
        ("gzip, br;q=0.1", "br"),
        ("brotli", ""),
    ],
)
def test_which_encoding(header: str, encoding: str) -> None:
    assert accepted(header) == encoding
    assert asked(header).get("Content-Encoding", "") == encoding


@pytest.mark.parametrize(
    "fields",
    [{"body": "short"}, {"status": 404}, {"status": 304, "body": ""}, {"headers": {"Content-Encoding": "x"}}],
)
def test_what_is_left_as_it_is(fields: dict[str, Any]) -> None:
    response = asked("br", **fields)
    assert response.get("Content-Encoding") in {None, "x"} and "Accept-Encoding" in response["Vary"]


def test_streams_are_left_alone_and_marks_of_the_view_stay() -> None:
    @compressed
    def view(request: HttpRequest) -> StreamingHttpResponse:
        return StreamingHttpResponse([LONG.encode()])

    view.verb = "kept"  # type: ignore[attr-defined]
    assert "Content-Encoding" not in view(RequestFactory().get("/", HTTP_ACCEPT_ENCODING="br"))
    assert compressed(view).verb == "kept"  # type: ignore[attr-defined]


@pytest.mark.parametrize("encoding", ["br", "gzip"])
def test_a_long_body_is_pressed_and_not_kept(encoding: str) -> None:
    compression._kept.clear()
    body = LONG * (compression.LONGEST_KEPT // len(LONG) + 1)
    small = asked(encoding, body=body, headers={"ETag": 'W/"1"'})
    assert small["Content-Encoding"] == encoding and len(small.content) < len(body) / 10
    assert not compression._kept._values
    asked(encoding, headers={"ETag": 'W/"1"'})
    assert len(compression._kept._values) == 1
