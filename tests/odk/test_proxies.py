"""The proxies of deploy/ let through what the service takes of one POST, and of every other body, to the byte."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from atarraya.channels.odk import rules

DEPLOY = Path(__file__).resolve().parents[2] / "deploy"
# Caddy reads sizes with go-humanize, whose KB and MB are powers of ten; nginx's letters are powers of two.
UNITS = {"KB": 1000, "MB": 1000**2, "KiB": 1024, "MiB": 1024**2, "k": 1024, "m": 1024**2}


@pytest.mark.parametrize("name", ["caddy/Caddyfile", "nginx/atarraya.conf", "onion/nginx.conf"])
def test_a_proxy_takes_as_much_as_the_service(name: str) -> None:
    said = re.findall(r"(?:max_size|client_max_body_size) (\d+)([A-Za-z]+)", (DEPLOY / name).read_text())
    assert {int(number) * UNITS[unit] for number, unit in said} == {rules.MOST_POST, 256 * 1024}
