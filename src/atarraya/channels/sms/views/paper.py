"""The sheet that is filled in by hand, and its legend: printed apart. Its words are opened by the page's script."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from atarraya.alerts import labels
from atarraya.channels.sms.views.books import facts_of, mine
from atarraya.network.views.shapes import MemberRequest
from atarraya.web.verbs import MEMBER, verb


@verb("paper.blank", MEMBER)
@require_GET
def blank(request: MemberRequest) -> HttpResponse:
    """Show the sheet of a collective that has no codebook: boxes with numbers, whose meaning they write by hand."""
    return render(request, "sms/paper.html", {"book": None, "facts": None, "parts": list(labels.PARTS.values())})


@verb("paper.sheet", MEMBER)
@require_GET
def of_book(request: MemberRequest, pk: str) -> HttpResponse:
    """Show the sheet of a collective's codebook to whoever's key opens it."""
    book = mine(request, pk)
    context = {"book": book, "facts": facts_of(book), "parts": list(labels.PARTS.values())}
    return render(request, "sms/paper.html", context)
