"""The map's counts, timed inside the application, beside a recount of the whole table.

python -m bench.counts TIMES        # with the environment of the installation; prints JSON
"""

from __future__ import annotations

import json
import sys
import time
from typing import Any

import django

django.setup()

from django.db import connection  # noqa: E402

from atarraya.alerts import rules  # noqa: E402
from atarraya.alerts.queries import mapping  # noqa: E402
from atarraya.alerts.queries.speaking import heard  # noqa: E402
from atarraya.network import queries as network  # noqa: E402

RECOUNT = "SELECT municipality, count(*) FROM alerts_alert WHERE seq > 0 AND state IN ({}) GROUP BY municipality"


def recount() -> dict[str, int]:
    """Count what stands in each municipality, from the alerts themselves."""
    live = sorted(rules.LIVE)
    with connection.cursor() as cursor:
        cursor.execute(RECOUNT.format(", ".join(["%s"] * len(live))), live)
        return dict(cursor.fetchall())


def main(times: int) -> dict[str, Any]:
    """Time the counts, the map's words and one recount; say whether they are equal."""
    codes = network.municipalities()
    mapping.standing(codes)
    counts, words = [], []
    for _ in range(times):
        start = time.perf_counter()
        counted = mapping.standing(codes)
        counts.append(time.perf_counter() - start)
        start = time.perf_counter()
        mapping.marks(codes, heard(codes))
        words.append(time.perf_counter() - start)
    start = time.perf_counter()
    true = recount()
    return {"counts": counts, "marks": words, "recount": time.perf_counter() - start, "equal": counted == true}


if __name__ == "__main__":
    print(json.dumps(main(int(sys.argv[1]))))
