"""What ODK's doors refuse, each with a sentence that a phone shows."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from atarraya.kernel.errors import Conflict, DomainError, NotAllowed, NotFound


class DeviceRefused(NotAllowed):
    """No password, or one that opens nothing: unknown, or of a device that a steward ended."""

    status = 401
    code = "device"
    message = _("This user and password are not known here, or were ended. Ask your network for a new code.")


class InClear(NotAllowed):
    """The request came without TLS: the password would be read on its way."""

    code = "in_clear"
    message = _("Passwords do not travel in clear: the address must begin with https.")


class NotEncrypted(DomainError):
    """What came is not an encrypted submission. Nothing of it was kept."""

    status = 422
    code = "not_encrypted"
    message = _(
        "It came without encryption, so nothing of it was kept. "
        "Use ODK Collect or KoboCollect with this network's form."
    )


class WrongForm(DomainError):
    """An encrypted submission of a form that is not this network's."""

    status = 422
    code = "form"
    message = _("This is not this network's form. Nothing was kept.")


class BadSubmission(DomainError):
    """The submission is not whole, or not as ODK's phones write it. Nothing of it was kept."""

    code = "submission"
    message = _("It did not arrive complete, so nothing was kept. Send it again.")


class TooLarge(DomainError):
    """More bytes or files than a submission may have."""

    status = 413
    code = "too_large"
    message = _("It is too large. Send fewer or smaller photos.")


class InboxFull(DomainError):
    """More waits unopened in the inbox than it may hold. Nothing of it was kept."""

    status = 507
    code = "inbox_full"
    message = _("Too much waits here unopened. Do not delete it from the phone: tell your network, and send it later.")


class DayFull(DomainError):
    """The device brought in one day as much as it may. Nothing of it was kept."""

    status = 429
    code = "day_full"
    message = _("This phone sent as much as it may in one day. Do not delete it from the phone: send it tomorrow.")


class OtherContent(Conflict):
    """The same submission or file came before with other content."""

    code = "other_content"
    message = _("Something else was received under the same number before. That is kept; this is not.")


class MoreCame(Conflict):
    """The server holds more files of a submission than the workbench saw. Nothing changed."""

    code = "more_came"
    message = _("A file of it came since. Export again, and seal it again.")


class NotSigned(NotAllowed):
    """Reports made of ODK forms that no key signed which the inbox's list names today. Nothing changed."""

    code = "not_signed"
    message = _("No key that its inbox has today signed it. Export again, and seal it again.")


class NoKeyYet(NotFound):
    """No circle to which its forms go has a key for ODK yet: it comes with its next key."""

    code = "no_key"
    message = _("This inbox has no key for ODK yet. A circle gets one with its next key.")
