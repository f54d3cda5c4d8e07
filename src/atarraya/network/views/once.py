"""Secrets that a page shows until the person says they have them: kept in the sealed session, never in a row.

So a reload, Back or a double click loses nothing, and nothing is told twice to anybody else.
"""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

SHOWN = "shown_once"


def keep(request: HttpRequest, name: str, value: dict[str, Any]) -> None:
    """Keep `value` for the page `name` of this session."""
    request.session[SHOWN] = {**request.session.get(SHOWN, {}), name: value}


def show(request: HttpRequest, name: str) -> dict[str, Any] | None:
    """Return what was kept for the page, or None."""
    value: dict[str, Any] | None = request.session.get(SHOWN, {}).get(name)
    return value


def forget(request: HttpRequest, name: str) -> None:
    """Forget what was kept for the page."""
    kept = dict(request.session.get(SHOWN, {}))
    kept.pop(name, None)
    request.session[SHOWN] = kept
