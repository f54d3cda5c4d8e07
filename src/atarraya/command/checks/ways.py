"""The ways out: which notices can be sent and were given up, whether streams answer, and which feeds end soon."""

from __future__ import annotations

import argparse
import http.client
from collections.abc import Iterator
from datetime import timedelta
from http import HTTPStatus
from pathlib import Path

from django.conf import settings

from atarraya.channels.feeds import rules
from atarraya.channels.feeds.models import FeedToken
from atarraya.channels.live.addresses import ADDRESS
from atarraya.command import entry
from atarraya.command.checks.finding import BROKEN, NOTE, Finding, found
from atarraya.command.words import _
from atarraya.kernel import clock
from atarraya.notices import carriers
from atarraya.notices.models import Receiver
from atarraya.notices.queries import counts


def ready(args: argparse.Namespace) -> Iterator[Finding]:
    """Each way out can send here, or says what it lacks."""
    for carrier in carriers.every():
        ways = _("People can come and fetch: %s.") if carrier.pulls else _("Notices can go out: %s.")
        name, fine = f"way-{carrier.name}", ways % carrier.label
        try:
            carrier.check()
        except Exception as problem:  # of this way; the others are looked at all the same
            yield Finding(name, BROKEN, f"{carrier.label}: {entry.sentence(problem)}")
        else:
            yield found(name, carriers.can_send(carrier), fine, str(carrier.off), level=NOTE)


def keys(args: argparse.Namespace) -> Iterator[Finding]:
    """Whoever asked for notices is told with the key that their address was made for."""
    for carrier in carriers.every():
        if carrier.secret and Receiver.objects.filter(carrier=carrier.name).exists():
            yield found(
                f"key-{carrier.name}",
                (Path(settings.DATA) / "secrets" / carrier.secret).is_file(),
                _("The key that addresses were made for is in place: %s.") % carrier.label,
                _("The key that addresses were made for is gone (%s): no notice reaches them. "
                  "Bring it back with: atarraya restore --secrets") % carrier.label,
            )  # fmt: skip


def live(args: argparse.Namespace) -> Iterator[Finding]:
    """Live streams answer where they should: only a word that opens them lacks."""
    if args.live_port is None:
        if settings.LIVE:
            yield Finding("live", NOTE, _("Live streams are on here. To look at them too: doctor --live-port PORT"))
        return
    yield found(
        "live",
        _answers(args.live_port),
        _("Live streams answer on port %s.") % args.live_port,
        _("No live stream answers on port %s: pages learn of changes late. Start: atarraya serve --live-port %s")
        % (args.live_port, args.live_port),
    )


def _answers(port: int) -> bool:
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        line.request("GET", ADDRESS)
        return line.getresponse().status == HTTPStatus.UNAUTHORIZED
    except (OSError, http.client.HTTPException):
        return False
    finally:
        line.close()


def feed_tokens(args: argparse.Namespace) -> Iterator[Finding]:
    """No address of the network's own feed is about to lapse unnoticed."""
    today = clock.today()
    near = FeedToken.objects.filter(last_day__gte=today, last_day__lt=today + timedelta(days=rules.NEAR_DAYS)).count()
    yield found(
        "feed-tokens",
        not near,
        _("No address of the network’s own feed is about to lapse."),
        _("%(count)s addresses of the network’s own feed lapse within %(days)s days: a steward can give new ones.")
        % {"count": near, "days": rules.NEAR_DAYS},
        level=NOTE,
    )


def given_up(args: argparse.Namespace) -> Iterator[Finding]:
    """Nothing was given up that a steward has not looked at."""
    lost = sum(sum(way.given_up.values()) for way in counts.ways())
    yield found(
        "deliveries",
        not lost,
        _("No notice was given up."),
        _("%s notices were given up: a steward sees why and can try them again.") % lost,
        level=NOTE,
    )
