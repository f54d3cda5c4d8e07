"""The network's neutral sentence: all that any notice says."""

from __future__ import annotations

import re
import unicodedata

from django.utils import translation
from django.utils.translation import gettext as _

from atarraya.kernel.transactions import write
from atarraya.network import policy
from atarraya.network import queries as network
from atarraya.network.models import Member
from atarraya.notices.models import Wording
from atarraya.notices.refusals import NotNeutral
from atarraya.territory import queries as territory
from atarraya.trail.services import record

LONGEST = 60
_MARKS = re.compile(r"\d|@|/|\w\.\w")
_WORDS = re.compile(r"\b(?:alert|avis|denunci|amenaz|defens|threat|report|warn|atarraya)")


def sentence() -> str:
    """Return what a notice says, in the network's language."""
    with translation.override(network.the_network().language):
        return Wording.objects.values_list("sentence", flat=True).first() or _("There is something new.")


def choose(text: str, *, by: Member) -> None:
    """Choose what every notice says. A steward's act; names of places, numbers, links and telling words are refused."""
    policy.steward(by)
    plain = " ".join(text.split())
    if not plain or len(plain) > LONGEST or not plain.isprintable() or tells(plain):
        raise NotNeutral()
    with write():
        Wording.objects.update_or_create(single=True, defaults={"sentence": plain})
        record("notices.wording", actor=by.pk)


def tells(text: str) -> bool:
    """Return whether a text could say something to a stranger: a place, a number, a link, a word of alarm."""
    said = f" {_bare(text)} "
    places = [*territory.names(network.municipalities()).values(), network.the_network().name]
    return bool(_MARKS.search(text) or _WORDS.search(said)) or any(f" {_bare(name)} " in said for name in places)


def _bare(text: str) -> str:
    plain = unicodedata.normalize("NFD", text.casefold())
    return " ".join(re.findall(r"\w+", "".join(letter for letter in plain if not unicodedata.combining(letter))))
