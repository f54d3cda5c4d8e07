"""Browsers for journeys: phones and desktops as people have them, what went wrong in them, pictures, accessibility."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, CDPSession, ConsoleMessage, Page, Playwright, sync_playwright

from machine import browser as machine_browser
from machine import node_parts
from support.house import ROOT

SCREENS = ROOT / "var" / "screens"
GUIDE = ROOT / "docs" / "screens"
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
# The browser's last word on features is this flag of ours, so what Playwright turns off stands here again; then come
# two pages of the address bar that a window draws ahead, for nobody: a fourth of what a person in the browser costs.
OFF = (
    "AvoidUnnecessaryBeforeUnloadCheckSync,DestroyProfileOnBrowserClose,HttpsUpgrades,HttpsFirstBalancedModeAutoEnable,"
    "LensOverlay,MediaRouter,PaintHolding,ThirdPartyStoragePartitioning,AvoidCorsURLLoaderRestartOnRedirect,"
    "OptimizationHints,NetworkTimeServiceQuerying,AimEnabled,PreconnectToSearch,"
    "WebUIOmniboxPopup,WebUIOmniboxAimPopup,WebUIOmniboxFullPopup,PreloadTopChromeWebUI"
)
FLAGS = [flag for flag in machine_browser.FLAGS if not flag.startswith("--headless")] + [f"--disable-features={OFF}"]
MEDIA = ["--use-fake-device-for-media-stream"]  # a microphone that hums; permission is still asked
# A browser says these when a test takes the line away; they are what the test is about.
EXPECTED = re.compile(r"Failed to load resource|net::ERR_|NetworkError|Failed to fetch|ServiceWorker.*(fetch|update)")
# A rule that states its impact finds nothing of another: those of less than serious are not run, for their findings
# are not asked for. What is found is told as lines, made in the page: all that axe knows of it would be much to carry.
FIND = """(async () => {
  const asked = axe._audit.rules.filter((rule) => rule.enabled && !["minor", "moderate"].includes(rule.impact)
    && !rule.tags.some((tag) => axe._audit.tagExclude.includes(tag))).map((rule) => rule.id);
  const options = { resultTypes: ["violations"], selectors: false, runOnly: asked };  // nodes are told by their text
  const found = (await axe.run(document, options)).violations;
  return found.filter((each) => ["serious", "critical"].includes(each.impact)).map((each) =>
    `${each.impact}: ${each.id}: ${each.help}: `
    + each.nodes.slice(0, 3).map((node) => node.html.slice(0, 120)).join("; "));
})()"""

PHONE: dict[str, Any] = {  # 5-inch Android Go
    "viewport": {"width": 360, "height": 640},
    "device_scale_factor": 2,
    "is_mobile": True,
    "has_touch": True,
}
DESKTOP: dict[str, Any] = {"viewport": {"width": 1280, "height": 800}}
COMMON: dict[str, Any] = {"locale": "es-CO", "timezone_id": "America/Bogota", "reduced_motion": "reduce"}

# What a browser of April 2021 (Chrome 90) does not have and a careless script would use.
OLDER = """
    for (const [owner, names] of [
        [Object, ["hasOwn", "groupBy"]], [Array.prototype, ["at", "findLast", "findLastIndex", "toSorted", "with"]],
        [String.prototype, ["at", "isWellFormed", "toWellFormed"]], [globalThis, ["structuredClone"]],
        [Crypto.prototype, ["randomUUID"]], [Promise, ["withResolvers"]], [AbortSignal, ["timeout", "any"]],
        [Uint8Array, ["fromBase64", "fromHex"]], [Uint8Array.prototype, ["toBase64", "toHex"]],
        [Object.getPrototypeOf(Uint8Array.prototype), ["at", "findLast", "toSorted"]],
    ]) for (const name of names) delete owner[name];
    for (const name of typeof SubtleCrypto === "undefined" ? [] : ["importKey", "generateKey"]) {
        const real = SubtleCrypto.prototype[name];
        SubtleCrypto.prototype[name] = function (...given) {
            const [how] = name === "importKey" ? given.slice(2) : given;
            const called = typeof how === "string" ? how : how.name;
            if (/25519/.test(called)) return Promise.reject(new DOMException("", "NotSupportedError"));
            return real.apply(this, given);
        };
    }
"""


@contextmanager
def driver() -> Iterator[Playwright]:
    """Start Playwright's driver on the Node of set-up: its own wants a library that a bare machine lacks."""
    os.environ.setdefault("PLAYWRIGHT_NODEJS_PATH", str(node_parts.home() / "bin" / "node"))
    with sync_playwright() as started:
        yield started


@contextmanager
def chromium(playwright: Playwright, *more: str, light: bool = False) -> Iterator[Browser]:
    """Start the Chromium that set-up found, or its `light` shell, with nothing in it that calls home."""
    program = machine_browser.light() if light else machine_browser.get()
    flags = ["--headless=new", *FLAGS, *MEDIA, *more]
    started = playwright.chromium.launch(executable_path=str(program), headless=False, args=flags)
    try:
        yield started
    finally:
        started.close()


@dataclass
class Visit:
    """One person's browser: its context, and every complaint its pages made."""

    context: BrowserContext
    complaints: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.context.on("page", self._watch)

    def open(self, url: str) -> Page:
        """Open an address in a new tab."""
        page = self.context.new_page()
        page.goto(url)
        return page

    def forgive(self, pattern: str) -> None:
        """Drop complaints that match: a test that provokes one says so by this."""
        self.complaints[:] = [each for each in self.complaints if not re.search(pattern, each)]

    def _watch(self, page: Page) -> None:
        page.on("pageerror", lambda problem: self.complaints.append(f"{_place(page.url)}: {problem}"))
        page.on("console", lambda message: self._note(page, message))

    def _note(self, page: Page, message: ConsoleMessage) -> None:
        if message.type == "error" and not EXPECTED.search(message.text):
            self.complaints.append(f"{_place(page.url)}: {message.text}")


def _place(url: str) -> str:
    return url.split("#")[0]


@contextmanager
def visit(browser: Browser, shape: dict[str, Any], **options: Any) -> Iterator[Visit]:
    """Open a browser context of one person; at the end no page of it may have complained."""
    context = browser.new_context(**{**COMMON, **shape, **options})
    context.set_default_timeout(20_000)
    visiting = Visit(context)
    try:
        yield visiting
    finally:
        context.close()
    assert not visiting.complaints, "the browser complained:\n" + "\n".join(visiting.complaints)


def look(page: Page, name: str, *, guide: bool = False, whole: bool = True) -> Path:
    """Take a picture into var/screens, and into docs/screens when the guides show it and GUIDE_SCREENS=1.

    Where all tests run at once (`make test`, which sets SCREENS=0) nobody looks at pictures, and none is taken.
    """
    target = SCREENS / f"{name}.png"
    kept = bool(os.environ.get("GUIDE_SCREENS"))
    if kept or os.environ.get("SCREENS") != "0":
        picture(page, target, whole=whole)
    if guide and kept:
        GUIDE.mkdir(parents=True, exist_ok=True)
        (GUIDE / f"{name}.png").write_bytes(target.read_bytes())
    return target


def picture(page: Page, target: Path, *, whole: bool = True) -> Path:
    """Take a picture of a page, of what is in sight or, `whole`, of all of it."""
    target.parent.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=target, full_page=whole, animations="disabled", caret="hide")
    return target


@cache
def _axe() -> str:
    return AXE.read_text(encoding="utf-8") + ";0"


def barriers(page: Page) -> list[str]:
    """Return the serious and critical findings of axe on a page as it stands, one line each.

    Axe is put in through the debugger, which the page's policy does not bind: policy and page stay as they are. It is
    asked as a script of its own, which the browser compiles once for all pages of a site and not anew for each.
    """
    debugger = page.context.new_cdp_session(page)
    try:
        if not _asked(debugger, "typeof axe === 'object'"):
            _asked(debugger, _axe())
        found: list[str] = _asked(debugger, FIND)
        return found
    finally:
        debugger.detach()


def _asked(debugger: CDPSession, script: str) -> Any:
    said = debugger.send("Runtime.evaluate", {"expression": script, "awaitPromise": True, "returnByValue": True})
    assert "exceptionDetails" not in said, said["exceptionDetails"]
    return said["result"].get("value")
