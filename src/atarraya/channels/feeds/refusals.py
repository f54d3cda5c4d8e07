"""What the feeds refuse."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from atarraya.kernel.errors import NotFound


class Replaced(NotFound):
    """A message that a later one replaced: what it said may no longer hold, so it is not said again."""

    status = 410
    code = "replaced"
    message = _("It was replaced by a later message, which says what stands now.")
