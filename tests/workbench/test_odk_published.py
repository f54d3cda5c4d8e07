"""ODK's own encrypted submissions open, signature and media to the byte.

They are test resources of ODK's Briefcase (`encrypted-form*` of its export tests). No package registry carries them and
nothing of them is copied here: `ODK_FIXTURES` names a folder that holds them, from a checkout of getodk/briefcase
(test/resources/org/opendatakit/briefcase/export). Where it is not set, only vectors of this project are opened.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from atarraya.sealing import odkform
from atarraya_workbench.keys import odk, xmltree

FOLDER = os.environ["ODK_FIXTURES"]  # where it is not set, conftest.py leaves this file out
TOLD = {
    "encrypted-form": ("uuid:494cd080-3bf4-47be-b40f-c706a950d58a", 1),
    "encrypted-form-media": ("uuid:482e83f3-fae6-43ba-a6e9-e438ffe348e3", 3),
}


def fixture(name: str) -> tuple[RSAPrivateKey, odk.Manifest, dict[str, bytes]]:
    place = Path(FOLDER)
    key = load_pem_private_key((place / f"{name}-key.pem").read_bytes(), None)
    assert isinstance(key, RSAPrivateKey)
    manifest = odk.read_manifest((place / f"{name}-submission.xml").read_bytes())
    return key, manifest, {file: (place / f"{name}-{file}").read_bytes() for file in manifest.files}


@pytest.mark.parametrize("name", TOLD)
def test_what_odk_published_opens_and_is_what_its_phone_signed(name: str) -> None:
    key, manifest, files = fixture(name)
    aes = key.decrypt(odk._raw(manifest.wrapped), odkform.OAEP_SHA256)
    contents, missing = odk.decrypted(manifest, files, aes)
    instance, count = TOLD[name]
    assert (manifest.instance, len(contents), missing) == (instance, count, [])
    assert odk.signed(manifest, contents, key)
    assert xmltree.read(contents["submission.xml"]).said("meta", "instanceID") == instance
    for file, content in contents.items():
        if file != "submission.xml":
            assert content == (Path(FOLDER) / f"{name}-media" / file).read_bytes()


@pytest.mark.parametrize("name", TOLD)
def test_and_with_one_bit_changed_it_is_not(name: str) -> None:
    key, manifest, files = fixture(name)
    aes = key.decrypt(odk._raw(manifest.wrapped), odkform.OAEP_SHA256)
    first = manifest.files[0]
    files[first] = bytes([files[first][0] ^ 1]) + files[first][1:]
    contents, _missing = odk.decrypted(manifest, files, aes)
    assert not odk.signed(manifest, contents, key)
