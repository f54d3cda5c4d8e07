"""What this room refuses. Sentences are the kernel's: these codes are for programs, and pages say it in their words."""

from __future__ import annotations

from atarraya.kernel.errors import DomainError


class NotEncoded(DomainError):
    """A text that is not the base64, Crockford or canonical text it should be."""

    code = "encoding"


class NotAnEnvelope(DomainError):
    """Bytes that are not a sealed envelope of the right shape and size; or what can't be made into one."""

    code = "not_an_envelope"


class NotForThisKey(DomainError):
    """A sealed outbox file that no transport key kept here opens: too old, or made for another server."""

    code = "transport_key"
    status = 410


class ListRefused(DomainError):
    """A recipient list that does not follow. Code `list_lower`, `list_broken` or `list_fingerprint`."""

    code = "list_broken"
    status = 409


class SmsRefused(DomainError):
    """A sealed SMS that is none, or damaged (`sms_damaged`); or a text that does not fit one (`sms_long`)."""

    code = "sms_damaged"
