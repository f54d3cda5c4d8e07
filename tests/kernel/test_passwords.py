"""Passwords are slow to guess at, as decided and no cheaper: Argon2id over 19 MiB (R30)."""

from __future__ import annotations

import os
import platform
import re
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.contrib.auth.hashers import Argon2PasswordHasher

from atarraya.kernel.passwords import SmallArgon2PasswordHasher
from atarraya.settings import base
from support.house import ROOT


def test_a_real_network_keeps_passwords_under_argon2_over_19_mib() -> None:
    first = base.PASSWORD_HASHERS[0]
    assert first == f"{SmallArgon2PasswordHasher.__module__}.{SmallArgon2PasswordHasher.__qualname__}"
    written = SmallArgon2PasswordHasher().encode("agua mansa corre honda", "una sal cualquiera")
    found = re.search(r"\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$", written)
    assert found is not None
    memory, rounds, lanes = map(int, found.groups())
    assert memory == 19 * 1024 and rounds >= 2 and lanes == 1


def test_ten_people_at_once_are_checked_one_after_another(monkeypatch: pytest.MonkeyPatch) -> None:
    inside, most, lock = [0], [0], threading.Lock()

    def slow(self: object, password: str, encoded: str) -> bool:
        with lock:
            inside[0] += 1
            most[0] = max(most[0], inside[0])
        threading.Event().wait(0.01)
        with lock:
            inside[0] -= 1
        return True

    monkeypatch.setattr(Argon2PasswordHasher, "verify", slow)
    with ThreadPoolExecutor(10) as pool:
        assert all(pool.map(lambda _: SmallArgon2PasswordHasher().verify("x", "y"), range(10)))
    assert most[0] == 1


_HASH_IN_EIGHT_THREADS = """
import sys, threading
from concurrent.futures import ThreadPoolExecutor
from atarraya.command import malloc
from atarraya.kernel.passwords import SmallArgon2PasswordHasher
def held():
    return next(int(line.split()[1]) for line in open("/proc/self/status") if line.startswith("VmRSS:"))
if sys.argv[1] == "back":
    malloc.give_memory_back()
together, hasher = threading.Barrier(8), SmallArgon2PasswordHasher()
def hash_one(_):
    together.wait()
    for _ in range(2):
        hasher.encode("agua mansa corre honda", "una sal cualquiera")
before = held()
with ThreadPoolExecutor(8) as pool:
    list(pool.map(hash_one, range(8)))
    print((held() - before) // 1024)
"""


def test_the_server_gives_the_memory_of_a_sign_in_back() -> None:
    """Megabytes kept after eight threads hashed, with and without: the second shows that the first could be seen."""
    kept = {}
    for way in ("back", "kept"):
        env = {**os.environ, "PYTHONPATH": str(ROOT / "src"), "DJANGO_SETTINGS_MODULE": "atarraya.settings.test"}
        done = subprocess.run(
            [sys.executable, "-c", _HASH_IN_EIGHT_THREADS, way], env=env, capture_output=True, text=True, check=True
        )
        kept[way] = int(done.stdout)
    assert kept["back"] < 19, kept
    if sys.platform == "linux" and platform.libc_ver()[0] == "glibc":
        assert kept["kept"] > 2 * 19, kept
