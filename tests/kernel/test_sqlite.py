"""The one-writer SQLite backend, with real files, threads and processes."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

SCRIPT = textwrap.dedent(
    """
    import os, sys, threading
    os.environ["DJANGO_SETTINGS_MODULE"] = "atarraya.settings.test"
    import django
    django.setup()
    from django.db import connection, transaction

    def work(count):
        for _ in range(count):
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute("SELECT value FROM tally")
                value = cursor.fetchone()[0]
                cursor.execute("UPDATE tally SET value = %s", [value + 1])
        connection.close()

    threads = [threading.Thread(target=work, args=(int(sys.argv[1]),)) for _ in range(2)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    """
)


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """An environment whose data folder is empty and whose database is SQLite."""
    return {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": "src",
        "ATARRAYA_DATA": str(tmp_path),
    }


def test_read_then_write_never_loses_an_update(tmp_path: Path, environment: dict[str, str]) -> None:
    """Two processes of two threads each count to 100 together; every one of their steps is there."""
    database = tmp_path / "atarraya.sqlite3"
    with sqlite3.connect(database) as plain:
        plain.execute("CREATE TABLE tally (value INTEGER)")
        plain.execute("INSERT INTO tally VALUES (0)")
    workers = [
        subprocess.Popen([sys.executable, "-c", SCRIPT, "25"], env=environment, stderr=subprocess.PIPE)
        for _ in range(2)
    ]
    errors = [worker.communicate(timeout=120)[1] for worker in workers]
    assert [worker.returncode for worker in workers] == [0, 0], errors
    with sqlite3.connect(database) as plain:
        assert plain.execute("SELECT value FROM tally").fetchone() == (100,)


def test_pragmas_keep_what_was_acknowledged(tmp_path: Path, environment: dict[str, str]) -> None:
    """WAL, synchronous=FULL (2) and secure_delete are on in every connection."""
    code = SCRIPT.split("def work")[0] + textwrap.dedent(
        """
        with connection.cursor() as cursor:
            for name in ("journal_mode", "synchronous", "secure_delete", "foreign_keys"):
                print(name, cursor.execute(f"PRAGMA {name}").fetchone()[0])
        """
    )
    done = subprocess.run([sys.executable, "-c", code, "0"], env=environment, capture_output=True, text=True)
    assert done.stdout.split() == ["journal_mode", "wal", "synchronous", "2", "secure_delete", "1", "foreign_keys", "1"]


def test_lock_is_given_back_after_a_failure(tmp_path: Path, environment: dict[str, str]) -> None:
    """A transaction that fails, and a connection closed in the middle, leave the writer's place free."""
    code = SCRIPT.split("def work")[0] + textwrap.dedent(
        """
        import fcntl
        for closing in (False, True):
            try:
                with transaction.atomic():
                    if closing:
                        connection.close()
                    raise RuntimeError
            except Exception:
                pass
            with open(connection.settings_dict["NAME"] + ".writer") as file:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        print("free")
        """
    )
    done = subprocess.run([sys.executable, "-c", code, "0"], env=environment, capture_output=True, text=True)
    assert done.stdout.strip() == "free", done.stderr
