"""The steward's page: how many notices went out, wait or were given up, and the one sentence they say."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render

from atarraya.kernel.errors import DomainError
from atarraya.network.views.shapes import MemberRequest
from atarraya.notices.labels import REASONS
from atarraya.notices.queries import counts
from atarraya.notices.services import stewarding, wording
from atarraya.web.verbs import STEWARD, verb


@verb("notices.deliveries", STEWARD)
def deliveries(request: MemberRequest) -> HttpResponse:
    """Show numbers by way and reason; try again what was given up; choose the sentence."""
    sentence, refused = wording.sentence(), ""
    if request.method == "POST":
        try:
            if request.POST.get("do") == "wording":
                sentence = request.POST.get("sentence", "")[:200]
                wording.choose(sentence, by=request.user)
            else:
                stewarding.retry(request.POST.get("way", ""), request.POST.get("reason", ""), by=request.user)
            return redirect("notices:deliveries")
        except DomainError as refusal:
            refused = str(refusal.message)
    page = {"ways": counts.ways(), "reasons": REASONS, "sentence": sentence, "refused": refused}
    return render(request, "notices/deliveries.html", page, status=422 if refused else 200)
