"""Editions, units, aliases, zones and neighbours."""

from __future__ import annotations

import uuid
from datetime import date

import pytest
from django.apps import apps
from django.db import IntegrityError, transaction
from pytest_django.fixtures import DjangoAssertNumQueries

from atarraya.kernel.errors import NotFound
from atarraya.territory import facts, queries
from atarraya.territory.models import Alias, Edition, Neighbour, Unit, Zone
from atarraya.territory.refusals import ImportRefused, NoFacts, OtherCountry, UnknownPlace, ZoneRefused
from atarraya.territory.services.editions import AliasRow, UnitRow, store_edition
from atarraya.territory.services.loading import load_country
from atarraya.territory.services.neighbours import set_neighbours
from atarraya.territory.services.zones import change_zone, define_zone

CLASSES = {"sealed", "routing", "shared", "public", "administration"}


def edition(identity: str, day: date, country: str = "XX") -> Edition:
    return Edition(id=identity, country=country, name=identity, valid_from=day, digest=identity.ljust(64, "0"))


def test_every_field_declares_its_class_and_only_zones_are_not_public() -> None:
    for model in apps.get_app_config("territory").get_models():
        declared = model.FIELD_CLASSES
        assert set(declared) == {field.name for field in model._meta.concrete_fields}, model
        assert set(declared.values()) == ({"shared"} if model is Zone else {"public"})
        assert set(declared.values()) <= CLASSES


def test_colombia_is_whole_and_its_codes_are_text(colombia: None) -> None:
    assert Unit.objects.count() == 1122
    assert queries.municipality("05873").label == "Vigía del Fuerte (Antioquia)"
    assert Unit.objects.filter(department_code="27").count() == 31
    assert not Unit.objects.exclude(code__regex=r"^\d{5}$").exists()
    assert not Unit.objects.filter(lat=None).exists()


def test_every_carried_alias_leads_to_a_carried_unit_and_codes_never_collide() -> None:
    read = facts.read("CO")
    codes = {row["code"] for row in read.units}
    for row in read.aliases:
        assert set(row["codes"].split()) <= codes, row
        assert row["kind"] in {"code", "name", "seat", "place"}, row
        assert row["text"] not in codes, row
        assert row["kind"] == "place" or len(row["codes"].split()) == 1, row
    assert len({(row["kind"], row["text"]) for row in read.aliases}) == len(read.aliases)


def test_a_second_load_is_one_look_and_changes_nothing(
    colombia: None, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    aliases = set(Alias.objects.values_list("unit_id", "kind", "text"))
    with django_assert_max_num_queries(2):
        again = load_country("CO")
    assert (again.changed, again.kept, again.created) == (False, 1122, 0)
    assert set(Alias.objects.values_list("unit_id", "kind", "text")) == aliases


def test_loading_everything_takes_few_statements(
    db: None, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_max_num_queries(60):
        assert load_country("CO").created == 1122


def test_a_country_that_is_not_carried_is_refused(db: None) -> None:
    for country in ("ZZ", "", "../CO", "co"):
        with pytest.raises(NoFacts):
            load_country(country)


def test_an_old_code_leads_to_todays_unit(colombia: None) -> None:
    assert queries.municipality("27086").code == "27493"
    assert queries.names(["27086", "05873", "99x"]) == {
        "27086": "Nuevo Belén de Bajirá",
        "05873": "Vigía del Fuerte",
        "99x": "99x",
    }
    assert queries.labels(["27615", "17614"]) == {"27615": "Riosucio (Chocó)", "17614": "Riosucio (Caldas)"}


@pytest.mark.parametrize("code", ["5873", "", "99999", "27615 ", "Riosucio"])
def test_a_code_that_is_none_is_refused_and_never_repaired(colombia: None, code: str) -> None:
    with pytest.raises(UnknownPlace):
        queries.municipality(code)


def test_a_newer_edition_closes_what_it_drops_and_keeps_it(db: None) -> None:
    store_edition(
        edition("one", date(2020, 1, 1)),
        [UnitRow("1", "Uno"), UnitRow("2", "Dos")],
        [AliasRow("name", "Un", "1")],
    )
    done = store_edition(edition("two", date(2024, 1, 1)), [UnitRow("1", "Uno Nuevo"), UnitRow("3", "Tres")], [])
    assert (done.created, done.kept, done.closed) == (1, 1, 1)
    assert queries.municipality("1").name == "Uno Nuevo"
    assert queries.municipality("1").valid_from is None
    assert queries.municipality("2").valid_until == date(2023, 12, 31)
    assert queries.municipality("3").valid_from == date(2024, 1, 1)
    assert Edition.objects.get(id="one").valid_until == date(2023, 12, 31)
    assert not Alias.objects.exists()


def test_a_unit_that_comes_back_is_open_again(db: None) -> None:
    store_edition(edition("one", date(2020, 1, 1)), [UnitRow("1", "Uno"), UnitRow("2", "Dos")], [])
    store_edition(edition("two", date(2024, 1, 1)), [UnitRow("1", "Uno")], [])
    store_edition(edition("three", date(2025, 1, 1)), [UnitRow("1", "Uno"), UnitRow("2", "Dos")], [])
    assert queries.municipality("2").valid_until is None


def test_an_older_edition_is_refused_and_leaves_no_trace(db: None) -> None:
    store_edition(edition("two", date(2024, 1, 1)), [UnitRow("1", "Uno")], [])
    with pytest.raises(ImportRefused):
        store_edition(edition("one", date(2020, 1, 1)), [UnitRow("1", "Otro"), UnitRow("2", "Dos")], [])
    assert list(Unit.objects.values_list("name", flat=True)) == ["Uno"]
    assert Edition.objects.count() == 1


def test_a_second_country_cannot_take_a_code(db: None) -> None:
    store_edition(edition("xx", date(2020, 1, 1)), [UnitRow("05001", "Uno")], [])
    with pytest.raises(OtherCountry, match="other_country") as refusal:
        store_edition(edition("yy", date(2021, 1, 1), "YY"), [UnitRow("05001", "Abasolo")], [])
    assert "05001" in str(refusal.value.message)
    assert queries.municipality("05001").name == "Uno"
    store_edition(edition("yy", date(2021, 1, 1), "YY"), [UnitRow("YY-05001", "Abasolo")], [])
    assert Edition.objects.get(id="xx").valid_until is None


def test_the_networks_own_alias_outlives_a_new_edition(db: None) -> None:
    store_edition(edition("one", date(2020, 1, 1)), [UnitRow("1", "Uno")], [AliasRow("name", "Primero", "1")])
    Alias.objects.create(unit_id="1", kind="name", text="El Uno")
    store_edition(edition("two", date(2024, 1, 1)), [UnitRow("1", "Uno")], [AliasRow("name", "El Uno", "1")])
    assert list(Alias.objects.values_list("text", "edition")) == [("El Uno", None)]


def test_a_zone_joins_three_communities_or_more(colombia: None) -> None:
    zone = define_zone("27099", "  Río   Agua Mansa ", 3)
    assert (zone.name, zone.communities, zone.active) == ("Río Agua Mansa", 3, True)
    assert zone.id.version == 4
    for count in (2, 0, -1, 10_000):
        with pytest.raises(ZoneRefused):
            define_zone("27099", f"Río {count}", count)
    with pytest.raises(ZoneRefused):
        change_zone(zone.id, communities=2)
    with pytest.raises(IntegrityError), transaction.atomic():
        Zone.objects.filter(id=zone.id).update(communities=2)


@pytest.mark.parametrize("name", ["", "   ", "x" * 81, "Río\x00 Sucio", "a\u202eb"])
def test_a_zone_has_a_name_that_can_be_read(colombia: None, name: str) -> None:
    with pytest.raises(ZoneRefused):
        define_zone("27099", name, 5)


def test_a_zone_is_named_once_in_its_municipality(colombia: None) -> None:
    first = define_zone("27099", "Río Agua Mansa", 4)
    second = define_zone("27615", "Río Agua Mansa", 4)
    third = define_zone("27099", "Caño Claro", 4)
    with pytest.raises(ZoneRefused):
        define_zone("27099", "Río Agua Mansa", 6)
    with pytest.raises(ZoneRefused):
        change_zone(third.id, name="Río Agua Mansa")
    assert [zone.id for zone in queries.zones(["27615", "27099"])] == [third.id, first.id, second.id]


def test_a_closed_zone_is_kept_but_not_offered(colombia: None) -> None:
    zone = define_zone("27086", "Caño Claro", 4)
    assert queries.zone(zone.id, "27493") == zone
    assert queries.zone(zone.id, "27615") is None
    change_zone(zone.id, active=False)
    assert queries.zone(zone.id, "27493") is None
    assert queries.zones(["27493"]) == []
    assert queries.zones(["27493"], active=False) == [zone]


def test_a_zone_that_does_not_exist_cannot_be_changed(db: None) -> None:
    with pytest.raises(NotFound):
        change_zone(uuid.uuid4(), active=False)


def test_neighbours_go_both_ways_and_are_replaced_whole(colombia: None) -> None:
    assert set_neighbours("27099", ["05873", "27425", "27099", "27425"]) == {"05873", "27425"}
    assert queries.neighbours("05873") == {"27099"}
    set_neighbours("27425", ["27001"])
    assert queries.neighbours("27099") == {"05873"}
    assert queries.neighbours("27425") == {"27001"}
    set_neighbours("27099", [])
    assert queries.neighbours("05873") == frozenset()


def test_neighbours_follow_old_codes_and_refuse_unknown_ones(colombia: None) -> None:
    assert set_neighbours("27086", ["27615"]) == {"27615"}
    assert queries.neighbours("27086") == {"27615"}
    with pytest.raises(UnknownPlace):
        set_neighbours("27615", ["27493", "99999"])
    assert queries.neighbours("27615") == {"27493"}
    with pytest.raises(IntegrityError), transaction.atomic():
        Neighbour.objects.create(municipality_id="27615", other_id="27615")
