"""What is kept is made once, however many ask for it at the same moment."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from atarraya.kernel.kept import Kept


def test_what_is_kept_is_made_once() -> None:
    kept: Kept[int] = Kept(2)
    assert kept.get("a", lambda: 1) == kept.get("a", lambda: 2) == 1


def test_only_the_latest_asked_for_are_kept() -> None:
    kept: Kept[str] = Kept(2)
    for key in ("a", "b", "a", "c"):
        kept.get(key, lambda key=key: key)  # type: ignore[misc]
    assert kept.get("a", lambda: "made again") == "a"
    assert kept.get("b", lambda: "made again") == "made again"


def test_a_crowd_that_asks_at_once_has_it_made_once() -> None:
    kept: Kept[int] = Kept(4)
    made, together = [], threading.Barrier(16)

    def make() -> int:
        time.sleep(0.05)
        made.append(1)
        return len(made)

    def ask(_: int) -> int:
        together.wait()
        return kept.get("key", make)

    with ThreadPoolExecutor(16) as crowd:
        assert set(crowd.map(ask, range(16))) == {1}
    assert len(made) == 1


def test_who_waits_tries_when_the_first_fails() -> None:
    kept: Kept[int] = Kept(4)

    def fail() -> int:
        raise RuntimeError

    with pytest.raises(RuntimeError):
        kept.get("key", fail)
    assert kept.get("key", lambda: 7) == 7
    assert kept._making == {}
