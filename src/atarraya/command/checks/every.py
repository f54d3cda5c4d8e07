"""All checks, in the order a person reads them."""

from __future__ import annotations

from atarraya.command.checks import around, database, files, machine, release, sms, trail, ways
from atarraya.command.checks.finding import Check

CHECKS: tuple[Check, ...] = (
    files.mark,
    files.permissions,
    files.secrets,
    release.deployment,
    release.program,
    release.pages,
    database.durability,
    database.soundness,
    database.migrations,
    database.columns,
    database.counters,
    database.erasures,
    database.transport_keys,
    trail.chain,
    trail.heads,
    trail.let_go,
    trail.printed,
    machine.clocks,
    machine.disk,
    machine.memory_on_disk,
    machine.worker,
    machine.backups,
    ways.ready,
    ways.keys,
    ways.given_up,
    ways.live,
    ways.feed_tokens,
    sms.gateways,
    sms.beside,
    around.proxy,
    around.onion,
    around.units,
)
