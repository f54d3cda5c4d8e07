"""The point's page, its worker, its manifest, and the page to leave to: the same bytes for everyone.

Nothing here knows who asks. The document is made once for each language and choice of furniture, compressed once, and
answered with an ETag; what it needs without signal stands in it, and the worker's version is the hash of all of that.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import brotli  # type: ignore[import-untyped]
from csp.constants import SELF
from csp.decorators import csp_replace
from django.contrib.staticfiles import finders
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils import translation

from atarraya import web
from atarraya.alerts import labels, rules
from atarraya.network import queries as network
from atarraya.network.refusals import NotFounded
from atarraya.web import furniture
from atarraya.web.furniture import Furniture
from atarraya.web.verbs import PUBLIC, verb

HERE = Path(__file__).resolve().parent.parent
POINT = "alerts/point"
ICONS = ("leaf", "boat", "book", "net")
PAGES = ("/", "/m/", "/es/", "/en/")
# Built from the small modules beside them (tools/bundle.mjs): what the form needs; what seals, which comes after it.
BUILT = f"{POINT}/built"
# *Avisar por SMS*, apart from what the page needs: the worker keeps it once a page asks for it.
KIT_SCRIPT = f"{BUILT}/bysms.js"
KIT_SCREENS = {"es": "/k/es/", "en": "/k/en/"}
SCRIPTS = (f"{POINT}/early.js", f"{BUILT}/main.js", f"{BUILT}/seals.js")


def _css(*paths: Path) -> str:
    text = "".join(path.read_text() for path in paths)
    text = re.sub(r"/\*.*?\*/", "", text, flags=re.S)
    return re.sub(r"\s*([{}:;,>])\s*", r"\1", re.sub(r"\s+", " ", text)).replace(";}", "}").strip()


def _hash(style: str) -> str:
    return "'sha256-" + base64.b64encode(hashlib.sha256(style.encode()).digest()).decode() + "'"


# Read once, at start: what is inlined and what the policy allows cannot differ.
STYLE = _css(Path(web.__file__).parent / "static/web/tokens.css", HERE / "static/alerts/point/point.css")
PLAIN_STYLE = _css(HERE / "static/alerts/point/leave.css")


@dataclass(frozen=True)
class Document:
    """A document made once: its bytes plain, in brotli and in gzip, and its ETag."""

    plain: bytes
    br: bytes
    gz: bytes
    etag: str

    @classmethod
    def of(cls, text: str) -> Document:
        plain = text.encode()
        etag = '"' + hashlib.sha256(plain).hexdigest()[:20] + '"'
        return cls(plain, brotli.compress(plain, quality=11), gzip.compress(plain, 9, mtime=0), etag)

    def answer(self, request: HttpRequest, content_type: str, cache: str = "no-cache") -> HttpResponse:
        """Return the document in the best encoding the browser takes, or 304 if it has it."""
        accepts = request.headers.get("Accept-Encoding", "")
        encoding, body = ("br", self.br) if "br" in accepts else ("gzip", self.gz)
        if encoding == "gzip" and "gzip" not in accepts:
            encoding, body = "", self.plain
        # A proxy may weaken the tag when it handles a compressed answer.
        known = request.headers.get("If-None-Match", "").removeprefix("W/") == self.etag
        response = HttpResponseNotModified() if known else HttpResponse(body, content_type=content_type)
        if encoding and not known:
            response["Content-Encoding"] = encoding
        response["ETag"] = self.etag
        response["Vary"] = "Accept-Encoding"
        response["Cache-Control"] = cache
        return response


def _network_id() -> str:
    try:
        return str(network.the_network().id)
    except NotFounded:
        return ""


def _language() -> str:
    try:
        return network.the_network().language
    except NotFounded:
        return "es"


@lru_cache(maxsize=16)
def _shell(language: str, choice: Furniture, network_id: str) -> Document:
    with translation.override(language):
        words = {"families": rules.FAMILIES, "rules": rules, "labels": labels, "hours": _hours}
        names = {"lang": language, "furniture": choice, "network_id": network_id, "style": STYLE}
        return Document.of(_thin(render_to_string("alerts/shell.html", names | words)))


def _hours(kind: str) -> int:
    limit = rules.expiry(kind)
    return int(limit.total_seconds() // 3600) if limit else 0


def _thin(html: str) -> str:
    return re.sub(r"\n\s*", "\n", html)


def _page(request: HttpRequest, language: str) -> HttpResponse:
    document = _shell(language, furniture.current(), _network_id())
    return document.answer(request, "text/html; charset=utf-8")


@verb("point.page", PUBLIC)
@csp_replace({"style-src": [SELF, _hash(STYLE)]})
def shell(request: HttpRequest) -> HttpResponse:
    """Answer the point's page in the network's language."""
    return _page(request, _language())


@verb("point.page", PUBLIC)
@csp_replace({"style-src": [SELF, _hash(STYLE)]})
def spanish(request: HttpRequest) -> HttpResponse:
    """Answer the point's page in Spanish."""
    return _page(request, "es")


@verb("point.page", PUBLIC)
@csp_replace({"style-src": [SELF, _hash(STYLE)]})
def english(request: HttpRequest) -> HttpResponse:
    """Answer the point's page in English."""
    return _page(request, "en")


@lru_cache(maxsize=16)
def _notices(language: str, choice: Furniture) -> Document:
    with translation.override(language):
        return Document.of(
            _thin(render_to_string("alerts/shell_notices.html", {"lang": language, "furniture": choice}))
        )


@verb("point.page", PUBLIC)
def notices(request: HttpRequest, language: str) -> HttpResponse:
    """Answer the part of the page by which a phone asks for notices: its screens and words, set in by a script."""
    # Whoever searches the phone finds no copy that says what was opened.
    return _notices(language, furniture.current()).answer(request, "text/html; charset=utf-8", "no-store")


@lru_cache(maxsize=16)
def _by_sms(language: str, choice: Furniture) -> Document:
    with translation.override(language):
        return Document.of(_thin(render_to_string("alerts/shell_sms.html", {"lang": language, "furniture": choice})))


@verb("point.page", PUBLIC)
def by_sms(request: HttpRequest, language: str) -> HttpResponse:
    """Answer the part of the page that offers an SMS: its screens and words, set in by a script, kept by the worker."""
    return _by_sms(language, furniture.current()).answer(request, "text/html; charset=utf-8")


@lru_cache(maxsize=16)
def _leave(language: str, choice: Furniture) -> Document:
    with translation.override(language):
        names = {"lang": language, "furniture": choice, "style": PLAIN_STYLE}
        return Document.of(_thin(render_to_string("alerts/leave.html", names)))


@verb("point.leave", PUBLIC)
@csp_replace({"style-src": [_hash(PLAIN_STYLE)]})
def leave(request: HttpRequest) -> HttpResponse:
    """Answer the neutral page that *Salir ya* goes to."""
    return _leave(_language(), furniture.current()).answer(request, "text/html; charset=utf-8")


@lru_cache(maxsize=4)
def _worker(shells: tuple[str, ...], icon: str) -> Document:
    """Return the worker: its release, the pages and files it keeps, then its script."""
    files = [static(name) for name in (*SCRIPTS, f"{POINT}/icons/{icon}.svg")]
    script = _built("worker.js")
    kit = [static(KIT_SCRIPT), *KIT_SCREENS.values()]
    release = hashlib.sha256("".join((script, *files, kit[0], *shells)).encode()).hexdigest()[:16]
    kept = json.dumps({"RELEASE": release, "PAGES": PAGES, "FILES": files, "KIT": kit})
    return Document.of(f"self.KEPT = {kept};\n{script}")


def _built(name: str) -> str:
    path = finders.find(f"{BUILT}/{name}")
    if not isinstance(path, str):
        raise FileNotFoundError(f"{BUILT}/{name}")
    return Path(path).read_text()


@verb("point.worker", PUBLIC)
def worker(request: HttpRequest) -> HttpResponse:
    """Answer the service worker. Its first line changes with anything that it keeps."""
    choice, network_id = furniture.current(), _network_id()
    shells = tuple(_shell(language, choice, network_id).etag for language in ("es", "en"))
    shells += tuple(_by_sms(language, choice).etag for language in KIT_SCREENS)
    document = _worker((*shells, _leave(_language(), choice).etag), choice.icon)
    return document.answer(request, "text/javascript; charset=utf-8", "max-age=21600")


@verb("point.manifest", PUBLIC)
def manifest(request: HttpRequest) -> HttpResponse:
    """Answer the manifest: the network's name for the page, its icon and colour, and nothing else."""
    choice = furniture.current()
    icon = f"{POINT}/icons/{choice.icon}"
    body = {
        "name": choice.page_name,
        "short_name": choice.page_name,
        "start_url": "/",
        "scope": "/",
        "display": "standalone",
        "background_color": "#fbf8f1",
        "theme_color": choice.color,
        "icons": [
            {"src": static(f"{icon}.svg"), "sizes": "any", "type": "image/svg+xml"},
            {"src": static(f"{icon}-192.png"), "sizes": "192x192", "type": "image/png", "purpose": "any maskable"},
            {"src": static(f"{icon}-512.png"), "sizes": "512x512", "type": "image/png"},
        ],
    }
    document = Document.of(json.dumps(body, ensure_ascii=False))
    return document.answer(request, "application/manifest+json", "max-age=86400")
