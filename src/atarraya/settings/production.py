"""A real network, behind a proxy that speaks TLS (or an onion service)."""

from atarraya.settings import env
from atarraya.settings.base import *  # noqa: F403

# Loopback without TLS is a person trying it on their own machine; everything else must be TLS.
_plain = env.flag("ATARRAYA_PLAIN_HTTP")
SESSION_COOKIE_SECURE = not _plain
CSRF_COOKIE_SECURE = not _plain
LANGUAGE_COOKIE_SECURE = not _plain
SECURE_SSL_REDIRECT = False  # the proxy does it; the health check comes in plain
SECURE_HSTS_SECONDS = 0 if _plain else 31_536_000
SECURE_HSTS_INCLUDE_SUBDOMAINS = not _plain
SECURE_HSTS_PRELOAD = not _plain
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SILENCED_SYSTEM_CHECKS = ["security.W008"]
