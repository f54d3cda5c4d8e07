"""Reads the command line, keeps the process to itself, runs the act, and says refusals in one sentence."""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Sequence

from atarraya.terminal.codes import DONE, REFUSED, STOPPED, Refused
from atarraya.terminal.process import keep_to_oneself, of_machine
from atarraya_workbench import grammar, words
from atarraya_workbench.words import _

ACTS = {"list": "listing", "open": "showing", "export": "exporting", "odk": "odk"}


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code. Usage mistakes leave by SystemExit(2).

    No fault is ever shown with its trace: what a trace quotes may be what was opened.
    """
    keep_to_oneself()
    words.speak(words.choose(os.environ))
    args = grammar.build().parse_args(argv)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    try:
        act = importlib.import_module(f"atarraya_workbench.acts.{ACTS[args.name]}")
        code: int = act.run(args)
        sys.stdout.flush()
        return code
    except KeyboardInterrupt:
        print("\n" + _("Stopped."), file=sys.stderr)
        return STOPPED
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE
    except Exception as problem:
        print(_sentence(problem), file=sys.stderr)
        return REFUSED


def _sentence(problem: Exception) -> str:
    if isinstance(problem, Refused):
        return str(problem)
    if isinstance(problem, OSError):
        return of_machine(problem)
    if isinstance(problem, EOFError):
        return _("Nothing more came from the terminal.")
    return _("Something unexpected stopped this (%s). Nothing was left half written.") % type(problem).__name__
