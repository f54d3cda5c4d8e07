"""ODK's encrypted forms, opened: first the seal of the server over each part, then what the phone encrypted."""

from __future__ import annotations

import base64
import binascii
import hmac
import json
from dataclasses import dataclass, field
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.padding import PKCS7

from atarraya.sealing import odkform
from atarraya.sealing.encoding import to_b64
from atarraya_workbench.folder import Export
from atarraya_workbench.keys import agefiles, xmltree
from atarraya_workbench.keys.agefiles import Damaged
from atarraya_workbench.keys.ring import Ring
from atarraya_workbench.keys.xmltree import Node, NotXml
from atarraya_workbench.submissions import Submission, part

MOST_MEDIA = 64


@dataclass(frozen=True)
class Manifest:
    """What a phone says of an encrypted form. `files`: names with .enc, media in order, the answers last."""

    form: str
    version: str
    instance: str
    wrapped: str
    files: tuple[str, ...]
    signature: bytes


@dataclass(repr=False)
class Filled:
    """One submission, as far as it opens.

    `why`: "" where everything is here and is what was signed; `missing` where files named in `missing` never came (what
    came opens, and cannot be compared with the signature); `manifest` where the phone's list of files never came;
    `closed` where the keys here are not those it was sealed to on arrival; `key` where no ODK key here is the form's;
    `altered` where it opens and is not what was signed; `damaged`; `other` where it is no report form.
    """

    submission: Submission
    why: str = ""
    answers: Node | None = None
    media: list[tuple[str, bytes]] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    key: bytes = b""
    instance: str = ""

    def without_files(self) -> Filled:
        """Forget the content of the files, not their names: what is left is small."""
        self.media = [(name, b"") for name, _content in self.media]
        return self

    def half(self, purpose: str) -> bytes:
        """Return 32 bytes that whoever opens the same form always gets, and nobody else can: for ids that repeat.

        A device chooses key and names of files; of two forms only one has an instanceID in an inbox.
        """
        names = sorted(name for name, _content in self.media)
        known = json.dumps(["atarraya odk", purpose, self.submission.inbox, self.instance, names])
        return hmac.digest(self.key, known.encode(), "sha256")

    def id(self, purpose: str) -> str:
        """Return `half` as a random-looking UUID."""
        return str(UUID(bytes=self.half(purpose)[:16], version=4))

    def lookup(self) -> str:
        """Return `half` as the lookup of a receipt that nobody took."""
        return to_b64(self.half("lookup"))


def opened(export: Export, ring: Ring, submission: Submission) -> Filled:
    """Open one submission with the keys that are here. Never raises: a device may have sent anything."""
    found = Filled(submission)
    try:
        parts = _parts(export, ring, submission)
        if parts is None:
            found.why = "closed"
        elif len(parts[0]) != 1:
            found.why = "damaged" if parts[0] else "manifest"
        else:
            _open(found, read_manifest(parts[0][0]), parts[1], ring)
    except Exception:  # whatever one device found to send: the other forms are opened all the same
        found = Filled(submission, "damaged")
    return found


def _parts(export: Export, ring: Ring, submission: Submission) -> tuple[list[bytes], dict[str, bytes]] | None:
    """Return (manifests, other files by name); None where the keys here open none; raise Damaged."""
    manifests: list[bytes] = []
    files: dict[str, bytes] = {}
    for name in submission.parts:
        blob = part(export, name)
        if blob is None:
            raise Damaged()
        plaintext = _unsealed(blob, ring)
        if plaintext is None:
            return None
        role, posted, content = _told(plaintext)
        if role == "manifest":
            manifests.append(content)
        elif posted in files:
            raise Damaged()
        else:
            files[posted] = content
    return manifests, files


def _unsealed(blob: bytes, ring: Ring) -> bytes | None:
    sealed = agefiles.read(blob)
    for stanza in sealed.stanzas:
        for secret in ring.keys.values():
            file_key = agefiles.unwrap(stanza, secret)
            if file_key is not None:
                return agefiles.open_long(sealed, file_key)
    return None


def _told(plaintext: bytes) -> tuple[str, str, bytes]:
    """Take apart what the server sealed: one line that says role and name, then the bytes as they were posted."""
    line, mark, content = plaintext.partition(b"\n")
    try:
        said = json.loads(line)
        role, name = said["role"], said["name"]
        known = said["v"] == 1 and role in {"manifest", "part"} and isinstance(name, str)
    except (ValueError, KeyError, TypeError, RecursionError):
        raise Damaged() from None
    if not mark or not known:
        raise Damaged()
    return role, name, content


def read_manifest(document: bytes) -> Manifest:
    """Return what a manifest says; raise NotXml for what is none."""
    root = xmltree.read(document)
    form, wrapped = root.attributes.get("id", ""), root.said("base64EncryptedKey")
    instance, last = root.said("meta", "instanceID"), root.said("encryptedXmlFile")
    files = [one.text.strip() for media in root.all("media") for one in media.all("file")]
    signature = _raw(root.said("base64EncryptedElementSignature"))
    whole = root.name == "data" and root.attributes.get("encrypted") == "yes"
    if not whole or not all((form, wrapped, instance, last, signature)) or len(files) > MOST_MEDIA:
        raise NotXml()
    names = (*files, last)
    if len(set(names)) != len(names) or not all(name.endswith(odkform.ENDING) for name in names):
        raise NotXml()
    return Manifest(form, root.attributes.get("version", ""), instance, wrapped, names, signature)


def _raw(text: str) -> bytes:
    try:
        return base64.b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError):
        raise NotXml() from None


def _open(found: Filled, manifest: Manifest, files: dict[str, bytes], ring: Ring) -> None:
    for private in (secret.odk for secret in ring.keys.values() if secret.odk):
        key = _unwrapped(private, _raw(manifest.wrapped))
        if key is not None and len(key) == odkform.KEY_BYTES:
            found.key, found.instance = key, manifest.instance
            contents, found.missing = decrypted(manifest, files, key)
            _settle(found, manifest, contents, private)
            return
    found.why = "key"


def _unwrapped(private: RSAPrivateKey, wrapped: bytes) -> bytes | None:
    try:
        return private.decrypt(wrapped, odkform.OAEP_SHA256)
    except ValueError:
        return None


def decrypted(manifest: Manifest, files: dict[str, bytes], key: bytes) -> tuple[dict[str, bytes], list[str]]:
    """Return (contents by name without .enc, names that never came), in the manifest's order; raise Damaged.

    Every file has a start value of its own by its place, whether or not those before it came.
    """
    contents, missing = {}, []
    for name, start in zip(manifest.files, odkform.starts(manifest.instance, key), strict=False):
        plain = name.removesuffix(odkform.ENDING)
        if name not in files:
            missing.append(plain)
            continue
        opening = odkform.cipher(key, start).decryptor()
        unpadding = PKCS7(odkform.BLOCK * 8).unpadder()
        try:
            padded = opening.update(files[name]) + opening.finalize()
            contents[plain] = unpadding.update(padded) + unpadding.finalize()
        except ValueError:
            raise Damaged() from None
    return contents, missing


def signed(manifest: Manifest, contents: dict[str, bytes], private: RSAPrivateKey) -> bool:
    """Return whether these contents, all of them, are those over which the phone closed its manifest."""
    digest = odkform.signed_digest(
        manifest.form, manifest.version, manifest.wrapped, manifest.instance, list(contents.items())
    )
    said = _unwrapped(private, manifest.signature)
    return said is not None and hmac.compare_digest(said, digest)


def _settle(found: Filled, manifest: Manifest, contents: dict[str, bytes], private: RSAPrivateKey) -> None:
    answers = manifest.files[-1].removesuffix(odkform.ENDING)
    if not found.missing and not signed(manifest, contents, private):
        found.why = "altered"
        return
    if answers not in contents:
        found.why = "missing"
        return
    found.answers = xmltree.read(contents[answers])
    if found.answers.attributes.get("id") != manifest.form:
        found.why = "altered"
        return
    if found.answers.said("meta", "instanceID") != manifest.instance:
        found.why = "altered"
        return
    found.media = [(name, content) for name, content in contents.items() if name != answers]
    found.why = "missing" if found.missing else ""
