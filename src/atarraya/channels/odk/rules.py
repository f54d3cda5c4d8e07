"""What a submission may be: names, sizes and counts. Plain values; nothing here touches a row."""

from __future__ import annotations

import re

FORM_ID = "atarraya-alerta"
# Raised when the form's questions change; the list's number goes behind it, so that phones fetch a new key.
FORM_VERSION = 1
MEDIA = "municipios.csv"

# One POST. Collect sends what is more than X-OpenRosa-Accept-Content-Length tells in several; it adds up files only, so
# that number leaves room for what multipart writes between them.
MOST_POST = 2 * 1024 * 1024  # as settings.LARGER_BODIES and the proxies of deploy/ have it
MOST_TOLD = MOST_POST - 64 * 1024
MOST_MANIFEST = 64 * 1024
MOST_FILES = 8
MOST_BYTES = 12 * 1024 * 1024
# What waits unopened in one inbox, as it lies on the disk; and what of it one device may bring in a day.
MOST_WAITING = 512 * 1024 * 1024
MOST_OF_A_DAY = 64 * 1024 * 1024
# As the form list says it: whoever holds an earlier form may still send what was filled in with it.
VERSION = re.compile(r"[0-9]{1,4}-[0-9]{1,9}")
# For a form that reckons no instanceID of its own Collect draws a random UUID.
INSTANCE = re.compile(r"uuid:[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
NAME = re.compile(r"[0-9A-Za-z_-][0-9A-Za-z_.-]{0,95}\.enc")
# RSA-OAEP of a 3,072-bit key, in base64: the wrapped key and the signature.
WRAPPED = re.compile(r"[0-9A-Za-z+/]{512}")
CIPHER_BLOCK = 16
# Prefixes of names: the one of Collect, and those that its XML writer makes up.
PREFIX = re.compile(r"orx|n[0-9]")
# Nobody deletes an unopened submission before; the desk tells how many wait from the first day on.
KEEP_DAYS = 180
