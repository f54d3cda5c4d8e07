"""Reading the files of one POST in memory: bounded, never on a disk, and refused unless it came whole."""

from __future__ import annotations

import io
from dataclasses import dataclass
from email.message import Message

from django.core.exceptions import SuspiciousOperation
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler
from django.http import HttpRequest, UnreadablePostError
from django.http.multipartparser import MultiPartParser, MultiPartParserError

from atarraya.channels.odk import rules
from atarraya.channels.odk.refusals import BadSubmission, TooLarge

MANIFEST_FIELD = "xml_submission_file"


@dataclass(frozen=True)
class Posted:
    """The manifest as it was sent, and the files beside it by name."""

    manifest: bytes
    files: dict[str, bytes]


class _InMemory(FileUploadHandler):
    """Keeps each file in memory; the whole body is bounded before it is parsed."""

    def new_file(self, *args: object, **kwargs: object) -> None:
        super().new_file(*args, **kwargs)  # type: ignore[arg-type]
        self.content = io.BytesIO()

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        self.content.write(raw_data)

    def file_complete(self, file_size: int) -> UploadedFile[bytes]:
        self.content.seek(0)
        return UploadedFile(self.content, self.file_name, self.content_type, file_size)


def read(request: HttpRequest) -> Posted:
    """Return what one POST carries; raise BadSubmission or TooLarge. Other form fields are not looked at."""
    body = _body(request)
    boundary = _boundary(request)
    # Some servers hand on what came before the phone vanished as if it were all.
    if not boundary or not body.rstrip(b"\r\n").endswith(b"--" + boundary + b"--"):
        raise BadSubmission()
    meta = {**request.META, "CONTENT_LENGTH": str(len(body))}
    try:
        _fields, found = MultiPartParser(meta, io.BytesIO(body), [_InMemory(request)]).parse()
    except (MultiPartParserError, SuspiciousOperation, UnicodeError):
        raise BadSubmission() from None
    manifests = found.pop(MANIFEST_FIELD) if MANIFEST_FIELD in found else []
    others = [one for _name, many in found.lists() for one in many]
    names = [str(one.name) for one in others]
    if len(manifests) != 1 or len(set(names)) != len(names):
        raise BadSubmission()
    return Posted(manifests[0].read(), {name: one.read() for name, one in zip(names, others, strict=True)})


def _body(request: HttpRequest) -> bytes:
    try:
        said = int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        raise BadSubmission() from None
    if said > rules.MOST_POST:
        raise TooLarge()
    try:
        # Not `request.body`: its limit is the one of every other door.
        body = request.read(said)
    except (UnreadablePostError, OSError):
        raise BadSubmission() from None
    if len(body) != said:
        raise BadSubmission()
    return body


def _boundary(request: HttpRequest) -> bytes:
    head = Message()
    head["content-type"] = request.META.get("CONTENT_TYPE", "")
    if head.get_content_type() != "multipart/form-data":
        return b""
    return str(head.get_param("boundary", "")).encode("ascii", "replace")
