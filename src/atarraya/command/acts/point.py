"""`atarraya point`: reporting points. Links and codes are told once; only their hashes are kept."""

from __future__ import annotations

import argparse
from uuid import UUID

from django.core.exceptions import ValidationError

from atarraya.command import listing
from atarraya.command.words import _
from atarraya.network import queries
from atarraya.network.models import Collective, Inbox, Point
from atarraya.network.services import points
from atarraya.network.services.points import NewPoint
from atarraya.sealing import lists
from atarraya.terminal.codes import DONE, Refused
from atarraya.territory import queries as territory


def run(args: argparse.Namespace) -> int:
    """List points, or do one act on one."""
    acts = {"list": _list, "create": _create, "change-link": _change_link}
    simple = {"pause": points.pause, "resume": points.resume, "revoke": points.revoke}
    if args.act in acts:
        acts[args.act](args)
        return DONE
    point = simple[args.act](_find(args.point), by=None)
    print(_("Point %(id)s is now: %(state)s.") % {"id": point.pk, "state": point.state})
    return DONE


def _list(args: argparse.Namespace) -> None:
    found = Point.objects.select_related("collective", "inbox").order_by("municipality", "created", "pk")
    names = territory.labels({point.municipality for point in found})
    rows: list[dict[str, object]] = [
        {
            "id": point.pk,
            "collective": point.collective.name,
            "municipality": names.get(point.municipality, point.municipality),
            "label": point.label,
            "inbox": point.inbox.name,
            "state": point.state,
            "phones": points.phones(point),
        }
        for point in found
    ]
    headings = {
        "id": _("id"),
        "collective": _("collective"),
        "municipality": _("municipality"),
        "label": _("label"),
        "inbox": _("inbox"),
        "state": _("state"),
        "phones": _("phones"),
    }
    listing.show(rows, headings, as_json=getattr(args, "json", False))


def _create(args: argparse.Namespace) -> None:
    collective = Collective.objects.filter(name=args.collective).first()
    if collective is None:
        raise Refused(_("No collective is called %s.") % args.collective)
    made = points.create_point(collective, _inbox(args.inbox), args.municipality, args.label, by=None)
    _tell_once(args, made)


def _inbox(name: str) -> Inbox:
    found = list(Inbox.objects.filter(name=name) if name else Inbox.objects.all()[:2])
    if len(found) == 1:
        return found[0]
    if not found:
        raise Refused(_("There is no such inbox. A steward makes inboxes in the browser, where keys are."))
    raise Refused(_("There are several inboxes. Say which with --inbox."))


def _change_link(args: argparse.Namespace) -> None:
    _tell_once(args, points.change_link(_find(args.point), by=None))


def _find(text: str) -> Point:
    try:
        return Point.objects.get(pk=UUID(text))
    except (Point.DoesNotExist, ValueError, ValidationError):
        raise Refused(_("No point has the id %s. See: atarraya point list") % text) from None


def _tell_once(args: argparse.Namespace, made: NewPoint) -> None:
    hosts = args.installation.hosts
    where = f"https://{hosts[0]}" if hosts else "http://127.0.0.1:8000"
    first = queries.lists_after(made.point.inbox, 0)[0]
    fingerprint = lists.fingerprint(first.document)
    print(_("Point %s. This is shown only now:") % made.point.pk)
    print(f"  {where}/#{made.link_token}.{fingerprint.replace('-', '')}")
    print(_("Short code: %s") % made.short_code)
    print(_("Fingerprint: %s") % fingerprint)
