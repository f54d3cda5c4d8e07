"""Names as people write them, brought down to what two spellings of one name share. Pure text, Spanish ear.

Three depths: `words` (no accents, case, marks or abbreviations), `core` (no articles or prepositions, run
together: "Rio Sucio" is "riosucio"), `sound` (one sign where one is heard: b/v, s/c/z, y/ll, g/j).
"""

from __future__ import annotations

import re
import unicodedata

LONGEST = 200


def _set(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Little words that come and go in names: "Carmen Darién", "Cantón de San Pablo".
LITTLE = _set("de del d dl la el los las l y e en por")
ARTICLES = _set("el la los las")

# Words around a name that say it is a municipality, which is no news. "Pueblo Bello" is a name, though: the
# resolver tries what was written whole before it leaves these out.
ABOUT = _set(
    """
    municipio municipios mpio mcpio mun muni municipal cabecera casco urbano zona urbana pueblo
    ciudad capital departamento dpto depto dep
    """
)

# Words that say the name after them is not a municipality's, but a place in one.
BELOW = _set(
    """
    rio quebrada cano cuenca vereda vda corregimiento corr cgto comunidad resguardo consejo
    comunitario local barrio caserio isla playa boca bocas brazo cienaga via carretera parte
    orillas margen serrania golfo finca cabildo paraje sector
    """
)

# Words too common to stand for a name alone.
COMMON = _set(
    """
    alto alta medio media bajo baja nuevo nueva viejo vieja san santa santo puerto rio villa
    pueblo valle bahia punta norte sur oriente occidente grande union
    """
)

SHORT_FOR = {
    "sta": "santa",
    "sto": "santo",
    "sn": "san",
    "pto": "puerto",
    "pta": "punta",
    "vlla": "villa",
    "nvo": "nuevo",
    "nva": "nueva",
    "fco": "francisco",
    "gral": "general",
    "q": "que",
    "x": "por",
}

_NOT_WORD = re.compile(r"[^a-z0-9]+")
_SOUNDS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), letter)
    for pattern, letter in (
        (r"ch", "1"),
        (r"ph", "f"),
        (r"h", ""),
        (r"ll", "y"),
        (r"qu(?=[ei])", "k"),
        (r"gu(?=[ei])", "g2"),
        (r"g(?=[ei])", "j"),
        (r"g2", "g"),
        (r"c(?=[ei])", "s"),
        (r"[cq]", "k"),
        (r"[zx]", "s"),
        (r"v", "b"),
        (r"w", "u"),
        (r"y", "i"),
        (r"m(?=[bp])", "n"),
        (r"(.)\1+", r"\1"),
    )
)


def repaired(text: str) -> str:
    """Return text whose UTF-8 was once read as Latin-1 ("QuibdÃ³") as it was meant; other text unchanged."""
    if "Ã" not in text and "Â" not in text:
        return text
    for encoding in ("latin-1", "cp1252"):
        try:
            return text.encode(encoding).decode("utf-8")
        except (UnicodeEncodeError, UnicodeDecodeError):
            continue
    return text


def plain(text: str) -> str:
    """Return lower case letters a–z and digits, single spaces between words, nothing else."""
    decomposed = unicodedata.normalize("NFKD", repaired(text).casefold())
    bare = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    return _NOT_WORD.sub(" ", bare.replace("'", "").replace("’", "")).strip()


def words(text: str) -> tuple[str, ...]:
    """Return the words of a name, plain, abbreviations written out ("Sta. Bárbara" → santa, barbara)."""
    found = plain(text[:LONGEST]).split()
    last = len(found) - 1
    return tuple(
        "san" if word == "s" and place < last else SHORT_FOR.get(word, word) for place, word in enumerate(found)
    )


def content(name: tuple[str, ...]) -> tuple[str, ...]:
    """Return the words that carry the name; all of them where only little words are left ("La Y")."""
    return tuple(word for word in name if word not in LITTLE) or name


def telling(name: tuple[str, ...]) -> tuple[str, ...]:
    """Return the words that tell this name from others; all of the carrying words where every one is common."""
    carrying = content(name)
    return tuple(word for word in carrying if word not in COMMON) or carrying


def core(name: tuple[str, ...]) -> str:
    """Return the carrying words run together."""
    return "".join(content(name))


def sound(letters: str) -> str:
    """Return what a Spanish speaker hears, one sign a sound. Works on plain text without spaces."""
    for pattern, letter in _SOUNDS:
        letters = pattern.sub(letter, letters)
    return letters


def without_about(name: tuple[str, ...]) -> tuple[str, ...]:
    """Return the words without "municipio de …", "… cabecera" and their like; empty if no other was said."""
    kept = list(name)
    while kept and kept[0] in ABOUT:
        kept.pop(0)
        # The article may belong to the name: "municipio de | El Carmen".
        while kept and kept[0] in LITTLE - ARTICLES:
            kept.pop(0)
    while kept and (kept[-1] in ABOUT or kept[-1] in LITTLE):
        kept.pop()
    return tuple(kept)
