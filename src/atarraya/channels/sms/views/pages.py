"""The steward's pages of SMS gateways."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from atarraya.channels.sms import queries
from atarraya.channels.sms.models import Gateway
from atarraya.channels.sms.services import gateways as acts
from atarraya.network.models import Inbox
from atarraya.network.views import body, once
from atarraya.network.views.shapes import MemberRequest
from atarraya.sealing.gateways import short_print
from atarraya.web.verbs import STEWARD, verb


@verb("gateway.list", STEWARD)
def gateways(request: MemberRequest) -> HttpResponse:
    """Show the gateways, and make one."""
    if request.method == "POST":
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
            "waiting": queries.waiting(one),
        }
        for one in queries.active()
    ]
    inboxes = [(one.pk, one.name) for one in Inbox.objects.order_by("name")]
    return render(request, "sms/gateways.html", {"rows": rows, "inboxes": inboxes})


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
