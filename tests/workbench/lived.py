"""Founds the cast's network and lets it live for the workbench: reports, notes, an attachment, a change of keys.

python -m workbench.lived FOLDER     # writes FOLDER.json: what people, sheets and the test itself know
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from pathlib import Path
from typing import Any

from atarraya import __version__
from atarraya.command import entry, folder
from support import sounds

CONTENT = bytes(range(256)) * 120
FORMS = 6
VOICE = sounds.plain(bytes(range(256)) * 2400)


def live(home: Path) -> dict[str, Any]:
    """Make the installation, live, and return everybody's secrets."""
    folder.make(home)
    known = folder.Installation(demo=False, release=__version__)
    entry.prepare(argparse.Namespace(folder=home), known)

    from atarraya.command import release, schema
    from atarraya.territory.services import loading
    from support.cast import raise_cast, renew
    from support.exported import sheets_of
    from support.founded import told

    schema.bring_up_to_date()
    loading.load_country("CO")
    cast = raise_cast()
    sent = {"before": _report(cast, "antes del cambio"), "women": _report(cast, "para mujeres", women=True)}
    _note(cast, sent["before"])
    renew(cast.verifiers, cast.steward, cast.inbox)
    sent["after"] = _report(cast, "después del cambio")
    _fill_forms(cast)
    release.collect()
    folder.write(home, known)
    rings = {"verifiers": cast.verifiers, "women": cast.women}
    return told(cast) | {"sheets": {name: sheets_of(ring.offline) for name, ring in rings.items()}, "sent": sent}


def _report(cast: Any, text: str, *, women: bool = False) -> str:
    from atarraya.alerts.services import attachments
    from atarraya.alerts.services.receive import receive_report
    from atarraya.kernel import ids
    from atarraya.network.services.points import authenticate
    from atarraya.sealing.encoding import to_b64
    from support import phone

    pk, key = ids.new_id(), os.urandom(32)
    pieces = phone.seal_slices(pk, key, CONTENT)
    for index, piece in enumerate(pieces):
        attachments.keep_slice(pk, index, piece, phone.half())
    named = {"id": str(pk), "key": to_b64(key), "kind": "voice", "type": "audio/webm"}
    more = {"kind": "CONFINEMENT", "attachments": [named | {"size": len(CONTENT), "chunks": len(pieces)}]}
    addressed = phone.WOMEN if women else phone.VERIFIERS
    recipients = json.loads(_list(cast))["recipients"]
    made = phone.seal_report(
        cast.inbox.pk, cast.number, recipients, text=text, addressed=addressed, more=more, municipality="27099"
    )
    receive_report(access=authenticate(cast.leader.device), header=made.parsed, envelope=made.envelope)
    return str(made.id)


def _fill_forms(cast: Any) -> None:
    """Let a device hand in ODK forms, each with a photo and a long voice."""
    from uuid import uuid4

    from atarraya.channels.odk import manifest, rules
    from atarraya.channels.odk.services import keeping
    from atarraya.network import queries
    from atarraya.sealing import odkform
    from atarraya.sealing.encoding import from_b64
    from support import odkopener, photos

    key = from_b64(queries.current_epoch(cast.verifiers.circle).odk_key)
    media = [("1.jpg", photos.JPEG), ("2.m4a", VOICE)]
    for number in range(FORMS):
        instance = f"uuid:{uuid4()}"
        answers = odkopener.answers(instance, kind="CONFINEMENT", municipality="27099", text=f"de ODK {number}")
        written, files = odkform.encrypt(rules.FORM_ID, "1-2", instance, answers, media, key)
        keeping.keep(cast.inbox, manifest.read(written), written, files)


def _list(cast: Any) -> str:
    from atarraya.network import queries

    return str(queries.current_list(cast.inbox).document)


def _note(cast: Any, thread: str) -> None:
    from atarraya.alerts.services.notes import add_note
    from atarraya.sealing import envelopes
    from support import phone

    payload = {"v": 1, "type": "note", "thread": thread, "act": "grade", "source": "B", "info": "2", "alias": "Iván"}
    recipients = json.loads(_list(cast))["recipients"]
    sealed = envelopes.seal(payload | {"at": "2026-11-20T10:00:00.000"}, recipients, list(phone.VERIFIERS))
    add_note(cast.verifier.member, cast.inbox, cast.number, sealed, phone.half(), phone.half(), "27099", None, "case")


def main() -> None:
    """Live, and write the secrets beside."""
    home = Path(sys.argv[1]).absolute()
    secrets = live(home)
    handle = os.open(home.with_suffix(".json"), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w") as file:
        json.dump(secrets, file, indent=1)


if __name__ == "__main__":
    main()
