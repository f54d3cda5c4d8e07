"""A way out that ends here: it records what it is handed, and fails as it is told to.

In a test: `way = Loopback(); carriers.register(way)`. As a program it is a whole worker with this way out:
`python -m support.loopback FILE` does what `atarraya worker` does on the installation of the environment, and appends
one line `receiver alert version seconds` to FILE for each message, written before it is said to be delivered.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

from atarraya.notices.carriers import Carrier, Delivered, Item, Outcome, Said

Answer = Callable[[Item], Outcome]


class Loopback(Carrier):
    """Records items. `answer` decides what becomes of each; it may raise."""

    name = "loopback"
    label = "Loopback"
    for_members = True
    for_phones = True
    says_nothing = False

    def __init__(self, answer: Answer | None = None) -> None:
        self.answer: Answer = answer or (lambda item: Delivered())
        self.items: list[Item] = []

    def checked(self, address: Mapping[str, Any]) -> dict[str, Any]:
        return {"to": str(address.get("to", ""))}

    def deliver(self, items: Iterable[Item]) -> Iterator[Said]:
        for item in items:
            outcome = self.answer(item)
            if isinstance(outcome, Delivered):
                self.items.append(item)
            yield Said(item, outcome)

    @property
    def told(self) -> list[tuple[str, int]]:
        """What was delivered, in order: (where to, version)."""
        return [(str(item.address["to"]), version) for item in self.items for _, version in item.told]


class Written(Loopback):
    """Appends each item to a file before it says so."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    def deliver(self, items: Iterable[Item]) -> Iterator[Said]:
        for item in items:
            lines = [f"{item.receiver} {alert} {version} {time.time():.6f}\n" for alert, version in item.told]
            os.write(self.handle, "".join(lines).encode())
            yield Said(item, Delivered())


def main() -> int:
    """Work until told to stop."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "atarraya.settings.production")
    django.setup()
    from atarraya.command.acts import worker
    from atarraya.notices import carriers, rules

    rules.LEASE = timedelta(seconds=float(os.environ.get("LEASE", "120")))
    carriers.register(Written(Path(sys.argv[1])))
    return worker.run(argparse.Namespace(folder=Path(os.environ["ATARRAYA_DATA"]), once=False))


if __name__ == "__main__":
    raise SystemExit(main())
