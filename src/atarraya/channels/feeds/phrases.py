"""Sentences of an entry, made of codes, in the language that is active."""

from __future__ import annotations

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from atarraya.alerts import labels
from atarraya.alerts import phrases as alert_phrases
from atarraya.channels.feeds.queries.items import Item


def kind(item: Item) -> str:
    """Return what happened, in a few words."""
    return str(labels.KINDS[item.said.kind])


def state(item: Item) -> str:
    """Return the state in words, as the public page says it."""
    said = item.said
    return alert_phrases.public_state(said.state, said.outcome, said.doubt, said.corrected)


def title(item: Item) -> str:
    """Return kind, place and state in one line."""
    what = _("%(what)s in %(place)s") % {"what": kind(item), "place": item.place.label}
    return f"{what}: {state(item)}"


def day(item: Item) -> str:
    """Return the day with its year: what is written stays written."""
    return date_format(item.said.day, "DATE_FORMAT")


def description(item: Item) -> str:
    """Return day, state and, if two people approved one, the summary."""
    said = _("%(day)s: %(state)s.") % {"day": day(item), "state": state(item)}
    return f"{said} {item.said.summary}".strip()


def advice(item: Item) -> str:
    """Return what to do; empty for what no longer stands."""
    return alert_phrases.advice(item.said.advice) if item.said.advice else ""


def outcome(item: Item) -> str:
    """Return how it ended."""
    return str(labels.OUTCOMES[item.said.outcome]) if item.said.outcome else ""


def urgency(item: Item) -> str:
    """Return how urgent it was; empty where that is not told."""
    return str(labels.URGENCIES[item.said.urgency]) if item.said.urgency else ""
