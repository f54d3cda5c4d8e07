"""What a backup or a restore opens for itself lies in a folder that never outlives it."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path

import pytest

from atarraya.command import folder
from atarraya.command.snapshots.private import private_folder, sweep

KILLED = """
import os, sys
from pathlib import Path
from atarraya.command.snapshots.private import private_folder
with private_folder(Path(sys.argv[1])) as work:
    (work / "atarraya.sqlite3").write_bytes(b"what was open")
    os.kill(os.getpid(), 9)
"""


def killed(home: Path) -> None:
    """Let a process be killed outright while it has something open in `home`."""
    done = subprocess.run([sys.executable, "-c", KILLED, str(home)], check=False)
    assert done.returncode == -9 and len(list(home.glob(".work-*/atarraya.sqlite3"))) == 1


def test_it_is_private_and_goes_with_all_it_holds(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError), private_folder(tmp_path) as work:
        assert work.stat().st_mode & 0o777 == 0o700 and work.parent == tmp_path
        (work / "in").mkdir()
        raise RuntimeError("full disk")
    assert not list(tmp_path.iterdir())


def test_the_next_one_removes_what_a_killed_one_left(tmp_path: Path) -> None:
    killed(tmp_path)
    with private_folder(tmp_path) as work:
        assert list(tmp_path.iterdir()) == [work]


def test_the_hourly_job_removes_it_and_leaves_alone_what_is_in_use(tmp_path: Path) -> None:
    killed(tmp_path)
    assert sweep(tmp_path) == 1 and not list(tmp_path.iterdir())
    with private_folder(tmp_path) as work:
        assert sweep(tmp_path) == 0 and work.is_dir()


def test_a_second_one_waits_for_the_first(tmp_path: Path) -> None:
    had: list[Path] = []

    def second() -> None:
        with private_folder(tmp_path) as work:
            had.append(work)

    with private_folder(tmp_path) as first:
        waiting = threading.Thread(target=second)
        waiting.start()
        waiting.join(0.2)
        assert first.is_dir() and not had
    waiting.join(30)
    assert len(had) == 1 and had[0] != first


def test_a_folder_in_which_a_restore_was_killed_can_be_restored_into(tmp_path: Path) -> None:
    home = tmp_path / "home"
    folder.make(home)
    killed(home)
    folder.make(home)
    assert sweep(home) == 1
