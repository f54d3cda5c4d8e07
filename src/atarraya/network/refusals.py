"""What this room refuses, one class a refusal, each with a sentence for a person."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from atarraya.kernel.errors import Conflict, DomainError, NotAllowed, NotFound


class NotFounded(NotFound):
    """There is no network here yet."""

    code = "not_founded"
    message = _("There is no network here yet.")


class AlreadyFounded(Conflict):
    """An installation holds one network."""

    code = "already_founded"
    message = _("There is a network here already.")


class LinkRefused(NotAllowed):
    """A point's link, device or short code that opens nothing (unknown, revoked or too old)."""

    status = 401
    code = "link"
    message = _("This link no longer opens this page. Ask your team for a new card.")


class PointPaused(NotAllowed):
    """The team paused the point: it neither reads nor sends until the team resumes it."""

    code = "point_paused"
    message = _("Your team paused this page. Talk to them in person.")


class NeedsSteward(NotAllowed):
    """Only a steward may do this."""

    code = "needs_steward"
    message = _("Only a steward can do this.")


class NeedsKeyholder(NotAllowed):
    """Only a member of this circle may do this."""

    code = "needs_keyholder"
    message = _("Only someone who holds this circle's key can do this.")


class NeedsAnother(NotAllowed):
    """The second person must be somebody else, active, and not a party to the matter."""

    code = "needs_another"
    message = _("Another person must do this step.")


class NotWorking(NotAllowed):
    """The member is not active: waiting, frozen, removed, or has not shown their key since a reset."""

    code = "not_active"
    message = _("This person is not active in the network now.")


class SecretRefused(NotAllowed):
    """A one-time secret that opens nothing (unknown or already used)."""

    code = "secret"
    message = _("This link was already used or is not complete. Ask for another one.")


class LoginTaken(Conflict):
    """Another member signs in with this name."""

    code = "login_taken"
    message = _("Somebody already signs in with this name. Choose another one.")


class WrongState(Conflict):
    """The thing is not in a state in which this can be done."""

    code = "state"


class KeyRefused(DomainError):
    """A public key, age file or signature that is not what this step needs."""

    status = 422
    code = "key"
    message = _("The keys of this step do not fit. Load the page again and repeat the step.")


class ListRefused(DomainError):
    """A recipient list that does not follow from the one before it, or does not name the present keys."""

    status = 422
    code = "list"
    message = _("This list of keys does not follow from the one before it.")


class Incomplete(DomainError):
    """A field is missing or says something that is not allowed."""

    status = 422
    code = "incomplete"
    message = _("Something is missing. Check what you wrote.")


class WarningsStand(Conflict):
    """Neighbours would be parted while one reads what the other warns of: that would calm, and calming takes two."""

    code = "warnings_stand"
    message = _("Warnings stand there that these neighbours read. Wait until they are settled, or carry them further.")


class NotANumber(DomainError):
    """What was given as a number to write to is none, or there are too many."""

    status = 422
    code = "number"
    message = _("Write each number as it is dialled from another country, such as +57 300 111 2233; three at most.")
