"""What every page knows: the reader's language. Rooms add the rest themselves."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from atarraya.web import furniture


def page(request: HttpRequest) -> dict[str, Any]:
    """Return the names every template may use."""
    return {"furniture": furniture.current(), "user": getattr(request, "user", None)}
