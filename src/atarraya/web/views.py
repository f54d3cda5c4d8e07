"""Views that belong to no room: health, what the server would reveal, and the answer to a stale form."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from atarraya.kernel.errors import DomainError, NotFound
from atarraya.web import refusals, revealing
from atarraya.web.verbs import PUBLIC, verb


@require_safe
@verb("web.health", PUBLIC)
def health(request: HttpRequest) -> HttpResponse:
    """Answer `ok` when the database answers. Says nothing else."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return HttpResponse("ok\n", content_type="text/plain")


@require_safe
@verb("web.reveal", PUBLIC)
def reveal(request: HttpRequest) -> HttpResponse:
    """Show what a seized server gives up, read from the schema at this moment."""
    words = {"classes": revealing.classes(), "beside": revealing.beside()}
    return render(request, "web/reveals.html", words)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Say that there is nothing at this address, on a page of ours."""
    return refusals.answer(request, NotFound())


# No template and no database: either may be what failed.
FAILED = """<!doctype html>
<html lang="es" translate="no"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1"><title>·</title></head>
<body><main><h1>Algo falló aquí. Espere un poco y pruebe otra vez.</h1>
<p>Lo que ya estaba guardado sigue guardado.</p>
<p lang="en">Something failed here. Wait a little and try again. What was kept is still kept.</p>
</main></body></html>
"""


def failed(request: HttpRequest) -> HttpResponse:
    """Say that something failed, and nothing of what."""
    if request.path.startswith("/api/") or "text/html" not in request.headers.get("Accept", ""):
        return refusals.problem(500, "failed", "Something failed here. Wait a little and try again.")
    return HttpResponse(FAILED, status=500)


class StaleForm(DomainError):
    """The form's one-time mark did not match (an old tab, or another site)."""

    status = 403
    code = "stale_form"
    message = _("This form had been open too long. Go back, load it again, and send it once more.")


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Say that the form is stale, without the reason (it names internals)."""
    return refusals.answer(request, StaleForm())
