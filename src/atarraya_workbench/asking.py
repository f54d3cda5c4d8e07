"""Asking for secrets without showing them, and asking again for only what was mistyped."""

from __future__ import annotations

import getpass
import re
import sys
import warnings
from collections.abc import Callable

from atarraya.sealing import words as wordlist
from atarraya.sealing.encoding import check_character, plain_crockford
from atarraya.sealing.refusals import NotEncoded
from atarraya.terminal.codes import Refused
from atarraya_workbench.folder import Export
from atarraya_workbench.keys import ring, sheets
from atarraya_workbench.keys.ring import Ring
from atarraya_workbench.words import _

WAYS = ("sheets", "phrase", "code")
PHRASE = 7
CODE_SIZES = (4, 4, 4, 4, 4, 4, 4, 5)
SHEET_SIZES = (sheets.GROUP,) * sheets.GROUPS

Ask = Callable[[str], str]


def secret(prompt: str) -> str:
    """Return what is typed at the terminal without showing it. Raise Refused where there is no terminal."""
    try:
        with open("/dev/tty", "rb"), warnings.catch_warnings():
            # Where it cannot stop the terminal from showing what is typed, getpass would only warn and go on.
            warnings.simplefilter("error", getpass.GetPassWarning)
            return getpass.getpass(prompt)
    except (OSError, getpass.GetPassWarning):
        raise Refused(
            _("Keys are typed at a terminal. They are not taken from a pipe, an argument or a variable.")
        ) from None


def tell(sentence: str) -> None:
    """Say something beside the question."""
    print(sentence, file=sys.stderr, flush=True)


def choice(prompt: str) -> str:
    """Return a line that is no secret; empty at the end of input."""
    sys.stderr.write(prompt)
    sys.stderr.flush()
    return sys.stdin.readline().strip()


def keys(export: Export, way: str | None, ask: Ask = secret) -> Ring:
    """Return the keys that somebody opens here, asking until they open or the person stops (Ctrl-C)."""
    way = way or _way(export)
    if way != "sheets" and not export.keyholders:
        raise Refused(
            _("This export carries no member's keys. Ask for it with --keys-of LOGIN, or open it with two sheets.")
        )
    opened = {"sheets": _by_sheets, "phrase": _by_phrase, "code": _by_code}[way](export, ask)
    if opened.broken:
        tell(_("Wrapped keys of this export that are damaged and were left out: %s.") % opened.broken)
    if not opened.keys:
        raise Refused(_("These are the right ones, but no circle's key in this export opens with them."))
    return opened


def _way(export: Export) -> str:
    if not export.keyholders:
        return "sheets"
    tell(_("What opens it? 1: two sheets of a circle. 2: a member's key phrase. 3: a member's recovery code."))
    picked = choice("1, 2, 3: ")
    if picked not in {"1", "2", "3"}:
        raise Refused(_("Answer 1, 2 or 3."))
    return WAYS[int(picked) - 1]


# The key phrase


def _by_phrase(export: Export, ask: Ask) -> Ring:
    while True:
        found = ring.by_phrase(export, phrase(ask))
        if found is not None:
            return found
        tell(_("All seven are words of the list, but they are not the key phrase of anybody in this export."))


def phrase(ask: Ask) -> list[str]:
    """Return seven listed words. A word that is in no list is named by its place and asked for alone."""
    typed: list[str] = []
    while len(typed) != PHRASE:
        typed += wordlist.plain(
            ask(_("Word %s: ") % (len(typed) + 1) if typed else _("Key phrase (nothing shows while you type): "))
        )
        if len(typed) > PHRASE:
            tell(_("That is %(count)s words; a key phrase has 7. From the first one again.") % {"count": len(typed)})
            typed = []
        elif len(typed) < PHRASE:
            tell(_("%s of 7 words so far.") % len(typed))
    while unknown := wordlist.unknown(typed):
        place = unknown[0]
        tell(_("Word %s is not in the list. The others are kept.") % (place + 1))
        again = wordlist.plain(ask(_("Word %s again: ") % (place + 1)))
        if len(again) == 1:
            typed[place] = again[0]
    return typed


# The recovery code


def _by_code(export: Export, ask: Ask) -> Ring:
    typed = groups(ask, _("Recovery code (nothing shows while you type): "), CODE_SIZES)
    while True:
        plain = "".join(typed)
        if check_character(plain[:-1]) != plain[-1]:
            tell(_("There is a slip in the code; its check letter does not say where."))
            typed = _some_again(ask, typed, CODE_SIZES)
            continue
        found = ring.by_code(export, plain)
        if found is not None:
            return found
        tell(_("This code is written right, but it is of nobody in this export."))
        typed = groups(ask, _("Recovery code (nothing shows while you type): "), CODE_SIZES)


# Sheets


def _by_sheets(export: Export, ask: Ask) -> Ring:
    typed = [groups(ask, _sheet_prompt(at), SHEET_SIZES) for at in range(sheets.NEEDED)]
    while True:
        try:
            return ring.by_sheets(export, ("".join(typed[0]), "".join(typed[1])))
        except sheets.SheetsFault as fault:
            _mend(fault, typed, ask)


def _sheet_prompt(at: int) -> str:
    return _("First sheet, 14 groups (nothing shows): ") if at == 0 else _("Second sheet, 14 groups (nothing shows): ")


def _mend(fault: sheets.SheetsFault, typed: list[list[str]], ask: Ask) -> None:
    """Say what is wrong, and ask again for that alone."""
    for sheet, group in fault.slips:
        tell(_("There is a slip in sheet %(sheet)s, group %(group)s. The other groups are right and are kept.")
             % {"sheet": sheet + 1, "group": group + 1})  # fmt: skip
        typed[sheet][group] = _group(ask, group, SHEET_SIZES[group])
    if fault.slips:
        return
    said = {
        "slip": _("In sheet %s there is more than one slip, or it is of a circle that is not in this export."),
        "other": _("Sheet %s is written right, but it is of no circle in this export."),
        "twice": _("Sheet %s is the same sheet once more. Two different ones are needed."),
        "mixed": _("Sheets %s are of two different circles."),
    }[fault.kind]
    tell(said % ", ".join(str(sheet + 1) for sheet in fault.sheets))
    for sheet in fault.sheets:
        if fault.kind == "slip":
            typed[sheet] = _some_again(ask, typed[sheet], SHEET_SIZES)
        else:
            typed[sheet] = groups(ask, _sheet_prompt(sheet), SHEET_SIZES)


# Groups of letters


def groups(ask: Ask, prompt: str, sizes: tuple[int, ...]) -> list[str]:
    """Return groups of these sizes as printed. A group that cannot be right is named and asked for alone."""
    typed: list[str] = []
    while len(typed) < len(sizes):
        came = _cut(ask(_("From group %s: ") % (len(typed) + 1) if typed else prompt), len(typed), sizes)
        if len(typed) + len(came) > len(sizes):
            tell(_("There are more than %s groups. From the first one again.") % len(sizes))
            typed = []
            continue
        typed += came
        if len(typed) < len(sizes):
            tell(_("%(count)s of %(all)s groups so far.") % {"count": len(typed), "all": len(sizes)})
    for place, size in enumerate(sizes):
        if _plain(typed[place], size) is None:
            tell(_("Group %(group)s has not %(size)s letters or digits of those used. The others are kept.")
                 % {"group": place + 1, "size": size})  # fmt: skip
            typed[place] = _group(ask, place, size)
        typed[place] = _plain(typed[place], size) or ""
    return typed


def _cut(text: str, at: int, sizes: tuple[int, ...]) -> list[str]:
    """Return groups as they were typed; written without spaces, they are cut as they are printed."""
    parts = [part for part in re.split(r"[\s-]+", text) if part]
    if len(parts) != 1 or len(parts[0]) <= max(sizes):
        return parts
    whole, found = parts[0], []
    for size in sizes[at:]:
        if whole:
            found.append(whole[:size])
            whole = whole[size:]
    return [*found, whole] if whole else found


def _plain(group: str, size: int) -> str | None:
    try:
        plain = plain_crockford(group)
    except NotEncoded:
        return None
    return plain if len(plain) == size else None


def _group(ask: Ask, place: int, size: int) -> str:
    while True:
        plain = _plain(ask(_("Group %s again: ") % (place + 1)), size)
        if plain is not None:
            return plain
        tell(_("A group is %s letters or digits, as printed.") % size)


def _some_again(ask: Ask, typed: list[str], sizes: tuple[int, ...]) -> list[str]:
    """Ask which groups to type again; nothing means all of them."""
    picked = choice(_("Which groups will you type again? (as 3 7; Enter for all): "))
    places = sorted({int(one) - 1 for one in re.findall(r"\d+", picked) if 0 < int(one) <= len(sizes)})
    if not places:
        return groups(ask, _("All groups: "), sizes)
    for place in places:
        typed[place] = _group(ask, place, sizes[place])
    return typed
