"""The network's choice of page name, icon and colour, as `web` sees it.

`web` lies below `network`, so the network room registers a function that answers; until it does, neutral words.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Furniture:
    """What a passer-by may see on any page, and whether this is a demonstration."""

    page_name: str = "Cuaderno"
    icon: str = "leaf"
    color: str = "#0a4f5a"
    network: str = ""
    demo: bool = False


_source: Callable[[], Furniture] = Furniture


def register(source: Callable[[], Furniture]) -> None:
    """Say where the network's choice comes from. Called once, when the network room is ready."""
    global _source
    _source = source


def current() -> Furniture:
    """Return the furniture of the page being made."""
    return _source()
