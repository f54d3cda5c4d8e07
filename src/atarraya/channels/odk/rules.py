"""What a submission may be: names, sizes and counts. Plain values; nothing here touches a row."""

from __future__ import annotations

import re

FORM_ID = "atarraya-alerta"
# Raised when the form's questions change; the list's number goes behind it, so that phones fetch a new key.
FORM_VERSION = 1
MEDIA = "municipios.csv"

# One POST, as X-OpenRosa-Accept-Content-Length tells it. Collect sends what is more in several.
MOST_POST = 2 * 1024 * 1024  # as settings.LARGER_BODIES and the proxies of deploy/ have it
MOST_MANIFEST = 64 * 1024
MOST_FILES = 8
MOST_BYTES = 12 * 1024 * 1024
# What Collect can not have written: it draws random UUIDs.
INSTANCE = re.compile(r"uuid:[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
NAME = re.compile(r"[0-9A-Za-z_ -][0-9A-Za-z_. -]{0,99}\.enc")
# RSA-OAEP of a 3,072-bit key, in base64: the wrapped key and the signature.
WRAPPED = re.compile(r"[0-9A-Za-z+/]{512}")
CIPHER_BLOCK = 16
# Nobody deletes an unopened submission before; the desk tells how many wait from the first day on.
KEEP_DAYS = 180
