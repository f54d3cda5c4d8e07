"""`atarraya init`: found a network. Public keys only: every private key is born in a browser or on another machine."""

from __future__ import annotations

import argparse
import sys

from atarraya import __version__
from atarraya.command import entry, folder, schema
from atarraya.command.words import _
from atarraya.terminal.codes import DONE, Refused
from atarraya.terminal.progress import Progress


def run(args: argparse.Namespace) -> int:
    """Make folder, database, places and the network's row, and print the one-time founding link."""
    _refuse_taken(folder.read(args.folder))
    # Secrets without a mark: an earlier founding was cut off between the two.
    cut_off = (args.folder / "secrets").is_dir()
    folder.make(args.folder)
    known = folder.Installation(
        demo=False, release=__version__, hosts=args.host, backup_recipient=args.backup_recipient
    )
    entry.prepare(args, known)
    secret = _found(args, cut_off=cut_off)
    folder.write(args.folder, known)
    _say_next(args, secret)
    return DONE


def _refuse_taken(known: folder.Installation | None) -> None:
    if known is None:
        return
    if known.demo:
        raise Refused(_("This folder holds a demonstration. Choose another folder for a real network."))
    raise Refused(_("A network was already founded in this folder. A lost link: atarraya member founding-link"))


def _found(args: argparse.Namespace, *, cut_off: bool) -> str:
    from atarraya.network import queries
    from atarraya.network.services import founding
    from atarraya.sealing import backups
    from atarraya.territory.services import loading

    if args.backup_recipient:
        backups.check_recipient(args.backup_recipient)
    schema.bring_up_to_date()
    if queries.has_network():
        return _take_up(args, cut_off=cut_off)
    with Progress(_("Loading places")):
        if args.country:
            loading.load_country(args.country.upper())
    founded = founding.found_network(
        args.name,
        municipalities=_codes(args.municipalities),
        page_name=args.page_name,
        language=args.language,
        team_hours=args.team_hours,
    )
    return founded.secret


def _take_up(args: argparse.Namespace, *, cut_off: bool) -> str:
    from atarraya.network import queries
    from atarraya.network.services import founding

    network = queries.the_network()
    if not cut_off or network.demo or network.name != args.name.strip():
        raise Refused(_("The database already holds a network, %s. Its folder is another one.") % network.name)
    return founding.founder_link_again()


def _codes(text: str) -> list[str]:
    from atarraya.territory import phrases, queries, resolve

    index, codes = queries.resolver_index(), dict[str, str]()
    for written in filter(None, (part.strip() for part in text.split(","))):
        answer = resolve.resolve(written, index)
        if answer.kind != "one":
            raise Refused(
                _not_one(written, [f"{one.code} {phrases.candidate_words(one)}" for one in answer.candidates])
            )
        codes[answer.candidates[0].code] = f"{answer.candidates[0].name} ({answer.candidates[0].department})"
    print(_("Municipalities: %s") % ", ".join(codes.values()))
    return list(codes)


def _not_one(written: str, candidates: list[str]) -> str:
    if not candidates:
        return _("No municipality is called %s. Write its code.") % written
    listed = "\n  ".join(candidates[:5])
    return _("%(written)s could be:\n  %(listed)s\nWrite its code.") % {"written": written, "listed": listed}


def _say_next(args: argparse.Namespace, secret: str) -> None:
    from django.urls import reverse

    where = f"https://{args.host[0]}" if args.host else "http://127.0.0.1:8000"
    print(_("The network is founded in %s.") % args.folder)
    print()
    print(_("Open this link once, within its days, on the first steward's own device:"))
    print(f"  {where}{reverse('network:found')}#{secret}")
    print(_("Every key is made there. This machine keeps public keys only."))
    print()
    print(_("Now: atarraya serve"))
    if not args.backup_recipient:
        print(_("Backups need a public key: make one elsewhere with age-keygen, then --recipient."), file=sys.stderr)
