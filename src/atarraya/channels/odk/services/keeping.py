"""Keeping what a phone hands in: each part as it comes, sealed on arrival, once however often it is sent."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.db.models import QuerySet, Sum
from django.db.models.functions import Length

from atarraya.alerts.models import Erasure
from atarraya.alerts.services.attachments import check_room
from atarraya.alerts.services.rows import insert, insert_new
from atarraya.channels.odk import rules
from atarraya.channels.odk.encrypted import looks_encrypted
from atarraya.channels.odk.manifest import Manifest
from atarraya.channels.odk.models import OdkPart, OdkPartKey, OdkSubmission
from atarraya.channels.odk.refusals import InboxFull, NotEncrypted, OtherContent, TooLarge
from atarraya.kernel import clock
from atarraya.kernel.transactions import write
from atarraya.network import queries as network
from atarraya.network.models import Inbox, RecipientList
from atarraya.sealing import agefile, lists, receipts, storage
from atarraya.sealing.canonical import canonical

MANIFEST = "submission.xml"


@dataclass(frozen=True)
class _Part:
    id: UUID
    place: int
    lookup: bytes
    key: bytes
    body: bytes


def keep(inbox: Inbox, manifest: Manifest, written: bytes, files: Mapping[str, bytes]) -> int:
    """Keep a manifest (`written` as it was sent) and those of its files that came; return how many bytes are new here.

    Files that the manifest does not name are not kept: a phone whose encryption failed half-way sends clear ones beside
    the others. What was opened and erased before is answered as kept. Raises NotEncrypted, OtherContent, TooLarge,
    InboxFull or NoRoom; then nothing was kept.
    """
    named = {name: files[name] for name in manifest.files if name in files}
    for content in named.values():
        if not content or len(content) % rules.CIPHER_BLOCK or not looks_encrypted(content):
            raise NotEncrypted()
    check_room()
    submission = submission_id(inbox, manifest.instance)
    if Erasure.objects.filter(erased=submission).exists():
        return 0
    held = network.current_list(inbox)
    parts = _sealed(inbox, manifest, {MANIFEST: written, **named}, held)
    waiting = _bytes(OdkPart.objects.filter(submission__inbox=inbox))
    with write():
        _begin(submission, inbox, held)
        # Again, now that whoever erases it waits for us or is done: it may have gone while its parts were sealed.
        if _erased(submission):
            OdkSubmission.objects.filter(pk=submission).delete()
            return 0
        new = sum(len(part.body) for part in parts if _put(submission, part))
        if new:
            _check_size(submission)
        # What is here already is answered as kept, also when no more fits.
        if new and waiting + new > rules.MOST_WAITING:
            raise InboxFull()
    return new


def submission_id(inbox: Inbox, instance: str) -> UUID:
    """Return the id of a submission's row: always the same for the same instanceID, and telling nothing of it."""
    return _id(receipts.keyed(b"odk" + inbox.pk.bytes + instance.lower().encode()))


def _id(digest: bytes) -> UUID:
    return UUID(bytes=digest[:16], version=4)


def _erased(submission: UUID) -> bool:
    """Return whether a submission was erased. Its row, if it is here, is held until the transaction ends."""
    list(OdkSubmission.objects.select_for_update().filter(pk=submission).values_list("pk"))
    return Erasure.objects.filter(erased=submission).exists()


def _sealed(inbox: Inbox, manifest: Manifest, contents: Mapping[str, bytes], held: RecipientList) -> list[_Part]:
    recipients = lists.read(held.document)["recipients"]
    places = {MANIFEST: 0} | {name: place for place, name in enumerate(manifest.files, 1)}
    made = []
    for name, content in contents.items():
        # The inbox too: one form sent to two inboxes is two submissions, and each must have all its parts.
        secret = f"odk\n{inbox.pk}\n{manifest.instance.lower()}\n{name}".encode()
        pk = _id(receipts.keyed(secret))
        lookup = receipts.keyed(secret + b"\n" + hashlib.sha256(content).digest())
        head = canonical({"v": 1, "name": name, "role": "manifest" if name == MANIFEST else "part"})
        sealed = agefile.seal_to(head.encode() + b"\n" + content, recipients, long=True)
        made.append(_Part(pk, places[name], lookup, *storage.encrypt(sealed)))
    return made


def _begin(submission: UUID, inbox: Inbox, held: RecipientList) -> None:
    day = clock.today()
    insert_new(
        OdkSubmission,
        id=submission,
        inbox_id=inbox.pk,
        number=held.number,
        day=day,
        expires=day + timedelta(days=rules.KEEP_DAYS),
    )


def _put(submission: UUID, part: _Part) -> bool:
    new = insert_new(
        OdkPart,
        id=part.id,
        submission_id=submission,
        place=part.place,
        content_lookup=part.lookup,
        body=part.body,
    )
    if new:
        insert(OdkPartKey, id=part.id, key=part.key)
    elif bytes(OdkPart.objects.values_list("content_lookup", flat=True).get(pk=part.id)) != part.lookup:
        raise OtherContent()
    return new


def _check_size(submission: UUID) -> None:
    rows = OdkPart.objects.filter(submission=submission)
    if _bytes(rows) > rules.MOST_BYTES or rows.count() > rules.MOST_FILES + 1:
        raise TooLarge()


def _bytes(rows: QuerySet[OdkPart]) -> int:
    return int(rows.aggregate(total=Sum(Length("body")))["total"] or 0)
