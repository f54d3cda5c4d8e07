# ruff: noqa: E402 (Django must be set up before rooms are imported)
"""Run by test_histories as a process of its own: eight threads publish while a reader polls; prints what it saw."""

from __future__ import annotations

import json
import os
import threading
import time

os.environ["DJANGO_SETTINGS_MODULE"] = "atarraya.settings.test"

import django

django.setup()

from django.core.management import call_command
from django.db import connection

from atarraya.alerts.models import Alert, Event
from atarraya.alerts.services import counting
from support.people import warn
from support.river import Cast, found


def main() -> None:
    call_command("migrate", verbosity=0)
    cast = Cast(found())
    points = [cast.point() for _ in range(8)]
    late: list[tuple[int, int]] = []
    reads = 0
    done = threading.Event()

    def publish(number: int) -> None:
        for _ in range(3):
            warn(cast, points[number])
        connection.close()

    def read() -> None:
        nonlocal reads
        seen: set[int] = set()
        highest = 0
        while not done.is_set():
            now = set(Event.objects.values_list("seq", flat=True))
            late.extend((highest, number) for number in now - seen if number < highest)
            seen, highest, reads = seen | now, max(now, default=0), reads + 1
            time.sleep(0.002)
        connection.close()

    reader = threading.Thread(target=read)
    reader.start()
    threads = [threading.Thread(target=publish, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    done.set()
    reader.join()
    seqs = sorted(Event.objects.values_list("seq", flat=True))
    wrong = len(counting.differences())
    print(json.dumps({"late": late, "seqs": seqs, "alerts": Alert.objects.count(), "wrong": wrong, "reads": reads}))


main()
