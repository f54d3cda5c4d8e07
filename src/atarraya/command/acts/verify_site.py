"""`atarraya verify-site URL`: from another machine, compare every byte a site sends with the installed release."""

from __future__ import annotations

import argparse
import hashlib
import json
import re
from collections.abc import Iterator
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

import brotli  # type: ignore[import-untyped]

from atarraya import __version__
from atarraya.command import entry, reference, release
from atarraya.command.reference import Expected
from atarraya.command.words import _
from atarraya.terminal.codes import BROKEN, DONE, Refused
from atarraya.terminal.progress import Progress

WITHIN = 60  # seconds for one answer: the line may be slow
LARGEST = 8 * 1024 * 1024
# A server could keep one text for those who compare and another for browsers: both ways of asking are compared.
ENCODINGS = ("identity", "br")
INLINE = re.compile(r"<script(?![^>]*\bsrc=)[^>]*>|\son[a-z]+\s*=|javascript:", re.IGNORECASE)
SOURCE = re.compile(r"<script[^>]*\bsrc=\"([^\"]+)\"", re.IGNORECASE)


class _NoRedirects(HTTPRedirectHandler):
    def redirect_request(self, *args: object, **kwargs: object) -> None:
        return None


def run(args: argparse.Namespace) -> int:
    """Print what was compared and what differs; return 3 when a byte differs."""
    base = _base(args.url)
    front, _headers = fetch(base + "/")
    chosen = reference.choices(front.decode(errors="replace"))
    with entry.scratch():
        expected = reference.expected(chosen)
        known = release.digest()
    total = (len(expected.documents) + len(expected.files)) * len(ENCODINGS) + len(reference.SCRIPTED)
    with Progress(_("Comparing"), total) as progress:
        faults = list(_compare(base, expected, progress))
    report = {"url": base, "release": __version__, "hash": known, "compared": total, "differences": faults}
    print(json.dumps(report, ensure_ascii=False)) if args.json else _say(report)
    return BROKEN if faults else DONE


def _base(url: str) -> str:
    parts = urlsplit(url if "://" in url else f"https://{url}")
    if parts.scheme not in {"http", "https"} or not parts.netloc:
        raise Refused(_("%s is not the address of a site.") % url)
    return f"{parts.scheme}://{parts.netloc}"


def fetch(url: str, encoding: str = "identity") -> tuple[bytes, dict[str, str]]:
    """Return the body and headers of an answer; raise Refused when there is none."""
    request = Request(url, headers={"Accept": "text/html,*/*", "Accept-Encoding": encoding})  # nosec B310 # checked
    try:
        with build_opener(_NoRedirects).open(request, timeout=WITHIN) as answer:
            body = answer.read(LARGEST + 1)
            headers = {name.lower(): value for name, value in answer.headers.items()}
    except HTTPError as problem:
        return b"", {"status": str(problem.code)}
    except (URLError, OSError, ValueError) as problem:
        raise Refused(_("%(url)s does not answer: %(reason)s") % {"url": url, "reason": _why(problem)}) from None
    if headers.get("content-encoding") == "br":
        body = _opened(body)
    return body, headers


def _why(problem: Exception) -> str:
    reason = problem.reason if isinstance(problem, URLError) else problem
    return str(getattr(reason, "strerror", None) or reason)


def _opened(body: bytes) -> bytes:
    try:
        return bytes(brotli.decompress(body))
    except brotli.error:
        return b"\0not brotli"


def _compare(base: str, expected: Expected, progress: Progress) -> Iterator[str]:
    for path in expected.documents:
        yield from _document(base, path, expected)
        progress.step(len(ENCODINGS))
    for path, digest in expected.files.items():
        for encoding in ENCODINGS:
            if hashlib.sha256(fetch(base + path, encoding)[0]).hexdigest() != digest:
                yield _("%s differs.") % path
            progress.step()
    for path in progress.over(reference.SCRIPTED):
        text = fetch(base + path)[0].decode(errors="replace")
        strange = [source for source in SOURCE.findall(text) if source not in expected.files]
        if strange or INLINE.search(text):
            yield _("%s loads a script that is not of the release.") % path


def _document(base: str, path: str, expected: Expected) -> Iterator[str]:
    body = expected.documents[path]
    for encoding in ENCODINGS:
        got, headers = fetch(base + path, encoding)
        if got != body:
            yield _("%(path)s differs (%(how)s).") % {"path": path, "how": _how(got, body)}
        if directives(headers.get("content-security-policy", "")) != directives(expected.policies[path]):
            yield _("%s comes with another content policy.") % path


def directives(policy: str) -> set[tuple[str, ...]]:
    """Return a content policy's directives, each with its values in order of letters: their own order means nothing."""
    parts = (part.split() for part in policy.split(";"))
    return {(part[0].lower(), *sorted(part[1:])) for part in parts if part}


def _how(got: bytes, body: bytes) -> str:
    if len(got) != len(body):
        return _("%(got)s bytes instead of %(expected)s") % {"got": len(got), "expected": len(body)}
    place = next(place for place, pair in enumerate(zip(got, body, strict=True)) if pair[0] != pair[1])
    return _("from byte %s on") % place


def _say(report: dict[str, object]) -> None:
    faults = report["differences"]
    if isinstance(faults, list) and faults:
        for fault in dict.fromkeys(faults):
            print(f"✗ {fault}")
        print(_("This site does not send what release %s sends. Do not write there; tell its network by voice.")
              % report["release"])  # fmt: skip
    else:
        print(_("Every byte of %(compared)s answers is that of release %(release)s.") % report)
    print(_("Release hash: %s") % report["hash"])
    print(_("Not compared: pages behind a sign-in. A server may answer others otherwise: repeat from elsewhere."))
