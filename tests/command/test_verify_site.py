"""From elsewhere, every byte is compared: one that was changed on the server is found."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from atarraya.command import reference
from atarraya.command.acts import verify_site
from atarraya.terminal.codes import Refused
from support import starting
from support.living import COMMAND, PATHS, Home, Live, free_port


@pytest.fixture(scope="module")
def live(founded: Home, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    home = founded.copy(tmp_path_factory.mktemp("site"))
    with home.live("serve", "--plain-http", "--no-worker") as server:
        yield server


def verify(url: str, elsewhere: Path, *more: str) -> subprocess.CompletedProcess[str]:
    """Run the command as on another machine: nothing of the site's environment, and an empty folder."""
    environ = {"PYTHONPATH": PATHS, "ATARRAYA_LANG": "es", "PATH": "/usr/bin:/bin"}
    return starting.run([*COMMAND, "verify-site", url, *more], env=environ, cwd=elsewhere)


def test_a_site_of_this_release_is_found_so(live: Live, tmp_path: Path) -> None:
    done = verify(live.url, tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Cada byte de" in done.stdout
    assert list(tmp_path.iterdir()) == [], "it leaves nothing where it runs"
    report = json.loads(verify(live.url, tmp_path, "--json").stdout)
    assert report["differences"] == [] and report["compared"] > 60 and len(report["hash"]) == 64
    assert report["hash"] in done.stdout


def flip(path: Path, place: int) -> None:
    body = bytearray(path.read_bytes())
    body[place] ^= 1
    path.write_bytes(bytes(body))


@pytest.mark.parametrize(
    "which",
    [
        "sealing/envelope.*.js",
        "alerts/point/built/main.*.js",
        "alerts/point/built/seals.*.js",
        "sealing/envelope.*.js.br",
    ],
)
def test_one_changed_byte_is_found(live: Live, tmp_path: Path, which: str) -> None:
    folder, name = (live.home.folder / "static" / which).parent, Path(which).name
    path = next(folder.glob(name))
    shutil.copy2(path, tmp_path / "before")
    flip(path, 40)
    try:
        done = verify(live.url, tmp_path)
    finally:
        shutil.copy2(tmp_path / "before", path)
    assert done.returncode == 3, done.stdout + done.stderr
    address = "/static/" + str(path.relative_to(live.home.folder / "static")).removesuffix(".br")
    assert f"✗ {address} es distinto." in done.stdout
    assert "No escriba allí; avise a su red de voz" in done.stdout


def test_what_is_no_site_of_ours_is_said(live: Live, tmp_path: Path) -> None:
    for url, says in (
        (f"http://127.0.0.1:{free_port()}", "no responde"),
        ("ftp://example.org", "no es la dirección de un sitio"),
        ("https://", "no es la dirección de un sitio"),
    ):
        done = verify(url, tmp_path)
        assert done.returncode == 1 and says in done.stderr, url
        assert "urlopen" not in done.stderr, "a program's words are nobody's"


def front(**other: str) -> str:
    values = {"title": "Cuaderno", "icon": "leaf", "color": "#0a4f5a", "lang": "es", "network": "1" * 8} | other
    return (
        f'<html lang="{values["lang"]}"><title>{values["title"]}</title>'
        f'<link rel="icon" href="/static/alerts/point/icons/{values["icon"]}.0123456789ab.svg">'
        f'<meta name="theme-color" content="{values["color"]}"><body data-network="{values["network"]}'
        '-1111-4111-8111-111111111111">'
    )


def test_choices_are_read_and_nothing_else_passes() -> None:
    chosen = reference.choices(front(title="Mi libreta &amp; más"))
    assert (chosen.page_name, chosen.icon, chosen.language, chosen.demo) == ("Mi libreta & más", "leaf", "es", False)
    for bad in ({"icon": "../x"}, {"color": "red"}, {"lang": "fr"}, {"network": "x"}, {"title": ""}):
        with pytest.raises(Refused):
            reference.choices(front(**bad))


def test_a_policys_order_means_nothing_and_its_words_do() -> None:
    here = "default-src 'none'; script-src 'self' 'sha256-x'"
    assert verify_site.directives(here) == verify_site.directives("script-src 'sha256-x' 'self';default-src 'none'")
    assert verify_site.directives(here) != verify_site.directives(
        "default-src 'none'; script-src 'self' 'unsafe-inline'"
    )


@pytest.mark.parametrize(
    "page",
    [
        "<script>steal()</script>",
        '<button onclick="steal()">',
        '<a href="javascript:steal()">',
        '<SCRIPT type="module">steal()</SCRIPT>',
    ],
)
def test_a_script_inside_a_page_is_seen(page: str) -> None:
    assert verify_site.INLINE.search(page)
    assert not verify_site.INLINE.search('<script type="module" src="/static/a.js"></script><p>on time = 3</p>')
