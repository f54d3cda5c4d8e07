"""What this room refuses, each with a sentence for a person."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from atarraya.kernel.errors import Conflict, DomainError


class NotAlone(DomainError):
    """Nobody said that this phone is only theirs."""

    status = 422
    code = "not_alone"
    message = _("Notices come only to a phone that nobody else holds.")


class NoPhone(Conflict):
    """A link was shown, and not a phone that opened it."""

    code = "no_phone"
    message = _("Open this page with your link first.")


class HearsNothing(Conflict):
    """A phone whose answer does not hold has no notices to bring to another address."""

    code = "hears_nothing"
    message = _("This phone has no notices. Ask for them again.")


class NothingChosen(DomainError):
    """Something that nobody else can choose was left open."""

    status = 422
    code = "nothing_chosen"
    message = _("Choose what you want to hear of, from which urgency on, and by which way.")


class NoSuchWay(DomainError):
    """This way out does not exist here, or is not for this reader."""

    status = 422
    code = "no_such_way"
    message = _("Notices can't come by this way here.")


class BadAddress(DomainError):
    """An address that this way cannot send to."""

    status = 422
    code = "address"
    message = _("This address can't be used. Check it and try again.")


class WrongNumber(DomainError):
    """Not the number that was sent to an address."""

    status = 422
    code = "wrong_number"
    message = _("That is not the number. Look at the latest message.")


class NoNumberLeft(DomainError):
    """Something else was typed too often: only another number helps."""

    status = 422
    code = "no_number_left"
    message = _("Too many wrong numbers. Ask for another number.")


class TooManyWanted(DomainError):
    """More subscriptions than a person can mean."""

    status = 422
    code = "too_many_wanted"
    message = _("That is too many. End some of them first.")


class NotNeutral(DomainError):
    """A sentence that could say something to whoever looks over a shoulder."""

    status = 422
    code = "not_neutral"
    message = _("This sentence could say something to a stranger. Leave out names, places, numbers and links.")
