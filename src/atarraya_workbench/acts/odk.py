"""`odk`: what devices sent with ODK, opened; shown on the terminal, or sealed again as reports for the platform."""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from pathlib import Path

from atarraya.terminal.codes import BROKEN, DONE, Refused
from atarraya.terminal.progress import Progress
from atarraya_workbench import asking, folder, forms, memory, submissions
from atarraya_workbench.acts import resealing
from atarraya_workbench.acts.showing import facts
from atarraya_workbench.acts.telling import title
from atarraya_workbench.folder import Export, Header
from atarraya_workbench.keys import odk
from atarraya_workbench.keys.odk import Filled
from atarraya_workbench.keys.opening import Entry
from atarraya_workbench.keys.ring import Ring
from atarraya_workbench.media import NotClean, fit
from atarraya_workbench.saying import line, quoted, show, table
from atarraya_workbench.submissions import Submission
from atarraya_workbench.threads import Thread, said
from atarraya_workbench.words import _


def run(args: argparse.Namespace) -> int:
    """List without keys, show with keys, or with --to seal again what is whole."""
    export = folder.read(Path(args.folder).absolute())
    waiting = submissions.read(export)
    if args.list or not waiting:
        _list(export, waiting)
        return DONE
    if not args.to and not sys.stdout.isatty():
        raise Refused(
            _("odk shows accounts on a terminal only. To seal them again: --to FOLDER. To count them: --list")
        )
    memory.guard(swap_is_encrypted=args.swap_is_encrypted)
    ring = asking.keys(export, args.way)
    with Progress(_("Opening what ODK sent"), len(waiting)) as progress:
        # Photos and voices of many forms do not fit in memory: each form is opened again when its turn comes.
        filled = [odk.opened(export, ring, one).without_files() for one in progress.over(waiting)]
    for sentence in outcome(filled):
        asking.tell(sentence)
    if args.to:
        kept = resealing.run(args, export, ring, filled)
        return DONE if kept == len(filled) else BROKEN
    _browse(export, ring, [one for one in filled if one.answers])
    return BROKEN if any(one.why for one in filled) else DONE


def _list(export: Export, waiting: tuple[Submission, ...]) -> None:
    if not waiting:
        print(_("Nothing that ODK sent waits in this export."))
        return
    counted = Counter((_inbox(export, one), str(one.number), one.day) for one in waiting)
    head = [_("inbox"), _("list"), _("day"), _("ODK forms")]
    print("\n".join(table([head, *([*row, str(count)] for row, count in counted.items())])))
    print(_("What they say, and whether each is whole, shows when they are opened."))


def _inbox(export: Export, submission: Submission) -> str:
    known = export.inboxes.get(submission.inbox)
    return known.name if known else submission.inbox


def outcome(filled: list[Filled]) -> list[str]:
    """Return what came of opening, in sentences: first what is whole, then each kind of trouble with its ids."""
    whole = sum(1 for one in filled if not one.why)
    told = [_("Whole: %(whole)s of %(all)s.") % {"whole": whole, "all": len(filled)}]
    says = trouble_words()
    for why in says:
        found = [one for one in filled if one.why == why]
        if found:
            ids = ", ".join(one.submission.id[:8] for one in found[:5]) + ("…" if len(found) > 5 else "")
            told.append(_("%(says)s: %(count)s (%(ids)s).") % {"says": says[why], "count": len(found), "ids": ids})
    return told


def trouble_words() -> dict[str, str]:
    """Return what each trouble is called."""
    return {
        "missing": _("A file that the phone names has not come (a photo, a voice note, or the answers)"),
        "manifest": _("The phone's list of files has not come, without which nothing opens"),
        "closed": _("Sealed on arrival to keys that are not among those opened here"),
        "key": _("Encrypted to an ODK key that is not among those opened here"),
        "altered": _("They open, but are not what the phone signed: somebody changed or swapped a file"),
        "damaged": _("Damaged: a file is not what it should be"),
    }


def _browse(export: Export, ring: Ring, filled: list[Filled]) -> None:
    threads = [thread_of(one) for one in filled]
    while threads:
        rows = [[str(number), *title(export, thread)[:4]] for number, thread in enumerate(threads, 1)]
        print("\n".join(table(rows)))
        picked = asking.choice(_("Number of the account to show (Enter ends): "))
        if not picked:
            return
        if picked.isdecimal() and 0 < int(picked) <= len(threads):
            at = int(picked) - 1
            show(view(export, odk.opened(export, ring, filled[at].submission), threads[at]))
        else:
            asking.tell(_("A number from 1 to %s.") % len(threads))


def thread_of(one: Filled) -> Thread:
    """Return a filled form as the thread that it will be."""
    sent, answers = one.submission, one.answers
    assert answers is not None
    said_ = forms.account(answers, one.id("thread"), sent.day, [])
    header = Header(sent.id, sent.inbox, sent.number, "", "", "", sent.day)
    return Thread(said_["thread"], Entry(header, said_), said_)


def view(export: Export, one: Filled, thread: Thread) -> list[str]:
    """Return a form and its files as lines. Whatever came from outside stands behind a bar."""
    lines = [line(" · ".join(part for part in title(export, thread)[:4] if part)), ""]
    lines += table([[name, value] for name, value in facts(export, thread) if value.strip()])
    if one.why:
        lines.append(trouble_words()[one.why] + ".")
    text = said(thread.account, "text")
    lines += ["", *quoted(text)] if text else []
    lines += ["", *(file_line(name, content) for name, content in one.media)]
    lines += [line(_("%s: it never came.") % name) for name in one.missing]
    return [*lines, "", _("ODK form: %s") % one.submission.id[:8]]


def file_line(name: str, content: bytes) -> str:
    """Return a file's name, type and size, and what becomes of it."""
    try:
        known = fit(content)
        state = known.type if known.played else _("%s, which a desk's browser does not play") % known.type
    except NotClean:
        state = _("of a kind that cannot be cleaned here: it is not passed on")
    return line(f"{name} · {len(content) / 1024:.0f} KiB · {state}")
