"""Circles: making one, letting people in, beginning a new key. Keys are born in the browser."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from atarraya.kernel.errors import NotFound
from atarraya.network import policy, queries
from atarraya.network.models import Circle, CircleEpoch, Inbox, Member
from atarraya.network.services import circles as acts
from atarraya.network.services import members
from atarraya.network.services.invitations import invited_circles
from atarraya.network.services.keys import PublicHalf
from atarraya.network.services.lists import expected, expected_with
from atarraya.network.views import body, forms
from atarraya.network.views.shapes import MemberRequest
from atarraya.sealing.lists import odk_hash
from atarraya.web.verbs import MEMBER, verb


@verb("circle.list", MEMBER)
def circles(request: MemberRequest) -> HttpResponse:
    """Show all circles, whose they are, and which owe a new key."""
    mine = set(queries.circles_of(request.user))
    words = dict(forms.purposes())
    rows = [
        {
            "circle": circle,
            "purpose": words[circle.purpose],
            "mine": circle in mine,
            # Who is in a circle is known to its own people; to others, how many.
            "people": queries.current_members(circle) if circle in mine else None,
            "count": queries.current_members(circle).count(),
            "epoch": queries.current_epoch(circle),
            "owes": queries.owes_epoch(circle),
        }
        for circle in Circle.objects.order_by("name")
    ]
    inboxes = Inbox.objects.prefetch_related("places__circle").order_by("name")
    return render(request, "network/circles.html", {"rows": rows, "inboxes": inboxes, "day": forms.day})


@verb("circle.create", MEMBER)
def create(request: MemberRequest) -> HttpResponse:
    """Make a circle whose first key and three sheets are born in this browser."""
    if request.method != "POST":
        return render(request, "network/circle_new.html", {"purposes": forms.purposes()})
    fields = body.read(request)
    offline = body.text(fields, "offline_recipient")
    # A double click sends the very same keys again: the circle is there already.
    if not Circle.objects.filter(offline_recipient=offline).exists():
        acts.create_circle(
            body.text(fields, "name"),
            body.text(fields, "purpose"),
            offline,
            PublicHalf.read(fields.get("public")),
            body.wrappings(fields.get("wrapped")),
            by=request.user,
        )
    return body.go("network:after_circle")


@verb("circle.create", MEMBER)
def after_create(request: MemberRequest) -> HttpResponse:
    """Go on with the founding while something is missing there, else to the circles."""
    from atarraya.network.views.steps import founding_step

    founding = request.user.has_role("STEWARD") and founding_step() is not None
    return redirect("network:founding" if founding else "network:circles")


@verb("circle.new_epoch", MEMBER)
def new_epoch(request: MemberRequest, pk: str) -> HttpResponse:
    """Begin the circle's next key for those who are in it now."""
    circle = _mine(request, pk)
    if request.method != "POST":
        people = [{"id": str(one.pk), "recipient": one.recipient} for one in queries.keyholders(circle)]
        inboxes = Inbox.objects.filter(places__circle=circle)
        context = {
            "circle": circle,
            "people": queries.keyholders(circle),
            "number": queries.current_epoch(circle).number,
            "facts": {
                "circle": str(circle.pk),
                "number": queries.current_epoch(circle).number,
                "offline_recipient": circle.offline_recipient,
                "people": people,
                "lists": {str(inbox.pk): _next_list(inbox, circle) for inbox in inboxes},
            },
        }
        return render(request, "network/epoch_new.html", context)
    fields = body.read(request)
    public = PublicHalf.read(fields.get("public"))
    if queries.current_epoch(circle).recipient != public.age:
        lists = {body.uuid(key): one for key, one in body.mapping(fields, "lists").items()}
        acts.new_epoch(circle, public, body.wrappings(fields.get("wrapped")), lists, by=request.user)
    return body.go("network:circles")


def _next_list(inbox: Inbox, circle: Circle) -> dict[str, Any]:
    place = inbox.places.get(circle=circle).position
    return {"fields": expected(inbox), "place": place}


@verb("circle.leave", MEMBER)
@require_POST
def leave(request: MemberRequest, pk: str) -> HttpResponse:
    """Leave a circle by one's own choice."""
    acts.leave_circle(_mine(request, pk), by=request.user)
    return redirect("network:circles")


def _said(epoch: CircleEpoch) -> dict[str, str | None]:
    """Return what a list says of a circle's key."""
    return {
        "age": epoch.recipient,
        "ed25519": epoch.signing_key,
        "sms": epoch.sms_key or None,
        "odk": odk_hash(epoch.odk_key) if epoch.odk_key else None,
    }


@verb("inbox.list", MEMBER)
def inbox_circles(request: MemberRequest, pk: str) -> HttpResponse:
    """Change which circles serve an inbox: a new list, signed by a key of the one before."""
    inbox = get_object_or_404(Inbox, pk=pk)
    if not queries.inboxes_of(request.user).filter(pk=inbox.pk).exists():
        raise NotFound()
    everyone = list(Circle.objects.order_by("name"))
    if request.method != "POST":
        epochs = {str(circle.pk): queries.current_epoch(circle) for circle in everyone}
        chosen = [place.circle_id for place in inbox.places.order_by("position")]
        facts = {
            "fields": expected(inbox),
            "present": [str(pk) for pk in chosen],
            "epochs": {pk: _said(one) for pk, one in epochs.items()},
        }
        context = {"inbox": inbox, "circles": everyone, "chosen": chosen, "facts": facts}
        return render(request, "network/inbox.html", context)
    fields = body.read(request)
    by_id = {circle.pk: circle for circle in everyone}
    chosen_now = [by_id[parsed] for one in fields.get("circles", []) if (parsed := body.uuid(one)) in by_id]
    acts.set_list(inbox, body.mapping(fields, "list"), by=request.user, circles=chosen_now)
    return body.go("network:circles")


@verb("inbox.create", MEMBER)
def new_inbox(request: MemberRequest) -> HttpResponse:
    """Make another inbox, its list 1 signed with the key of one of my circles."""
    policy.steward(request.user)
    mine = list(queries.circles_of(request.user))
    facts = {str(circle.pk): expected_with([circle]) for circle in mine}
    options = [(str(circle.pk), circle.name) for circle in mine]
    context = {"circles": mine, "circle_options": options, "facts": facts}
    return render(request, "network/inbox_new.html", context)


@verb("member.let_in", MEMBER)
def let_in(request: MemberRequest, pk: str) -> HttpResponse:
    """Compare four words by voice and hand over the keys of one's own circles."""
    member = get_object_or_404(Member, pk=pk, state=Member.State.WAITING)
    if request.method != "POST":
        wanted = set(invited_circles(member)) | set(queries.circles_of(member))
        mine = [(circle, circle in wanted) for circle in queries.circles_of(request.user)]
        others = sorted(circle.name for circle in wanted - {circle for circle, _ in mine})
        again = queries.exposure(member) != []
        public = {"age": member.recipient, "ed25519": member.signing_key}
        context = {"member": member, "mine": mine, "others": others, "again": again, "public": public}
        return render(request, "network/let_in.html", context)
    fields = body.read(request)
    wrapped = {body.uuid(key): body.epochs(one) for key, one in body.mapping(fields, "wrapped").items()}
    members.let_in(member, wrapped, by=request.user, recipient=body.text(fields, "recipient"))
    return body.go("network:people")


@verb("circle.add", MEMBER)
def add(request: MemberRequest, pk: str) -> HttpResponse:
    """Hand a circle's keys to somebody who is active already, after comparing words again."""
    circle = _mine(request, pk)
    inside = queries.current_members(circle).values("pk")
    others = Member.objects.filter(state=Member.State.ACTIVE).exclude(pk__in=inside).order_by("alias")
    if request.method != "POST":
        keys = {str(one.pk): {"age": one.recipient, "ed25519": one.signing_key} for one in others}
        context = {
            "circle": circle,
            "others": others,
            "keys": keys,
            "of_two": inside.count() == 2,
            "members": [(str(one.pk), one.alias) for one in others],
        }
        return render(request, "network/circle_add.html", context)
    fields = body.read(request)
    member = get_object_or_404(others, pk=body.uuid(fields.get("member")))
    if body.text(fields, "recipient") != member.recipient:
        raise NotFound()
    acts.add_to_circle(circle, member, body.epochs(fields.get("wrapped")), by=request.user)
    return body.go("network:circles")


def _mine(request: MemberRequest, pk: str) -> Circle:
    circle = get_object_or_404(Circle, pk=pk)
    if not queries.circles_of(request.user).filter(pk=circle.pk).exists():
        raise NotFound()
    return circle
