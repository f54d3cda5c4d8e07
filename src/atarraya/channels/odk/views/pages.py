"""The stewards' pages of devices."""

from __future__ import annotations

import segno
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from atarraya.channels.odk import queries
from atarraya.channels.odk.collect import settings_text
from atarraya.channels.odk.models import OdkDevice
from atarraya.channels.odk.services import devices as acts
from atarraya.network.models import Inbox
from atarraya.network.views import body, once
from atarraya.network.views.shapes import MemberRequest
from atarraya.web.verbs import STEWARD, verb


@verb("odk.list", STEWARD)
def devices(request: MemberRequest) -> HttpResponse:
    """Show the devices, and make one."""
    if request.method == "POST":
        inbox = get_object_or_404(Inbox, pk=body.uuid(request.POST.get("inbox")))
        new = acts.create(request.POST.get("name", ""), inbox, by=request.user)
        once.keep(request, f"odk {new.device.pk}", {"password": new.password})
        return redirect("odk:card", pk=new.device.pk)
    inboxes = [(one.pk, one.name) for one in Inbox.objects.order_by("name")]
    return render(request, "odk/devices.html", {"rows": queries.devices(), "inboxes": inboxes})


@verb("odk.card", STEWARD)
def card(request: MemberRequest, pk: str) -> HttpResponse:
    """Show a device's password and its settings code while they are kept; nobody is shown them afterwards."""
    device = get_object_or_404(OdkDevice, pk=pk)
    if request.method == "POST":
        once.forget(request, f"odk {device.pk}")
        return redirect("odk:devices")
    kept = once.show(request, f"odk {device.pk}")
    if kept is None:
        return redirect("odk:devices")
    server, password = server_of(request), kept["password"]
    square = segno.make(settings_text(server, device.login, password), error="l", micro=False)
    context = {
        "device": device,
        "server": server,
        "password": password,
        "square": str(square.svg_inline(border=4, dark="#000", light="#fff", omitsize=True)),
    }
    return render(request, "odk/card.html", context)


@verb("odk.end", STEWARD)
@require_POST
def end(request: MemberRequest, pk: str) -> HttpResponse:
    """End a device."""
    acts.end(get_object_or_404(OdkDevice, pk=pk), by=request.user)
    return redirect("odk:devices")


def server_of(request: HttpRequest) -> str:
    """Return the address that a phone is told; Collect puts /formList and /submission behind it."""
    return request.build_absolute_uri("/odk")
