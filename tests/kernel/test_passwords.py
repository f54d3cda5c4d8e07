"""Passwords are slow to guess at, as decided and no cheaper: Argon2id over 19 MiB (R30)."""

from __future__ import annotations

import re

from atarraya.kernel.passwords import SmallArgon2PasswordHasher
from atarraya.settings import base


def test_a_real_network_keeps_passwords_under_argon2_over_19_mib() -> None:
    first = base.PASSWORD_HASHERS[0]
    assert first == f"{SmallArgon2PasswordHasher.__module__}.{SmallArgon2PasswordHasher.__qualname__}"
    written = SmallArgon2PasswordHasher().encode("agua mansa corre honda", "una sal cualquiera")
    found = re.search(r"\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$", written)
    assert found is not None
    memory, rounds, lanes = map(int, found.groups())
    assert memory == 19 * 1024 and rounds >= 2 and lanes == 1
