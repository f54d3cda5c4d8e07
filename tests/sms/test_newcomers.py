"""With stolen words: numbers that nobody knows spend nothing of what a known number needs, and people are told."""

from __future__ import annotations

from datetime import timedelta

import pytest

from atarraya.alerts import rules
from atarraya.alerts.models import Alert, Entry
from atarraya.channels.sms import queries
from atarraya.channels.sms.services import books
from atarraya.kernel import clock
from sms.test_doors import body
from support.cast import Cast
from support.smsrun import Place, Run

pytestmark = pytest.mark.django_db


def coded(place: Place, run: Run, hold: bool) -> str:
    answer = run.post("reports", place.coded(body(place.cast), hold=hold))
    assert answer.status_code == 201
    return str(answer.json()["board"])


@pytest.fixture
def place(cast: Cast) -> Place:
    return Place(cast)


@pytest.fixture
def run(place: Place) -> Run:
    found = place.run()
    found.prove()
    found.pulse()
    return found


def test_stolen_words_from_new_numbers_take_no_warning_from_a_known_one(place: Place, run: Run) -> None:
    new = [coded(place, run, hold=True) for _each in range(rules.NEWCOMERS_A_DAY + 2)]
    assert new == ["held"] * rules.NEWCOMERS_A_DAY + ["team"] * 2
    known = [coded(place, run, hold=False) for _each in range(rules.WARNINGS_A_DAY + 1)]
    assert known == ["shown"] * rules.WARNINGS_A_DAY + ["held"]
    assert coded(place, run, hold=True) == "team"
    assert Entry.objects.count() == len(new) + len(known) + 1, "every account reaches people"


def test_known_numbers_take_nothing_from_the_new_ones(place: Place, run: Run) -> None:
    assert [coded(place, run, hold=False) for _each in range(4)] == ["shown"] * 3 + ["held"]
    assert coded(place, run, hold=True) == "held"


def test_people_are_told_when_it_is_used_up_until_the_code_is_burnt_or_a_day_is_over(place: Place, run: Run) -> None:
    for _each in range(rules.NEWCOMERS_A_DAY - 1):
        coded(place, run, hold=True)
    assert place.says() == []
    coded(place, run, hold=True)
    said = queries.troubles([place.cast.inbox.pk])
    assert [(one.what, one.name) for one in said] == [("newcomers", place.book.collective.name)]
    with clock.freeze(clock.now() + timedelta(hours=26)):
        assert "newcomers" not in place.says()
    books.burn(place.book, by=place.cast.verifier.member)
    assert "newcomers" not in place.says()


def test_settling_what_new_numbers_sent_gives_neither_budget_back(place: Place, run: Run) -> None:
    for _each in range(rules.NEWCOMERS_A_DAY):
        coded(place, run, hold=True)
    Alert.objects.update(point=None, open=False)  # as settling leaves it
    assert coded(place, run, hold=True) == "team"
    assert coded(place, run, hold=False) == "shown"


def test_an_unread_sms_spends_nothing(place: Place, run: Run) -> None:
    for _each in range(5):
        run.post("reports", body(place.cast, hold=True))
    assert coded(place, run, hold=True) == "held"
