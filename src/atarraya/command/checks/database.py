"""What an acknowledged report stands on: the database's own settings, tables, counters and erasures."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from datetime import timedelta

from django.db import connection

from atarraya.alerts.models import Erasure, StorageKey
from atarraya.alerts.services import counting
from atarraya.alerts.services import transport_keys as transport_keys_
from atarraya.command import schema
from atarraya.command.checks.finding import NOTE, Finding, found
from atarraya.command.snapshots.taking import transport_folder
from atarraya.command.words import _
from atarraya.kernel import clock
from atarraya.web import revealing

SQLITE = {"journal_mode": "wal", "synchronous": "2", "foreign_keys": "1", "secure_delete": "1"}
POSTGRES = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on"}
# These would copy what is stored, or links, into the server's own log.
POSTGRES_QUIET = {"log_statement": "none", "log_min_duration_statement": "-1"}


def durability(args: argparse.Namespace) -> Iterator[Finding]:
    """A report that was acknowledged survives a power cut."""
    wanted, ask = (SQLITE, "PRAGMA {}") if connection.vendor == "sqlite" else (POSTGRES, "SHOW {}")
    wrong = [name for name, value in wanted.items() if _ask(ask.format(name)) != value]
    yield found(
        "durability",
        not wrong,
        _("The database writes to disk before it answers."),
        _("The database may lose acknowledged reports: %s is not as it must be.") % ", ".join(wrong),
    )
    if connection.vendor == "postgresql":
        loud = [name for name, value in POSTGRES_QUIET.items() if _ask(f"SHOW {name}") != value]
        yield found(
            "database-log",
            not loud,
            _("The database server logs no statements."),
            _("The database server logs statements: set %s in its configuration.") % ", ".join(loud),
        )


def _ask(statement: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return str(cursor.fetchone()[0]).lower()


def soundness(args: argparse.Namespace) -> Iterator[Finding]:
    """The file is not damaged."""
    if connection.vendor == "sqlite":
        yield found(
            "soundness",
            _ask("PRAGMA quick_check") == "ok",
            _("The database file is sound."),
            _("The database file is damaged. Stop the server and restore the last backup."),
        )


def migrations(args: argparse.Namespace) -> Iterator[Finding]:
    """The tables are those of this release."""
    waiting = schema.pending()
    yield found(
        "migrations",
        waiting == 0,
        _("The tables are those of this release."),
        _("%s changes of the tables wait: they are made when the server starts.") % waiting,
    )


def counters(args: argparse.Namespace) -> Iterator[Finding]:
    """The counts that maps show are equal to a recount."""
    wrong = counting.differences()
    yield found(
        "counters",
        not wrong,
        _("The counts equal a recount."),
        _("%s counts differ from a recount.") % len(wrong),
    )


def erasures(args: argparse.Namespace) -> Iterator[Finding]:
    """No key is left of what was erased."""
    left = StorageKey.objects.filter(pk__in=Erasure.objects.values("erased")).count()
    yield found(
        "erasures",
        left == 0,
        _("Nothing that was erased can be opened."),
        _("%s erased entries still have their key. Run: atarraya retention") % left,
    )


def transport_keys(args: argparse.Namespace) -> Iterator[Finding]:
    """Keys of what phones send change weekly and are destroyed on their day."""
    oldest = clock.today() - timedelta(days=transport_keys_.KEEP_DAYS + 14)
    year, week, _day = oldest.isocalendar()
    late = sum(path.name < f"{year}-{week:02}.key" for path in transport_folder().glob("*.key"))
    yield found(
        "transport-keys",
        late == 0,
        _("Old transport keys are destroyed on their day."),
        _("%s transport keys are past their last day. Is the worker alive?") % late,
    )


def columns(args: argparse.Namespace) -> Iterator[Finding]:
    """Every column of every table says who can read it."""
    strange = [f"{table}.{name}" for table, name, kind in revealing.columns() if kind == revealing.UNDECLARED]
    yield found(
        "columns",
        not strange,
        _("Every column of the database is declared in reveal."),
        _("These columns are not declared: %s") % ", ".join(strange[:5]),
        level=NOTE,
    )
