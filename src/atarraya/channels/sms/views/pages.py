"""The steward's pages of SMS gateways."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from atarraya.channels.sms import queries
from atarraya.channels.sms.models import Gateway, Outgoing
from atarraya.channels.sms.services import gateways as acts
from atarraya.channels.sms.services import notices
from atarraya.kernel.errors import DomainError
from atarraya.network.models import Inbox
from atarraya.network.views import body, once
from atarraya.network.views.shapes import MemberRequest
from atarraya.sealing.gateways import short_print
from atarraya.web.verbs import STEWARD, verb

WHYS = {
    Outgoing.Why.REFUSED: _("refused by the phone or the operator"),
    Outgoing.Why.SIGNAL: _("its phone had no signal"),
    Outgoing.Why.KEY: _("written to a key that it has no more"),
    Outgoing.Why.NUMBER: _("to a number that its phone cannot call"),
    Outgoing.Why.OLD: _("nobody had typed its key"),
}


@verb("gateway.list", STEWARD)
def gateways(request: MemberRequest) -> HttpResponse:
    """Show the gateways, and make one; let notices go out by them or not."""
    refused = ""
    if request.method == "POST" and request.POST.get("do") == "notices":
        try:
            notices.choose(request.POST.get("sentence", "")[:400], on="on" in request.POST, by=request.user)
            return redirect("sms:gateways")
        except DomainError as refusal:
            refused = str(refusal.message)  # said on the form, which keeps what was written
    elif request.method == "POST":
        form = request.POST
        inbox = get_object_or_404(Inbox, pk=body.uuid(form.get("inbox")))
        new = acts.create(form.get("name", ""), inbox, form.get("recipient", ""), by=request.user)
        once.keep(request, f"gateway {new.gateway.pk}", {"token": new.token})
        return redirect("sms:token", pk=new.gateway.pk)
    rows = [
        {
            "gateway": one,
            "print": short_print(one.recipient),
            "silent": queries.is_silent(one),
            "queue": queries.queue(one),
            "has_key": queries.has_key(one),
            "unsent": [(WHYS[Outgoing.Why(why)], count) for why, count in queries.unsent(one).items()],
            "says": [trouble.what for trouble in queries.troubles_of(one)],
        }
        for one in queries.active()
    ]
    inboxes = [(one.pk, one.name) for one in Inbox.objects.order_by("name")]
    said = request.POST if refused else None
    context = {
        "rows": rows,
        "inboxes": inboxes,
        "refused": refused,
        "on": "on" in said if said is not None else notices.are_on(),
        "sentence": said.get("sentence", "")[:400] if said is not None else notices.sentence(),
    }
    return render(request, "sms/gateways.html", context, status=422 if refused else 200)


@verb("gateway.token", STEWARD)
def token(request: MemberRequest, pk: str) -> HttpResponse:
    """Show a gateway's token while it is kept; nobody is shown it afterwards."""
    found = get_object_or_404(Gateway, pk=pk)
    if request.method == "POST":
        once.forget(request, f"gateway {found.pk}")
        return redirect("sms:gateways")
    kept = once.show(request, f"gateway {found.pk}")
    if kept is None:
        return redirect("sms:gateways")
    context = {"gateway": found, "token": kept["token"], "print": short_print(found.recipient)}
    return render(request, "sms/token.html", context)


@verb("gateway.end", STEWARD)
@require_POST
def end(request: MemberRequest, pk: str) -> HttpResponse:
    """End a gateway."""
    acts.end(get_object_or_404(Gateway, pk=pk), by=request.user)
    return redirect("sms:gateways")
