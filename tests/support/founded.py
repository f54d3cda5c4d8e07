"""Founds the cast's network in a folder, as `init` and the founders' browsers would, in a process of its own.

    python -m support.founded FOLDER        # on the database that DATABASE_URL names, else SQLite in FOLDER

writes FOLDER.json beside the folder: {"people": {role: {login, password, phrase, code, identity}},
"points": {name: {path, device, short_code}}, "circles": {name: [identities]}, "inbox", "fingerprint"}.
It holds every secret of an invented network, so it is 0600 and never inside the installation's own folder.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from dataclasses import fields
from pathlib import Path
from typing import Any

from atarraya import __version__
from atarraya.command import entry, folder


def found(home: Path) -> dict[str, Any]:
    """Make the installation and return everybody's secrets."""
    folder.make(home)
    known = folder.Installation(demo=False, release=__version__)
    entry.prepare(argparse.Namespace(folder=home), known)

    from atarraya.command import release, schema
    from atarraya.territory.services import loading
    from support.cast import raise_cast

    schema.bring_up_to_date()
    loading.load_country("CO")
    secrets = told(raise_cast())
    release.collect()
    folder.write(home, known)
    return secrets


def told(cast: Any) -> dict[str, Any]:
    """Return what the people of a cast know, as plain data."""
    from support.cast import Person, Ring, Spot

    values = {each.name: getattr(cast, each.name) for each in fields(cast)}
    return {
        "people": {name: _person(value) for name, value in values.items() if isinstance(value, Person)},
        "points": {name: _spot(value, cast) for name, value in values.items() if isinstance(value, Spot)},
        "circles": {name: value.identities for name, value in values.items() if isinstance(value, Ring)},
        "inbox": str(cast.inbox.pk),
        "recipients": cast.recipients,
        "fingerprint": cast.fingerprint,
    }


def _person(person: Any) -> dict[str, str]:
    return {
        "login": person.member.login,
        "password": person.password,
        "phrase": person.phrase,
        "code": person.code,
        "identity": person.identity,
    }


def _spot(spot: Any, cast: Any) -> dict[str, str]:
    return {
        "path": f"/#{spot.link}.{cast.fingerprint.replace(' ', '')}",
        "device": spot.device,
        "short_code": spot.short_code,
        "municipality": spot.point.municipality,
    }


def main() -> None:
    """Found, and write the secrets beside."""
    home = Path(sys.argv[1]).absolute()
    secrets = found(home)
    handle = os.open(home.with_suffix(".json"), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w") as file:
        json.dump(secrets, file, indent=1)


if __name__ == "__main__":
    main()
