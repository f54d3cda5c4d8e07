"""What the product says: complete in Spanish, and few enough words on a point's page."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Callable

import pytest
from babel.messages.catalog import Catalog
from django.test import Client

import messages
from support import house

MOST_WORDS = 350
MOST_WORDS_APART = 60  # of *Avisar por SMS*, kept apart from the page
NEVER_ON_A_POINTS_PAGE = {
    *("sellado", "sellada", "sobre", "época", "buzón", "passkey", "totp", "corroborado", "corroborada"),
    *("error", "inválido", "inválida", "token", "cifrado", "cifrada", "servidor"),
}
WORDS = house.ROOT / "tests" / "house" / "point_words.txt"


def test_spanish_is_complete_exact_and_used() -> None:
    lines = list(messages.gaps())
    assert not lines, "run `make messages` and translate:\n" + "\n".join(lines)


def test_a_gap_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    real: Callable[..., Catalog] = messages.extracted

    def with_one_more(room: object) -> Catalog:
        found = real(room)
        found.add("A sentence that nobody translated %(count)s")
        return found

    monkeypatch.setattr(messages, "extracted", with_one_more)
    assert any("nobody translated" in line for line in messages.gaps())


def words_of(text: str) -> set[str]:
    """Return the words of a text in lower case, without digits."""
    plain = unicodedata.normalize("NFC", html.unescape(text)).lower()
    return {word for word in re.findall(r"[^\W\d_]+", plain) if len(word) > 1}


def seen_text(page: str) -> set[str]:
    """Return the words a person can meet on a page: its text, templates included, and spoken or shown attributes."""
    body = re.sub(r"<(style|script)\b.*?</\1>", " ", page, flags=re.S | re.I)
    shown = re.findall(
        r"\b(?:alt|title|placeholder|aria-label|content|value|data-[a-z-]*(?:text|say|label))=\"([^\"]*)\"", body
    )
    return words_of(re.sub(r"<[^>]*>", " ", body)) | {word for text in shown if " " in text for word in words_of(text)}


@pytest.mark.django_db
def test_a_points_page_is_said_in_few_words(client: Client) -> None:
    if not WORDS.exists():
        pytest.skip("tests/house/point_words.txt is not written yet")
    allowed = set().union(*(words_of(line) for line in house.listed("point_words.txt")))
    assert len(allowed) <= MOST_WORDS
    assert not allowed & NEVER_ON_A_POINTS_PAGE
    seen = set()
    for part in ("/", "/n/es/"):
        answer = client.get(part, headers={"Accept-Language": "es"})
        assert answer.status_code == 200
        seen |= seen_text(answer.content.decode())
    assert "pantalla" in seen, "what is fetched later is of the page too"
    strange = seen - allowed
    assert not strange, f"{len(strange)} words not in point_words.txt: {sorted(strange)}"


@pytest.mark.django_db
def test_what_is_kept_apart_is_said_in_few_words_too(client: Client) -> None:
    page = set().union(*(words_of(line) for line in house.listed("point_words.txt")))
    apart = set().union(*(words_of(line) for line in house.listed("sms_words.txt")))
    assert len(apart) <= MOST_WORDS_APART and not apart & page
    assert not apart & NEVER_ON_A_POINTS_PAGE
    answer = client.get("/k/es/", headers={"Accept-Language": "es"})
    assert answer.status_code == 200
    seen = seen_text(answer.content.decode())
    assert "enviados" in seen
    assert seen - page == apart, sorted((seen - page) ^ apart)


def test_a_word_outside_the_list_would_be_seen() -> None:
    page = '<style>p{color:red}</style><p title="Dos palabras">Buzón&nbsp;lleno</p><template>escondida</template>'
    assert seen_text(page) == {"dos", "palabras", "buzón", "lleno", "escondida"}
