"""What this room refuses, one class a refusal."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from atarraya.kernel.errors import Conflict, DomainError, NotFound

SHOWN = 20


class UnknownPlace(NotFound):
    """No unit has this code, and no older code leads to one."""

    code = "unknown_place"
    message = gettext_lazy("There is no municipality with this code.")


class NoFacts(NotFound):
    """The project carries no list of this country's units; one can be imported."""

    code = "no_facts"
    message = gettext_lazy("There is no list for this country here. Import one with a file.")


class ZoneRefused(DomainError):
    """A zone without a name, with too few communities, or named like another of its municipality."""

    status = 422
    code = "zone"


class OtherCountry(Conflict):
    """A code of the file already names a unit of another country."""

    code = "other_country"


class ImportRefused(DomainError):
    """A file that can't be taken as it is. Nothing of it was stored.

    `problems` holds (row, sentence) pairs: the row or feature counted from 1 as a person would count in the
    file (the header is row 1), or None when the sentence is about the whole file.
    """

    status = 422
    code = "import"

    def __init__(self, problems: Sequence[tuple[int | None, str]]) -> None:
        self.problems = list(problems)
        super().__init__(self._sentences())

    def __str__(self) -> str:
        return str(self.message)

    def _sentences(self) -> str:
        lines = [
            sentence if row is None else _("Row %(row)s: %(sentence)s") % {"row": row, "sentence": sentence}
            for row, sentence in self.problems[:SHOWN]
        ]
        if len(self.problems) > SHOWN:
            lines.append(_("And %(count)s more.") % {"count": len(self.problems) - SHOWN})
        lines.append(_("Nothing was stored."))
        return "\n".join(lines)
