"""A process that `support.starting` forks does what the same command does when it begins in the ordinary way."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from support import starting
from support.house import ROOT

TELLS = """
import os, sys
print([sys.argv, sys.path, os.getcwd(), __name__, sys.stdout.encoding, sys.stdin.read(), "ñandú ☂"])
print(sorted(name for name in sys.modules if name.partition(".")[0] in {"atarraya", "support", "machine"}))
print(sorted(os.environ.items()), file=sys.stderr)
"""
ENDS = {
    "says a code": "import sys; sys.exit(3)",
    "says a sentence": "import sys; sys.exit('no')",
    "fails": "1/0",
    "ends itself": "import os, signal; os.kill(os.getpid(), signal.SIGTERM)",
    "is interrupted": "import os, signal; os.kill(os.getpid(), signal.SIGINT)",
    "leaves without a word": "import os; print('lost', end=''); os._exit(4)",
    "lets a thread finish": "import threading, time; threading.Timer(0.1, lambda: print('then')).start()",
    "does something at its end": "import atexit; atexit.register(print, 'bye'); print('first')",
    "reads what is a signal": "import signal; print(signal.getsignal(signal.SIGCHLD), signal.getsignal(signal.SIGINT))",
}


def both(command: list[str], env: dict[str, str], cwd: Path) -> list[tuple[int, str, list[str]]]:
    """Run a command both ways; return code, output and the last line of errors of each."""
    assert starting.may_fork(command, env)
    begun = subprocess.run(
        command, env=env, cwd=cwd, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )
    return [
        (done.returncode, done.stdout, done.stderr.splitlines()[-1:])
        for done in (begun, starting.run(command, env=env, cwd=cwd))
    ]


@pytest.mark.parametrize("kind", ["-c", "-m", "file"])
def test_it_has_the_same_words_path_folder_streams_and_environment(kind: str, tmp_path: Path) -> None:
    (tmp_path / "told.py").write_text(TELLS)
    command = {"-c": ["-c", TELLS], "-m": ["-m", "told"], "file": [str(tmp_path / "told.py")]}[kind]
    env = {"PATH": os.environ["PATH"], "PYTHONPATH": f"{ROOT / 'src'}:{ROOT / 'tests'}", "NAME": "Ñ"}
    begun, forked = both([sys.executable, *command, "one", "dos ñ"], env, tmp_path)
    assert forked == begun and "ñandú" in forked[1]


@pytest.mark.parametrize("way", ENDS)
def test_it_ends_the_same(way: str, tmp_path: Path) -> None:
    begun, forked = both([sys.executable, "-c", ENDS[way]], {"PATH": os.environ["PATH"]}, tmp_path)
    assert forked == begun


def test_it_is_waited_for_and_killed_as_any_other() -> None:
    command = [sys.executable, "-c", "import time; time.sleep(60)"]
    process = starting.start(command, env=dict(os.environ), session=True)
    assert isinstance(process, starting.Started) and process.poll() is None
    with pytest.raises(subprocess.TimeoutExpired):
        process.wait(0.05)
    assert os.getpgid(process.pid) == process.pid
    os.killpg(process.pid, signal.SIGKILL)
    assert process.wait(20) == process.poll() == -signal.SIGKILL
    process.kill()  # it has ended: nobody else's process is met


def test_another_interpreter_or_an_option_of_its_own_begins_in_the_ordinary_way() -> None:
    env = {"PATH": os.environ["PATH"]}
    assert starting.may_fork([sys.executable, "-c", "1"], env)
    for command in (["/usr/bin/true", "-c", "1"], [sys.executable, "-X", "dev"], [sys.executable]):
        assert not starting.may_fork(command, env)
    for more in ({"PYTHONHASHSEED": "1"}, {"LD_PRELOAD": "x.so"}, {"LANG": "es_CO.ISO-8859-1"}):
        assert not starting.may_fork([sys.executable, "-c", "1"], env | more)
