"""Where memory may reach a disk it is refused, unless that disk is said to be encrypted."""

from __future__ import annotations

import resource
import subprocess
import sys
from pathlib import Path

import pytest

from atarraya.terminal.codes import Refused
from atarraya_workbench import memory
from workbench.conftest import environment

HEAD = "Filename\tType\tSize\tUsed\tPriority\n"


@pytest.fixture
def unlocked(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A machine on which memory cannot be locked; returns its list of swaps."""
    monkeypatch.setattr(memory, "_undumpable", lambda: None)
    monkeypatch.setattr(memory, "_locked", lambda: False)
    monkeypatch.setattr(memory, "SWAPS", tmp_path / "swaps")
    return tmp_path / "swaps"


@pytest.mark.parametrize("lines", ["/dev/sda2 partition 1 0 -2\n", "/swapfile file 1 0 -2\n"])
def test_swap_is_refused(unlocked: Path, lines: str) -> None:
    unlocked.write_text(HEAD + lines)
    with pytest.raises(Refused, match="swapoff"):
        memory.guard(swap_is_encrypted=False)
    memory.guard(swap_is_encrypted=True)


@pytest.mark.parametrize("lines", ["", "/dev/zram0 partition 1 0 100\n"])
def test_no_swap_or_memory_swap_is_no_matter(unlocked: Path, lines: str) -> None:
    unlocked.write_text(HEAD + lines)
    memory.guard(swap_is_encrypted=False)


def test_a_limit_on_locked_memory_is_not_run_into(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(resource, "getrlimit", lambda _what: (8 * 1024 * 1024, 8 * 1024 * 1024))
    (tmp_path / "status").write_text("Name:\tx\nCapEff:\t0000000000000000\n")
    monkeypatch.setattr(memory, "STATUS", tmp_path / "status")
    assert memory._locked() is False


def test_no_core_file_and_no_debugger() -> None:
    script = (
        "import ctypes, resource\nfrom atarraya.terminal.process import keep_to_oneself\n"
        "from atarraya_workbench import memory\nkeep_to_oneself(); memory.guard(swap_is_encrypted=True)\n"
        "print(resource.getrlimit(resource.RLIMIT_CORE), ctypes.CDLL(None).prctl(3, 0, 0, 0, 0))"
    )
    done = subprocess.run([sys.executable, "-c", script], env=environment(), capture_output=True, text=True)
    assert done.stdout == "(0, 0) 0\n", done.stderr
