"""Where a page asks whether there are live streams here, and with which word it may open one."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_GET

from atarraya.channels.live import queries, tokens
from atarraya.channels.live.addresses import ADDRESS
from atarraya.web.verbs import MEMBER, verb


@require_GET
@verb("live.token", MEMBER)
def token(request: HttpRequest) -> HttpResponse:
    """Answer {"address", "token", "after"}; without streams here the address is null and the page goes on polling."""
    if not settings.LIVE:
        return JsonResponse({"address": None})
    word = tokens.token_for(request.user, request.session.session_key)  # type: ignore[arg-type]
    return JsonResponse({"address": ADDRESS, "token": word, "after": queries.last()})
