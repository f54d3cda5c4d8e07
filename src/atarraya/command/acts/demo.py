"""`atarraya demo`: build the invented network once, and serve it. It refuses a real network's folder (R26)."""

from __future__ import annotations

import argparse
import os
import shutil
import sys
from pathlib import Path
from typing import Any

from atarraya import __version__
from atarraya.command import entry, folder, listening, ways_out
from atarraya.command.words import _
from atarraya.terminal.codes import DONE, Refused
from atarraya.terminal.progress import Progress

DEFAULT = "var/demo"
KEYS = Path("keys") / "demo.json"
WITH_A_KEY = frozenset({"verifier", "approver", "responder", "care"})


def run(args: argparse.Namespace) -> int:
    """Build it if it is not there (or `--reset`), say how to get in, and serve."""
    args.folder = Path(args.data or DEFAULT).absolute()
    _refuse_address(args.host)
    _refuse_real(args.folder)
    if not args.build_only:
        listening.check_free(args.host, args.port)
    base_url = f"http://{_shown(args.host)}:{args.port}"
    if args.reset or os.environ.get("RESET") == "1":
        _remove(args.folder)
    if folder.read(args.folder) is None:
        _remove(args.folder)
        _build(args, base_url)
    else:
        entry.prepare(args, folder.require(args.folder))
    _refuse_unmarked()
    ways_out.check()
    known = _access(args.folder, base_url)
    _say(known, args.folder)
    if args.build_only:
        return DONE
    return _serve(args)


def _refuse_address(host: str) -> None:
    # No Django yet: nothing of a folder may be touched before these refusals.
    if not listening.is_loopback(host) and os.environ.get("DEMO_PUBLIC") != "1":
        raise Refused(
            _("Beyond this machine a demonstration could be taken for a real network. If you mean it: DEMO_PUBLIC=1")
        )


def _refuse_real(place: Path) -> None:
    known = folder.read(place)
    real = known is not None and not known.demo
    # A database without a mark may be a real one whose mark was lost: nothing here ever deletes it.
    unknown = known is None and (place / "atarraya.sqlite3").exists() and not (place / "building").exists()
    if real or unknown:
        raise Refused(_("%s holds a real network. The demonstration needs a folder of its own.") % place)


def _refuse_unmarked() -> None:
    from atarraya.network import queries

    if not queries.has_network() or not queries.the_network().demo:
        raise Refused(_("The database in this folder is not a demonstration's. It was left as it is."))


def _remove(place: Path) -> None:
    for name in ("atarraya.sqlite3", "atarraya.sqlite3-wal", "atarraya.sqlite3-shm", "atarraya.sqlite3.writer",
                 folder.MARK, "access.json", "worker.json", "worker.lock"):  # fmt: skip
        (place / name).unlink(missing_ok=True)
    for name in ("keys", "secrets", "gateway"):
        shutil.rmtree(place / name, ignore_errors=True)


def _build(args: argparse.Namespace, base_url: str) -> None:
    args.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    args.folder.chmod(0o700)
    (args.folder / "building").touch(mode=0o600)
    known = folder.Installation(demo=True, release=__version__)
    entry.prepare(args, known)
    from atarraya.command import schema
    from atarraya.demo import access, building, keyring, odk, sms

    schema.bring_up_to_date()
    with Progress(_("Building the demonstration")) as progress:

        def show(done: int, total: int) -> None:
            progress.total = total
            progress.reach(done)

        cast = building.build(show)
    for refusal in cast.refused if os.environ.get("ATARRAYA_TRACE") else ():
        print(refusal, file=sys.stderr)
    keyring.write(cast, args.folder / KEYS)
    sms.make(cast, (args.folder / KEYS).parent)
    access.write(args.folder, access.of(cast, base_url, odk.make(cast)))
    folder.write(args.folder, known)
    (args.folder / "building").unlink()


def _access(place: Path, base_url: str) -> dict[str, Any]:
    from atarraya.demo import access

    try:
        known = access.read(place)
    except (OSError, ValueError):
        raise Refused(_("The sign-ins of this demonstration are lost. Start over with: RESET=1 make demo")) from None
    if known["base_url"] != base_url:
        known = access.moved(known, base_url)
        access.write(place, known)
    return known


def _shown(host: str) -> str:
    if host in {"0.0.0.0", "::"}:  # nosec B104 # shown, not bound
        return "127.0.0.1"
    return f"[{host}]" if ":" in host and not host.startswith("[") else host


def _say(known: dict[str, Any], place: Path) -> None:
    print()
    _title(_("DEMONSTRATION. An invented network: nobody reads it and it protects nobody."))
    print()
    _title(_("A community on the river (open it as on a phone):"))
    for point in known["points"][:3]:
        print(f"  {point['collective']} · {point['municipality']}")
        print(f"    {point['url']}")
    print(_("  … and %s more points") % (len(known["points"]) - 3))
    print()
    _title(_("The team, at %s/entrar/") % known["base_url"])
    roles = {
        "steward": _("cares for the network"),
        "verifier": _("verifies"),
        "approver": _("approves"),
        "responder": _("responds"),
        "care": _("accompanies"),
        "analyst": _("analyses"),
    }
    width = max(map(len, roles.values()))
    for member in known["members"]:
        role = roles.get(member["role"], member["role"])
        circles = ", ".join(member["circles"])
        if not circles and member["role"] in WITH_A_KEY:
            circles = _("(waits to be let in by voice)")
        print(f"  {member['login']:<10} {role:<{width}}  {circles}".rstrip())
        print(_("    password: %s") % member["password"])
        print(_("    key phrase: %s") % member["key_phrase"])
    _say_odk(known)
    print()
    print(_("All of this is also in %s") % (place / "access.json"))
    print(flush=True)


def _say_odk(known: dict[str, Any]) -> None:
    if told := known.get("odk"):
        print()
        _title(_("A phone with ODK Collect or KoboCollect: two reports of it wait for the workbench"))
        print(f"  {told['server']}")
        print(f"    {_('user: %s') % told['user']}")
        print(_("    password: %s") % told["password"])


def _title(text: str) -> None:
    print(f"\x1b[1m{text}\x1b[0m" if sys.stdout.isatty() else text)


def _serve(args: argparse.Namespace) -> int:
    from atarraya.command import release, schema, serving, trying_sms

    schema.bring_up_to_date()
    release.collect()
    print(_("Serving on %s. Stop with Ctrl-C.") % f"http://{_shown(args.host)}:{args.port}", flush=True)
    with trying_sms.running(args.folder, args.port):
        serving.serve(serving.Place(args.host, args.port, args.threads, not args.no_worker), args.folder)
    return DONE
