"""The gateway's own door, for phones and modems beside it. It keeps no log, answers in one word, and reads little."""

from __future__ import annotations

import http.server
import ssl
import threading
from collections.abc import Callable, Sequence
from typing import Any, ClassVar
from urllib.parse import unquote

from atarraya.gateway.carriers.carrier import Carrier, Failed, Request, Said
from atarraya.gateway.intake import Intake, NotReady
from atarraya.gateway.record import Unreadable

MOST_BODY = 64 * 1024
PATIENCE = 30.0


class _Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing: what went wrong with one caller could hold what it said."""


class Door:
    """Listens on one address until it is closed."""

    def __init__(
        self,
        where: tuple[str, int],
        carriers: Sequence[Carrier],
        intake: Intake,
        certificate: tuple[str, str] = ("", ""),
    ) -> None:
        handler = type("Handler", (_Handler,), {"answer": staticmethod(_answers(carriers, intake))})
        self._server = _Server(where, handler)
        if certificate[0]:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate[0], certificate[1] or None)
            # Greeted in each caller's own thread, within its patience: a silent one keeps nobody else out.
            self._server.socket = context.wrap_socket(
                self._server.socket, server_side=True, do_handshake_on_connect=False
            )
        self.port = int(self._server.server_address[1])
        self._thread = threading.Thread(target=self._server.serve_forever, name="door", daemon=True)

    def open(self) -> None:
        """Begin to answer."""
        self._thread.start()

    def forget(self) -> None:
        """Let go of the address without ever having answered."""
        self._server.server_close()

    def close(self) -> None:
        """Stop answering."""
        self._server.shutdown()
        self._server.server_close()


def _answers(carriers: Sequence[Carrier], intake: Intake) -> Callable[[Request], Said]:
    def answer(request: Request) -> Said:
        carrier = next((one for one in carriers if one.knows(request.path)), None)
        if carrier is None:
            return Said(404)
        try:
            said = carrier.read(request)
            if isinstance(said, Failed):
                intake.failed(said)
            elif said is not None:
                intake.take(said)
        except Unreadable as fault:
            return Said(fault.status)
        except NotReady:
            return Said(503)
        return carrier.taken()

    return answer


class _Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = PATIENCE
    server_version, sys_version = "", ""
    answer: ClassVar[Callable[[Request], Said]]

    def _handle(self) -> None:
        length = self.headers.get("Content-Length", "0")
        if not length.isdigit() or int(length) > MOST_BODY or self.headers.get("Transfer-Encoding"):
            self.close_connection = True
            self._say(Said(413))
            return
        path, _mark, query = self.path.partition("?")
        headers = {name.lower(): value for name, value in self.headers.items()}
        body = self.rfile.read(int(length))
        if len(body) != int(length):
            self.close_connection = True
            return
        try:
            said = type(self).answer(Request(self.command, unquote(path), query, headers, body))
        except Exception:  # the disk is full, say: the carrier tries again
            said = Said(503)
        self._say(said)

    do_GET = do_POST = _handle  # noqa: N815 (the framework's names)

    def _say(self, said: Said) -> None:
        self.send_response(said.status)
        self.send_header("Content-Type", said.type)
        self.send_header("Content-Length", str(len(said.body)))
        self.end_headers()
        self.wfile.write(said.body)

    def log_message(self, format: str, *args: object) -> None:
        """Keep no log."""
