"""Encrypted forms as ODK's phones write them: an opener written from the scheme alone reads them."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from atarraya.sealing import odkform
from atarraya.sealing.refusals import NotEncoded
from support import odkopener

NAMES = st.lists(st.from_regex(r"[0-9]{4,13}\.(jpg|m4a|amr)", fullmatch=True), unique=True, max_size=20)


@settings(max_examples=40, deadline=None)
@given(xml=st.binary(max_size=400), names=NAMES, content=st.binary(max_size=64))
def test_what_is_encrypted_opens_with_its_key_and_its_manifest_says_so(
    xml: bytes, names: list[str], content: bytes
) -> None:
    media = [(name, content + name.encode()) for name in names]
    manifest, parts = odkform.encrypt("aviso", "3-1", "uuid:ñ & <1>", xml, media, odkopener.public())
    assert set(parts) == {f"{name}.enc" for name in (*names, "submission.xml")}
    contents, signed = odkopener.opened(manifest, parts, odkopener.key())
    assert contents == {**dict(media), "submission.xml": xml}
    assert signed


def test_a_changed_file_or_another_form_is_not_what_was_signed() -> None:
    manifest, parts = odkform.encrypt("aviso", "3-1", "uuid:1", b"<a/>", [("1.jpg", b"x" * 99)], odkopener.public())
    assert odkopener.opened(manifest, parts, odkopener.key())[1]
    first = parts["1.jpg.enc"]
    changed = {**parts, "1.jpg.enc": bytes([first[0] ^ 1]) + first[1:]}
    assert not odkopener.opened(manifest, changed, odkopener.key())[1]
    assert not odkopener.opened(manifest.replace(b'id="aviso"', b'id="otro"'), parts, odkopener.key())[1]


def test_each_submission_has_a_key_of_its_own_and_no_two_files_start_alike() -> None:
    made = [odkform.encrypt("a", "1", "uuid:1", b"same", [("1.jpg", b"same")], odkopener.public()) for _again in "12"]
    assert len({part for _manifest, parts in made for part in parts.values()}) == 4


@pytest.mark.parametrize("der", [b"", b"no key", bytes.fromhex("302a300506032b656e032100") + bytes(31) + b"\x09"])
def test_what_is_no_rsa_key_is_refused(der: bytes) -> None:
    with pytest.raises(NotEncoded) as refused:
        odkform.encrypt("a", "1", "uuid:1", b"", [], der)
    assert refused.value.code == "odk_key"
