"""Journeys: real browsers against real server processes. Every test here is marked `journey`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from support.living import Home, Live
from support.once import founded_once, once
from support.pushservice import Service, serving
from support.walking import DESKTOP, OLDER, PHONE, Visit, barriers, visit


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark every test of this folder."""
    here = Path(__file__).parent
    for item in items:
        if item.path.is_relative_to(here):
            item.add_marker(pytest.mark.journey)


@pytest.fixture(scope="session")
def founded(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """The cast's network, founded once; nobody serves it. Tests take copies."""
    return replace(founded_once(tmp_path_factory), linked=True)


# Without the process of nightly jobs: no journey lasts a night, and it takes a second of each test.
QUIET = ("serve", "--plain-http", "--no-worker")


@pytest.fixture
def live(founded: Home, tmp_path: Path) -> Iterator[Live]:
    """A server process of this test's own on a copy of the cast's network: `.url .stop() .kill() .start()`."""
    home = founded.copy(tmp_path)
    with home.live(*QUIET) as server:
        yield server
    home.remove()


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    """A push service of this test's own."""
    with serving(tmp_path) as made:
        yield made


def _speaking(founded: Home, tmp_path: Path, service: Service, *words: str) -> Iterator[Live]:
    home = founded.copy(tmp_path)
    env = {"ATARRAYA_PUSH": "1", "ATARRAYA_PUSH_HOSTS": service.host, "SSL_CERT_FILE": str(service.certificate)}
    with home.live("serve", "--plain-http", *words, **env) as server:
        yield server
    home.remove()


@pytest.fixture
def speaking(founded: Home, tmp_path: Path, service: Service) -> Iterator[Live]:
    """The cast's network, allowed to speak to this test's push service; without its worker nothing is sent."""
    yield from _speaking(founded, tmp_path, service, "--no-worker")


@pytest.fixture
def sending(founded: Home, tmp_path: Path, service: Service) -> Iterator[Live]:
    """The same with the worker that sends."""
    yield from _speaking(founded, tmp_path, service)


@pytest.fixture(scope="module")
def shared(founded: Home, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    """A server process for all tests of a file that do not mind each other."""
    home = founded.copy(tmp_path_factory.mktemp("shared"))
    with home.live(*QUIET) as server:
        yield server
    home.remove()


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    """The demonstration, as `make demo` serves it. Its people are in `.home.folder / "access.json"`."""

    def build(folder: Path) -> str:
        # Building may take longer than a server that is ready may.
        home = Home(folder / "demo")
        home.atarraya("demo", "--build-only", "--data", str(home.folder), DATABASE_URL="")
        return str(home.folder)

    _folder, built = once(tmp_path_factory, "demonstration", build)
    home = Home(Path(built)).copy(tmp_path_factory.mktemp("demo"))
    with home.live("demo", DATABASE_URL="") as server:
        yield server
    home.remove()


@pytest.fixture
def new_phone(browser: Browser) -> Iterator[Callable[..., Visit]]:
    """Make phones: `leader = new_phone()`. A page that complains turns the test red at its end."""
    with ExitStack() as stack:
        yield lambda **options: stack.enter_context(visit(browser, PHONE, **options))


@pytest.fixture
def new_desktop(browser: Browser) -> Iterator[Callable[..., Visit]]:
    """Make desktop browsers: `verifier = new_desktop()`."""
    with ExitStack() as stack:
        yield lambda **options: stack.enter_context(visit(browser, DESKTOP, **options))


@pytest.fixture
def phone(new_phone: Callable[..., Visit]) -> Visit:
    """One phone, 360 × 640."""
    return new_phone()


@pytest.fixture
def old_phone(new_phone: Callable[..., Visit]) -> Visit:
    """A phone whose browser has nothing that came after Chrome 90."""
    found = new_phone()
    found.context.add_init_script(OLDER)
    return found


@pytest.fixture
def desktop(new_desktop: Callable[..., Visit]) -> Visit:
    """One desktop browser."""
    return new_desktop()


@pytest.fixture
def passable() -> Callable[..., None]:
    """Hold a page to axe: `passable(page)` fails on anything serious or critical."""

    def hold(page: Page) -> None:
        found = barriers(page)
        assert not found, "\n".join(found)

    return hold
