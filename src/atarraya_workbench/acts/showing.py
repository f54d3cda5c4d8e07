"""`open`: one account with its thread on the terminal. Nothing is written; the screen is left clean."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

from atarraya.terminal.codes import BROKEN, DONE, Refused
from atarraya.terminal.progress import Progress
from atarraya_workbench import asking, folder, memory
from atarraya_workbench.acts.telling import note_head, note_text, outcome, place_of, title
from atarraya_workbench.folder import Export
from atarraya_workbench.keys import slices
from atarraya_workbench.keys.opening import Opened, open_all
from atarraya_workbench.saying import line, quoted, show, table
from atarraya_workbench.threads import Thread, said, threads_of
from atarraya_workbench.words import _


def run(args: argparse.Namespace) -> int:
    """Open everything with the keys typed, then show the account asked for, or let the person choose."""
    if not sys.stdout.isatty():
        raise Refused(_("open shows accounts on a terminal only. To write copies: atarraya-workbench export"))
    memory.guard(swap_is_encrypted=args.swap_is_encrypted)
    export = folder.read(Path(args.folder).absolute())
    opened = opened_with_keys(export, args.way)
    threads = threads_of(opened.entries)
    code = BROKEN if opened.damaged or opened.missing else DONE
    if args.entry:
        show(view(export, _asked(threads, args.entry)))
        return code
    if not threads:
        print(_("No account opens with these keys."))
        return code
    _browse(export, threads)
    return code


def opened_with_keys(export: Export, way: str | None) -> Opened:
    """Ask for keys, open the export with them, and say what came of it."""
    ring = asking.keys(export, way)
    with Progress(_("Opening envelopes"), len(export.headers)) as progress:
        opened = open_all(export, ring, progress.step)
    for sentence in outcome(export, opened):
        asking.tell(sentence)
    return opened


def _asked(threads: list[Thread], begins: str) -> Thread:
    found = [thread for thread in threads if any(one.startswith(begins.lower()) for one in thread.entries)]
    if not found:
        raise Refused(_("No account that opens with these keys has an envelope whose id begins so."))
    if len(found) > 1:
        raise Refused(_("More than one account begins so. Write more of the id."))
    return found[0]


def _browse(export: Export, threads: list[Thread]) -> None:
    while True:
        rows = [[str(number), *title(export, thread)] for number, thread in enumerate(threads, 1)]
        print("\n".join(table(rows)))
        picked = asking.choice(_("Number of the account to show (Enter ends): "))
        if not picked:
            return
        if picked.isdecimal() and 0 < int(picked) <= len(threads):
            show(view(export, threads[int(picked) - 1]))
        else:
            asking.tell(_("A number from 1 to %s.") % len(threads))


def view(export: Export, thread: Thread) -> list[str]:
    """Return an account and its thread as lines. Whatever came from outside stands behind a bar."""
    lines = [line(" · ".join(part for part in title(export, thread) if part)), ""]
    lines += table([[name, value] for name, value in facts(export, thread) if value.strip()])
    if thread.kept:
        lines.append(line(export.word("say", "kept_copy")))
    lines += [line(export.word("say", code)) for code in sealed_sms(thread)]
    text = said(thread.account, "text")
    if text:
        lines += ["", *quoted(text)]
    lines += ["", *_attached(export, thread)]
    for note in thread.notes:
        lines += ["", note_head(export, note), *quoted(note_text(export, note))]
    lines += ["", _("Envelopes of this thread: %s") % ", ".join(one[:8] for one in thread.entries)]
    return lines


def sealed_sms(thread: Thread) -> list[str]:
    """Return the codes of what is said of a thread that came as one sealed SMS; none for any other."""
    sms = thread.account.get("sms")
    sealed = sms.get("sealed") if isinstance(sms, dict) else None
    if not isinstance(sealed, dict):
        return []
    marks = [f"sealed_{name}" for name in ("doubt", "cut") if sealed.get(name) is True]
    return [f"sealed_{said(sealed, 'state')}", *marks]


def _written(thread: Thread) -> str:
    sms = thread.account.get("sms")
    sealed = sms.get("sealed") if isinstance(sms, dict) else None
    moment = said(sealed, "written")
    return f"{moment.replace('T', ' ')} UTC" if moment else ""


def facts(export: Export, thread: Thread) -> list[tuple[str, str]]:
    """Return what an account says beside its text: (name, value), values as strangers wrote them."""
    account = thread.account
    contact, when = account.get("contact"), account.get("when")
    consents = account.get("consents")
    granted = [export.word("consents", one) for one in consents] if isinstance(consents, list) else []
    others = account.get("groups")
    groups = [export.word("groups", one) for one in others] if isinstance(others, list) else []
    word: Callable[[str, str], str] = lambda kind, name: export.word(kind, said(account, name))  # noqa: E731
    reach = [export.word("ways", said(contact, "way")), said(contact, "number"), said(contact, "hour")]
    told = [export.word("when", said(when, "day")), export.word("parts", said(when, "part"))]
    return [
        (_("Arrived"), f"{thread.header.day} · {export.word('ages', thread.header.age)}"),
        (_("Municipality"), place_of(export, thread.municipality)),
        (_("How soon"), export.word("urgencies_long", thread.urgency)),
        (_("Zone"), word("zones", "zone")),
        (_("Where"), said(account, "where")),
        (_("When"), " ".join(part for part in told if part)),
        (_("Who"), word("who", "who")),
        (_("How many"), said(account, "bands")),
        (export.word("say", "f_groups"), ", ".join(groups)),
        (export.word("say", "f_written"), _written(thread)),
        (_("Seen or told"), word("seen", "seen")),
        (_("Needs"), word("needs", "needs")),
        (_("How to reach them"), " · ".join(part for part in reach if part)),
        (_("Allowed"), "; ".join(granted)),
        (_("Grade"), thread.grade),
    ]


def _attached(export: Export, thread: Thread) -> list[str]:
    named = thread.account.get("attachments")
    lines = []
    for number, one in enumerate(named if isinstance(named, list) else [], 1):
        found = slices.opened(export, one)
        state = {
            "": _("whole"),
            "missing": _("slices of it are missing in this export"),
            "damaged": _("damaged"),
        }[found.why]
        size = f"{len(found.content) / 1024:.0f} KiB" if found.content is not None else ""
        lines.append(line(" · ".join(part for part in (_("Attachment %s") % number, found.type, size, state) if part)))
    return lines
