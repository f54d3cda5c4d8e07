"""`atarraya member`: what can be done for members without any key. Nothing here opens or hands over an account."""

from __future__ import annotations

import argparse

from django.urls import reverse

from atarraya.command import listing
from atarraya.command.words import _
from atarraya.kernel.transactions import write
from atarraya.network import queries
from atarraya.network.models import Freeze, Member
from atarraya.network.services import founding, members
from atarraya.network.services.ending import end_sessions
from atarraya.terminal.codes import DONE, Refused
from atarraya.trail.services import record


def run(args: argparse.Namespace) -> int:
    """List members, or do one act for one."""
    acts = {
        "list": _list,
        "founding-link": _founding_link,
        "new-sign-in": _new_sign_in,
        "sign-out": _sign_out,
        "settle-freeze": _settle_freeze,
    }
    acts[args.act](args)
    return DONE


def _list(args: argparse.Namespace) -> None:
    rows: list[dict[str, object]] = [
        {
            "login": member.login,
            "alias": member.alias,
            "roles": member.roles,
            "circles": [circle.name for circle in queries.circles_of(member)],
            "state": member.state,
            "since": member.since,
        }
        for member in Member.objects.order_by("alias")
    ]
    headings = {
        "login": _("sign-in name"),
        "alias": _("alias"),
        "roles": _("roles"),
        "circles": _("circles"),
        "state": _("state"),
        "since": _("since"),
    }
    listing.show(rows, headings, as_json=getattr(args, "json", False))


def _founding_link(args: argparse.Namespace) -> None:
    secret = founding.founder_link_again()
    print(_("Open this link once, within its days, on the first steward's own device:"))
    print(f"  {_where(args)}{reverse('network:found')}#{secret}")


def _new_sign_in(args: argparse.Namespace) -> None:
    secret = members.reset_login(_find(args.login), by=None)
    print(_("Tell the member this link by voice or in person. It works once and gives no key:"))
    print(f"  {_where(args)}{reverse('network:use_reset')}#{secret}")
    print(_("Every other member sees for 30 days that this was done."))


def _sign_out(args: argparse.Namespace) -> None:
    member = _find(args.login)
    with write():
        end_sessions(member)
        record("member.end_sessions", actor="operator", subject=member.pk)
    print(_("All sessions of %s have ended.") % member.alias)


def _settle_freeze(args: argparse.Namespace) -> None:
    row = Freeze.objects.filter(frozen=_find(args.login), outcome="").first()
    if row is None:
        raise Refused(_("%s is not frozen.") % args.login)
    members.settle_freeze(row, args.outcome, by=None)
    print(_("The freeze is settled: %s.") % args.outcome)


def _find(login: str) -> Member:
    member = Member.objects.filter(login=login).first()
    if member is None:
        raise Refused(_("No member signs in as %s. See: atarraya member list") % login)
    return member


def _where(args: argparse.Namespace) -> str:
    hosts = args.installation.hosts
    return f"https://{hosts[0]}" if hosts else "http://127.0.0.1:8000"
