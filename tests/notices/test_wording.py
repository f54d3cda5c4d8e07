"""What a notice says is one sentence, chosen by a steward, that tells a stranger nothing."""

from __future__ import annotations

import pytest

from atarraya.network.refusals import NeedsSteward
from atarraya.notices.refusals import NotNeutral
from atarraya.notices.services.wording import choose, sentence
from atarraya.trail.models import Line
from support.river import Cast


def test_a_steward_chooses_it_and_nobody_else(cast: Cast) -> None:
    assert sentence() == "Hay algo nuevo."
    with pytest.raises(NeedsSteward):
        choose("Ya está la compra.", by=cast.member())
    choose("  Ya está   la compra. ", by=cast.member("STEWARD"))
    assert sentence() == "Ya está la compra."
    assert Line.objects.get(verb="notices.wording").subject == ""


@pytest.mark.parametrize(
    "text",
    [
        "", "   ", "x" * 61, "dos\nrenglones\x00", "Nueva alerta", "Hay AVISO", "Avíseles", "Novedad en Bojaya",
        "Mire a vigía del fuerte", "Red de prueba", "Vea sitio.org", "http://x", "a@b", "Son 3",
        "Defensoras", "Amenaza",
    ],
)  # fmt: skip
def test_what_would_tell_something_is_refused(cast: Cast, text: str) -> None:
    with pytest.raises(NotNeutral):
        choose(text, by=cast.member("STEWARD"))
    assert sentence() == "Hay algo nuevo."


def test_in_the_networks_language(cast: Cast) -> None:
    cast.network.language = "en"
    cast.network.save()
    assert sentence() == "There is something new."
