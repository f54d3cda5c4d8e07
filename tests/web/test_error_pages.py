"""What is not there and what failed: a page of ours in the person's language, a problem document for a program."""

from __future__ import annotations

import pytest
from django.test import Client

from atarraya.web import revealing

HTML = {"Accept": "text/html", "Accept-Language": "es"}


@pytest.mark.django_db
def test_what_is_not_there_is_a_page_of_ours(client: Client) -> None:
    page = client.get("/no/such/page", headers=HTML)
    assert page.status_code == 404
    text = page.content.decode()
    assert 'lang="es"' in text and "Puede volver e intentarlo otra vez" in text
    assert client.get("/no/such/page").headers["Content-Type"] == "application/problem+json"


@pytest.mark.django_db
def test_a_failure_says_nothing_of_what_failed(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> None:
        raise RuntimeError("CANARY")

    monkeypatch.setattr(revealing, "classes", fail)
    page = Client(raise_request_exception=False).get("/que-revela", headers=HTML)
    assert page.status_code == 500
    text = page.content.decode()
    assert "Algo falló aquí" in text and "CANARY" not in text and "Server Error" not in text
    program = Client(raise_request_exception=False).get("/que-revela")
    assert program.headers["Content-Type"] == "application/problem+json"
