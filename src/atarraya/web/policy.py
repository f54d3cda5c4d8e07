"""The content policy's header, written once for all answers that do not change it."""

from __future__ import annotations

import re
from collections.abc import Callable

from csp.constants import HEADER
from csp.middleware import CSPMiddleware
from csp.utils import build_policy
from django.conf import settings
from django.http import HttpRequest, HttpResponseBase

# A script or style is no document: opened by itself it may do nothing, in few bytes, for it comes dozens of times over
# a slow line. A worker's own answer says what the worker may do, so it gets the whole policy.
ALONE = "default-src 'none'; frame-ancestors 'none'"
WORKER = re.compile(r"worker[^/]*\.js$")


class ContentPolicy(CSPMiddleware):
    """Sends the policy of the settings. A page that changes it, or asks for a nonce, has its own written for it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        super().__init__(get_response)
        self.policy = build_policy()

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """Add the header; what django-csp's decorators leave on a response sends it the long way."""
        if hasattr(request, "_csp_nonce") or any(name.startswith("_csp") for name in vars(response)):
            return super().process_response(request, response)
        alone = request.path.startswith(settings.STATIC_URL) and not WORKER.search(request.path)
        response.headers.setdefault(HEADER, ALONE if alone else self.policy)
        return response
