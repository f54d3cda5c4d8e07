"""A picture passed on shows the same and tells nothing of phone, place or hour; what cannot be cleaned is refused."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from atarraya_workbench.media import NotClean, fit
from support import photos, sounds

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
        (sounds.plain(b"tono"), "audio/mp4", True),
        (sounds.plain(b"tono").replace(b"M4A ", b"3gp4"), "audio/mp4", True),
        (b"OggS...", "audio/ogg", True),
        (b"\x1a\x45\xdf\xa3..", "audio/webm", True),
        (b"#!AMR\n...", "audio/amr", False),
    ],
)
def test_a_voice_is_known_by_its_own_bytes(content: bytes, type_: str, played: bool) -> None:
    found = fit(content)
    assert (found.kind, found.type, found.played, found.content) == ("voice", type_, played, content)


@pytest.mark.parametrize("first", [True, False])
def test_a_recording_keeps_its_sound_and_tells_no_place_and_no_hour(first: bool) -> None:
    around = sounds.box(b"meta", b"com.apple.quicktime.location.ISO6709") + sounds.box(b"uuid", bytes(16), b"canario")
    track = sounds.track(b"soun", sounds.told())
    raw = (
        sounds.m4a(b"tono" * 50, track, more=sounds.told() + around, first=first)
        + around
        + sounds.box(b"free", b"canario")
    )
    clean = fit(raw).content
    words = (sounds.HOUR, sounds.PLACE, b"canario", b"loci", b"xyz", b"udta", b"meta", b"uuid", b"ISO6709")
    assert all(word in raw for word in words) and not [word for word in words if word in clean]
    assert len(clean) == len(raw) and clean.index(b"tono") == raw.index(b"tono") and clean.count(b"tono") == 50
    assert fit(clean).content == clean, "nothing is left to take away"


VIDEO = sounds.m4a(b"tono", sounds.track(), sounds.track(b"vide"))
STRANGE = {
    "a video": VIDEO,
    "a video called 3gp": VIDEO.replace(b"M4A ", b"3gp4"),
    "a track of places": sounds.m4a(b"tono", sounds.track(), sounds.track(b"meta")),
    "a track without a handler": sounds.m4a(b"tono", sounds.track(), sounds.track(named=0)),
    "two handlers": sounds.m4a(b"tono", sounds.track(named=2)),
    "no track": sounds.m4a(b"tono", sounds.box(b"iods")),
    "no moov": sounds.box(b"ftyp", b"M4A ") + sounds.box(b"mdat", bytes(90)),
    "only its first bytes": b"\0\0\0\x18ftypM4A ....",
    "a box longer than what is around it": sounds.m4a(b"tono", sounds.track(), more=b"\0\0\xff\xffmvex"),
    "a box shorter than its head": sounds.m4a(b"tono", sounds.track(), more=b"\0\0\0\4mvex"),
    "a box without an end inside another": sounds.m4a(b"tono", sounds.track(), more=b"\0\0\0\0mvex"),
    "boxes without number": sounds.m4a() + sounds.box(b"free") * 5000,
    "an hour cut off": sounds.m4a(b"tono", sounds.track(), more=sounds.box(b"mvhd", bytes(6))),
}


@pytest.mark.parametrize("name", STRANGE)
def test_a_video_and_a_strange_recording_are_not_passed_on(name: str) -> None:
    with pytest.raises(NotClean):
        fit(STRANGE[name])


def test_a_recording_whose_lengths_are_long_is_one_too() -> None:
    raw = sounds.box(b"ftyp", b"M4A ") + sounds.box(b"mdat", b"tono", large=True) + sounds.moov()
    clean = fit(raw + sounds.box(b"uuid", b"canario", large=True)).content
    assert b"tono" in clean and b"canario" not in clean


@settings(max_examples=300, deadline=None)
@given(at=st.integers(0, 400), piece=st.binary(max_size=9), drop=st.integers(0, 9))
def test_a_spoilt_recording_is_refused_or_tells_no_place(at: int, piece: bytes, drop: int) -> None:
    raw = sounds.m4a(b"tono", sounds.track(), more=sounds.told())
    try:
        clean = fit(raw[:at] + piece + raw[at + drop :])
    except NotClean:
        return
    assert clean.type != "audio/mp4" or len(clean.content) == len(raw[:at] + piece + raw[at + drop :])


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
