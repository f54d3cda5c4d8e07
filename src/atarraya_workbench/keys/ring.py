"""The circles' keys that are open here, and how they came to be: by sheets, or by a member's words or code."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from atarraya_workbench.folder import Export, Keyholder
from atarraya_workbench.keys import bundles, sheets
from atarraya_workbench.keys.agefiles import Damaged, Secret


@dataclass(repr=False)
class Ring:
    """Open keys by public recipient. `circles`: (circle's id, number) of each; `broken`: how many did not open."""

    keys: dict[str, Secret] = field(default_factory=dict)
    circles: set[tuple[str, int]] = field(default_factory=set)
    broken: int = 0

    def holds(self, circle: str) -> bool:
        """Return whether some key of a circle is here."""
        return any(held == circle for held, _number in self.circles)

    def _take(self, export: Export, circle: str, number: int, file: bytes, by: Secret) -> None:
        """Open one wrapped key and keep it if it is what the circle's public half says."""
        try:
            secret = bundles.with_key(file, by)
        except Damaged:
            self.broken += 1
            return
        if secret is None:
            self.broken += 1
            return
        owner = export.served_by(secret.recipient)
        if owner is None or (owner[0].id, owner[1].number) != (circle, number):
            self.broken += 1
            return
        self.keys[secret.recipient] = secret
        self.circles.add((circle, number))


def by_sheets(export: Export, typed: tuple[str, str]) -> Ring:
    """Return all keys of the circle whose two sheets were typed; raise sheets.SheetsFault."""
    recipient, offline = sheets.join(typed, [circle.offline_recipient for circle in export.circles])
    ring = Ring()
    circle = next(one for one in export.circles if one.offline_recipient == recipient)
    for epoch in circle.epochs:
        ring._take(export, circle.id, epoch.number, epoch.offline, offline)
    return ring


def by_phrase(export: Export, words: list[str]) -> Ring | None:
    """Return the keys of the member whose seven words these are, None if they are of nobody here."""
    return _by(export, lambda holder: bundles.with_phrase(holder.phrase, words))


def by_code(export: Export, code: str) -> Ring | None:
    """Return the keys of the member whose recovery code this is; raise NotEncoded on a slip."""
    return _by(export, lambda holder: bundles.with_code(holder.code, code))


def _by(export: Export, open_one: Callable[[Keyholder], Secret | None]) -> Ring | None:
    broken = 0
    for holder in export.keyholders:
        try:
            own = open_one(holder)
        except Damaged:
            broken += 1
            continue
        if own is None:
            continue
        ring = Ring(broken=broken)
        for (circle, number), file in holder.wrapped.items():
            ring._take(export, circle, number, file, own)
        return ring
    return None
