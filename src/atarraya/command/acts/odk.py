"""`atarraya odk import`: brings in what the workbench sealed again, and erases the ODK submissions it was made of.

Because it erases, a folder is taken only as a circle's key signed it, each file by its hash, and each form once.
`atarraya odk erase` is in `odk_erase`.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec

from atarraya.alerts.services.attachments import MAX_SLICES, SLICE_BYTES
from atarraya.alerts.shapes import Half, Report
from atarraya.channels.odk.services import returning
from atarraya.channels.odk.services.returning import Attached, Return
from atarraya.command.acts import odk_erase
from atarraya.command.words import _
from atarraya.kernel.errors import DomainError, NoRoom
from atarraya.sealing.canonical import parse_canonical
from atarraya.sealing.refusals import NotEncoded
from atarraya.sealing.signing import verify_text
from atarraya.terminal.codes import DONE, REFUSED, Refused
from atarraya.terminal.progress import Progress

FILE, UNFINISHED = "returns.json", "UNFINISHED.txt"
MOST_LIST = 64 * 1024 * 1024
MOST_REPORT = 64 * 1024
MOST_ATTACHMENTS = 12
SHOWN = 20
MOST_SIGNERS = 64
PURPOSE = "odk returns"


class NotWhole(ValueError):
    """A file of the folder that is missing, too long, or not what it should be."""


def run(args: argparse.Namespace) -> int:
    """Bring in every report of a folder; say what was refused and why. Running it again changes nothing.

    With `ids`, erase those submissions instead.
    """
    if "ids" in args:
        return odk_erase.run(args)
    place = Path(args.returns).absolute()
    listed, signers = _listed(place)
    count: Counter[str] = Counter()
    refused: list[str] = []
    with Progress(_("Bringing in reports"), len(listed)) as progress:
        for one in progress.over(listed):
            try:
                count[returning.take_back(_read(place, one), signers)] += 1
            except NoRoom:
                raise
            except NotWhole:
                refused.append(_("%s: a file of it is missing or damaged. Seal it again.") % _name(one))
            except DomainError as problem:
                refused.append(f"{_name(one)}: {problem.message}")
    if count:
        returning.note_import()
    _tell(count, refused)
    return REFUSED if refused else DONE


def _tell(count: Counter[str], refused: list[str]) -> None:
    print(_("Reports brought in: %(new)s. Here already: %(again)s.") % {"new": count["new"], "again": count["again"]})
    for sentence in refused[:SHOWN]:
        print(sentence)
    if refused:
        print(_("Refused: %s. Their ODK forms wait here as before.") % len(refused))


def _listed(place: Path) -> tuple[list[Any], set[str]]:
    """Return what a folder names, and the keys (b64) that signed it; raise Refused before anything is written."""
    if not place.is_dir():
        raise Refused(_("There is no folder %s.") % place)
    if (place / UNFINISHED).exists() or not (place / FILE).exists():
        raise Refused(
            _("%s is not whole, or holds no reports. They are made with: atarraya-workbench odk EXPORT --to FOLDER")
            % place
        )
    try:
        known = json.loads(_bytes(place / FILE, MOST_LIST))
        document, signatures = str(known.get("document", "")), list(known.get("signatures", ()))
        signers = {one["key"] for one in signatures[:MOST_SIGNERS] if verify_text(PURPOSE, document, one)}
        if known["v"] == 1 and not signers:
            raise Refused(_("No circle's key signed %s: it is altered, or of an older release. Seal it again.") % FILE)
        said = parse_canonical(document)
        listed = list(said["returns"])
        named = [UUID(one["submission"]) for one in listed], [_report_name(one) for one in listed]
        if known["v"] == said["v"] == 1 and all(len(set(ids)) == len(listed) for ids in named):
            return listed, signers
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, NotEncoded):
        pass
    raise Refused(_("%s is damaged, or of a newer release.") % FILE)


def _name(one: object) -> str:
    said = one.get("submission") if isinstance(one, dict) else None
    try:
        return str(UUID(str(said)))[:8]
    except ValueError:
        return "?"


def _read(place: Path, one: Any) -> Return:
    """Return what one line of the list names; raise NotWhole. No name in it leads out of the folder."""
    try:
        name = _report_name(one)
        written = _bytes(place / "reports" / name, MOST_REPORT)
        named, parts = one["attachments"], one["parts"]
        if len(named) > MOST_ATTACHMENTS or type(parts) is not int or _hashed([written]) != one["hash"]:
            raise NotWhole()
        report = msgspec.json.decode(written, type=Report)
        if f"{report.id}.json" != name:
            raise NotWhole()
        return Return(UUID(one["submission"]), parts, report, [_attached(place, each) for each in named])
    except (msgspec.DecodeError, KeyError, TypeError, ValueError, AttributeError):
        raise NotWhole() from None


def _report_name(one: Any) -> str:
    return f"{UUID(str(one['report']).removeprefix('reports/').removesuffix('.json'))}.json"


def _attached(place: Path, named: Any) -> Attached:
    pk, count = UUID(named["id"]), named["slices"]
    if type(count) is not int or not 0 < count <= MAX_SLICES:
        raise NotWhole()
    folder = place / "attachments" / str(pk)
    pieces = list(_pieces(folder, count))
    if _hashed(pieces) != named["hash"]:
        raise NotWhole()
    return Attached(pk, msgspec.convert(named["erase_hash"], Half), pieces)


def _pieces(folder: Path, count: int) -> Iterator[bytes]:
    for index in range(count):
        yield _bytes(folder / f"{index:04}", SLICE_BYTES)


def _hashed(pieces: list[bytes]) -> str:
    return hashlib.sha256(b"".join(hashlib.sha256(piece).digest() for piece in pieces)).hexdigest()


def _bytes(path: Path, most: int) -> bytes:
    """Return a file's bytes; raise NotWhole where it is missing, longer than it may be, or a link to another."""
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        with os.fdopen(handle, "rb") as file:
            content = file.read(most + 1)
    except OSError:
        raise NotWhole() from None
    if len(content) > most:
        raise NotWhole()
    return content
