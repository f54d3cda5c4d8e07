"""What the environment says of the ways out, asked before anything starts: a word misread there would be silence."""

from __future__ import annotations

from atarraya.notices import carriers


def check() -> None:
    """Raise Misunderstood for the first way of which the environment says what cannot be."""
    for carrier in carriers.every():
        carrier.check()
