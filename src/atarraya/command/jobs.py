"""The jobs a network needs done by the clock, and when each is due. Every one may run twice without harm."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib import import_module
from pathlib import Path

from django.db import connection

from atarraya.alerts.services import erasing, expiring, mixing, retention, transport_keys
from atarraya.channels.feeds.services import retention as feeds
from atarraya.channels.odk.services import erasing as odk
from atarraya.channels.sms.services import books as codebooks
from atarraya.channels.sms.services import outgoing
from atarraya.command import folder as folders
from atarraya.command.snapshots import files, private
from atarraya.kernel import clock
from atarraya.kernel.transactions import write
from atarraya.notices.services import retention as notices
from atarraya.trail import services as trail

MEMORY = "worker.json"
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Job:
    """One job: how often, and the act that does it."""

    name: str
    every: timedelta
    act: Callable[[Path], object]


def _expire(home: Path) -> object:
    return expiring.run()


def _retain(home: Path) -> object:
    return retention.run()


def _forget_notices(home: Path) -> object:
    return notices.run()


def _forget_feed_tokens(home: Path) -> object:
    return feeds.run()


def _let_codes_go(home: Path) -> object:
    return codebooks.let_go() + outgoing.let_go()


def _let_odk_go(home: Path) -> object:
    return odk.let_go()


def _rotate_transport(home: Path) -> object:
    return transport_keys.rotate()


def _end_sessions(home: Path) -> object:
    from django.conf import settings

    return import_module(settings.SESSION_ENGINE).SessionStore.clear_expired()


def _drop_old_backup_keys(home: Path) -> object:
    known = folders.read(home)
    where = Path(known.backup_folder) if known and known.backup_folder else None
    return files.drop_old_keys(where, clock.today()) if where and where.is_dir() else 0


def _sweep(home: Path) -> object:
    return private.sweep(home)


def _tidy(home: Path) -> object:
    if connection.vendor == "sqlite":
        erasing.forget_journal()
        # It may write: with the writer's lock it waits its turn, as everybody does.
        with write(), connection.cursor() as cursor:
            cursor.execute("PRAGMA optimize")
    return None


def _old_trail(home: Path) -> object:
    return trail.let_go()


def _forget_order(home: Path) -> object:
    return mixing.forget_order()


JOBS = (
    Job("expire", timedelta(minutes=1), _expire),
    Job("transport", DAY, _rotate_transport),
    Job("retention", DAY, _retain),
    Job("notices", DAY, _forget_notices),
    Job("feeds", DAY, _forget_feed_tokens),
    Job("codebooks", DAY, _let_codes_go),
    Job("odk", DAY, _let_odk_go),
    Job("sessions", DAY, _end_sessions),
    Job("backup-keys", DAY, _drop_old_backup_keys),
    Job("left-open", timedelta(hours=1), _sweep),
    Job("trail", DAY, _old_trail),
    Job("order", DAY, _forget_order),
    Job("tidy", DAY, _tidy),
)


class Memory:
    """When each job last went well, in a file of the installation's folder: it survives restarts."""

    def __init__(self, home: Path) -> None:
        self.path = home / MEMORY
        self.done: dict[str, str] = {}
        try:
            self.done = {str(name): str(at) for name, at in json.loads(self.path.read_text()).items()}
        except (OSError, ValueError, AttributeError):
            # A lost memory only means that every job is due now.
            self.done = {}

    def due(self, job: Job) -> bool:
        """Return whether `job` should run now. A clock set back never stops it."""
        try:
            last = datetime.fromisoformat(self.done[job.name])
        except (KeyError, ValueError):
            return True
        now = clock.now()
        return now - last >= job.every or last > now

    def note(self, job: Job) -> None:
        """Remember that `job` went well now, whole or not at all."""
        self.done[job.name] = clock.now().replace(second=0, microsecond=0).isoformat()
        part = self.path.with_suffix(".part")
        part.write_text(json.dumps(self.done, sort_keys=True))
        os.replace(part, self.path)

    def beat(self) -> None:
        """Say that the worker lives: the file's time, which `doctor` reads."""
        self.path.touch(mode=0o600)
