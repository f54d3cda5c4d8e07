"""What the way in refuses, one class a refusal, each with a sentence for a person."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from atarraya.kernel.errors import Conflict, DomainError, NotAllowed, NotFound


class NotSealed(DomainError):
    """The account is not an envelope of the right make: nothing readable may ever be stored."""

    status = 422
    code = "not_sealed"
    message = _("What arrived is not closed for your team, so it was not kept. Load the page again and repeat it.")


class KeyGone(DomainError):
    """The outbox was closed with a transport key that is no longer here, or another server's."""

    status = 410
    code = "transport_key"
    message = _("This was closed too long ago, or for another network. Write it again.")


class ListRefused(Conflict):
    """Sealed to a list of recipients that is unknown here, or was replaced too long ago."""

    code = "list_refused"
    message = _("The team's keys have changed since then. Open the page with signal and write it again.")


class ForeignInbox(NotAllowed):
    """The inbox is not the one this point reports to."""

    code = "inbox"
    message = _("This link reports to another team.")


class UnknownMunicipality(DomainError):
    """A code that is none of the network's municipalities."""

    status = 422
    code = "municipality"
    message = _("This municipality is not one of this network. Choose one from the list.")


class IdTaken(Conflict):
    """Another report has this id: answering *received* would lose this one."""

    code = "id_taken"
    message = _("Another report already has this number. Keep this one and send it again with a new number.")


class PlaceTaken(Conflict):
    """Another note lies at this lookup: two desks answered one report at one moment. The desk takes the next place."""

    code = "place_taken"
    message = _("Somebody else answered at the same moment. Try again.")


class BadSlice(DomainError):
    """A slice of an attachment that is empty, too long, or out of range."""

    status = 422
    code = "slice"
    message = _("This piece of the attachment is not complete. It will be sent again.")


class SliceTaken(Conflict):
    """Other bytes are kept under this slice's number."""

    code = "slice_taken"
    message = _("Another attachment already has this number. Attach it again.")


class NoRoomAtAll(DomainError):
    """The disk is full even for text. What was acknowledged before is kept."""

    status = 507
    code = "full"
    message = _("There is no room left here, so this was not kept. Keep it on the phone and tell someone in person.")


class OnlyPresentLink(NotAllowed):
    """An earlier link may deliver sealed reports and nothing else."""

    code = "previous_link"
    message = _("This link was changed. It still delivers to the team; ask them for the new one.")


class NotMine(NotFound):
    """An inbox, entry or day that is not this member's to open: answers as if it did not exist."""


class NeedsTwo(NotAllowed):
    """Entries older than 30 days are handed over only when a second member has agreed."""

    code = "needs_two"
    message = _("These are older than 30 days. Another person must agree before you open them.")
