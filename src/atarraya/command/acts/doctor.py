"""`atarraya doctor`: look at everything a promise depends on, and say what does not hold. Changes nothing."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from dataclasses import asdict

from atarraya.command.checks import every
from atarraya.command.checks.finding import BROKEN, FINE, NOTE, Check, Finding
from atarraya.command.words import _
from atarraya.terminal.codes import BROKEN as CODE_BROKEN
from atarraya.terminal.codes import DONE

SIGNS = {FINE: "✓", NOTE: "•", BROKEN: "✗"}


def run(args: argparse.Namespace) -> int:
    """Print one line a check and return 3 when a promise is broken."""
    findings: list[Finding] = []
    for check in every.CHECKS:
        for finding in _look(check, args):
            findings.append(finding)
            if not args.json:
                print(f"{SIGNS[finding.level]} {finding.sentence}", flush=True)
    if args.json:
        print(json.dumps([asdict(finding) for finding in findings], ensure_ascii=False))
    broken = any(finding.level == BROKEN for finding in findings)
    if not args.json:
        print(_("A promise is broken: see the lines with ✗.") if broken else _("Nothing is broken."))
    return CODE_BROKEN if broken else DONE


def _look(check: Check, args: argparse.Namespace) -> Iterator[Finding]:
    try:
        yield from check(args)
    except Exception as problem:  # a check that cannot look has not found it sound
        name = check.__name__
        yield Finding(name, BROKEN, _("Could not look at %(name)s: %(problem)s") % {
            "name": name, "problem": f"{type(problem).__name__}: {problem}"})  # fmt: skip
