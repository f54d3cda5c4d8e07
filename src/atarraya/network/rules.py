"""Fixed numbers and choices of the network room. Plain Python, no Django."""

from __future__ import annotations

import re

ROLES = ("VERIFIER", "APPROVER", "RESPONDER", "CARE", "ANALYST", "STEWARD")

# An old link and an old recipient list still deliver sealed reports for this long.
OVERLAP_DAYS = 45
# An invitation or a login reset that nobody used opens nothing after this.
SECRET_DAYS = 14
# For how long the others see that somebody's login was reset.
RESET_SHOWN_DAYS = 30

REOPEN_HOURS = 4
REOPEN_TRIES = 3

MAX_CIRCLES = 6

# How strict a publishing policy is: a network may only tighten.
STRICTNESS = {"AT_ONCE": 0, "ONE": 1, "TWO": 2, "NEVER": 3}

# What two people may decide about a freeze.
FREEZE_OUTCOMES = ("RESTORE", "FROZEN_OUT", "FREEZER_OUT")

ICONS = ("leaf", "boat", "book", "fish", "sun")
COLOR = re.compile(r"#[0-9a-f]{6}")
LOGIN = re.compile(r"[a-z0-9][a-z0-9._-]{2,39}")

RECIPIENT = re.compile(r"age1[02-9ac-hj-np-z]{58}")
SIGNING_KEY = re.compile(r"[A-Za-z0-9_-]{43}")
AGE_PHRASE = b"age-encryption.org/v1\n-> scrypt "
AGE_WRAPPED = b"age-encryption.org/v1\n-> X25519 "
AGE_PASSKEY = b"age-encryption.org/v1\n-> age-encryption.org/fido2prf "
MAX_KEY_FILE = 4096
