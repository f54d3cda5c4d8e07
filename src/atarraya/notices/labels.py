"""Words of the codes of this room."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

REASONS: dict[str, str | Promise] = {
    "UNREACHABLE": _("the other side does not answer"),
    "BUSY": _("the other side asked to wait"),
    "REFUSED": _("the other side refused it"),
    "SIGN_IN": _("our name or password was refused there"),
    "OFF": _("this way is turned off here"),
    "FAILED": _("a fault of this program"),
    "UNSENT": _("the gateway did not send it in three days"),
    "ENDED": _("the gateway it was sealed to ended: its owner must write the number again"),
    "UNANSWERED": _("it was left half way"),
    "UNFINISHED": _("it was begun many times and never finished"),
}
