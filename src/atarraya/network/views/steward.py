"""The steward's first page, the page's neutral looks, and stricter rules of publishing."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from atarraya.network import queries
from atarraya.network.models import Circle, Freeze, Invitation, Member, Point, PolicyChange, Removal
from atarraya.network.rules import STRICTNESS
from atarraya.network.services import factors, founding, policies
from atarraya.network.views import forms
from atarraya.network.views.shapes import MemberRequest
from atarraya.trail.services import head
from atarraya.web.verbs import STEWARD, verb


@verb("network.show", STEWARD)
def home(request: MemberRequest) -> HttpResponse:
    """Show what waits for somebody, and the doors to every administration page."""
    points = Point.objects.exclude(state=Point.State.REVOKED)
    number, digest = head()
    context = {
        "network": queries.the_network(),
        "waiting": queries.waiting().count(),
        "pending": Invitation.objects.filter(secret_hash=None).count(),
        "removals": Removal.objects.filter(second=None).count(),
        "freezes": Freeze.objects.filter(outcome="").count(),
        "owing": [circle for circle in Circle.objects.order_by("name") if queries.owes_epoch(circle)],
        "resets": queries.recent_resets(),
        "changes": PolicyChange.objects.filter(second=None).count(),
        "active": points.filter(state=Point.State.ACTIVE).count(),
        "paused": points.filter(state=Point.State.PAUSED).count(),
        "members": Member.objects.filter(state=Member.State.ACTIVE).count(),
        "head_number": number,
        "head": digest.hex()[:16],
    }
    return render(request, "network/steward.html", context)


@verb("network.change", STEWARD)
def looks(request: MemberRequest) -> HttpResponse:
    """Choose the name, icon and colour that a passer-by may see, and the team's hours."""
    if request.method == "POST" and request.POST.get("do") == "second":
        factors.require_second_factor(by=request.user)
        return redirect("network:next")
    if request.method == "POST":
        wanted = {name: request.POST.get(name, "") for name in ("page_name", "icon", "color", "team_hours")}
        founding.change_network(by=request.user, **wanted)
        return redirect("network:steward")
    icons = forms.icons()
    return render(request, "network/looks.html", {"network": queries.the_network(), "icons": icons})


@verb("network.neighbours", STEWARD)
def neighbours(request: MemberRequest) -> HttpResponse:
    """Say whose warnings reach whom between municipalities."""
    if request.method == "POST":
        wanted = {code: request.POST.getlist(code) for code in queries.municipalities()}
        founding.set_neighbours(wanted, by=request.user)
        return redirect("network:steward")
    context = {"places": forms.named_places(), "neighbours": queries.the_network().neighbours}
    return render(request, "network/neighbours.html", context)


@verb("policy.tighten", STEWARD)
def rules(request: MemberRequest) -> HttpResponse:
    """Ask for a stricter rule, or agree to one that another steward asked for."""
    if request.method == "POST":
        change = request.POST.get("change")
        if change:
            policies.second_policy(get_object_or_404(PolicyChange, pk=change), by=request.user)
        else:
            kind, wanted = request.POST.get("kind", ""), request.POST.get("policy", "")
            policies.propose_policy(kind, wanted, by=request.user)
        return redirect("network:rules")
    words = forms.policies()
    context = {
        "rows": [(kind, policies.word(kind), words[now]) for kind, now in policies.present().items()],
        "kinds": [(kind, policies.word(kind)) for kind in policies.present()],
        "policies": [(value, words[value]) for value in STRICTNESS if value != "AT_ONCE"],
        "words": words,
        "kind_word": policies.word,
        "pending": PolicyChange.objects.filter(second=None).select_related("proposer"),
        "me": request.user,
    }
    return render(request, "network/rules.html", context)
