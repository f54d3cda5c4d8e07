"""Every code has its words in both languages; every sentence made of codes is short and says no more than it may."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.utils import translation

from atarraya.alerts import labels, phrases, rules
from atarraya.alerts.lines import Line
from atarraya.kernel import clock, ids
from support.river import BOJAYA, NOON

DAY = timedelta(days=1)
LONGEST = "Vigía del Fuerte (Antioquia)"


def line(**said: Any) -> Line:
    fields: dict[str, Any] = {
        "id": ids.new_id(),
        "kind": "ARMED_PRESENCE",
        "municipality": BOJAYA,
        "place": "Bojayá",
        "zone": "río Agua Mansa",
        "urgency": "NOW",
        "state": "UNCONF",
        "doubt": False,
        "corrected": False,
        "at": NOON - timedelta(hours=18),
        "part": "",
        "summary": "",
        "advice": "ASK_BEFORE_GOING",
        "expires_at": NOON + timedelta(hours=30),
        "issuer": "POINT",
        "seconders": 0,
        "still": 0,
        "passed": 0,
        "outcome": "",
        "news_at": NOON,
        "next_news_at": None,
        "role": "VERIFIER",
        "version": 1,
        "seq": 1,
        "open": True,
        "top_until": None,
    }
    return Line(**(fields | said))


@pytest.fixture(autouse=True, params=["es", "en"])
def language(request: pytest.FixtureRequest) -> Any:
    with translation.override(request.param):
        yield request.param


def test_every_code_has_words() -> None:
    tables: list[tuple[dict[str, Any], Any]] = [
        (labels.KINDS, rules.KINDS),
        (labels.FAMILIES, rules.FAMILIES),
        (labels.STATES, rules.STATES),
        (labels.DESK_STATES, rules.STATES),
        (labels.URGENCIES, rules.URGENCIES),
        (labels.ADVICE, rules.ADVICES),
        (labels.SEEN, rules.SEEN),
        (labels.PARTS, rules.WHEN_PARTS),
        (labels.OUTCOMES, rules.OUTCOMES),
        (labels.ANSWERS, rules.ANSWERS),
    ]
    for table, codes in tables:
        assert set(table) == set(codes)
        assert all(str(words) for words in table.values())
    assert set(rules.ACTS) <= set(labels.ACTS)
    assert set(labels.ACTS) >= rules.SMALL_CHANGES
    assert set(rules.ADVICE.values()) <= set(rules.ADVICES) and set(rules.ADVICE) <= set(rules.KINDS)


def test_the_board_speaks_as_the_rules_say(language: str) -> None:
    if language != "es":
        return  # the rules are written in Spanish
    said = {
        phrases.state(line()): "lo dice un punto; nadie lo ha comprobado",
        phrases.state(line(state="INPROC")): "lo están comprobando",
        phrases.state(line(state="CONF")): "confirmado",
        phrases.state(line(state="INCONC")): "no se pudo saber",
        phrases.state(line(doubt=True)): "en duda · lo dice un punto; nadie lo ha comprobado",
        phrases.state(line(state="CONF", corrected=True)): "corregido · confirmado",
        phrases.state(line(state="EXPIRED")): "venció sin noticias: nadie ha dicho que pasó, pregunte",
        phrases.state(line(seconders=1)): "lo avisan 2 puntos · nadie lo ha comprobado",
        phrases.state(line(state="CLOSED", open=False, outcome="PASSED")): "cerrado: ya pasó",
        phrases.when(NOON - timedelta(hours=18), "", NOON): "ayer en la tarde",
        phrases.when(NOON, "", NOON): "hoy en la mañana",
        phrases.when(NOON - 3 * DAY, "", NOON): "hace 3 días",
        phrases.when(NOON - 49 * DAY, "", NOON): "el 3 de octubre",
        phrases.lapses(line(expires_at=NOON + DAY), NOON): "vence mañana",
        phrases.lapses(line(expires_at=NOON + timedelta(hours=2)), NOON): "vence hoy",
        phrases.lapses(line(expires_at=None), NOON): "no vence",
        phrases.heard(3, 4): "3 de 4 puntos han hablado",
        phrases.news(line(next_news_at=NOON - DAY, news_at=NOON - DAY), NOON): "no ha habido noticia desde ayer",
        phrases.news(line(next_news_at=NOON + DAY), NOON): "próxima noticia: mañana",
        str(labels.PLACES["SPOKE"]): "hablaron y no avisan peligro",
        str(labels.PLACES["UNKNOWN"]): "no sabemos",
        str(labels.FEW_POINTS): "pocos puntos: pregunte",
    }
    assert {found: found for found in said} == {found: words for found, words in said.items()}


@pytest.mark.parametrize("advice", rules.ADVICES)
@pytest.mark.parametrize("kind", rules.KINDS)
def test_the_radio_reads_at_most_25_words(kind: str, advice: str) -> None:
    for zone in ("", "río Agua Mansa y quebradas de la margen izquierda"):
        for state in ("UNCONF", "CONF", "EXPIRED", "INCONC", "CLOSED"):
            said = phrases.radio(
                line(kind=kind, advice=advice, zone=zone, place=LONGEST, state=state, open=state != "CLOSED")
            )
            assert len(said.split()) <= 25, said
            assert str(labels.KINDS[kind]) in said and LONGEST in said


def test_a_text_to_share_names_no_zone_link_or_brand() -> None:
    for kind in rules.KINDS:
        said = phrases.share(line(kind=kind, summary="Hay heridos."))
        assert "Agua Mansa" not in said and "Hay heridos" not in said
        assert "http" not in said and "tarraya" not in said.lower() and "/" not in said
        assert "Bojayá" in said and said.endswith(str(translation.gettext("Do not pass on audios or names.")))


def test_what_ended_is_never_read_aloud_as_current() -> None:
    said = phrases.radio(line(state="WITHDRAWN", open=False))
    assert all(str(sentence) not in said for sentence in labels.ADVICE["ASK_BEFORE_GOING"])
    assert phrases.lapses(line(state="WITHDRAWN", open=False), NOON) == ""


def test_no_place_is_ever_called_safe(language: str) -> None:
    words = " ".join(str(words) for words in labels.PLACES.values()).lower()
    assert not any(word in words for word in ("segur", "safe", "tranquil", "calm"))


@pytest.mark.parametrize(
    ("said", "shape"),
    [
        ({}, "s-UNCONF"),
        ({"doubt": True}, "s-doubt"),
        ({"corrected": True, "state": "CONF"}, "s-corrected"),
        ({"state": "EXPIRED"}, "s-EXPIRED"),
        ({"state": "DISC", "open": False, "doubt": True}, "s-ended"),
    ],
)
def test_the_shape_follows_the_state(said: dict[str, Any], shape: str) -> None:
    assert line(**said).shape == shape


def test_times_in_words_are_of_the_networks_day() -> None:
    """Eleven at night in Bogotá is already tomorrow in UTC."""
    late = NOON.replace(hour=4, minute=0) + DAY
    with clock.freeze(late):
        assert phrases.when(late, "", late).startswith(("hoy", "today"))
        assert phrases.lapses(replace(line(), expires_at=late + timedelta(hours=2)), late) in {
            "vence mañana",
            "lapses tomorrow",
        }
