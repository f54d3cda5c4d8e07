"""Sentences made of codes, in the reader's language: state, times, advice, radio reading, text to share."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

from django.utils import dates, timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from atarraya.alerts import labels
from atarraya.alerts.lines import Line, part_of

RADIO_WORDS = 25
# Beyond this many days a date is said instead of "so many days ago".
DAYS_SAID = 14


def when(at: datetime, part: str, now: datetime) -> str:
    """Return when it was, in words: “ayer en la tarde”, “hace 3 días”, “el 3 de octubre”."""
    here, today = timezone.localtime(at), timezone.localtime(now).date()
    days = (today - here.date()).days
    said = labels.PARTS[part_of(here, part)]
    if days <= 0:
        return _("today %(part)s") % {"part": said}
    if days == 1:
        return _("yesterday %(part)s") % {"part": said}
    if days <= DAYS_SAID:
        return ngettext("%(days)s day ago", "%(days)s days ago", days) % {"days": days}
    return on_day(here.date())


def on_day(day: date) -> str:
    """Return a date in words, with its year when it is not this one's: “el 3 de octubre”."""
    said = {"day": day.day, "month": dates.MONTHS[day.month], "year": day.year}
    if day.year == timezone.localdate().year:
        return _("on %(month)s %(day)s") % said
    return _("on %(month)s %(day)s, %(year)s") % said


def day_named(at: datetime, part: str) -> str:
    """Return a day that stays true when it is heard later: “sábado 22 en la tarde”."""
    here = timezone.localtime(at)
    said = {"weekday": dates.WEEKDAYS[here.weekday()], "day": here.day, "part": labels.PARTS[part_of(here, part)]}
    return _("%(weekday)s %(day)s %(part)s") % said


def lapses(line: Line, now: datetime) -> str:
    """Return when it lapses, in words: “vence mañana”; empty for what no longer stands as a warning."""
    if not line.open or line.state == "EXPIRED":
        return ""
    if line.expires_at is None:
        return _("it does not lapse")
    days = (timezone.localtime(line.expires_at).date() - timezone.localtime(now).date()).days
    if days <= 0:
        return _("lapses today")
    if days == 1:
        return _("lapses tomorrow")
    return ngettext("lapses in %(days)s day", "lapses in %(days)s days", days) % {"days": days}


def state(line: Line) -> str:
    """Return the state in words, with doubt and correction before it (R13, R16, R18)."""
    said = [_base(line)]
    if line.open and line.doubt:
        said.insert(0, str(labels.DOUBT))
    elif line.open and line.corrected:
        said.insert(0, str(labels.CORRECTED))
    return " · ".join(said)


def _base(line: Line) -> str:
    if line.state == "UNCONF":
        if line.points > 1:
            warn = ngettext("%(points)s point warns of it", "%(points)s points warn of it", line.points)
            return warn % {"points": line.points} + " · " + _("nobody has checked it")
        return str(labels.STATES["UNCONF"] if line.points else labels.TEAM_SAYS)
    if line.state == "CLOSED" and line.outcome:
        return _("closed: %(outcome)s") % {"outcome": labels.OUTCOMES[line.outcome]}
    return str(labels.STATES[line.state])


def public_state(state: str, outcome: str, doubt: bool, corrected: bool) -> str:
    """Return the state in words for the public: of what was confirmed, or GONE for what no longer holds."""
    if state == "GONE":
        return _("withdrawn: it no longer holds")
    said = str(labels.STATES["CONF"])
    if state == "CLOSED":
        said = (
            _("closed: %(outcome)s") % {"outcome": labels.OUTCOMES[outcome]}
            if outcome
            else str(labels.STATES["CLOSED"])
        )
    elif state == "EXPIRED":
        said = _("it was confirmed; there is no later news")
    mark = labels.DOUBT if doubt else labels.CORRECTED if corrected else ""
    return f"{mark} · {said}" if mark else said


def notes(line: Line) -> str:
    """Return what points tapped under it: who says it goes on, and who says it passed (only a note)."""
    said = []
    if line.open and line.still:
        still = ngettext("%(points)s point says it goes on", "%(points)s points say it goes on", line.still)
        said.append(still % {"points": line.still})
    if line.open and line.passed:
        passed = ngettext("%(points)s point says it passed", "%(points)s points say it passed", line.passed)
        said.append(passed % {"points": line.passed})
    return " · ".join(said)


def news(line: Line, now: datetime) -> str:
    """Return when the next news is due, or since when there was none (R19)."""
    if not line.open or line.next_news_at is None:
        return ""
    if line.overdue(now):
        return _("there has been no news since %(when)s") % {"when": _moment(line.news_at, now)}
    return _("next news: %(when)s") % {"when": _moment(line.next_news_at, now)}


def responsible(line: Line) -> str:
    """Return who answers for the next news: “responden: verificadores”."""
    return _("responsible: %(role)s") % {"role": labels.ROLES[line.role]} if line.open else ""


def _moment(at: datetime, now: datetime) -> str:
    here, today = timezone.localtime(at), timezone.localtime(now).date()
    days = (today - here.date()).days
    near = {0: _("today"), 1: _("yesterday"), -1: _("tomorrow")}
    return near.get(days, on_day(here.date()))


def advice(code: str) -> str:
    """Return what to do: one or two sentences."""
    return " ".join(str(sentence) for sentence in labels.ADVICE[code])


def where(line: Line) -> str:
    """Return the place, finest first: “río Agua Mansa, Bojayá”."""
    return f"{line.zone}, {line.place}" if line.zone else line.place


def radio(line: Line) -> str:
    """Return what a speaker reads aloud: at most 25 words, leaving out the least needed first (R28)."""
    for parts in _radio_tries(line):
        said = ". ".join(part.rstrip(".") for part in parts) + "."
        if len(said.split()) <= RADIO_WORDS:
            return said
    return " ".join(said.split()[:RADIO_WORDS])


def _radio_tries(line: Line) -> Iterator[list[str]]:
    day, todo = _capital(day_named(line.at, line.part)), [str(sentence) for sentence in labels.ADVICE[line.advice]]
    head, what = _radio_head(line), str(labels.KINDS[line.kind])
    if not line.open:
        todo = []
    yield [head, what, where(line), day, *todo]
    yield [head, what, where(line), day, *todo[:1]]
    yield [head, what, line.place, day, *todo[:1]]
    yield [head, what, line.place, *todo[:1]]
    yield [head, what, line.place]


def _radio_head(line: Line) -> str:
    if not line.open:
        return _("An earlier notice no longer holds")
    if line.doubt:
        return _("Notice in doubt")
    heads = {
        "CONF": _("Confirmed notice"),
        "EXPIRED": _("Notice without news: ask"),
        "INCONC": _("Notice that could not be known"),
    }
    return heads.get(line.state, _("Unchecked notice"))


def share(line: Line) -> str:
    """Return a text to pass on: no link, no brand, no zone, nothing of who said it (R28)."""
    what = _("%(what)s in %(place)s") % {"what": labels.KINDS[line.kind], "place": line.place}
    parts = [_radio_head(line), what, _capital(day_named(line.at, line.part))]
    if line.open:
        parts.append(advice(line.advice))
    parts.append(_("Do not pass on audios or names."))
    return " ".join(part if part.endswith(".") else part + "." for part in parts)


def heard(said: int, points: int) -> str:
    """Return “3 de 4 puntos han hablado”."""
    return ngettext("%(said)s of %(points)s point has spoken", "%(said)s of %(points)s points have spoken", points) % {
        "said": said,
        "points": points,
    }


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
