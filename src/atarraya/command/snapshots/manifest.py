"""What a backup file says of itself, so that a restore knows what it reads before it writes anything.

Reading needs no Django: the secrets come back before there are settings.
"""

from __future__ import annotations

import json
import zipfile
from dataclasses import asdict, dataclass

from atarraya import __version__
from atarraya.command.words import _
from atarraya.terminal.codes import Refused

MEMBER = "manifest.json"
FORMAT = 1
INSTALLATION = "installation.json"


@dataclass(frozen=True)
class Manifest:
    """`kind` is data, keys or secrets; `tables` names each table's columns; `migrations` the last of each app."""

    format: int
    kind: str
    release: str
    database: str
    day: str
    tables: dict[str, list[str]]
    migrations: dict[str, str]


def write(packed: zipfile.ZipFile, kind: str, tables: dict[str, list[str]]) -> None:
    """Add the manifest of a backup file of `kind`."""
    from django.db import connection

    from atarraya.kernel import clock

    known = Manifest(
        format=FORMAT,
        kind=kind,
        release=__version__,
        database=connection.vendor,
        day=clock.today().isoformat(),
        tables=tables,
        migrations=_last_migrations(),
    )
    packed.writestr(MEMBER, json.dumps(asdict(known), indent=1))


def _last_migrations() -> dict[str, str]:
    from django.db import connection
    from django.db.migrations.recorder import MigrationRecorder

    applied = MigrationRecorder(connection).applied_migrations()
    last: dict[str, str] = {}
    for app, name in sorted(applied):
        last[app] = name
    return last


def read(packed: zipfile.ZipFile, kind: str, name: str) -> Manifest:
    """Return the manifest; raise Refused when the file is of another kind or a newer release wrote it."""
    try:
        known = Manifest(**json.loads(packed.read(MEMBER)))
    except (KeyError, ValueError, TypeError):
        raise Refused(_("%s is not a backup, or it is damaged.") % name) from None
    if known.kind != kind:
        raise Refused(
            _("%(name)s holds %(kind)s, and %(wanted)s was expected.")
            % {"name": name, "kind": known.kind, "wanted": kind}
        )
    if known.format > FORMAT:
        raise Refused(_("%(name)s was made by a newer release (%(release)s). Install that one first.") % {
            "name": name, "release": known.release})  # fmt: skip
    return known
