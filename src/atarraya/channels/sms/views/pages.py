"""The steward's pages of SMS gateways."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from atarraya.channels.sms import queries
from atarraya.channels.sms.models import Gateway, Outgoing
from atarraya.channels.sms.services import gateways as acts
from atarraya.channels.sms.services import notices
from atarraya.kernel.errors import DomainError
from atarraya.network.models import Inbox
from atarraya.network.services import lines
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
    """Show the gateways, and make one; say where points may write; let notices go out by them or not."""
    form, refused = request.POST, {"notices": "", "lines": ""}
    do = form.get("do", "") if request.method == "POST" else ""
    if do in refused:
        try:
            _choose(request, do)
            return redirect("sms:gateways")
        except DomainError as refusal:
            refused[do] = str(refusal.message)  # said on the form, which keeps what was written
    elif request.method == "POST":
        inbox = get_object_or_404(Inbox, pk=body.uuid(form.get("inbox")))
        new = acts.create(form.get("name", ""), inbox, form.get("recipient", ""), by=request.user)
        once.keep(request, f"gateway {new.gateway.pk}", {"token": new.token})
        return redirect("sms:token", pk=new.gateway.pk)
    said = form if refused["notices"] else None
    context = {
        "rows": [_row(one) for one in queries.active()],
        "inboxes": [(one.pk, one.name) for one in Inbox.objects.order_by("name")],
        "lines": _lines(form if refused["lines"] else None),
        "refused": refused["notices"],
        "refused_line": refused["lines"],
        "on": "on" in said if said is not None else notices.are_on(),
        "sentence": said.get("sentence", "")[:400] if said is not None else notices.sentence(),
    }
    return render(request, "sms/gateways.html", context, status=422 if any(refused.values()) else 200)


def _choose(request: MemberRequest, what: str) -> None:
    form = request.POST
    if what == "notices":
        notices.choose(form.get("sentence", "")[:400], on="on" in form, by=request.user)
    else:
        inbox = get_object_or_404(Inbox, pk=body.uuid(form.get("inbox")))
        lines.choose(inbox, form.get("lines", "")[:400], by=request.user)


def _lines(said: QueryDict | None) -> list[tuple[Inbox, str]]:
    """Return the inboxes that have a gateway, each with the numbers that its points may write to, as last written."""
    written = {said.get("inbox"): said.get("lines", "")[:400]} if said is not None else {}
    served = sorted({one.inbox for one in queries.active()}, key=lambda one: one.name)
    return [(one, written.get(str(one.pk), ", ".join(one.sms_lines))) for one in served]


def _row(one: Gateway) -> dict[str, Any]:
    return {
        "gateway": one,
        "print": short_print(one.recipient),
        "silent": queries.is_silent(one),
        "queue": queries.queue(one),
        "has_key": queries.has_key(one),
        "unsent": [(WHYS[Outgoing.Why(why)], count) for why, count in queries.unsent(one).items()],
        "says": [trouble.what for trouble in queries.troubles_of(one)],
    }


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
