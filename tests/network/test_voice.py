"""The four words: the server's half says what the browser's says, and other keys have other words."""

from __future__ import annotations

import json
from pathlib import Path

from atarraya.network.voice import voice_words
from atarraya.sealing import bundles
from atarraya.sealing.words import WORDS

VECTORS = json.loads((Path(__file__).parents[1] / "vectors" / "voice.json").read_text())


def test_the_words_of_the_vectors() -> None:
    for vector in VECTORS:
        assert voice_words(**vector["public"]) == vector["words"]


def test_four_words_of_the_list_that_hang_on_both_keys() -> None:
    one, other = (bundles.public_half(bundles.new_bundle()) for _ in range(2))
    words = voice_words(**one)
    assert len(words) == 4 and set(words) <= set(WORDS)
    assert words not in (voice_words(**other), voice_words(one["age"], other["ed25519"]))
