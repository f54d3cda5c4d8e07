"""What acts on alerts refuse, one class a refusal, each with a sentence for a person."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from atarraya.kernel.errors import Conflict, DomainError, NotAllowed, NotFound


class NotForBoard(DomainError):
    """These codes may not be published at once; the report itself is still taken, and goes to the team.

    `code` says why: kind, place, urgency, too_old, old_link.
    """

    status = 422
    code = "not_for_board"
    message = _("This is not shown to others at once. Your team receives it.")


class NoSuchAlert(NotFound):
    """The alert does not exist, or is not this reader's to see."""

    code = "alert"


class WrongRole(NotAllowed):
    """The member does not hold the role of this act, is frozen, or does not serve the municipality."""

    code = "role"


class SamePerson(NotAllowed):
    """The one who wrote it may not agree to it, nor anybody a second time."""

    code = "same_person"
    message = _("Another person must agree. You already took part in this.")


class SameDevice(NotAllowed):
    """The second person must use another browser: one machine in one hand is one person."""

    code = "same_device"
    message = _("Another person must agree on their own device.")


class OwnCollective(NotAllowed):
    """The approver's own collective issued the alert."""

    code = "own_collective"
    message = _("Your own collective issued this. Somebody of another collective must agree.")


class WrongOrder(Conflict):
    """The act does not follow from the alert's present state, or the proposal was already settled."""

    code = "order"


class Changed(Conflict):
    """The alert changed after this was written: it must be written again."""

    code = "changed"
    message = _("The alert changed after this was written. Look at it and write it again.")


class WriterStopped(Conflict):
    """Whoever wrote it was frozen or removed since: what they began is not carried out (R5, R13)."""

    code = "stopped"
    message = _("Who wrote this was stopped since. Refuse it; write it yourself if it still holds.")


class NotTheText(DomainError):
    """Text and salt do not match what the writer committed to."""

    status = 422
    code = "commitment"
    message = _("This is not the text that the other person wrote. Nothing was published.")


class BadText(DomainError):
    """The text is not one that can be published: unknown code, wrong place, too long, not canonical."""

    status = 422
    code = "text"
    message = _("This text can't be published as it is.")


class NeverPublished(DomainError):
    """The policy of this kind is *never*, or it has none."""

    status = 422
    code = "never"
    message = _("What concerns this kind is never published.")


class Guarded(DomainError):
    """Something in the text may endanger somebody; only the second person may set a guard aside.

    `guards` are codes of `texts.GUARDS`.
    """

    status = 422
    code = "guards"
    message = _("Something here may endanger somebody. Look again before you publish it.")

    def __init__(self, guards: Sequence[str]) -> None:
        self.guards = list(guards)
        super().__init__()


class NeedsReason(DomainError):
    """A guard is set aside only with a sealed reason."""

    status = 422
    code = "reason"
    message = _("Write the reason first. Only your circle can read it.")


class OnceEach(Conflict):
    """This point or member already said so."""

    code = "once"
    message = _("You already said this here.")


class NotSecond(Conflict):
    """R18 does not count this as a second: same collective, not seen with own eyes, or already known.

    `code` says which: same_collective, not_seen, knew, settled.
    """

    code = "not_second"
    message = _("This is kept. It does not count as a second warning.")
