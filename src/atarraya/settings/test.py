"""Tests: cheap password hashes, a throw-away folder, and whichever database DATABASE_URL names."""

import os
import tempfile

# Each process of a run its own: what one test does to the keys in it, at a time of its own, is nothing to another's.
# A folder that somebody named stays; one that was made here by the process before is not shared.
if os.environ.get("ATARRAYA_DATA") == os.environ.get("TESTS_MADE_FOLDER"):
    os.environ["ATARRAYA_DATA"] = os.environ["TESTS_MADE_FOLDER"] = tempfile.mkdtemp(prefix="atarraya-test-")

from atarraya.settings.base import *  # noqa: F403

SHORT_CODE_ROUNDS = 10
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
WHITENOISE_AUTOREFRESH = True
WHITENOISE_USE_FINDERS = True

# A row kept from one test would answer in the next.
NETWORK_KEPT_SECONDS = 0

if "sqlite" in DATABASES["default"]["ENGINE"]:  # noqa: F405
    # Workers add their name to the end: each is a process with a memory of its own, so any name will do.
    DATABASES["default"]["TEST"] = {"NAME": "file:atarraya?mode=memory&cache=shared&worker="}  # noqa: F405
