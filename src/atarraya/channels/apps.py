"""The channels room's place in the house."""

from __future__ import annotations

import pkgutil
from collections.abc import Iterable
from importlib import import_module
from importlib.util import find_spec

from django.apps import AppConfig


class ChannelsConfig(AppConfig):
    """Knows every way in and out."""

    name = "atarraya.channels"

    def ready(self) -> None:
        find_carriers(import_module(self.name).__path__, self.name)


def find_carriers(paths: Iterable[str], package: str) -> list[str]:
    """Import the `carrier` module of each folder that has one: it registers its way out. Return their names."""
    found = []
    for folder in pkgutil.iter_modules(paths):
        name = f"{package}.{folder.name}.carrier"
        if folder.ispkg and find_spec(name) is not None:
            import_module(name)
            found.append(folder.name)
    return found
