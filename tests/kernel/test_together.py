"""Writes of many threads in one transaction: each learns what became of its own, and not before it is kept."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from atarraya.kernel.sqlite.together import Together

pytestmark = pytest.mark.django_db(transaction=True)
THREADS = 12


@pytest.fixture
def table() -> Iterator[str]:
    """A table of numbers that may each be there once."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE together (number integer PRIMARY KEY)")
    yield "together"
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE together")


def put(number: int) -> int:
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO together (number) VALUES (%s)", [number])
    return number


def numbers() -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT number FROM together ORDER BY number")
        return [row[0] for row in cursor.fetchall()]


def all_at_once(works: list[Callable[[], Any]]) -> list[Any]:
    """Run each work in a thread, all from one moment, and return what each returned or raised."""
    told: list[Any] = [None] * len(works)
    start = threading.Barrier(len(works))

    def one(at: int) -> None:
        start.wait()
        try:
            told[at] = works[at]()
        except Exception as problem:
            told[at] = problem
        finally:
            connection.close()

    threads = [threading.Thread(target=one, args=(at,)) for at in range(len(works))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not any(thread.is_alive() for thread in threads), "somebody waits for ever"
    return told


def test_each_thread_gets_its_own_result_and_all_are_kept(table: str) -> None:
    place = Together()
    told = all_at_once([lambda n=n: place.write(lambda: put(n)) for n in range(THREADS)])  # type: ignore[misc]
    assert told == list(range(THREADS))
    assert numbers() == list(range(THREADS))


def test_one_that_fails_takes_nobody_with_it(table: str) -> None:
    place = Together()
    put(5)
    told = all_at_once([lambda n=n: place.write(lambda: put(n)) for n in range(THREADS)])  # type: ignore[misc]
    assert isinstance(told.pop(5), IntegrityError)
    assert told == [n for n in range(THREADS) if n != 5]
    assert numbers() == list(range(THREADS))


def test_those_who_wait_share_one_transaction(table: str, monkeypatch: pytest.MonkeyPatch) -> None:
    place, begun = Together(), []
    inside, go_on = threading.Event(), threading.Event()

    def slow() -> int:
        begun.append(1)
        inside.set()
        go_on.wait(30)
        return put(100)

    first = threading.Thread(target=lambda: (place.write(slow), connection.close()))
    first.start()
    assert inside.wait(30)
    commits: list[int] = []
    real = transaction.Atomic.__enter__
    monkeypatch.setattr(transaction.Atomic, "__enter__", lambda self: (commits.append(1), real(self))[1])
    threading.Timer(0.5, go_on.set).start()
    told = all_at_once([lambda n=n: place.write(lambda: put(n)) for n in range(THREADS)])  # type: ignore[misc]
    first.join(30)
    assert told == list(range(THREADS))
    assert numbers() == [*range(THREADS), 100]
    # The first was inside already; the twelve waited and were written together (at most two rounds, if one was late).
    assert len(commits) <= 2


def test_nobody_is_told_before_the_commit(table: str, monkeypatch: pytest.MonkeyPatch) -> None:
    place = Together()

    def full(*_: object) -> None:
        raise DatabaseError("disk is full")

    monkeypatch.setattr(type(connection._connections[connection._alias]), "_commit", full)  # type: ignore[attr-defined]
    told = all_at_once([lambda n=n: place.write(lambda: put(n)) for n in range(3)])  # type: ignore[misc]
    assert [str(each) for each in told] == ["disk is full"] * 3
    monkeypatch.undo()
    assert numbers() == []


def test_inside_a_transaction_it_simply_runs(table: str) -> None:
    place = Together()
    with pytest.raises(RuntimeError), transaction.atomic():
        assert place.write(lambda: put(1)) == 1
        raise RuntimeError
    assert numbers() == []


def test_the_next_ones_are_written_after_a_failure(table: str) -> None:
    place = Together()
    with pytest.raises(ZeroDivisionError):
        place.write(lambda: 1 // 0)
    assert place.write(lambda: put(2)) == 2
