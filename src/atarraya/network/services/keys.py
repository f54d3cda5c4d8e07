"""Checks of what browsers send: public halves, age files, signed lists. Nothing here opens anything."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from atarraya.network.refusals import KeyRefused
from atarraya.network.rules import AGE_PASSKEY, AGE_PHRASE, AGE_WRAPPED, MAX_KEY_FILE, RECIPIENT, SIGNING_KEY
from atarraya.sealing import odk_keys


@dataclass(frozen=True)
class PublicHalf:
    """The public half of a key bundle: an age recipient, an Ed25519 key (b64) and, of a circle, a key of sealed SMS and
    one of ODK forms (b64 of an RSA key's SPKI DER)."""

    age: str
    ed25519: str
    sms: str = ""
    odk: str = ""

    @classmethod
    def read(cls, fields: object) -> PublicHalf:
        """Return the public half that `fields` (a mapping) spells; raise KeyRefused."""
        if not isinstance(fields, Mapping):
            raise KeyRefused()
        age, ed25519 = fields.get("age"), fields.get("ed25519")
        if not isinstance(age, str) or not RECIPIENT.fullmatch(age):
            raise KeyRefused()
        if not isinstance(ed25519, str) or not SIGNING_KEY.fullmatch(ed25519):
            raise KeyRefused()
        sms = fields.get("sms", "")
        if sms and (not isinstance(sms, str) or not SIGNING_KEY.fullmatch(sms)):
            raise KeyRefused()
        return cls(age, ed25519, sms or "", cls._read_odk(fields.get("odk")))

    @staticmethod
    def _read_odk(spelled: object) -> str:
        if not spelled:
            return ""
        if not isinstance(spelled, str) or not odk_keys.is_key(spelled):
            raise KeyRefused()
        return spelled


def phrase_file(blob: bytes) -> bytes:
    """Return an age file sealed by a phrase or code; raise KeyRefused for anything else."""
    return _begins(blob, AGE_PHRASE)


def wrapped(blob: bytes) -> bytes:
    """Return an age file sealed to a recipient; raise KeyRefused for anything else."""
    return _begins(blob, AGE_WRAPPED)


def passkey_file(blob: bytes) -> bytes:
    """Return an age file sealed by a passkey's PRF (the only stanza); raise KeyRefused for anything else."""
    return _begins(blob, AGE_PASSKEY)


def _begins(blob: bytes, start: bytes) -> bytes:
    if not blob.startswith(start) or len(blob) > MAX_KEY_FILE:
        raise KeyRefused()
    return blob
