"""What a desk asks to answer by SMS: which gateways there are, and to keep a message sealed to one."""

from __future__ import annotations

from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_http_methods

from atarraya.channels.sms import queries
from atarraya.channels.sms.models import Gateway
from atarraya.channels.sms.services import outgoing
from atarraya.network.views import body
from atarraya.network.views.shapes import MemberRequest
from atarraya.sealing.gateways import short_print
from atarraya.web.verbs import MEMBER, verb


@verb("sms.send", MEMBER)
@require_http_methods(["GET", "POST"])
def send(request: MemberRequest) -> HttpResponse:
    """Say which gateways send for the inboxes the member serves, or keep one sealed message."""
    if request.method == "GET":
        rows = queries.sending(request.user)
        return JsonResponse(
            {
                "gateways": [
                    {
                        "id": str(one.pk),
                        "inbox": str(one.inbox_id),
                        "name": one.name,
                        "recipient": one.recipient,
                        "print": short_print(one.recipient),
                        "works": queries.has_key(one),
                    }
                    for one in rows
                ]
            }
        )
    said = body.read(request)
    gateway = get_object_or_404(Gateway, pk=body.uuid(said.get("gateway")))
    return JsonResponse({"id": str(outgoing.queue(gateway, body.blob(said.get("sealed")), by=request.user))})
