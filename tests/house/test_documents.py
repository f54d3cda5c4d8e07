"""What the documents claim: words that are on the screens, pictures that are there and small, tests that exist."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from support import house

DOCS = house.ROOT / "docs"
GUIDES = {"es": "guia-de", "en": "-guide.md"}
CONFORMANCE = DOCS / "conformance.md"
SMALL, ALL_TOGETHER = 150_000, 2_500_000
BOLD = re.compile(r"\*\*(.+?)\*\*", re.S)
# What no text may say of a server that somebody could alter, seize or watch (each with what may be said instead).
FORBIDDEN = {
    r"server (?:that )?(?:cannot|can't|can not) read(?! it from its disk)|servidor que no puede leer": "seized or copied, it shows no account",
    r"\bnever learns which circle|nunca sabe (?:de |a )?qué círculo": "stores nothing that tells which circle",
    r"no phone number is stored|no se guarda ningún número": "none can be recovered from the disk",
    r"safe by construction|seguro por construcción": "carries no name; place, hour and kind can point",
    r"unbreakable|military|inviolable|grado militar|100 ?% (?:safe|secure|segur)": "no such words",
    r"revoked in 60|revocado en 60": "new deliveries stop; what was delivered stays",
}


@cache
def screen_words(language: str) -> frozenset[str]:
    """Return every sentence of the product, as `plain` makes it."""
    found: set[str] = set()
    for path in house.named("django.po", under="src"):
        with path.open("rb") as text:
            for message in read_po(text, locale="es"):
                said = message.string if language == "es" else message.id
                found.update([said] if isinstance(said, str) else said or ())
    return frozenset(plain(one) for one in found if one)


def plain(words: str) -> str:
    """Return words without what may differ between a screen and a sentence about it."""
    words = re.sub(r"%\(\w+\)s|\{\w+\}|\(/\)", " ", words)
    return re.sub(r"\s+", " ", words).strip(" .:…«»").casefold()


def guides(language: str) -> list[Path]:
    return sorted(path for path in (DOCS / "guides").glob("*.md") if GUIDES[language] in path.name)


def strange(text: str, language: str) -> list[str]:
    """Return what stands in bold and is on no screen: in the guides, bold means the screen's own words."""
    known = screen_words(language)
    return [said for said in BOLD.findall(text) if plain(said) not in known]


@pytest.mark.parametrize("language", ["es", "en"])
def test_guides_say_what_the_screens_say(language: str) -> None:
    found = guides(language)
    assert len(found) >= 3
    told = [said for path in found for said in BOLD.findall(path.read_text(encoding="utf-8"))]
    assert len(told) > 60
    lost = [f"{path.name}: {said}" for path in found for said in strange(path.read_text(encoding="utf-8"), language)]
    assert not lost, "in bold, but on no screen:\n" + "\n".join(lost)


def test_a_word_that_left_the_screen_would_be_seen() -> None:
    assert strange("Toque **Salir ya**, y después **Esfumarse**.", "es") == ["Esfumarse"]


def test_pictures_are_used_small_and_described() -> None:
    kept = {path.name: path.stat().st_size for path in (DOCS / "screens").glob("*.png")}
    written = "\n".join(path.read_text(encoding="utf-8") for path in house.named(".md"))
    assert {name: size for name, size in kept.items() if size > SMALL} == {}
    assert sum(kept.values()) <= ALL_TOGETHER
    assert [name for name in kept if f"screens/{name}" not in written] == []
    images = re.findall(r"<img [^>]*>", written)
    assert images and all(re.search(r'alt="[^"]{10,}"', image) for image in images)
    assert all(len(said) > 10 for said in re.findall(r"!\[([^\]]*)\]\(", written))


def test_no_text_promises_what_the_code_cannot_keep() -> None:
    """Documents, and every sentence of the product in both languages."""
    texts = [path for path in (*house.named(".md"), *house.named(".po"), *house.named(".toml"))]
    found = house.found_in(texts, FORBIDDEN)
    assert not found, "\n".join(found)


def test_the_first_screen_says_what_it_is_and_its_limits() -> None:
    head = (house.ROOT / "README.md").read_text(encoding="utf-8")
    above = head[: head.index("```")]
    assert "docs/screens/portada.png" in above and "límites" in above and "limits" in above
    assert above.index("Español") < above.index("English")
    assert {"make demo", "make test"} <= {line.split("  ")[0].strip() for line in head.splitlines()}
    assert not re.search(r"shields\.io|badge", head)


# Whatever can fall, in each language: the words its row begins with.
FALLS = {
    "es": ["El servidor, incautado", "El servidor, alterado", "Un teléfono, bloqueado", "Un teléfono, abierto",
           "El computador de quien verifica", "El enlace o la tarjeta de un punto", "Quien cuida la red", "Una copia"],
    "en": ["Server seized", "Server altered", "Phone, locked", "Phone, open", "Verifier's laptop",
           "A point's link or card", "A steward", "A backup"],
}  # fmt: skip


def falls(text: str) -> dict[str, tuple[str, str]]:
    """Return the threat model's rows: what falls → what it gives up, what it does not."""
    cells = [line.strip("| \n").split(" | ") for line in text.splitlines() if line.startswith("| **")]
    return {row[0].split("**")[1]: (row[1], row[2]) for row in cells if len(row) == 3}


def test_the_threat_model_says_what_each_thing_gives_up_in_both_languages() -> None:
    spanish, english = (DOCS / "threat-model.md").read_text(encoding="utf-8").split("# Threat model", 1)
    found = {"es": falls(spanish), "en": falls(english)}
    assert len(found["es"]) == len(found["en"]) > 10
    for language, names in FALLS.items():
        rows_of = [row for name in names for row in found[language].items() if row[0].startswith(name)]
        assert len(rows_of) >= len(names)
        assert all(gives.strip() and keeps.strip() for _name, (gives, keeps) in rows_of)


CRITERIA = [
    *(f"US-1 AC{number}" for number in range(1, 7)),
    *(f"US-2 AC{number}" for number in range(1, 8)),
    *(f"US-3 AC{number}" for number in range(1, 7)),
    *(f"US-4 AC{number}" for number in range(1, 7)),
    "US-5 AC1",
    *(f"US-6 AC{number}" for number in (1, 2, 3, 4, 7)),
    *(f"US-8 AC{number}" for number in range(1, 6)),
]
PYTHON_TEST = re.compile(r"`(tests/[\w/.-]+\.py)::(\w+)`")
SCRIPT_TEST = re.compile(r"`(tests/js/[\w/.-]+\.mjs)` “(.+?)”")


def rows(text: str) -> dict[str, tuple[str, str]]:
    """Return the conformance table: rule or criterion → what its tests and its limits say."""
    found = [line.strip("| \n").split(" | ") for line in text.splitlines() if line.startswith("| **")]
    named = [(re.match(r"\*\*(.+?)\*\*", cells[0]), cells) for cells in found]
    return {name.group(1): (cells[1] if len(cells) == 3 else "", cells[-1]) for name, cells in named if name}


def missing_tests(text: str) -> list[str]:
    """Return the tests that a document names and that are not there."""
    lost = []
    for file, name in PYTHON_TEST.findall(text):
        path = house.ROOT / file
        if not path.exists() or not re.search(rf"def {name}\(", path.read_text(encoding="utf-8")):
            lost.append(f"{file}::{name}")
    for file, title in SCRIPT_TEST.findall(text):
        path = house.ROOT / file
        if not path.exists() or title not in path.read_text(encoding="utf-8"):
            lost.append(f"{file} “{title}”")
    return lost


def test_every_rule_and_criterion_has_its_row() -> None:
    found = rows(CONFORMANCE.read_text(encoding="utf-8"))
    wanted = [*(f"R{number}" for number in range(1, 34)), *CRITERIA]
    assert [name for name in wanted if name not in found] == []


def test_every_test_named_there_is_there() -> None:
    text = CONFORMANCE.read_text(encoding="utf-8")
    assert len(PYTHON_TEST.findall(text)) > 150
    assert missing_tests(text) == []


def test_a_row_without_tests_says_so_in_bold() -> None:
    found = rows(CONFORMANCE.read_text(encoding="utf-8"))
    mute = [name for name, (tests, limits) in found.items() if "`tests/" not in tests and "**" not in limits]
    assert mute == []


def test_a_lost_test_and_a_mute_row_would_be_seen() -> None:
    text = "| **R1** keys | `tests/house/test_documents.py::test_nowhere` | — |\n| **R2** bundle | — | nothing |"
    assert missing_tests(text) == ["tests/house/test_documents.py::test_nowhere"]
    assert rows(text) == {"R1": ("`tests/house/test_documents.py::test_nowhere`", "—"), "R2": ("—", "nothing")}


@pytest.mark.parametrize(
    ("guide", "needed"),
    [
        ("guia-de-la-red.md", ["dos personas con llave", "fuera del municipio", "abogada", "por escrito", "reveal"]),
        ("network-guide.md", ["two people with a key", "outside the municipality", "lawyer", "in writing", "reveal"]),
    ],
)
def test_the_guide_has_a_procedure_for_a_legal_order(guide: str, needed: list[str]) -> None:
    text = (DOCS / "guides" / guide).read_text(encoding="utf-8")
    section = re.search(r"^## 9\. (.*?)^## ", text, re.S | re.M)
    assert section is not None
    plainly = section.group(1).replace("*", "")
    assert [words for words in needed if words not in plainly] == []
