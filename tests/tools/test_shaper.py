"""The slow line is as slow as it says, in all that a connection costs, and breaks when told to."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator

import pytest

from shaper import Line, Shaper


@pytest.fixture
def echo() -> Iterator[int]:
    """A server that sends back what it gets; yields its port."""
    listener = socket.create_server(("127.0.0.1", 0))

    def serve(connection: socket.socket) -> None:
        with connection:
            try:
                while data := connection.recv(4096):
                    connection.sendall(data)
            except OSError:
                return

    def accept() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=serve, args=(connection,), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    yield listener.getsockname()[1]
    listener.close()


def ask(port: int, data: bytes) -> tuple[float, bytes]:
    """Send and read back all of it; return seconds and answer."""
    begun = time.monotonic()
    with socket.create_connection(("127.0.0.1", port), timeout=20) as connection:
        connection.sendall(data)
        answer = b""
        while len(answer) < len(data) and (part := connection.recv(4096)):
            answer += part
    return time.monotonic() - begun, answer


def test_rate_and_distance_are_paid(echo: int) -> None:
    data = b"x" * 10_000  # 80,000 bits each way at 160,000 bit/s: half a second up; down overlaps
    with Shaper(Line(up=160_000, down=160_000, rtt=0.2, setup=0.1), to=echo) as line:
        seconds, answer = ask(line.port, data)
        assert answer == data
        assert line.bytes_up == line.bytes_down == len(data)
        assert line.connections == 1
    # Connection 0.2 + 0.1, way up 0.5, distance 0.2; slower on a busy machine, never faster.
    assert seconds >= 0.95


def test_connections_share_the_line(echo: int) -> None:
    with Shaper(Line(up=80_000), to=echo) as line:
        begun = time.monotonic()
        askers = [threading.Thread(target=ask, args=(line.port, b"x" * 2_500)) for _ in range(4)]
        for asker in askers:
            asker.start()
        for asker in askers:
            asker.join()
        assert time.monotonic() - begun >= 0.95


def test_nothing_passes_in_a_blackout(echo: int) -> None:
    with Shaper(Line(), to=echo) as line:
        line.blackout()
        threading.Timer(0.4, line.signal).start()
        seconds, answer = ask(line.port, b"hola")
        assert answer == b"hola"
        assert seconds >= 0.35


def test_a_cut_breaks_the_upload_and_the_next_one_works(echo: int) -> None:
    with Shaper(Line(up=400_000), to=echo) as line:
        line.cut_after(5_000)
        with pytest.raises(OSError, match=r"reset|Broken"):
            if ask(line.port, b"x" * 200_000)[1] != b"x" * 200_000:
                raise OSError("Broken")
        assert ask(line.port, b"hola")[1] == b"hola"


def test_an_unlimited_line_changes_no_byte(echo: int) -> None:
    data = bytes(range(256)) * 2_000
    with Shaper(Line(), to=echo) as line:
        assert ask(line.port, data)[1] == data
