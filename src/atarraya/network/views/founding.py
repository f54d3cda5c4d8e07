"""Founding in the browser: the founder's account, then what is still missing, one step at a time."""

from __future__ import annotations

from allauth.account.internal.flows.login import record_authentication
from django.contrib.auth import login as start_session
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from atarraya.network import queries
from atarraya.network.models import Circle, Inbox, Member
from atarraya.network.refusals import SecretRefused
from atarraya.network.services import circles as circle_acts
from atarraya.network.services import founding, invitations, points
from atarraya.network.services.lists import expected_with
from atarraya.network.views import body, cards
from atarraya.network.views.forms import named_places, purposes
from atarraya.network.views.shapes import MemberRequest
from atarraya.network.views.steps import founding_step
from atarraya.web.verbs import PUBLIC, STEWARD, verb

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@verb("network.accept", PUBLIC)
def accept(request: HttpRequest, page: str) -> HttpResponse:
    """Make an account with a founding link (`founding`) or an invitation (`invitation`), and sign in."""
    if request.user.is_authenticated:
        return redirect("network:next")
    if request.method != "POST":
        return render(request, f"network/{page}.html")
    fields = body.read(request)
    secret = body.text(fields, "secret")
    login, password = body.text(fields, "login"), body.text(fields, "password")
    try:
        member = invitations.accept_invitation(secret, login, password, alias=str(fields.get("alias", "")))
    except SecretRefused:
        # A double click, or Back after the first answer was lost on the way: the same person may continue.
        member = _again(secret, login, password)
    start_session(request, member, backend=BACKEND)
    # They have just chosen the password: making a second factor need not ask for it again.
    record_authentication(request, member, method="password", reauthenticated=True)
    return body.go("network:next")


def _again(secret: str, login: str, password: str) -> Member:
    # Only with the same secret, so that this is no second door to guess passwords at.
    member = invitations.accepted_with(secret)
    if member.login != login.strip().lower() or not member.check_password(password):
        raise SecretRefused()
    return member


@verb("network.founding", STEWARD)
def steps(request: MemberRequest) -> HttpResponse:
    """Show what is done and the step that comes next; send on when everything is there."""
    step = founding_step()
    if step is None:
        return redirect("network:steward")
    context = {
        "step": step,
        "places": named_places(),
        "network": queries.the_network(),
        "purposes": purposes(),
    }
    if step == "inbox":
        circle = Circle.objects.order_by("created").first()
        assert circle is not None
        context |= {"circle": circle, "fields": expected_with([circle])}
    return render(request, f"network/founding_{step}.html", context)


@verb("inbox.create", STEWARD)
@require_POST
def inbox(request: MemberRequest) -> HttpResponse:
    """Make an inbox whose list 1 the browser signed."""
    fields = body.read(request)
    chosen = [Circle.objects.get(pk=body.uuid(pk)) for pk in fields.get("circles", [])]
    pk = body.uuid(fields.get("id"))
    if not Inbox.objects.filter(pk=pk).exists():
        circle_acts.create_inbox(pk, body.text(fields, "name"), chosen, body.mapping(fields, "list"), by=request.user)
    return body.go("network:founding")


@verb("network.founding", STEWARD)
def first_point(request: MemberRequest) -> HttpResponse:
    """Make the first collective and its point, and show its card."""
    if request.method != "POST" or founding_step() not in {"collective", "point"}:
        return redirect("network:founding")
    collective = queries.collectives().first() or founding.add_collective(
        request.POST.get("name", ""), request.POST.get("municipality", ""), by=request.user
    )
    served = Inbox.objects.order_by("created")[0]
    new = points.create_point(collective, served, collective.municipality, by=request.user)
    return cards.show_after(request, new)
