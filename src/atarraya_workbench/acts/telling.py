"""Sentences that several acts say: what a thread is, what came of opening, what is wrong with an export."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from atarraya_workbench.folder import Export
from atarraya_workbench.keys.opening import Entry, Opened
from atarraya_workbench.saying import line
from atarraya_workbench.threads import Thread, moment, said
from atarraya_workbench.words import _

_SHOWN_IDS = 5


def place_of(export: Export, code: str) -> str:
    """Return a municipality's name and code."""
    if not code:
        return _("not said")
    name = export.word("municipalities", code)
    return code if name == code else f"{name} ({code})"


def title(export: Export, thread: Thread) -> list[str]:
    """Return day, place, kind and state of a thread, for a line of a table."""
    kind = (
        export.word("say", "discreet")
        if thread.account.get("discreet") is True
        else export.word("kinds", said(thread.account, "kind"))
    )
    state = export.word("thread_states", thread.state)
    notes = _("notes: %s") % len(thread.notes)
    urgency = export.word("urgencies", thread.urgency)
    return [thread.header.day, place_of(export, thread.municipality), kind or _("kind not said"), urgency, state, notes]


def note_text(export: Export, entry: Entry) -> str:
    """Return what a note says, in the words that the server's own desk uses."""
    note = entry.payload
    act = said(note, "act")
    values = {
        "text": said(note, "text"),
        "grade": said(note, "source") + said(note, "info"),
        "who": said(note, "to"),
        "phrase": export.word("answers", said(note, "phrase")),
        "act": export.word("acts", said(note, "what")),
    }
    own: dict[str, Callable[[], str]] = {
        "text": lambda: values["text"],
        "state": lambda: export.word("thread_states", said(note, "state")),
        "same": lambda: _filled(export, "n_same" if note.get("same") is True else "n_other", values),
        "": lambda: _("Needs: %s") % export.word("needs", said(note, "needs")),
    }
    return own[act]() if act in own else _filled(export, f"n_{act}", values)


def _filled(export: Export, code: str, values: dict[str, str]) -> str:
    sentence = export.word("say", code)
    return re.sub(r"\{(\w+)\}", lambda match: values.get(match[1], match[0]), sentence)


def note_head(export: Export, entry: Entry) -> str:
    """Return who wrote a note and when, as it says itself."""
    when = moment(entry)[:16].replace("T", " ")
    who = said(entry.payload, "alias") or export.word("say", "from_phone")
    return line(f"{who} · {when} UTC" if " " in when else f"{who} · {when}")


def outcome(export: Export, opened: Opened) -> Iterable[str]:
    """Yield what came of opening, in sentences."""
    yield _("Opened: %s.") % len(opened.entries)
    if opened.closed:
        yield _("For other circles, or for nobody, as every check-in is: %s.") % opened.closed
    for (circle, number), count in sorted(opened.missing_keys.items()):
        yield (_("Sealed to key %(number)s of %(circle)s, which is not among those opened here: %(count)s.")
               % {"number": number, "circle": line(circle), "count": count})  # fmt: skip
    if opened.other_inbox:
        yield _("Of an inbox that this circle does not serve: %s.") % opened.other_inbox
    yield from trouble(export, opened.damaged, opened.missing)


def trouble(export: Export, damaged: list[str], missing: list[str]) -> Iterable[str]:
    """Yield what is wrong with the export itself."""
    if damaged:
        yield _("Damaged, no longer what was sealed: %(count)s (%(ids)s).") % _ids(damaged)
    if missing:
        yield _("In the index, but their file is missing: %(count)s (%(ids)s).") % _ids(missing)
    if export.strangers:
        yield _("Files among the envelopes that the index does not name, left alone: %s.") % export.strangers
    for inbox in export.inboxes.values():
        if not inbox.sound:
            yield (_("The key lists of %s do not follow one another: somebody altered them. Call another keyholder.")
                   % line(inbox.name))  # fmt: skip


def _ids(ids: list[str]) -> dict[str, object]:
    return {"count": len(ids), "ids": ", ".join(ids[:_SHOWN_IDS]) + ("…" if len(ids) > _SHOWN_IDS else "")}
