"""`export`: opened copies in a folder that the person names, sealed again unless they say otherwise."""

from __future__ import annotations

import argparse
import csv
import hashlib
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from atarraya.terminal.cells import defused
from atarraya.terminal.codes import BROKEN, DONE, Refused
from atarraya.terminal.progress import Progress
from atarraya_workbench import asking, folder, memory
from atarraya_workbench.acts.showing import facts, opened_with_keys
from atarraya_workbench.acts.telling import note_text
from atarraya_workbench.copies import Copies
from atarraya_workbench.folder import Export
from atarraya_workbench.keys import resealing, slices
from atarraya_workbench.saying import line
from atarraya_workbench.threads import Thread, moment, said, threads_of
from atarraya_workbench.words import _

# What would let whoever holds a copy answer as the team, erase, or open slices: it stays inside the envelopes.
SECRETS = frozenset({"reply_key", "thread_key", "claim_hash", "claim"})
ENDINGS = {
    "image/jpeg": "jpg", "image/png": "png", "image/webp": "webp", "audio/webm": "webm", "audio/ogg": "ogg",
    "audio/mp4": "m4a", "audio/mpeg": "mp3", "audio/wav": "wav", "audio/amr": "amr",
}  # fmt: skip


def run(args: argparse.Namespace) -> int:
    """Say what it leaves, ask, open, and write; what is there already from the same export is not written again."""
    recipients = sorted(set(args.recipient))
    for recipient in recipients:
        if not resealing.is_recipient(recipient):
            raise Refused(_("That is not a public age key. It begins with age1 and is made with: age-keygen"))
    memory.guard(swap_is_encrypted=args.swap_is_encrypted)
    export = folder.read(Path(args.folder).absolute())
    to = Path(args.to).absolute()
    copies = Copies(to, recipients, _sealer(recipients))
    copies.check()
    _agreed(to, clear=args.clear, yes=args.yes)
    opened = opened_with_keys(export, args.way)
    copies.begin()
    threads = threads_of(opened.entries)
    broken = _write(export, threads, copies)
    copies.finish()
    print(_("Accounts: %(count)s, in %(place)s.") % {"count": len(threads), "place": to})
    if broken:
        print(_("Attachments that are not whole in this export and were left out: %s.") % broken)
    return BROKEN if opened.damaged or opened.missing or broken else DONE


def _sealer(recipients: list[str]) -> Callable[[bytes], bytes] | None:
    return (lambda content: resealing.seal(content, recipients)) if recipients else None


def _agreed(to: Path, *, clear: bool, yes: bool) -> None:
    """Say what the copies leave on the disk; raise Refused unless the person goes on."""
    if clear:
        asking.tell(
            _(
                "This leaves accounts, names, contacts, voice and photographs readable in %s for whoever gets that "
                "disk or a copy of it. Deleting them later does not surely erase them: a disk keeps what was deleted."
            )
            % to
        )
    else:
        asking.tell(
            _(
                "This leaves sealed copies in %s. Whoever gets that disk sees how many accounts and attachments there "
                "are, and their sizes; whoever has the key they are sealed to reads them."
            )
            % to
        )
    if yes:
        return
    if asking.choice(_("Write YES to go on: ")).casefold() not in {"yes", "si", "sí"}:
        raise Refused(_("Nothing was written."))


def _write(export: Export, threads: list[Thread], copies: Copies) -> int:
    """Write every thread, then the two tables. Return how many attachments were left out."""
    broken = 0
    rows, notes = [], []
    with Progress(_("Writing copies"), len(threads)) as progress:
        for thread in progress.over(threads):
            name = _name(thread)
            attached = _attachments(export, thread, name, copies)
            broken += sum(1 for one in attached if one["why"])
            if not copies.has(f"accounts/{name}.json"):
                told = json.dumps(_told(export, thread, attached), ensure_ascii=False, indent=1)
                copies.put(f"accounts/{name}.json", told.encode("utf-8", "replace"))
            rows.append(_row(export, thread, copies.name(f"accounts/{name}.json"), attached))
            notes += _notes(export, thread, copies.name(f"accounts/{name}.json"))
    copies.put("accounts.csv", _csv(rows))
    copies.put("notes.csv", _csv(notes or [{"file": "", "at": "", "who": "", "act": "", "says": ""}]))
    return broken


def _name(thread: Thread) -> str:
    """Return a file's name that changes with the thread and tells nothing: its id is known inside the seal only."""
    known = "\n".join(["atarraya copy", thread.id, *thread.entries])
    return hashlib.sha256(known.encode("utf-8", "replace")).hexdigest()[:32]


def _attachments(export: Export, thread: Thread, name: str, copies: Copies) -> list[dict[str, str]]:
    named = thread.account.get("attachments")
    told = []
    for number, one in enumerate(named if isinstance(named, list) else [], 1):
        found = slices.opened(export, one)
        file = f"attachments/{name}-{number}.{ENDINGS.get(found.type.partition(';')[0], 'bin')}"
        if found.content is not None and not copies.has(file):
            copies.put(file, found.content)
        there = copies.name(file) if found.content is not None else ""
        told.append({"file": there, "type": found.type, "why": found.why})
    return told


def _told(export: Export, thread: Thread, attached: list[dict[str, str]]) -> dict[str, Any]:
    return {
        "v": 1,
        "arrived": thread.header.day,
        "envelopes": thread.entries,
        "kept_copy": thread.kept,
        "state": thread.state,
        "grade": thread.grade,
        "account": _without_secrets(thread.account) | {"attachments": attached},
        "notes": [_without_secrets(note.payload) | {"says": note_text(export, note)} for note in thread.notes],
    }


def _without_secrets(payload: dict[str, Any]) -> dict[str, Any]:
    kept = {name: value for name, value in payload.items() if name not in SECRETS}
    if isinstance(kept.get("account"), dict):
        kept["account"] = _without_secrets(kept["account"])
        kept["account"].pop("attachments", None)
    return kept


def _row(export: Export, thread: Thread, file: str, attached: list[dict[str, str]]) -> dict[str, str]:
    return {
        "file": file,
        "kind": said(thread.account, "kind"),
        "kind_label": export.word("kinds", said(thread.account, "kind")),
        "municipality": thread.municipality,
        "urgency": thread.urgency,
        "state": thread.state,
        "discreet": "1" if thread.account.get("discreet") is True else "",
        **{name: line(value) for name, value in facts(export, thread)},
        "text": said(thread.account, "text"),
        "notes": str(len(thread.notes)),
        "attachments": " ".join(one["file"] or one["why"] for one in attached),
    }


def _notes(export: Export, thread: Thread, file: str) -> list[dict[str, str]]:
    return [
        {
            "file": file,
            "at": moment(note),
            "who": said(note.payload, "alias"),
            "act": said(note.payload, "act"),
            "says": note_text(export, note),
        }
        for note in thread.notes
    ]


def _csv(rows: list[dict[str, str]]) -> bytes:
    text = io.StringIO(newline="")
    if rows:
        writer = csv.writer(text)
        writer.writerow(rows[0])
        writer.writerows([defused(cell) for cell in row.values()] for row in rows)
    return text.getvalue().encode("utf-8", "replace")
