"""Phones, modems and services that carry SMS: a module each, made from a `[[carrier]]` table of the settings."""

from __future__ import annotations

from typing import Any

from atarraya.gateway.carriers import android, gammu, generic, kannel, pretend
from atarraya.gateway.carriers.carrier import Carrier

KINDS: dict[str, type[Carrier]] = {
    one.kind: one for one in (android.Android, generic.Generic, kannel.Kannel, gammu.Gammu, pretend.Pretend)
}


def make(said: dict[str, Any]) -> Carrier:
    """Return the carrier that a table describes; raise settings.Wrong."""
    return KINDS[said["kind"]](said)
