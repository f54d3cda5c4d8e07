"""What could be cipher text, and what is written: also in short files, where there is little to go by."""

from __future__ import annotations

import base64

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CTR

from atarraya.channels.odk.encrypted import LEAST_TOLD, looks_encrypted
from support.odkphone import TEXT

SIZES = (LEAST_TOLD, 128, 512, 1024, 2032, 2048, 9_600)
LONG = TEXT * 200
WRITTEN = {
    "UTF-8": LONG.encode(),
    "Latin-1": LONG.encode("latin-1"),
    "two bytes a letter": LONG.encode("utf-16-le"),
    "base64": base64.b64encode(bytes(range(256)) * 50),
    "Latin-1 that uses all of it": bytes([*range(0x20, 0x7F), *range(0xA0, 0x100)]) * 60,
    "Latin-1 mixed with nothing": (TEXT.encode("latin-1") + b"\0\xff\x80") * 150,
}


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("how", WRITTEN)
def test_what_is_written_is_told(how: str, size: int) -> None:
    assert not looks_encrypted(WRITTEN[how][:size])


@pytest.mark.parametrize("size", SIZES)
def test_cipher_text_is_taken_as_what_it_is(size: int) -> None:
    """Two thousand of each size, always the same ones."""
    stream = Cipher(AES(bytes(32)), CTR(bytes(16))).encryptor()
    assert all(looks_encrypted(stream.update(bytes(size))) for _time in range(2000))
