"""Receipts as the server keeps them: keyed hashes of what five words give, and a slot in each entry for a short answer.

The words are made on the phone and slow to try (PBKDF2, 600,000 rounds); without the pepper, which is no part of the
database or its backups, the kept hashes can't be tried at all. `derive` is for the demonstration and tests.
"""

from __future__ import annotations

import hashlib
import hmac
import os
from dataclasses import dataclass

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from atarraya.sealing import words as wordlist
from atarraya.sealing.encoding import from_b64, to_b64
from atarraya.sealing.refusals import NotEncoded

RECEIPT_WORDS = 5
REPLY_SLOT = 96
# Answers a phone asks for, always all of them: one that asked until it found something would tell how many there are.
ANSWERS = 6
_ITERATIONS = 600_000


@dataclass(frozen=True)
class Receipt:
    """Five words and what they give, each b64 of 32 bytes. `reply`, `thread` and `claim_hash` go inside the seal.

    `claim` proves to whoever reads the account that the words are held: only they give what `claim_hash` is made from.
    """

    words: tuple[str, ...]
    lookup: str
    erase: str
    erase_hash: str
    reply: str
    thread: str
    claim: str
    claim_hash: str


def keyed(value: bytes, pepper: bytes | None = None) -> bytes:
    """Return the 32 bytes kept for a lookup or erase hash: HMAC-SHA256 under the server's pepper."""
    return hmac.digest(settings.RECEIPT_PEPPER if pepper is None else pepper, value, "sha256")


def erase_hash(erase: bytes) -> bytes:
    """Return SHA-256 of the erase secret: what the phone sends with the report."""
    return hashlib.sha256(erase).digest()


def thread_key(erase: bytes) -> bytes:
    """Return the key of a thread: SHA-256("atarraya thread" ‖ erase secret).

    It lies in the account, for those who write notes. Who erases must show the secret it was made from, so that a
    reader of the account cannot.
    """
    return hashlib.sha256(b"atarraya thread" + erase).digest()


def thread_erase_hash(thread: bytes, entry_id: object) -> bytes:
    """Return the erase hash of a note or attachment of a thread: SHA-256(HMAC-SHA256(thread key, id))."""
    return hashlib.sha256(hmac.digest(thread, str(entry_id).lower().encode(), "sha256")).digest()


def answer_lookup(reply: str, number: int) -> str:
    """Return where the answer of that number (from 1) lies, b64: HMAC-SHA256(reply key, "atarraya answer NUMBER").

    Each answer lies in the slot of a note of its own, so that writing one never touches another entry.
    """
    return to_b64(hmac.digest(from_b64(reply, 32), f"atarraya answer {number}".encode(), "sha256"))


def answer_lookups(reply: str) -> list[str]:
    """Return where all answers of a receipt may lie, the oldest first."""
    return [answer_lookup(reply, number) for number in range(1, ANSWERS + 1)]


def empty_reply() -> bytes:
    """Return what the slot of an entry holds that answers nobody: 96 random bytes."""
    return os.urandom(REPLY_SLOT)


def new(network_id: object) -> Receipt:
    """Return a fresh receipt. For the demonstration and tests: phones make their own."""
    return derive(" ".join(wordlist.draw(RECEIPT_WORDS)), network_id)


def derive(typed: str, network_id: object) -> Receipt:
    """Return what five words give in a network; raise NotEncoded when they aren't five words of the list."""
    words = wordlist.plain(typed)
    if len(words) != RECEIPT_WORDS or wordlist.unknown(words):
        raise NotEncoded(code="receipt_words")
    salt = b"atarraya receipt" + str(network_id).lower().encode()
    seed = hashlib.pbkdf2_hmac("sha256", " ".join(words).encode(), salt, _ITERATIONS, 32)

    def part(info: bytes) -> bytes:
        return HKDF(hashes.SHA256(), 32, None, info).derive(seed)

    erase, claim = part(b"erase"), part(b"claim")
    return Receipt(
        words=tuple(words),
        lookup=to_b64(part(b"lookup")),
        erase=to_b64(erase),
        erase_hash=to_b64(erase_hash(erase)),
        reply=to_b64(part(b"reply")),
        thread=to_b64(thread_key(erase)),
        claim=to_b64(claim),
        claim_hash=to_b64(hashlib.sha256(claim).digest()),
    )


def keyed_text(value: str, pepper: bytes | None = None) -> bytes:
    """Return `keyed` of a 32-byte b64 text, as the API carries it; raise NotEncoded."""
    return keyed(from_b64(value, 32), pepper)
