"""One family of refusals. Each carries a sentence for a person, a code for a program, and an HTTP status."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _


class DomainError(Exception):
    """A refusal that a person can understand; middleware turns it into a page or a problem document."""

    status = 400
    code = "refused"
    message = _("This can't be done.")

    def __init__(self, message: object | None = None, *, code: str | None = None, status: int | None = None) -> None:
        if message is not None:
            self.message = message  # type: ignore[assignment]
        if code is not None:
            self.code = code
        if status is not None:
            self.status = status
        super().__init__(str(self.code))


class NotFound(DomainError):
    """The thing does not exist, or is not this person's to know about: both answer alike."""

    status = 404
    code = "not_found"
    message = _("There is nothing here.")


class NotAllowed(DomainError):
    """The thing is visible, but this person may not do this to it."""

    status = 403
    code = "not_allowed"
    message = _("Your role does not allow this.")


class Conflict(DomainError):
    """Somebody or something was faster, or the order of steps was not kept."""

    status = 409
    code = "conflict"
    message = _("This was already done, or something else must be done first.")


class TooMany(DomainError):
    """More in a short time than one person or point needs."""

    status = 429
    code = "too_many"
    message = _("Too many in a short time. Please wait a little.")


class NoRoom(DomainError):
    """The disk is full: text is still taken while it can be, media is refused first."""

    status = 507
    code = "no_room"
    message = _("There is no room left here for attachments. The text can still be sent.")
