"""Three gates around every request: headers on the way out, declared verbs on the way in, refusals in words."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseForbidden, HttpResponseNotAllowed

from atarraya.kernel.errors import DomainError, NotAllowed, NotFound
from atarraya.web import refusals, verbs

Handler = Callable[[HttpRequest], HttpResponseBase]

PAGE_METHODS = ("GET", "HEAD", "POST")

PERMISSIONS = (
    "accelerometer=(), autoplay=(), camera=(), display-capture=(), fullscreen=(), "
    "geolocation=(), gyroscope=(), hid=(), idle-detection=(), magnetometer=(), microphone=(self), midi=(), "
    "payment=(), picture-in-picture=(), publickey-credentials-create=(self), "
    "publickey-credentials-get=(self), screen-wake-lock=(), serial=(), usb=(), xr-spatial-tracking=()"
)
# The policy above means something on documents only; elsewhere it would be some 430 bytes of a slow line each time.
NO_DOCUMENTS = ("text/javascript", "application/javascript", "application/manifest+json")


class SecurityHeaders:
    """Adds what no page may forget. Runs outermost, so that static files and refusals have it too."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if not (request.path.startswith(settings.STATIC_URL) or _is_no_document(response)):
            response.headers.setdefault("Permissions-Policy", PERMISSIONS)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        response.headers.setdefault("Cross-Origin-Embedder-Policy", "require-corp")
        response.headers.setdefault("Referrer-Policy", "same-origin")
        response.headers.setdefault("X-Content-Type-Options", "nosniff")
        response.headers.setdefault("Cache-Control", "no-store")
        return response


def _is_no_document(response: HttpResponseBase) -> bool:
    """Return whether it is a script or a manifest, or says that what the browser has still holds, headers too."""
    return response.status_code == 304 or response.headers.get("Content-Type", "").startswith(NO_DOCUMENTS)


class DeclaredVerbs:
    """Refuses any view that declares no verb, and anybody its reach does not include."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Any, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> HttpResponseBase | None:
        match = request.resolver_match
        declared = verbs.verb_of(view, match.view_name if match else None)
        if declared is None:
            return HttpResponseForbidden("undeclared", content_type="text/plain")
        if request.method not in PAGE_METHODS and not request.path.startswith("/api/"):
            # Pages are read and forms are sent; no page has another use for a request.
            return HttpResponseNotAllowed(PAGE_METHODS)
        if declared.reach in {verbs.PUBLIC, verbs.POINT, verbs.GATEWAY, verbs.DEVICE}:
            return None
        return _member_gate(request, declared)


def _member_gate(request: HttpRequest, declared: verbs.Verb) -> HttpResponseBase | None:
    user: Any = request.user
    if not user.is_authenticated:
        if request.method == "GET" and "text/html" in request.headers.get("Accept", ""):
            return redirect_to_login(request.get_full_path(), settings.LOGIN_URL)
        return refusals.answer(request, NotAllowed(code="sign_in", status=401))
    allowed = {
        verbs.MEMBER: user.may_work,
        verbs.STEWARD: user.may_work and user.has_role("STEWARD"),
        verbs.INVITED: user.may_sign_in,
    }[declared.reach]
    if allowed:
        return None
    # What a member may not reach looks like what does not exist.
    return refusals.answer(request, NotFound())


class Refusals:
    """Turns a DomainError raised anywhere below into a page, or a problem document for programs."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, DomainError):
            return refusals.answer(request, exception)
        return None
