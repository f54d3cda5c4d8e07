"""The demonstration: as a real network, over plain HTTP and on SQLite, whatever the environment says."""

import os

os.environ["ATARRAYA_PLAIN_HTTP"] = "1"
os.environ.pop("DATABASE_URL", None)

from atarraya.settings.production import *  # noqa: F403
