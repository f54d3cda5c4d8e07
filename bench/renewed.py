"""Founds the cast's network with a verifiers' circle that has begun its second key, so that old setups exist.

python -m bench.renewed FOLDER      # writes FOLDER.json beside it, as support.founded does
"""

from __future__ import annotations

from typing import Any

import bench  # noqa: F401  (where the application and its tests are)
from support import founded

_told = founded.told


def told_renewed(made: Any) -> dict[str, Any]:
    """Begin the verifiers' next key, with a second recipient list, and return what everybody knows."""
    from support import cast

    first = made.recipients
    cast.renew(made.verifiers, made.steward, made.inbox)
    return _told(made) | {"first_recipients": first}


if __name__ == "__main__":
    founded.told = told_renewed
    founded.main()
