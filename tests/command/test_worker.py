"""The worker does what is due, once, alone, and goes on when something fails."""

from __future__ import annotations

import fcntl
import os
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from atarraya.command import jobs
from atarraya.command.acts import worker
from atarraya.command.jobs import Job, Memory
from atarraya.kernel import clock

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def test_a_job_is_due_when_its_time_has_passed(tmp_path: Path) -> None:
    job = Job("daily", timedelta(days=1), lambda home: None)
    with clock.freeze(NOON):
        assert Memory(tmp_path).due(job)
        Memory(tmp_path).note(job)
        assert not Memory(tmp_path).due(job), "it survives restarts"
    with clock.freeze(NOON + timedelta(hours=23)):
        assert not Memory(tmp_path).due(job)
    with clock.freeze(NOON + timedelta(days=1)):
        assert Memory(tmp_path).due(job)


def test_a_clock_set_back_stops_no_job(tmp_path: Path) -> None:
    job = Job("daily", timedelta(days=1), lambda home: None)
    with clock.freeze(NOON + timedelta(days=400)):
        Memory(tmp_path).note(job)
    with clock.freeze(NOON):
        assert Memory(tmp_path).due(job)


@pytest.mark.parametrize("damage", ["", "{", "[]", '{"daily": 3}', '{"daily": "yesterday"}'])
def test_a_damaged_memory_only_makes_jobs_due(tmp_path: Path, damage: str) -> None:
    (tmp_path / jobs.MEMORY).write_text(damage)
    assert Memory(tmp_path).due(Job("daily", timedelta(days=1), lambda home: None))


@pytest.mark.django_db(transaction=True)  # the worker lets old connections go, as it does in its own process
def test_one_jobs_failure_keeps_no_other_from_its_hour(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    done: list[str] = []

    def fail(home: Path) -> None:
        done.append("bad")
        raise ValueError("a row's value, which no log may hold")

    rows = (Job("bad", timedelta(days=1), fail), Job("good", timedelta(days=1), lambda home: done.append("good")))
    monkeypatch.setattr(jobs, "JOBS", rows)
    waits: dict[str, float] = {}
    assert worker.look(tmp_path, threading.Event(), waits) is True
    assert worker.look(tmp_path, threading.Event(), waits) is False, "a job that failed is left alone for a while"
    assert done == ["bad", "good"]
    said = capsys.readouterr().err
    assert "bad (ValueError)" in said and "a row's value" not in said
    waits.clear()
    worker.look(tmp_path, threading.Event(), waits)
    assert done == ["bad", "good", "bad"], "and then tried again"


@pytest.mark.django_db(transaction=True)  # the worker lets old connections go, as it does in its own process
def test_two_workers_never_work_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[str] = []
    monkeypatch.setattr(jobs, "JOBS", (Job("one", timedelta(0), lambda home: done.append("one")),))
    handle = os.open(tmp_path / worker.LOCK, os.O_RDWR | os.O_CREAT)
    fcntl.flock(handle, fcntl.LOCK_EX)
    worker.look(tmp_path, threading.Event(), {})
    assert done == []
    os.close(handle)
    worker.look(tmp_path, threading.Event(), {})
    assert done == ["one"]


@pytest.mark.django_db(transaction=True)  # the worker lets old connections go, as it does in its own process
def test_told_to_stop_it_begins_nothing_more(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stop, done = threading.Event(), []

    def first(home: Path) -> None:
        done.append("first")
        stop.set()

    rows = (Job("first", timedelta(0), first), Job("second", timedelta(0), lambda home: done.append("second")))
    monkeypatch.setattr(jobs, "JOBS", rows)
    worker.look(tmp_path, stop, {})
    assert done == ["first"]


@pytest.mark.django_db(transaction=True)
def test_every_job_of_a_new_network_goes_well(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert worker.look(tmp_path, threading.Event(), {}) is False, capsys.readouterr().err
    assert set(Memory(tmp_path).done) == {job.name for job in jobs.JOBS}
