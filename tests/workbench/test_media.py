"""A picture passed on shows the same and tells nothing of phone, place or hour; what cannot be cleaned is refused."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from atarraya_workbench.media import NotClean, fit
from support import photos

PICTURES = {"baseline": photos.BASELINE, "progressive": photos.PROGRESSIVE, "png": photos.PNG}
TOLD = (b"anario", b"2026:11:19", b"ICC_PROFILE", b"iCCP", b"eXIf", b"tEXt", b"JFIF")


@pytest.mark.parametrize("name", PICTURES)
def test_what_a_phone_writes_into_a_picture_does_not_go_along(name: str) -> None:
    raw = PICTURES[name]
    assert any(word in raw for word in TOLD), "the picture does carry something"
    clean = fit(raw).content
    assert not [word for word in TOLD if word in clean]
    assert fit(clean).content == clean, "nothing is left to take away"
    assert clean[-40:-12] in raw, "what is seen is as it was"


@pytest.mark.parametrize("name", ["baseline", "progressive"])
def test_a_picture_stays_turned_as_it_was_meant(name: str) -> None:
    segment = fit(PICTURES[name]).content[2:38]
    assert segment[:4] == b"\xff\xe1\x00\x22" and segment.endswith(b"\x01\x12\0\3\0\0\0\1\0\6\0\0\0\0\0\0")


@pytest.mark.parametrize("name", PICTURES)
def test_what_hangs_behind_a_picture_is_cut_off(name: str) -> None:
    assert fit(PICTURES[name] + b"PK\3\4 oculto").content == fit(PICTURES[name]).content


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_cut_anywhere_is_refused(name: str) -> None:
    raw = PICTURES[name]
    whole = raw.rindex(b"\xff\xd9" if name != "png" else b"IEND") + (0 if name == "png" else 1)
    for size in range(3, whole):
        with pytest.raises(NotClean):
            fit(raw[:size])


@pytest.mark.parametrize(
    ("content", "type_", "played"),
    [
        (b"\0\0\0\x18ftypM4A ....", "audio/mp4", True),
        (b"\0\0\0\x18ftyp3gp4....", "audio/mp4", True),
        (b"OggS...", "audio/ogg", True),
        (b"\x1a\x45\xdf\xa3..", "audio/webm", True),
        (b"#!AMR\n...", "audio/amr", False),
    ],
)
def test_a_voice_is_known_by_its_own_bytes(content: bytes, type_: str, played: bool) -> None:
    found = fit(content)
    assert (found.kind, found.type, found.played, found.content) == ("voice", type_, played, content)


@pytest.mark.parametrize("content", [b"", b"GIF89a", b"RIFF....WEBPVP8 ", b"\0\0\0\x18ftypheic", b"<svg/>", b"MZ"])
def test_anything_else_is_not_passed_on(content: bytes) -> None:
    with pytest.raises(NotClean):
        fit(content)


@settings(max_examples=300, deadline=None)
@given(
    name=st.sampled_from(sorted(PICTURES)), at=st.integers(2, 300), piece=st.binary(max_size=6), drop=st.integers(0, 6)
)
def test_a_spoilt_picture_is_refused_or_still_clean(name: str, at: int, piece: bytes, drop: int) -> None:
    raw = PICTURES[name]
    try:
        clean = fit(raw[:at] + piece + raw[at + drop :])
    except NotClean:
        return
    assert b"2026:11:19" not in clean.content or b"2026:11:19" in piece
