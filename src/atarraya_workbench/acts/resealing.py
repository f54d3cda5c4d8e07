"""`odk --to`: forms that opened become reports of their inbox, sealed to those who serve it today."""

from __future__ import annotations

import argparse
import base64
import os
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from atarraya.sealing import envelopes
from atarraya.sealing.encoding import to_b64
from atarraya.sealing.refusals import NotAnEnvelope
from atarraya.terminal.codes import Refused
from atarraya.terminal.progress import Progress
from atarraya_workbench import asking, forms
from atarraya_workbench.folder import Export, Inbox
from atarraya_workbench.keys import odk, slices
from atarraya_workbench.keys.odk import Filled
from atarraya_workbench.keys.ring import Ring
from atarraya_workbench.media import Fit, NotClean, fit
from atarraya_workbench.returns import Returns, Twice
from atarraya_workbench.saying import line
from atarraya_workbench.words import _

MOST_BYTES = 400 * slices.SLICE  # of one attachment, as the platform takes it
_WAITED = ((1, "D1"), (3, "D3"), (7, "W1"))  # fewer days than → how the header says it


def run(args: argparse.Namespace, export: Export, ring: Ring, filled: list[Filled]) -> int:
    """Write every form that may be passed on; return how many. What is left waits on the server as it did."""
    ready = [one for one in filled if one.answers and (not one.why or (args.incomplete and one.why == "missing"))]
    inboxes = {pk: _served(export, ring, pk) for pk in sorted({one.submission.inbox for one in ready})}
    returns = Returns(Path(args.to).absolute())
    returns.check()
    _agreed(export, inboxes, args)
    returns.begin()
    with Progress(_("Sealing reports"), len(ready)) as progress:
        for one in progress.over(ready):
            whole = odk.opened(export, ring, one.submission)
            _return(export, whole, inboxes[one.submission.inbox], returns, incomplete=args.incomplete)
    returns.finish(_seeds(ring, list(inboxes.values())))
    print(_("Reports: %(count)s, in %(place)s.") % {"count": len(returns.made), "place": returns.to})
    print(_("On the server: atarraya odk import FOLDER. Then these forms are erased there, and the reports are read."))
    return len(returns.made)


def _served(export: Export, ring: Ring, pk: str) -> Inbox:
    """Return an inbox whose lists follow and which a key held here serves today; raise Refused."""
    inbox = export.inboxes.get(pk)
    if inbox is None or not inbox.sound or not inbox.recipients:
        name = line(inbox.name) if inbox else pk
        raise Refused(
            _("The key lists of %s do not follow one another: somebody altered them. Call another keyholder.") % name
        )
    if not any(recipient in ring.keys for recipient in _today(inbox)):
        raise Refused(_("None of the keys opened here serves %s today: nothing is sealed to it.") % line(inbox.name))
    return inbox


def _seeds(ring: Ring, inboxes: list[Inbox]) -> list[str]:
    """Return what signs for these inboxes: of each, the keys held here that serve it today; for none, all of them."""
    today = {recipient for inbox in inboxes for recipient in _today(inbox)}
    return [secret.signing for recipient, secret in sorted(ring.keys.items()) if recipient in today or not today]


def _today(inbox: Inbox) -> tuple[str, ...]:
    return inbox.recipients[max(inbox.recipients)]


def _addressed(export: Export, inbox: Inbox) -> list[bool]:
    """Return who reads: those who check; where an inbox has no such circle, all but the women's team. As at a point."""
    owners = [export.served_by(recipient) for recipient in _today(inbox)]
    purposes = [owner[0].purpose if owner else "" for owner in owners]
    checking = [purpose == "VERIFIERS" for purpose in purposes]
    return checking if any(checking) else [purpose != "WOMEN" for purpose in purposes]


def _agreed(export: Export, inboxes: dict[str, Inbox], args: argparse.Namespace) -> None:
    """Say to whom it will be sealed, so that a person compares; raise Refused unless they go on."""
    for inbox in inboxes.values():
        owners = [export.served_by(recipient) for recipient in _today(inbox)]
        read_by = [owner for owner, real in zip(owners, _addressed(export, inbox), strict=True) if real]
        names = [line(owner[0].name) if owner else _("a key that is not in this export") for owner in read_by]
        told = {"inbox": line(inbox.name), "keys": ", ".join(names), "print": inbox.fingerprint}
        asking.tell(_("%(inbox)s: sealed to %(keys)s. Its fingerprint, as on the points' cards: %(print)s") % told)
    if args.yes:
        return
    if asking.choice(_("Write YES to go on: ")).casefold() not in {"yes", "si", "sí"}:
        raise Refused(_("Nothing was written."))


def _return(export: Export, one: Filled, inbox: Inbox, returns: Returns, *, incomplete: bool) -> None:
    """Seal one form and its files, or say why it stays where it is."""
    try:
        attached = _attached(one, incomplete=incomplete)
        body = _body(export, one, inbox, [named for named, _pieces in attached])
    except NotClean as fault:
        told = {"id": one.submission.id[:8], "file": line(str(fault))}
        asking.tell(
            _("%(id)s stays: %(file)s cannot be cleaned, or is too large. --incomplete leaves that file out.") % told
        )
        return
    except NotAnEnvelope:
        asking.tell(_("%s stays: its text is longer than a report may be.") % one.submission.id[:8])
        return
    except Exception:  # whatever one device found to send: the others are sealed all the same
        asking.tell(_("%s stays: it is damaged.") % one.submission.id[:8])
        return
    kept = [(named["id"], _nobodys(), pieces) for named, pieces in attached if pieces]
    try:
        returns.put(one.submission.id, len(one.submission.parts), body, kept)
    except Twice:
        asking.tell(
            _("%s stays: another form here gives the same report. Somebody made one after it.") % one.submission.id[:8]
        )


def _attached(one: Filled, *, incomplete: bool) -> list[tuple[dict[str, Any], list[bytes]]]:
    """Return (what the account says of a file, its slices). One that never came is named, and has none."""
    found = []
    for name, content in one.media:
        clean = _clean(content)
        if clean is not None:
            named, pieces = slices.sealed(clean.content)
            found.append((named | {"kind": clean.kind, "type": clean.type}, pieces))
        elif not incomplete:
            raise NotClean(name)
    for name in one.missing:
        photo = name.lower().endswith((".jpg", ".jpeg", ".png"))
        named, _pieces = slices.sealed(b"\0")
        found.append((named | {"kind": "photo" if photo else "voice", "type": "application/octet-stream"}, []))
    return found


def _clean(content: bytes) -> Fit | None:
    try:
        clean = fit(content)
    except NotClean:
        return None
    return clean if len(clean.content) <= MOST_BYTES else None


def _body(export: Export, one: Filled, inbox: Inbox, attachments: list[dict[str, Any]]) -> dict[str, Any]:
    """Return what `POST /api/point/reports` would take. The same form gives the same id again, so it enters once."""
    assert one.answers is not None
    said = forms.account(one.answers, one.id("thread"), one.submission.day, attachments)
    envelope = envelopes.seal(said, _today(inbox), _addressed(export, inbox))
    return {
        "id": one.id("entry"),
        "inbox": inbox.id,
        "number": max(inbox.recipients),
        **forms.route(export, said),
        "age": _waited(one.submission.day),
        "lookup": one.lookup(),
        "erase_hash": _nobodys(),
        "share": None,
        "sealed": base64.b64encode(envelope).decode(),
    }


def _nobodys() -> str:
    """Return the hash of an erase secret that nobody holds."""
    return to_b64(os.urandom(32))


def _waited(day: str) -> str:
    """Return how long ago a day is, as headers say it."""
    try:
        days = (datetime.now(UTC).date() - date.fromisoformat(day)).days
    except ValueError:
        return "OLD"
    return next((code for least, code in _WAITED if days < least), "OLD")
