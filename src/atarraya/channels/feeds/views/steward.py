"""The steward's page: who was given the network's own feed, until when, and how to end it."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.formats import date_format
from django.views.decorators.http import require_POST

from atarraya.channels.feeds import rules
from atarraya.channels.feeds.models import FeedToken
from atarraya.channels.feeds.services import tokens as acts
from atarraya.kernel import clock
from atarraya.network.refusals import Incomplete
from atarraya.network.views import once
from atarraya.network.views.shapes import MemberRequest
from atarraya.web.verbs import STEWARD, verb

SHOWN = "feed token"


@verb("feed.tokens", STEWARD)
def tokens(request: MemberRequest) -> HttpResponse:
    """Show the tokens; make one; show a new one's address until the steward has it."""
    refused, typed = False, ""
    if request.method == "POST" and request.POST.get("do") == "have":
        once.forget(request, SHOWN)
        return redirect("feeds:tokens")
    if request.method == "POST":
        typed = request.POST.get("name", "")
        try:
            new = acts.make(typed, by=request.user)
        except Incomplete:
            refused = True
        else:
            once.keep(request, SHOWN, {"name": new.row.name, "secret": new.secret})
            return redirect("feeds:tokens")
    kept = once.show(request, SHOWN)
    address = reverse("feeds:network_atom", args=[kept["secret"]]) if kept else ""
    context = {
        "rows": [(row, date_format(row.made), date_format(row.last_day)) for row in FeedToken.objects.all()],
        "today": clock.today(),
        "days": rules.TOKEN_DAYS,
        "refused": refused,
        "typed": typed,
        "longest": acts.LONGEST_NAME,
        "kept": kept,
        "address": request.build_absolute_uri(address) if kept else "",
    }
    return render(request, "feeds/tokens.html", context, status=422 if refused else 200)


@verb("feed.end_token", STEWARD)
@require_POST
def end(request: MemberRequest, pk: UUID) -> HttpResponse:
    """End a token at once."""
    acts.end(pk, by=request.user)
    return redirect("feeds:tokens")
