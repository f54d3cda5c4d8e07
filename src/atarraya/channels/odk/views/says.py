"""What OpenRosa's doors say, and how: XML with a sentence, and the headers that its clients look for."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.utils.http import http_date
from django.views.decorators.csrf import csrf_exempt

from atarraya.alerts.views.api.door import database_refusal
from atarraya.channels.feeds.writing import Writer
from atarraya.channels.odk import rules
from atarraya.kernel import clock
from atarraya.kernel.errors import DomainError
from atarraya.web.verbs import DEVICE, verb

XML = "text/xml; charset=utf-8"
RESPONSE = "http://openrosa.org/http/response"
View = Callable[..., HttpResponse]


class WrongMethod(DomainError):
    """The address exists, and does not take this method."""

    status = 405
    code = "method"


def told(status: int, nature: str, sentence: object) -> HttpResponse:
    """Return an OpenRosaResponse that says one sentence."""
    xml = Writer()
    with xml.inside("OpenRosaResponse", xmlns=RESPONSE):
        xml.put("message", sentence, nature=nature)
    return HttpResponse(xml.done(), status=status, content_type=XML)


def openrosa(name: str, *methods: str) -> Callable[[View], View]:
    """Make a view one of OpenRosa's doors: its verb, its methods, its headers, and refusals as OpenRosaResponses.

    No cookie is looked at: the device shows its password each time, so no form mark is asked for.
    """

    def mark(view: View) -> View:
        @wraps(view)
        def answered(request: HttpRequest, *args: str, **kwargs: str) -> HttpResponse:
            try:
                if request.method not in methods:
                    raise WrongMethod()
                response = view(request, *args, **kwargs)
            except DomainError as refusal:
                response = _refused(refusal, methods)
            except DatabaseError as problem:
                response = _refused(database_refusal(problem), methods)
            response.headers["X-OpenRosa-Version"] = "1.0"
            response.headers["X-OpenRosa-Accept-Content-Length"] = str(rules.MOST_TOLD)
            response.headers["Date"] = http_date(clock.now().timestamp())
            return response

        return verb(name, DEVICE)(csrf_exempt(answered))

    return mark


def _refused(refusal: DomainError, methods: tuple[str, ...]) -> HttpResponse:
    response = told(refusal.status, "error", refusal.message)
    if refusal.status == 401:
        response.headers["WWW-Authenticate"] = 'Basic realm="ODK", charset="UTF-8"'
    if refusal.status == 405:
        response.headers["Allow"] = ", ".join(methods)
    if refusal.status == 429:
        response.headers["Retry-After"] = "600"
    return response
