"""The proxy that is handed out, run by the real nginx in front of a real server: it serves, and remembers nobody."""

from __future__ import annotations

import contextlib
import re
import signal
import socket
import ssl
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.error import HTTPError, URLError

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from atarraya.kernel import clock
from machine import nginx
from support.desks import ask as ask_point
from support.house import ROOT
from support.living import COMMAND, Home, Live, free_port
from support.phone import seal_report

SITE = ROOT / "deploy" / "nginx" / "atarraya.conf"
ONION = ROOT / "deploy" / "onion" / "nginx.conf"
# As Debian's own: whatever a site does not send elsewhere is written down.
AROUND = """pid {place}/nginx.pid;
error_log {place}/error.log info;
daemon off;
events {{}}
http {{
    access_log {place}/access.log;
    client_body_temp_path {place}/body;
    proxy_temp_path {place}/proxy;
    fastcgi_temp_path {place}/fastcgi;
    uwsgi_temp_path {place}/uwsgi;
    scgi_temp_path {place}/scgi;
    {sites}
}}
"""
PATHS = ("/CANARY-PATH", "/tarjeta/?CANARY-QUERY", "/static/CANARY-FILE.js", "/fundar/")


@dataclass
class Proxy:
    """A running nginx with the sites handed out."""

    process: subprocess.Popen[bytes]
    place: Path
    plain: int
    safe: int
    onion: Path
    certificate: Path

    def written(self) -> str:
        """Return all that is in any file it has written."""
        files = [path for path in self.place.rglob("*") if path.is_file() and path.suffix not in {".conf", ".pem"}]
        return "".join(path.read_bytes().decode(errors="replace") for path in files)


def _certificate(place: Path) -> Path:
    key, name = (
        ec.generate_private_key(ec.SECP256R1()),
        x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")]),
    )
    built = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(clock.now().replace(year=clock.now().year - 1, day=1))
        .not_valid_after(clock.now().replace(year=clock.now().year + 1, day=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    (place / "key.pem").write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    (place / "cert.pem").write_bytes(built.public_bytes(serialization.Encoding.PEM))
    return place / "cert.pem"


def _here(text: str, live: Live, proxy: tuple[Path, int, int]) -> str:
    """Return a site handed out, with this test's ports, names and certificate in place of the example's."""
    place, plain, safe = proxy
    changes = [
        (r"127\.0\.0\.1:8000", f"127.0.0.1:{live.port}"),
        (r"127\.0\.0\.1:8001", f"127.0.0.1:{streams_of(live)}"),
        (r"listen 80 ", f"listen 127.0.0.1:{plain} "),
        (r"listen 443 ", f"listen 127.0.0.1:{safe} "),
        (r"\n *listen \[::\]:[^\n]*", ""),
        (r"example\.org/;", f"localhost:{safe}/;"),
        (r"server_name example\.org", "server_name localhost"),
        (r"/etc/letsencrypt/live/example\.org/fullchain\.pem", f"{place}/cert.pem"),
        (r"/etc/letsencrypt/live/example\.org/privkey\.pem", f"{place}/key.pem"),
        (r"/run/atarraya-onion/nginx\.sock", f"{place}/onion.sock"),
    ]
    for pattern, here in changes:
        text = re.sub(pattern, here, text)
    return text


def streams_of(live: Live) -> str:
    """Return the port on which a server's live streams are kept."""
    return live.words[live.words.index("--live-port") + 1]


@pytest.fixture
def live(home: Home) -> Iterator[Live]:
    """The service as its unit may start it: no TLS of its own, cookies only for https, live streams beside."""
    words = ("serve", "--no-worker", "--live-port", str(free_port()))
    with home.live(*words, ATARRAYA_HOSTS="localhost,127.0.0.1,abc.onion") as server:
        yield server


@pytest.fixture
def proxy(live: Live, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Proxy]:
    program = nginx.found()
    assert program is not None, "there is no nginx: run `make setup-dev`"
    place = tmp_path_factory.mktemp("nginx")
    certificate, ports = _certificate(place), (place, free_port(), free_port())
    for name, site in (("site", SITE), ("onion", ONION)):
        (place / f"{name}.conf").write_text(_here(site.read_text(), live, ports))
    sites = f"include {place}/site.conf; include {place}/onion.conf;"
    (place / "nginx.conf").write_text(AROUND.format(place=place, sites=sites))
    command = [str(program.path), "-e", str(place / "early.log"), "-p", str(place), "-c", str(place / "nginx.conf")]
    process = subprocess.Popen(command, env=program.environment(), stdin=subprocess.DEVNULL)
    try:
        running = Proxy(process, place, ports[1], ports[2], place / "onion.sock", certificate)
        deadline = time.monotonic() + 30
        while not running.onion.exists() or not _accepts(running.safe):
            assert process.poll() is None and time.monotonic() < deadline, running.written()
            time.sleep(0.05)
        yield running
    finally:
        process.send_signal(signal.SIGQUIT)
        process.wait(30)


def _accepts(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def ask(url: str, certificate: Path, **headers: str) -> tuple[int, str]:
    """Return the status and body of an answer, refusals too; 0 when there is none."""
    trusted = ssl.create_default_context(cafile=str(certificate))
    try:
        with urllib.request.urlopen(
            urllib.request.Request(url, headers=headers), timeout=30, context=trusted
        ) as answer:
            return answer.status, answer.read().decode(errors="replace")
    except HTTPError as refusal:
        return refusal.code, refusal.read().decode(errors="replace")
    except (URLError, OSError):
        return 0, ""


def _raw(place: int | Path, request: bytes) -> bytes:
    """Send bytes as they are and return what comes back before the line falls silent."""
    family = socket.AF_INET if isinstance(place, int) else socket.AF_UNIX
    got = b""
    with socket.socket(family) as line:
        line.settimeout(2)
        line.connect(("127.0.0.1", place) if isinstance(place, int) else str(place))
        line.sendall(request)
        with contextlib.suppress(OSError):
            while piece := line.recv(65536):
                got += piece
    return got


def test_it_serves_over_tls_and_on_the_onion(proxy: Proxy) -> None:
    status, page = ask(f"https://localhost:{proxy.safe}/", proxy.certificate)
    assert status == 200 and "Cuaderno" in page
    assert ask(f"http://localhost:{proxy.plain}/CANARY-PATH", proxy.certificate)[1] == page, "http leads to the front"
    assert b"200 OK" in _raw(proxy.onion, b"GET /health HTTP/1.1\r\nHost: abc.onion\r\nConnection: close\r\n\r\n")


def test_no_line_of_it_holds_a_path_an_address_or_a_browser(proxy: Proxy, live: Live) -> None:
    (proxy.place / "access.log").write_text("PLANTED")
    base = f"https://localhost:{proxy.safe}"
    for path in PATHS:
        ask(base + path, proxy.certificate, **{"User-Agent": "CANARY-BROWSER"})
    ask(base + "/CANARY-PATH", proxy.certificate, Host="CANARY-HOST")
    for request in (b"GET /CANARY-PATH HTTP/9\r\n\r\n", b"\x00CANARY-PATH", b"GET /CANARY-PATH HTTP/1.1\r\n\r\n"):
        _raw(proxy.plain, request)
        _raw(proxy.safe, request)
        _raw(proxy.onion, request)
    _raw(proxy.onion, b"POST /CANARY-PATH HTTP/1.1\r\nHost: abc.onion\r\nContent-Length: 99000000\r\n\r\n")
    live.kill()
    assert ask(base + "/CANARY-PATH", proxy.certificate)[0] == 502, "nobody is behind it now"
    written = proxy.written()
    assert "PLANTED" in written, "this test reads the wrong files"
    assert "CANARY" not in written and "127.0.0.1" not in written, written


def test_a_site_that_remembers_would_be_seen(proxy: Proxy) -> None:
    """The search itself works: the same nginx with one line taken out."""
    site = proxy.place / "site.conf"
    site.write_text(site.read_text().replace("access_log off;", "").replace("error_log /dev/null crit;", ""))
    proxy.process.send_signal(signal.SIGHUP)
    deadline = time.monotonic() + 30
    while "CANARY-PATH" not in proxy.written() and time.monotonic() < deadline:
        ask(f"https://localhost:{proxy.safe}/CANARY-PATH", proxy.certificate)
    assert "CANARY-PATH" in proxy.written() and "127.0.0.1" in proxy.written()


def test_a_live_stream_passes_line_by_line(proxy: Proxy, live: Live) -> None:
    """What is told now is heard now: a proxy that gathered it would make it late news. Nor is the word written down."""
    code = (
        "import django; django.setup()\n"
        "from atarraya.channels.live.tokens import token_for\n"
        "from atarraya.network.models import Member\n"
        "from atarraya.network.sessions import SessionStore\n"
        "session = SessionStore(); session.create()\n"
        f"who = Member.objects.get(login={live.secrets['people']['verifier']['login']!r})\n"
        "print(token_for(who, session.session_key))"
    )
    environ = {"DJANGO_SETTINGS_MODULE": "atarraya.settings.production"}
    word = live.home.run([COMMAND[0], "-c", code], **environ).stdout.strip()
    trusting = ssl.create_default_context(cafile=str(proxy.certificate))
    address, deadline = f"https://localhost:{proxy.safe}/vivo?t={word}&after=0", time.monotonic() + 40
    while True:
        try:
            stream = urllib.request.urlopen(address, timeout=30, context=trusting)
            break
        except HTTPError as problem:  # the process of streams is still starting
            assert problem.code == 502 and time.monotonic() < deadline
            time.sleep(0.3)
    with stream:
        assert stream.readline() == b"retry: 5000\n"
        inbox = ask_point(live, "/api/point/setup.json")["inbox"]
        known = live.secrets["points"]["leader"]
        made = seal_report(
            inbox["id"], inbox["number"], inbox["recipients"], municipality=known["municipality"], urgency="NOW",
            share={"kind": "ARMED_PRESENCE", "seen": "SAW"},
        )  # fmt: skip
        began = time.monotonic()
        ask_point(live, "/api/point/reports", "leader", made.body)
        lines = [stream.readline() for _ in range(4)]
        assert b"event: changed\n" in lines and time.monotonic() - began < 20
    assert word not in proxy.written()
