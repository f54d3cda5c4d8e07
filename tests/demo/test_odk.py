"""What the demonstration's phone with ODK handed in waits there, and its own sheets open it on the workbench."""

from __future__ import annotations

from pathlib import Path

from atarraya.demo.odk import REPORTS
from atarraya_workbench import folder, submissions, words
from atarraya_workbench.keys import odk, ring
from demo.conftest import Built, environment
from support import starting
from support.exported import sheets_of
from support.living import COMMAND


def test_the_two_forms_that_wait_open_with_the_demonstrations_own_sheets(mine: Built, tmp_path: Path) -> None:
    words.speak("es")
    command = [*COMMAND, "--data", str(mine.folder), "export", "--to", str(tmp_path / "out")]
    done = starting.run(command, env=environment())
    assert done.returncode == 0, done.stderr
    export = folder.read(tmp_path / "out")
    waiting = submissions.read(export)
    whole = []
    for circle in mine.keys["circles"].values():
        first, second, _third = sheets_of(circle["offline"])
        keys = ring.by_sheets(export, (first.replace("-", ""), second.replace("-", "")))
        found = [odk.opened(export, keys, one) for one in waiting]
        assert {one.why for one in found} <= {"", "key", "closed"}
        whole += [one.answers for one in found if one.answers]
    assert len(waiting) == len(REPORTS) == 2
    told = sorted((answers.said("kind"), answers.said("text")) for answers in whole)
    assert told == sorted((one["kind"], one["text"]) for one in REPORTS)
