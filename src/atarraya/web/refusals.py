"""How a refusal is said: a calm page to a person, `application/problem+json` (RFC 9457) to a program."""

from __future__ import annotations

import json

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from atarraya.kernel.errors import DomainError


def answer(request: HttpRequest, refusal: DomainError) -> HttpResponse:
    """Return the response that says `refusal` in the way the request can read."""
    accepts = request.headers.get("Accept", "")
    if request.path.startswith("/api/") or "text/html" not in accepts:
        return problem(refusal.status, refusal.code, str(refusal.message))
    return render(request, "web/refusal.html", {"refusal": refusal}, status=refusal.status)


def problem(status: int, code: str, detail: str) -> HttpResponse:
    """Return a problem document; `detail` is a whole sentence for a person."""
    body = {"type": f"about:blank#{code}", "title": code, "status": status, "detail": detail}
    return HttpResponse(json.dumps(body, ensure_ascii=False), status=status, content_type="application/problem+json")
