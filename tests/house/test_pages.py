"""Scripts, styles and templates: nothing inline, nothing foreign, nothing newer than Chrome 90."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from support import house

SINKS = {
    r"\b(?:inner|outer)HTML\b|\binsertAdjacentHTML\b|\bdocument\.write(?:ln)?\b|\bsetHTML(?:Unsafe)?\b|\bDOMParser\b": "HTML from text",
    r"\beval\s*\(|\bnew\s+Function\b|\bset(?:Timeout|Interval)\s*\(\s*[\"'`]|\bcreateContextualFragment\b": "code from text",
    r"\.on[a-z]+\s*=\s*[\"'`]|setAttribute\(\s*[\"'`]on|\bjavascript:": "code in an attribute",
}
# Names that Chrome 90 does not have (April 2021), each with the version that brought it.
NEWER = {
    r"\.at\(": "Array.at (92)",
    r"\bObject\.hasOwn\b": "Object.hasOwn (93)",
    r"\bObject\.groupBy\b|\bMap\.groupBy\b": "groupBy (117)",
    r"\bstructuredClone\b": "structuredClone (98)",
    r"\.findLast(?:Index)?\(": "findLast (97)",
    r"\.to(?:Sorted|Reversed|Spliced)\(": "toSorted (110)",
    r"\bArray\.fromAsync\b": "Array.fromAsync (121)",
    r"\bPromise\.(?:withResolvers|try)\b": "Promise.withResolvers (119)",
    r"\bAbortSignal\.(?:timeout|any|abort)\b|\.throwIfAborted\(": "AbortSignal statics (93–116)",
    r"\brandomUUID\b": "crypto.randomUUID (92)",
    r"\bnew \w*Error\([^)]*\{\s*cause\b": "Error cause (93)",
    r"\bstatic\s*\{": "static blocks (94)",
    r"#\w+ in \w+": "private in (91)",
    r"\bscheduler\.|\breportError\(": "scheduler, reportError (94–95)",
    r"\bcreateSyncAccessHandle\b|\bstorage\.getDirectory\b": "private file system (102)",
    r"\bcheckVisibility\b|\bshowPicker\b|\bstartViewTransition\b|\.togglePopover\b|\.showPopover\b": "newer element methods",
    r"\bURL\.(?:canParse|parse)\(": "URL.canParse (120)",
    r"\bUint8Array\.from(?:Base64|Hex)\b|\.to(?:Base64|Hex)\(\)": "Uint8Array base64 (140)",
    r"\bResponse\.json\(|\.bytes\(\)": "Response.json, bytes (105–132)",
    r"name:\s*[\"'](?:Ed25519|X25519)[\"']": "WebCrypto curves (133–137)",
    r"\bnew Set\([^)]*\)\.(?:union|intersection|difference)\(": "set methods (122)",
    r"/[dgimsuy]*v[dgimsuy]*[,;)]": "regular expressions with v (112)",
    r"\bRegExp\.escape\b|\bTemporal\.|\bIterator\.from\b|\bawait using\b": "very new",
    r"import .* (?:with|assert) \{": "import attributes (91–123)",
    r"\binert\b\s*=": "inert (102)",
    r"deflate-raw": "deflate-raw (103)",
}
# What an older browser merely ignores (accent-color, text-wrap, scrollbar-color) is not refused.
NEWER_STYLE = {
    r":has\(": ":has (105)",
    r"@layer\b|@container\b|@scope\b|@starting-style\b|@position-try\b": "newer rules (99–125)",
    r"\bcontainer(?:-type|-name)?\s*:": "container queries (105)",
    r"\b\d*\.?\d+(?:d|s|l)v(?:h|w|min|max)\b|\d(?:cq[whib])\b": "new units (105–108)",
    r"\b(?:color-mix|oklch|oklab|lab|lch|light-dark|color)\(": "new colours (111)",
    r"(?:^|[;{\s])(?:rotate|scale|translate)\s*:": "single transforms (104)",
    r"\bsubgrid\b|\banchor-name\b|\binterpolate-size\b|:user-(?:in)?valid\b|:modal\b|:popover-open\b": "newer words",
    r"@media[^{]*[<>]": "ranges in @media (104)",
    r"(?:^|[\s;{])&": "nesting (112)",
}
INLINE = {
    r"<script(?![^>]*\bsrc=)(?![^>]*type=\"application/json\")[^>]*>": "inline script",
    r"\sstyle\s*=": "inline style",
    r"\son[a-z]+\s*=\s*[\"']": "inline handler",
    r"javascript:": "inline script",
    r"\bpopover(?:target)?\b|\sinert\b": "newer than Chrome 90",
}
STYLE_ELEMENT = {r"<style\b": "inline style"}
UNESCAPED = {r"\|\s*safe\b|\bMarkup\(|\bautoescape\s+false": "unescaped"}
# The point's page, and the one it leaves by, carry their style in their first answer; its hash is in the policy.
HASHED_STYLE = {"src/atarraya/alerts/jinja2/alerts/shell.html", "src/atarraya/alerts/jinja2/alerts/leave.html"}
# Text that this server drew itself: the point page's style, and square codes.
DRAWN_HERE = HASHED_STYLE | {
    "src/atarraya/channels/odk/jinja2/odk/card.html",
    "src/atarraya/network/jinja2/network/account/codes_on.html",
    "src/atarraya/network/jinja2/network/card.html",
    "src/atarraya/network/jinja2/network/slip.html",
}
ADDRESS = re.compile(
    r"(?:https?:|wss?:)?//(?!www\.w3\.org/(?:2000/svg|1999/xhtml|1999/xlink))[a-z0-9-]+(?:\.[a-z0-9-]+)+", re.I
)


def styles() -> list[Path]:
    return house.named(".css", under="src")


def guarded(found: str) -> bool:
    """Tell whether a line is a comment, or says `// guarded: why` on itself or the line before."""
    name, number, *_ = found.split(":")
    lines = (house.ROOT / name).read_text(encoding="utf-8").splitlines()
    line = lines[int(number) - 1].strip()
    nearby = "\n".join(lines[max(0, int(number) - 2) : int(number)])
    return line.startswith(("//", "*", "/*")) or "// guarded: " in nearby


def test_scripts_make_no_markup_or_code_from_text() -> None:
    found = house.found_in(house.scripts(), SINKS)
    assert not found, "\n".join(found)


def test_scripts_run_on_chrome_90() -> None:
    found = house.found_in(house.scripts(), NEWER)
    assert not [line for line in found if not guarded(line)], "\n".join(found)


def test_scripts_import_in_no_circle() -> None:
    """A circle could never be given hashed names, nor a comment that shows an import of its own file."""
    imports = re.compile(r"(?:from|import)\s*\(?[\"'](\.[^\"']+)")
    near = {
        path: [(path.parent / name).resolve() for name in imports.findall(path.read_text(encoding="utf-8"))]
        for path in house.scripts()
    }

    def follow(path: Path, seen: tuple[Path, ...]) -> None:
        assert path not in seen, " → ".join(each.name for each in (*seen[seen.index(path) :], path))
        for other in near.get(path, []):
            follow(other, (*seen, path))

    for path in near:
        follow(path, ())


def test_styles_draw_on_chrome_90() -> None:
    found = house.found_in([*styles(), *house.templates()], NEWER_STYLE | {r"(?:^|[\s;{])&(?!\w|#)": "nesting (112)"})
    found = [line for line in found if "nesting" not in line or line.split(":")[0].endswith(".css")]
    assert not found, "\n".join(found)


@pytest.mark.parametrize("path", styles(), ids=house.shown)
def test_no_rule_stands_inside_another(path: Path) -> None:
    text = re.sub(r"/\*.*?\*/", "", path.read_text(encoding="utf-8"), flags=re.S)
    stack: list[str] = []
    for match in re.finditer(r"([^{};]*)([{};])", text):
        head, mark = match.group(1).strip(), match.group(2)
        if mark == "{":
            inside = [outer for outer in stack if not outer.startswith("@")]
            assert not inside, f"{head} inside {inside[-1]}"
            stack.append(head)
        elif mark == "}":
            stack.pop()
    assert not stack


def test_templates_hold_nothing_inline() -> None:
    found = house.found_in(house.templates(), INLINE)
    rest = [path for path in house.templates() if house.shown(path) not in HASHED_STYLE]
    found += house.found_in(rest, STYLE_ELEMENT)
    found += house.found_in([path for path in house.templates() if house.shown(path) not in DRAWN_HERE], UNESCAPED)
    assert not found, "\n".join(found)


def pressed_in_vain(template: str) -> list[str]:
    """Return the buttons that would send a form by its address before a script is there to answer it."""
    text = re.sub(r"<template\b.*?</template>|<form\b[^>]*\bhidden\b.*?</form>", "", template, flags=re.S)
    found, form = [], ""
    for match in re.finditer(r"<form\b[^>]*>|</form>|<button\b[^>]*>", text):
        tag = match.group()
        if tag.startswith("<button"):
            sends = 'type="button"' not in tag and "disabled" not in tag
            found += [tag] if sends and 'method="post"' not in form else []
        else:
            form = "" if tag == "</form>" else tag
    return found


def test_a_form_that_a_script_answers_rests_until_the_script_is_there() -> None:
    """On a slow line somebody presses first; the browser would put their password into the page's address."""
    rest = [path for path in house.templates() if "alerts/jinja2" not in house.shown(path)]
    found = {house.shown(path): pressed_in_vain(path.read_text(encoding="utf-8")) for path in rest}
    assert not {name: buttons for name, buttons in found.items() if buttons}
    assert pressed_in_vain("<form data-begin><input name=password><button>") == ["<button>"]


def test_pages_ask_nothing_of_third_parties() -> None:
    served = [
        *house.templates(),
        *house.scripts(),
        *styles(),
        *house.named(".json", ".webmanifest", ".svg", under="src"),
    ]
    found = [
        f"{house.shown(path)}:{number}: {match.group()}"
        for path in served
        if "facts" not in path.parts
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        for match in ADDRESS.finditer(line)
    ]
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    ("line", "patterns"),
    [
        ("element.innerHTML = answer", SINKS),
        ("setTimeout('go()', 1)", SINKS),
        ("const last = list.at(-1);", NEWER),
        ("id = crypto.randomUUID();", NEWER),
        ("class A { static { x(); } }", NEWER),
        ("section:has(> p) {", NEWER_STYLE),
        ("height: 100dvh;", NEWER_STYLE),
        ("@media (width >= 400px) {", NEWER_STYLE),
        ('<p style="color:red">', INLINE),
        ('<a onclick="go()">', INLINE),
        ("<script>go()</script>", INLINE),
        ("{{ text|safe }}", UNESCAPED),
    ],
)
def test_each_kind_of_trespass_is_seen(line: str, patterns: dict[str, str]) -> None:
    assert any(re.search(pattern, line) for pattern in patterns)
