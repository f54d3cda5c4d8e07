"""The one door of each machine interface: method, type, size, token, decoding, and refusals in words.

Tokens come in the header only. Cookies never authenticate here, so nothing another site makes a browser send can act,
and no form mark is asked for.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, get_args
from uuid import UUID

import msgspec
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse
from django.http.request import UnreadablePostError
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csrf import csrf_exempt

from atarraya.alerts.openapi import POINT, Caller, Operation, Raw
from atarraya.alerts.refusals import NoRoomAtAll
from atarraya.kernel.errors import DomainError, NotAllowed, NotFound, TooMany
from atarraya.network.services.points import PointAccess, authenticate
from atarraya.web import refusals, verbs

log = logging.getLogger(__name__)
MOST_JSON = 64 * 1024


class NoToken(NotAllowed):
    """The request shows no link and no phone."""

    status = 401
    code = "token"
    message = _("Open this page with your link first.")


class WrongMethod(DomainError):
    """The address exists, and does not take this method."""

    status = 405
    code = "method"
    message = _("This address does not take this kind of request.")


class WrongType(DomainError):
    """The body is of another type than this operation takes."""

    status = 415
    code = "content_type"
    message = _("The data came in a form that is not read here.")


class TooLarge(DomainError):
    """The body is larger than this operation takes."""

    status = 413
    code = "too_large"
    message = _("This is too long to send in one piece.")


class Malformed(DomainError):
    """The body or a parameter is not what this operation takes."""

    code = "malformed"
    message = _("The data did not arrive complete. Send it again.")


class TryAgain(DomainError):
    """The database did not answer; nothing was kept."""

    status = 503
    code = "busy"
    message = _("It could not be kept just now. It will be sent again.")


@dataclass
class Call:
    """One request, past the door. `body` is the decoded Struct, or bytes; `words` the path, query and headers.

    `access` is what the interface's guard made of the token: a PointAccess where points ask.
    """

    request: HttpRequest
    access: Any
    body: Any = None
    words: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Answer:
    """What an operation says. With `etag` (as the header spells it), who holds the same is answered 304, no body."""

    body: Any = None
    status: int = 200
    etag: str | None = None


@dataclass(frozen=True)
class Guard:
    """Who asks here, the reach that stands for them, and what their token opens (a DomainError when nothing)."""

    caller: Caller
    reach: str
    opens: Callable[[str], Any]
    no_token: type[DomainError] = NoToken


# Asked by name at each request, so that there is one way in for points and nobody holds an older one.
POINTS = Guard(POINT, verbs.POINT, lambda token: authenticate(token))


def door(operations: Sequence[Operation], guard: Guard = POINTS) -> Callable[..., HttpResponse]:
    """Return the view of one address: its operations by method."""
    by_method = {operation.method: operation for operation in operations}
    if "GET" in by_method:
        by_method["HEAD"] = by_method["GET"]
    allowed = ", ".join(sorted(by_method))
    decoders = {
        operation.method: msgspec.json.Decoder(operation.takes)
        for operation in operations
        if operation.takes is not None and not isinstance(operation.takes, Raw)
    }

    def view(request: HttpRequest, **path: str) -> HttpResponse:
        operation = by_method.get(request.method or "")
        try:
            if operation is None:
                raise WrongMethod()
            decoder = decoders.get(operation.method)
            answer = _at_once(request, operation, decoder, guard)
            if answer is not None:
                return answer
            return _answer(request, operation, _enter(request, operation, path, decoder, guard))
        except DomainError as refusal:
            return _refuse(refusal, allowed, guard.caller)
        except UnreadablePostError:
            # The phone went away in the middle: nobody reads this answer, and nothing was begun.
            return _refuse(Malformed(), allowed, guard.caller)
        except DatabaseError as problem:
            return _refuse(database_refusal(problem), allowed, guard.caller)

    first = operations[0]
    reach = guard.reach if first.signed_in else verbs.PUBLIC
    return verbs.verb(first.verb, reach)(csrf_exempt(view))


def _at_once(
    request: HttpRequest, operation: Operation, decoder: msgspec.json.Decoder[Any] | None, guard: Guard
) -> HttpResponse | None:
    """Answer without asking first what the token opens, where the operation can; whatever is refused is asked again."""
    if operation.at_once is None or connection.vendor != "postgresql":
        return None
    try:
        _check_head(request, operation.takes)
        call = Call(request, _shown(request, guard), body=_read(request, operation.takes, decoder))
        answer: Answer | None = operation.at_once(call)
    except DomainError:
        return None
    return None if answer is None else _said(request, answer)


def _enter(
    request: HttpRequest,
    operation: Operation,
    path: dict[str, str],
    decoder: msgspec.json.Decoder[Any] | None,
    guard: Guard,
) -> Call:
    # The cheap questions first; the body is read only when everything else is in order.
    body = operation.takes
    if body is not None:
        _check_head(request, body)
    access = _token(request, guard) if operation.signed_in else None
    call = Call(request, access, words=_words(request, operation, path))
    if body is not None:
        call.body = _read(request, body, decoder)
    return call


def _check_head(request: HttpRequest, body: Any) -> None:
    kind = "application/octet-stream" if isinstance(body, Raw) else "application/json"
    if request.content_type != kind:
        raise WrongType()
    most = body.most if isinstance(body, Raw) else MOST_JSON
    try:
        length = int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        raise Malformed() from None
    if length > most:
        raise TooLarge()


def _token(request: HttpRequest, guard: Guard) -> Any:
    return guard.opens(_shown(request, guard))


def _shown(request: HttpRequest, guard: Guard) -> str:
    scheme, _space, token = str(request.META.get("HTTP_AUTHORIZATION", "")).partition(" ")
    token = token.strip()
    if scheme.lower() != guard.caller.scheme.lower() or not token or not token.isascii() or len(token) > 200:
        raise guard.no_token()
    return token


def point_if_any(request: HttpRequest) -> UUID | None:
    """Return the point whose link or phone the request shows; None if it shows none. Raises as for any wrong token."""
    if not request.META.get("HTTP_AUTHORIZATION"):
        return None
    access: PointAccess = _token(request, POINTS)
    return access.point.pk


def _words(request: HttpRequest, operation: Operation, path: dict[str, str]) -> dict[str, Any]:
    words: dict[str, Any] = {}
    for parameter in operation.parameters:
        sources = {"path": path, "query": request.GET, "header": request.headers}
        given = sources[parameter.place].get(parameter.name)
        if given is None:
            if parameter.required:
                raise Malformed()
            words[parameter.name] = None
            continue
        try:
            words[parameter.name] = _word(given, parameter.kind)
        except msgspec.ValidationError:
            raise (NotFound() if parameter.place == "path" else Malformed()) from None
    return words


def _word(given: str, kind: Any) -> Any:
    # A number is its digits: "1.0" or " 1" would be second addresses of the same thing.
    if get_args(kind)[:1] == (int,) and not (given.isascii() and given.isdigit()):
        raise msgspec.ValidationError()
    return msgspec.convert(given, kind, strict=False)


def _read(request: HttpRequest, body: Any, decoder: msgspec.json.Decoder[Any] | None) -> Any:
    data = request.body
    # Some servers hand on what came before the phone vanished as if it were all: that would be kept as a whole.
    if len(data) != int(request.META.get("CONTENT_LENGTH") or 0):
        raise Malformed()
    if isinstance(body, Raw) or decoder is None:
        if len(data) < body.least:
            raise Malformed()
        return data
    try:
        return decoder.decode(data)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        raise Malformed() from None


def _answer(request: HttpRequest, operation: Operation, call: Call) -> HttpResponse:
    return _said(request, operation.run(call))


def _said(request: HttpRequest, answer: Answer) -> HttpResponse:
    headers = {}
    if answer.etag is not None:
        headers["ETag"] = answer.etag
        if answer.etag in request.headers.get("If-None-Match", ""):
            return HttpResponse(status=304, headers=headers)
    body = answer.body if isinstance(answer.body, bytes) else msgspec.json.encode(answer.body)
    return HttpResponse(body, status=answer.status, content_type="application/json", headers=headers)


def _refuse(refusal: DomainError, allowed: str, caller: Caller) -> HttpResponse:
    response = refusals.problem(refusal.status, refusal.code, str(refusal.message))
    if refusal.status == 401:
        response.headers["WWW-Authenticate"] = caller.scheme
    if refusal.status == 405:
        response.headers["Allow"] = allowed
    if isinstance(refusal, TooMany):
        response.headers["Retry-After"] = "600"
    return response


# What SQLite and PostgreSQL say when nothing more can be written. An input/output error is what SQLite makes of a
# file that may not grow.
_FULL = ("disk is full", "disk I/O error", "No space left", "could not extend file")


def database_refusal(problem: DatabaseError) -> DomainError:
    """Return what is said when the database could not keep something: no room, or try again."""
    log.error("a report could not be kept: %s", type(problem).__name__)
    if not connection.in_atomic_block:
        connection.close_if_unusable_or_obsolete()
    return NoRoomAtAll() if any(sign in str(problem) for sign in _FULL) else TryAgain()
