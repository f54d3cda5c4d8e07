"""An address where nobody can listen is said in whole sentences, before anything starts."""

from __future__ import annotations

import errno
import socket
from typing import Any

import pytest

from atarraya.command import listening
from atarraya.terminal.codes import Refused


def test_a_port_in_use_is_said_in_words() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(Refused) as told:
            listening.check_free("127.0.0.1", port)
    assert f"127.0.0.1:{port}" in str(told.value)
    assert "Address already in use" not in str(told.value)


@pytest.mark.parametrize("number", [errno.EACCES, errno.EADDRNOTAVAIL, errno.EMFILE])
def test_every_reason_has_a_sentence(number: int, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any) -> None:
        raise OSError(number, "Some reason")

    monkeypatch.setattr(socket.socket, "bind", refuse)
    with pytest.raises(Refused) as told:
        listening.check_free("127.0.0.1", 80)
    assert "127.0.0.1" in str(told.value)
    assert ("Some reason" in str(told.value)) == (number == errno.EMFILE)
