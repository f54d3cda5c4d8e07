"""Our age files and everyone else's tools: the browser's half, pyrage, and the age command, both ways."""

from __future__ import annotations

import base64
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyrage
from hypothesis import Phase, given, seed, settings
from hypothesis import strategies as st

from atarraya.sealing import agefile, bundles, envelopes
from atarraya.sealing.canonical import canonical
from support import opener

REPORT = {"v": 1, "type": "report", "text": "Confinados desde ayer, ñ 🙏"}
Browser = Callable[[str, Any], Any]


def test_the_server_seals_what_the_browser_opens(browser_half: Browser) -> None:
    circles = [bundles.new_bundle() for _ in range(3)]
    recipients = [bundles.public_half(circle)["age"] for circle in circles]
    sealed = envelopes.seal(REPORT, recipients, [False, True, False])
    phrase, code = bundles.new_phrase(), bundles.new_code()
    opened = browser_half(
        """
        const { fromBase64 } = await room("bytes");
        const { openEnvelope } = await room("envelope");
        const { openBundleWithPhrase, openBundleWithCode } = await room("bundle");
        const blob = fromBase64(input.sealed);
        return [
            await openEnvelope(blob, [input.secrets[1]]), await openEnvelope(blob, [input.secrets[0]]),
            await openBundleWithPhrase(fromBase64(input.byPhrase), input.phrase),
            await openBundleWithCode(fromBase64(input.byCode), input.code),
        ];
        """,
        {
            "sealed": base64.b64encode(sealed).decode(),
            "secrets": [circle["age"] for circle in circles],
            "phrase": phrase,
            "code": code,
            "byPhrase": base64.b64encode(bundles.seal_for_phrase(circles[0], phrase)).decode(),
            "byCode": base64.b64encode(bundles.seal_for_code(circles[0], code)).decode(),
        },
    )
    assert opened == [REPORT, None, circles[0], circles[0]]


def test_the_browser_seals_what_the_server_lets_in(browser_half: Browser) -> None:
    circles = [bundles.new_bundle() for _ in range(6)]
    recipients = [bundles.public_half(circle)["age"] for circle in circles]
    sealed = browser_half(
        """
        const { toBase64 } = await room("bytes");
        const { sealEnvelope } = await room("envelope");
        const addressed = input.recipients.map((_, i) => i === 4);
        return toBase64(await sealEnvelope({ payload: input.payload, recipients: input.recipients, addressed }));
        """,
        {"payload": REPORT, "recipients": recipients},
    )
    blob = base64.b64decode(sealed)
    assert envelopes.check(blob, 6) == 2048
    assert [opener.open_envelope(blob, [circle["age"]]) for circle in circles] == [None] * 4 + [REPORT, None]


def test_canonical_texts_agree_on_many_values(browser_half: Browser) -> None:
    text = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
    leaf = st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | text
    value = st.recursive(leaf, lambda inner: st.lists(inner, max_size=5) | st.dictionaries(text, inner, max_size=5))
    values = examples(value, 300)
    there = browser_half('const { canonical } = await room("canonical"); return input.map(canonical);', values)
    assert there == [canonical(value) for value in values]


def examples(strategy: st.SearchStrategy[Any], count: int) -> list[Any]:
    """Return values of a strategy, the same in each run."""
    found: list[Any] = []

    @seed(2026)
    @settings(max_examples=count, phases=[Phase.generate], database=None)
    @given(strategy)
    def draw(one: Any) -> None:
        found.append(one)

    draw()
    return found


def test_pyrage_opens_what_is_written_here() -> None:
    identities = [pyrage.x25519.Identity.generate() for _ in range(3)]
    for size in (0, 1, 2048, 65536):
        blob = agefile.seal_to(bytes(size), [str(one.to_public()) for one in identities])
        for identity in identities:
            assert pyrage.decrypt(blob, [identity]) == bytes(size)
    assert pyrage.passphrase.decrypt(agefile.seal_with_secret(b"x", "clave ñ", 10), "clave ñ") == b"x"


def test_the_age_command_opens_and_writes(age_tool: str, tmp_path: Path) -> None:
    circle = bundles.new_bundle()
    recipient = bundles.public_half(circle)["age"]
    (tmp_path / "key.txt").write_text(circle["age"] + "\n")
    (tmp_path / "sealed.age").write_bytes(envelopes.seal(REPORT, [recipient, recipient], [False, True]))
    opened = subprocess.run(
        [age_tool, "-d", "-i", "key.txt", "sealed.age"], cwd=tmp_path, capture_output=True, check=True
    ).stdout
    assert len(opened) == 2048
    written = subprocess.run([age_tool, "-r", recipient], input=opened, capture_output=True, check=True).stdout
    assert envelopes.check(written, 1) == 2048
    assert opener.open_envelope(written, [circle["age"]]) == REPORT


def test_the_age_command_and_the_browser_open_each_others(age_tool: str, browser_half: Browser, tmp_path: Path) -> None:
    circle = bundles.new_bundle()
    recipient = bundles.public_half(circle)["age"]
    (tmp_path / "key.txt").write_text(circle["age"] + "\n")
    sealed = browser_half(
        """
        const { toBase64 } = await room("bytes");
        const { sealEnvelope } = await room("envelope");
        const addressed = [false, true];
        return toBase64(await sealEnvelope({ ...input, addressed }));
        """,
        {"payload": REPORT, "recipients": [recipient, recipient]},
    )
    (tmp_path / "sealed.age").write_bytes(base64.b64decode(sealed))
    opened = subprocess.run(
        [age_tool, "-d", "-i", "key.txt", "sealed.age"], cwd=tmp_path, capture_output=True, check=True
    ).stdout
    assert len(opened) == 2048
    written = subprocess.run([age_tool, "-r", recipient], input=opened, capture_output=True, check=True).stdout
    read = browser_half(
        """
        const { fromBase64 } = await room("bytes");
        const { openEnvelope } = await room("envelope");
        return openEnvelope(fromBase64(input.sealed), [input.secret]);
        """,
        {"sealed": base64.b64encode(written).decode(), "secret": circle["age"]},
    )
    assert read == REPORT
