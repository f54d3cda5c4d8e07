"""A new way out is one folder: it registers itself, and every page, count and check knows it."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import Client

from atarraya import channels
from atarraya.channels.apps import find_carriers
from atarraya.kernel import clock
from atarraya.network.queries import forget_network
from atarraya.notices import carriers
from atarraya.notices.queries import counts
from atarraya.notices.refusals import NoSuchWay
from support import house
from support.hearing import drain, hears
from support.people import warn
from support.river import NOON, Cast, found

PIGEON = """
from atarraya.notices import carriers
from atarraya.notices.carriers import Carrier, Delivered, Said


class Pigeon(Carrier):
    name, label, off = "pigeon", "Pigeon", "No pigeon."
    flown = []

    def checked(self, address):
        return dict(address)

    def deliver(self, items):
        for item in items:
            self.flown.append(item.address)
            yield Said(item, Delivered())


carriers.register(Pigeon())
"""


@pytest.fixture
def pigeon(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[carriers.Carrier]:
    """A folder with one module, and nothing else anywhere."""
    folder = tmp_path / "waysout" / "pigeon"
    folder.mkdir(parents=True)
    (tmp_path / "waysout" / "__init__.py").touch()
    (folder / "__init__.py").touch()
    (folder / "carrier.py").write_text(PIGEON)
    (tmp_path / "waysout" / "empty").mkdir()
    (tmp_path / "waysout" / "empty" / "__init__.py").touch()
    monkeypatch.syspath_prepend(tmp_path)
    assert find_carriers([str(tmp_path / "waysout")], "waysout") == ["pigeon"]
    made = carriers.named("pigeon")
    assert made is not None
    yield made
    carriers.forget("pigeon")
    for name in [name for name in sys.modules if name.startswith("waysout")]:
        del sys.modules[name]


@pytest.mark.django_db
def test_one_folder_is_all_a_new_way_needs(pigeon: carriers.Carrier) -> None:
    with clock.freeze(NOON):
        cast = Cast(found())
        hears(cast.member(), "loft", way="pigeon")
        warn(cast)
        drain()
        assert pigeon.flown == [{"to": "loft"}]  # type: ignore[attr-defined]
        assert next(way for way in counts.ways() if way.name == "pigeon").sent == 1


def test_every_folder_with_a_carrier_is_known() -> None:
    folders = {path.parent.name for path in house.named("carrier.py", under="src/atarraya/channels")}
    assert folders == {carrier.name for carrier in carriers.every()}
    assert folders >= {"push", "sms", "mail", "live", "feeds"}
    assert channels.__path__


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["live", "feeds"])
def test_a_way_that_is_fetched_from_is_given_nothing_and_says_so(name: str) -> None:
    with clock.freeze(NOON):
        cast = Cast(found())
        way = carriers.named(name)
        assert way is not None and way.pulls
        for subscribes in (lambda: hears(cast.member(), way=name), lambda: hears(cast.point(), way=name)):
            with pytest.raises(NoSuchWay):
                subscribes()
        with pytest.raises(carriers.CarrierDown):
            list(way.deliver([]))
        client = Client(headers={"Accept": "text/html"})
        client.force_login(cast.member("STEWARD"), "allauth.account.auth_backends.AuthenticationBackend")
        page = client.get("/red/entregas/").content.decode()
        section = page[page.index(str(way.label)) :].partition("</section>")[0]
        assert "viene y lo toma" in section and "<dl" not in section
        assert ("fuente propia" in section) is (name == "feeds")
        forget_network()


def test_a_worker_has_no_thread_for_a_way_that_is_fetched_from() -> None:
    assert {"push", "sms", "mail"} <= {one.name for one in carriers.sending()}
    assert not {one.name for one in carriers.sending()} & {"live", "feeds"}


def test_nothing_else_names_a_way() -> None:
    """No room but its own folder imports a carrier or knows its name (the settings name what has a page's script)."""
    others = [path for path in house.python_of_rooms() if not {"channels", "settings"} & {*path.parts}]
    found_there = house.found_in(others, {r"channels\.(?:mail|push)|[\"'](?:mail|push)[\"']": "names a way out"})
    assert not found_there, "\n".join(found_there)
