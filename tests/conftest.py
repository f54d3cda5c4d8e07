"""Infrastructure for every test. People and networks come from tests/support and each room's own conftest."""

from __future__ import annotations

import os
import signal
import tempfile
from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING

import pytest
from _pytest.nodeid import coerce_node_id
from hypothesis import HealthCheck, settings

from machine import age_tool

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Playwright

    from support.cast import Cast

settings.register_profile("house", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("house")

DATABASE = "postgresql" if os.environ.get("DATABASE_URL") else "sqlite"
# The browser's driver keeps an event loop in this thread; Django would then refuse its database to every later test.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
# Begun in the background, as CI may, processes ignore Ctrl-C, and their children with them: tests send it to some.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)
if age := age_tool.folder():
    os.environ["PATH"] = f"{age}{os.pathsep}{os.environ['PATH']}"


def pytest_configure(config: pytest.Config) -> None:
    """Before a run of several processes begins them: they share what takes long to make and is of no one test."""
    if getattr(config.option, "dist", "no") != "no" and "TESTS_RSA_KEYS" not in os.environ:
        handle, os.environ["TESTS_RSA_KEYS"] = tempfile.mkstemp(prefix="rsa-keys-")
        os.close(handle)
        config.add_cleanup(partial(os.unlink, os.environ["TESTS_RSA_KEYS"]))


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> Iterator[None]:
    """Skip what belongs to the other database; its reason is written in tests/house/only_on.txt as well.

    Slow tests of processes begin first, so that at the end of a run no process works on alone. Those of a file stay
    in one process, which makes what they share once.
    """
    for item in items:
        mark = item.get_closest_marker("only_on")
        if mark is not None and mark.args[0] != DATABASE:
            item.add_marker(pytest.mark.skip(reason=f"only on {mark.args[0]}: {mark.kwargs['reason']}"))
        if item.get_closest_marker("slow") and not item.get_closest_marker("xdist_group"):
            item.add_marker(pytest.mark.xdist_group(item.nodeid.partition("::")[0]))
    yield  # pytest-django puts last what asks no database in this process
    items.sort(key=lambda item: not _long(item))
    if getattr(config.option, "loadgroup", False):
        _name_groups(items)


def _name_groups(items: list[pytest.Item]) -> None:
    """Tell pytest-xdist 3.8 the groups by the ids of tests: on pytest 9.2 its own way of doing so has no effect."""
    for item in items:
        mark = item.get_closest_marker("xdist_group")
        if mark is not None and "@" not in item.nodeid.rpartition("]")[2]:
            item._id = coerce_node_id(f"{item.nodeid}@{mark.args[0]}")  # type: ignore[attr-defined]


def _long(item: pytest.Item) -> bool:
    return bool(item.get_closest_marker("slow")) and not item.get_closest_marker("django_db")


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """Where everything must run (`make test`), a skip that is not written down is red and says its reason."""
    outcome = yield
    report = outcome.get_result()  # type: ignore[attr-defined]
    told = item.get_closest_marker("only_on") is not None or hasattr(report, "wasxfail")
    if report.skipped and os.environ.get("NO_SKIPS") and not told:
        report.outcome = "failed"
        report.longrepr = f"skipped where everything must run: {report.longrepr[2]}"


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings: None) -> Iterator[None]:
    """pytest-django asks for this before it makes the test database."""
    from support.tables import laid_out_at_once

    with laid_out_at_once():
        yield


@pytest.fixture(scope="session")
def database_name() -> str:
    """Which database this run is on: `sqlite` or `postgresql`."""
    return DATABASE


@pytest.fixture
def cast(db: None) -> Cast:
    """The cast of tests/support/cast.py: a small real network, everybody in it, and their keys."""
    from support.recast import put_back

    return put_back()


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    """The browser's driver, once a run. Tests that take it are marked `journey`."""
    from support.walking import driver

    with driver() as started:
        yield started


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    """One Chromium for all tests of this process; each person gets a context of their own. It has no windows."""
    from support.walking import chromium

    with chromium(playwright, light=True) as started:
        yield started


@pytest.fixture(scope="session")
def whole_browser(playwright: Playwright) -> Iterator[Browser]:
    """One whole Chromium, for files about what only it has: notices, work in the background, what stays on the disk."""
    from support.walking import chromium

    with chromium(playwright) as started:
        yield started
