"""Reading the manifest of an encrypted submission: strictly, so that no sentence in clear finds a place in it.

Documents come from outside: a DOCTYPE, an entity, a processing instruction, depth or size beyond a manifest's end it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from xml.parsers import expat  # nosec B407 # DOCTYPE and entities are refused below

from atarraya.channels.odk import rules
from atarraya.channels.odk.refusals import BadSubmission, NotEncrypted, TooLarge, WrongForm

SPACES = frozenset({"", "http://www.opendatakit.org/xforms/encrypted", "http://openrosa.org/xforms"})
ROOT = "data"
# Every element by the one it stands in.
INSIDE = {
    "base64EncryptedKey": ROOT,
    "encryptedXmlFile": ROOT,
    "base64EncryptedElementSignature": ROOT,
    "media": ROOT,
    "file": "media",
    "meta": ROOT,
    "instanceID": "meta",
}
TEXTS = frozenset({"base64EncryptedKey", "encryptedXmlFile", "base64EncryptedElementSignature", "file", "instanceID"})
_BREAKS = str.maketrans("", "", " \t\r\n")


@dataclass(frozen=True)
class Manifest:
    """What a manifest says in clear: which submission, and its files in order (media, then the answers)."""

    instance: str
    files: tuple[str, ...]


@dataclass
class _Reading:
    path: list[str] = field(default_factory=list)
    root: dict[str, str] = field(default_factory=dict)
    texts: list[tuple[str, str]] = field(default_factory=list)
    now: list[str] = field(default_factory=list)

    def start(self, name: str, attributes: dict[str, str]) -> None:
        space, _bar, local = name.rpartition(" ")
        if not self.path:
            if local != ROOT:
                raise NotEncrypted()
            self.root = attributes
            # Told before anything inside is looked at: a report in clear has elements of its own.
            if attributes.get("encrypted") != "yes":
                raise NotEncrypted()
        elif space not in SPACES or INSIDE.get(local) != self.path[-1] or attributes:
            raise NotEncrypted()
        if len(self.texts) > 4 * rules.MOST_FILES:
            raise TooLarge()
        self.path.append(local)
        self.now = []

    def end(self, _name: str) -> None:
        local = self.path.pop()
        if local in TEXTS:
            self.texts.append((local, "".join(self.now).strip()))
        self.now = []

    def text(self, piece: str) -> None:
        if self.path and self.path[-1] in TEXTS:
            self.now.append(piece)
        elif piece.strip():
            raise NotEncrypted()


def _refuse(*_anything: object) -> Any:
    raise NotEncrypted()


def _declared(_version: str, encoding: str | None, _standalone: int) -> None:
    if (encoding or "utf-8").lower() != "utf-8":
        raise BadSubmission()


def _named(prefix: str | None, space: str | None) -> None:
    if not rules.PREFIX.fullmatch(prefix or "orx") or (space or "") not in SPACES:
        raise NotEncrypted()


def read(body: bytes) -> Manifest:
    """Return what an encrypted submission's manifest says; raise NotEncrypted, WrongForm, BadSubmission or TooLarge."""
    if len(body) > rules.MOST_MANIFEST:
        raise TooLarge()
    # Always UTF-8, as phones write it: what a document says of its encoding would be looked up among Python's codecs.
    reading, parser = _Reading(), expat.ParserCreate("utf-8", " ")
    parser.XmlDeclHandler, parser.StartNamespaceDeclHandler = _declared, _named
    parser.StartElementHandler, parser.EndElementHandler = reading.start, reading.end
    parser.CharacterDataHandler = reading.text
    parser.StartDoctypeDeclHandler = parser.EntityDeclHandler = parser.ProcessingInstructionHandler = _refuse
    parser.CommentHandler = parser.ExternalEntityRefHandler = parser.UnparsedEntityDeclHandler = _refuse
    try:
        parser.Parse(body, True)
    except (expat.ExpatError, ValueError, LookupError):
        raise BadSubmission() from None
    return _checked(reading)


def _checked(reading: _Reading) -> Manifest:
    if set(reading.root) - {"encrypted", "id", "version"}:
        raise NotEncrypted()
    if reading.root.get("id") != rules.FORM_ID or not rules.VERSION.fullmatch(reading.root.get("version", "")):
        raise WrongForm()
    for name in ("base64EncryptedKey", "base64EncryptedElementSignature"):
        if not rules.WRAPPED.fullmatch(_one(reading, name).translate(_BREAKS)):
            raise NotEncrypted()
    instance = _one(reading, "instanceID")
    files = (*_all(reading, "file"), _one(reading, "encryptedXmlFile"))
    if not rules.INSTANCE.fullmatch(instance) or len(set(files)) != len(files):
        raise BadSubmission()
    if not all(rules.NAME.fullmatch(name) for name in files):
        raise BadSubmission()
    if len(files) > rules.MOST_FILES:
        raise TooLarge()
    return Manifest(instance, files)


def _all(reading: _Reading, name: str) -> list[str]:
    return [text for local, text in reading.texts if local == name]


def _one(reading: _Reading, name: str) -> str:
    found = _all(reading, name)
    if len(found) != 1:
        raise NotEncrypted()
    return found[0]
