"""The room's modules in a real browser: under the house's content policy, without newer parts, on a slow machine."""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Callable, Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from atarraya.sealing import bundles, envelopes
from support.walking import OLDER

from .conftest import STATIC

pytestmark = pytest.mark.journey
POLICY = (
    "default-src 'none'; script-src 'self'; worker-src 'self'; connect-src 'self'; base-uri 'none'; "
    "require-trusted-types-for 'script'; trusted-types atarraya"
)


class Files(SimpleHTTPRequestHandler):
    """The room's static files with the house's policy."""

    def end_headers(self) -> None:
        """Add what the house's pages carry."""
        self.send_header("Content-Security-Policy", POLICY)
        super().end_headers()

    def do_GET(self) -> None:
        """Answer the empty page, or a file."""
        if self.path != "/":
            return super().do_GET()
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write(b"<!doctype html><title>.</title>")
        return None

    def log_message(self, *_: object) -> None:
        """Stay quiet."""


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Files, directory=str(STATIC)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://localhost:{server.server_port}/"
    server.shutdown()
    server.server_close()


@pytest.fixture
def page(browser: Any, address: str) -> Iterator[Any]:
    tab = browser.new_page()
    problems: list[str] = []
    tab.on("pageerror", lambda problem: problems.append(str(problem)))
    tab.on("console", lambda line: problems.append(line.text) if line.type == "error" else None)
    tab.add_init_script("window.room = (name) => import(`/sealing/${name}.js`);")
    tab.goto(address)
    yield tab
    tab.close()
    assert problems == []


ROUND = """async (network) => {
    const [envelope, bundle, receipt, sheets, lists, transport] =
        await Promise.all(["envelope", "bundle", "receipt", "sheets", "lists", "transport"].map(room));
    const circles = await Promise.all([1, 2, 3].map(bundle.newBundle));
    const halves = await Promise.all(circles.map(bundle.publicHalf));
    const payload = { v: 1, type: "report", text: "ñ" };
    const recipients = halves.map((half) => half.age);
    const sealed = await envelope.sealEnvelope({ payload, recipients, addressed: [false, true, false] });
    const phrase = bundle.newPhrase();
    const kept = await bundle.sealBundleForPhrase(circles[0], phrase);
    const document = lists.listDocument({
        inbox: network, number: 1, recipients, signers: [halves[0].ed25519], previous: null, day: "2026-11-23" });
    const state = { fingerprint: await lists.fingerprint(document), number: 0, document: null };
    const mine = await receipt.newReceipt(network);
    const printed = await sheets.split(circles[2].age);
    return [
        (await envelope.openEnvelope(sealed, [circles[1].age])).text,
        await envelope.openEnvelope(sealed, [circles[0].age]),
        (await bundle.openBundleWithPhrase(kept, phrase)).age === circles[0].age,
        (await lists.verifyChain(state, [lists.signList(document, [circles[0]])])).number,
        (await receipt.openReply(await receipt.sealReply({ s: "read", p: "x", d: "y" }, mine.reply), mine.reply)).s,
        (await sheets.join([printed[0], printed[2]], recipients[2])) === circles[2].age,
        (await transport.sealForTransport({ a: 1 }, sealed, recipients[0])).length,
    ];
}"""
NETWORK = "6f1b0a0e-3c1d-4e2f-9a7b-0d5c8e7f6a21"


@pytest.mark.parametrize("older", [False, True], ids=["today", "a browser of 2021"])
def test_all_of_it_runs_under_the_content_policy(page: Any, address: str, older: bool) -> None:
    if older:
        page.add_init_script(OLDER)
        page.goto(address)
    assert page.evaluate(ROUND, NETWORK) == ["ñ", None, True, 1, "read", True, 102 + 98 + 4 + 768 + 396 + 2048]


def test_a_passkey_opens_its_copy(page: Any) -> None:
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    devtools.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "ctap2Version": "ctap2_1",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "hasPrf": True,
                "isUserVerified": True,
            }
        },
    )
    script = """async () => {
        const [bundle, passkey] = await Promise.all(["bundle", "passkey"].map(room));
        const mine = await bundle.newBundle();
        const [one, other] = [await passkey.newPasskey("cuaderno"), await passkey.newPasskey("otro")];
        const copy = await passkey.sealBundleForPasskey(mine, one);
        const opened = await passkey.openBundleWithPasskey(copy, one);
        return [passkey.passkeyPossible(), opened.age === mine.age, await passkey.openBundleWithPasskey(copy, other)];
    }"""
    assert page.evaluate(script) == [True, True, None]


@pytest.fixture(scope="module")
def five_hundred() -> tuple[list[str], list[dict[str, Any]]]:
    """Three keys of six circles, and 500 envelopes of which six in ten open for none of them."""
    circles = [bundles.new_bundle() for _ in range(6)]
    recipients = [bundles.public_half(circle)["age"] for circle in circles]
    items = []
    for number in range(500):
        mine = number % 5 < 2
        addressed = [mine and place == number % 3 for place in range(6)]
        blob = envelopes.seal({"v": 1, "type": "report", "text": str(number)}, recipients, addressed)
        items.append({"id": str(number), "sealed": base64.b64encode(blob).decode()})
    return [circle["age"] for circle in circles[:3]], items


OPEN = """async ([secrets, items, placed, inWorker]) => {
    const [{ openMany, openManyIn }, { fromBase64 }] = await Promise.all(["opener", "bytes"].map(room));
    const given = items.map(({ id, sealed }) => ({ id, number: 1, bytes: fromBase64(sealed) }));
    const keys = placed ? secrets.map((secret, i) => ({ secret, positions: { 1: i } })) : secrets;
    let longest = 0;
    let last = performance.now();
    let told = 0;
    const clock = setInterval(() => {
        longest = Math.max(longest, performance.now() - last);
        last = performance.now();
    }, 4);
    const start = performance.now();
    let results;
    if (inWorker) {
        const policy = trustedTypes.createPolicy("atarraya", { createScriptURL: (url) => url });
        const worker = new Worker(policy.createScriptURL("/sealing/opener-worker.js"), { type: "module" });
        results = await openManyIn(worker, given, keys, () => (told += 1));
        worker.terminate();
    } else results = await openMany(given, keys, () => (told += 1));
    clearInterval(clock);
    return {
        opened: results.filter(({ code }) => code === "opened").length, told, longest,
        closed: results.filter(({ code }) => code === "closed").length, took: performance.now() - start,
    };
}"""


@pytest.mark.parametrize(
    ("in_worker", "older"),
    [(True, False), (False, False), (False, True)],
    ids=["in a worker", "in the tab", "in the tab of a browser of 2021"],
)
def test_500_envelopes_leave_a_slow_tab_answering(
    page: Any,
    address: str,
    five_hundred: tuple[list[str], list[dict[str, Any]]],
    in_worker: bool,
    older: bool,
    record_property: Callable[[str, object], None],
) -> None:
    if older:
        page.add_init_script(OLDER)
        page.goto(address)
    page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": 4})
    secrets, items = five_hundred
    outcome = page.evaluate(OPEN, [secrets, items, True, in_worker])
    record_property("outcome", json.dumps(outcome))
    assert (outcome["opened"], outcome["closed"], outcome["told"]) == (200, 300, 500)
    assert outcome["longest"] < 500  # milliseconds in which a tap would wait
