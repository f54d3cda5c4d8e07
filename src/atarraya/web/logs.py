"""What reaches the log: the kind of failure, never the request that met it."""

from __future__ import annotations

import logging


class WithoutRequest(logging.Filter):
    """Strips paths, addresses, arguments and traces' local values from records made by the web stack."""

    def filter(self, record: logging.LogRecord) -> bool:
        if record.name.startswith(("django.request", "django.security", "django.server", "django.csrf")):
            kind = record.exc_info[0].__name__ if record.exc_info and record.exc_info[0] else "refused"
            record.msg, record.args = "a request ended in %s", (kind,)
            record.exc_info, record.exc_text, record.stack_info = None, None, None
        for name in ("request", "server"):
            record.__dict__.pop(name, None)
        return True
