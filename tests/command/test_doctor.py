"""The doctor finds each fault that is planted, and nothing in an installation that is as it should be."""

from __future__ import annotations

import argparse
import json
import os
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from atarraya.command.checks import around
from command.conftest import Safe, scene
from machine import postgres
from support import starting
from support.house import ROOT
from support.living import COMMAND, Home, free_port
from support.once import founded_once

# All in one process: on PostgreSQL it starts a server of this file's own and founds the network there.
pytestmark = pytest.mark.xdist_group("doctor")


def look(home: Home, *more: str) -> tuple[int, dict[str, str]]:
    """Return the exit code and the level of each finding."""
    done = home.atarraya("doctor", "--json", *more, check=False)
    levels: dict[str, str] = {}
    for finding in json.loads(done.stdout):
        if levels.get(finding["check"]) != "broken":
            levels[finding["check"]] = finding["level"]
    return done.returncode, levels


@pytest.fixture(scope="module")
def founded(tmp_path_factory: pytest.TempPathFactory, database_name: str) -> Iterator[Home]:
    """The founded network of this file, on a server that keeps every commit; the run's own PostgreSQL is hasty."""
    if database_name == "sqlite":
        yield founded_once(tmp_path_factory)
        return
    with ExitStack() as stack:
        lasting = stack.enter_context(postgres.running(durable=True))
        env = stack.enter_context(pytest.MonkeyPatch.context())
        env.setenv("DATABASE_URL", lasting.url)
        home = Home.found(tmp_path_factory.mktemp("founded"))
        yield home
        home.remove()


@pytest.fixture(scope="module")
def sound(founded: Home, tmp_path_factory: pytest.TempPathFactory) -> Home:
    """An installation whose worker has just been."""
    home = founded.copy(tmp_path_factory.mktemp("sound"))
    home.atarraya("worker", "--once")
    return home


@pytest.fixture
def patient(sound: Home, tmp_path: Path) -> Home:
    copy = sound.copy(tmp_path)
    os.utime(copy.folder / "worker.json")
    return copy


@pytest.mark.only_on("postgresql", reason="SQLite has no server that could be set to lose what it acknowledged")
def test_a_hasty_database_is_found(patient: Home) -> None:
    scene(patient, "sql", statement=f"ALTER DATABASE {patient.database} SET synchronous_commit = off")
    assert look(patient)[1]["durability"] == "broken"


def test_it_finds_nothing_where_nothing_is_wrong(sound: Home) -> None:
    code, levels = look(sound)
    assert (code, [check for check, level in levels.items() if level == "broken"]) == (0, [])
    assert {"mark", "permissions", "durability", "trail", "worker", "pages", "erasures"} <= {
        check for check, level in levels.items() if level == "fine"
    }
    said = sound.atarraya("doctor").stdout
    assert said.splitlines()[-1] == "Nada está roto."
    assert sound.atarraya("doctor", ATARRAYA_LANG="en").stdout.splitlines()[-1] == "Nothing is broken."


def readable(home: Home) -> None:
    (home.folder / "secrets" / "receipts").chmod(0o644)


def short_secret(home: Home) -> None:
    (home.folder / "secrets" / "receipts").write_text("00")


def short_push_key(home: Home) -> None:
    path = home.folder / "secrets" / "push"
    path.write_text("00" * 16)
    path.chmod(0o600)


def lost_push_key(home: Home) -> None:
    statement = (
        "INSERT INTO notices_receiver (id, member_id, carrier, address, mark, now_passes, code, code_tries) "
        "SELECT id, id, 'push', '{}', {}, false, '', 0 FROM network_member LIMIT 1"
    )
    empty = "decode('00', 'hex')" if os.environ.get("DATABASE_URL") else "x'00'"
    scene(home, "sql", statement=statement.replace("{}, false", f"{empty}, false"))


def demo_mark(home: Home) -> None:
    mark = home.folder / "installation.json"
    mark.write_text(mark.read_text().replace('"demo": false', '"demo": true'))


def demo_row(home: Home) -> None:
    scene(home, "sql", statement="UPDATE network_network SET demo = true")


def altered_line(home: Home) -> None:
    scene(home, "sql", statement="UPDATE trail_line SET verb = 'network.nothing' WHERE number = 3")


def cut_line(home: Home) -> None:
    scene(home, "sql", statement="DELETE FROM trail_line WHERE number = 4")


def page(home: Home) -> None:
    script = next((home.folder / "static" / "sealing").glob("envelope.*.js"))
    script.write_bytes(script.read_bytes().replace(b"const", b"c0nst", 1))


def packed_page(home: Home) -> None:
    script = next((home.folder / "static" / "sealing").glob("envelope.*.js.br"))
    shutil.copy(next((home.folder / "static" / "sealing").glob("canonical.*.js.br")), script)


def no_worker(home: Home) -> None:
    old = time.time() - 3600
    os.utime(home.folder / "worker.json", (old, old))


def counter(home: Home) -> None:
    scene(home, "warn", device=home.secrets["points"]["leader"]["device"])
    scene(home, "sql", statement="UPDATE alerts_counter SET count = count + 1")


def kept_key(home: Home) -> None:
    made = scene(home, "send", device=home.secrets["points"]["leader"]["device"])[0]
    statement = (
        "INSERT INTO alerts_erasure (id, erased, day) SELECT id, id, '2026-01-01' FROM alerts_storagekey "
        "WHERE id NOT IN (SELECT id FROM alerts_chunk)"
    )
    assert made and scene(home, "sql", statement=statement)


def transport_key(home: Home) -> None:
    folder = home.folder / "secrets" / "transport"
    folder.mkdir(exist_ok=True, mode=0o700)
    (folder / "2020-01.key").write_text("age1x AGE-SECRET-KEY-1X\n")
    (folder / "2020-01.key").chmod(0o600)


def later_clock(home: Home) -> None:
    scene(
        home,
        "sql",
        statement="UPDATE trail_line SET at = '2099-01-01T00' WHERE number = (SELECT max(number) FROM trail_line)",
    )


def waiting_table(home: Home) -> None:
    scene(home, "sql", statement="DELETE FROM django_migrations WHERE app = 'sessions'")


PLANTED: list[tuple[Callable[[Home], None], str]] = [
    (readable, "permissions"),
    (short_secret, "secrets"),
    (short_push_key, "secrets"),
    (lost_push_key, "key-push"),
    (demo_row, "mark"),
    (altered_line, "trail"),
    (cut_line, "trail"),
    (page, "pages"),
    (packed_page, "pages"),
    (no_worker, "worker"),
    (counter, "counters"),
    (kept_key, "erasures"),
    (transport_key, "transport-keys"),
    (later_clock, "clock"),
    (waiting_table, "migrations"),
]


@pytest.mark.parametrize(("plant", "check"), PLANTED, ids=[plant.__name__ for plant, _check in PLANTED])
def test_it_finds_what_was_planted(patient: Home, plant: Callable[[Home], None], check: str) -> None:
    plant(patient)
    code, levels = look(patient)
    assert (code, levels[check]) == (3, "broken")
    other = {name for name, level in levels.items() if level == "broken"} - {check, "trail"}
    assert not other, "one fault is not taken for another"


def test_live_streams_are_looked_at_where_they_should_be(sound: Home) -> None:
    port = free_port()
    code, levels = look(sound, "--live-port", str(port))
    assert (code, levels["live"]) == (3, "broken")
    command = [*COMMAND, "--data", str(sound.folder), "live", "--port", str(port)]
    live = starting.start(command, env=sound.environment, cwd=ROOT)
    try:
        deadline = time.monotonic() + 40
        while look(sound, "--live-port", str(port))[1]["live"] != "fine":
            assert time.monotonic() < deadline and live.poll() is None
    finally:
        live.terminate()
        live.wait(20)


def test_addresses_of_the_feed_that_lapse_soon_are_told(patient: Home) -> None:
    assert look(patient)[1]["feed-tokens"] == "fine"
    statement = (
        "INSERT INTO feeds_feedtoken (id, name, token_hash, made, last_day) "
        "SELECT id, 'Una', {}, '2026-01-01', {} FROM network_member LIMIT 1"
    )
    blob, day = (
        ("decode('00', 'hex')", "CURRENT_DATE + 5")
        if os.environ.get("DATABASE_URL")
        else ("x'00'", "date('now', '+5 days')")
    )
    scene(patient, "sql", statement=statement.format(blob, day))
    code, levels = look(patient)
    assert (code, levels["feed-tokens"]) == (0, "note")


def test_any_name_let_in_is_a_broken_promise(sound: Home) -> None:
    done = sound.atarraya("doctor", "--json", check=False, ATARRAYA_HOSTS="*")
    assert done.returncode == 3
    assert {"check": "hosts", "level": "broken"}.items() <= next(
        finding.items() for finding in json.loads(done.stdout) if finding["check"] == "hosts"
    )


def test_a_printed_head_is_compared(patient: Home) -> None:
    printed = next(line for line in patient.atarraya("doctor").stdout.splitlines() if "para imprimir" in line).split()[
        -1
    ]
    scene(patient, "warn", device=patient.secrets["points"]["leader"]["device"])
    assert look(patient, "--head", printed)[1]["trail-printed"] == "fine", "it holds while the trail grows"
    for other in (printed[:-1] + ("0" if printed[-1] != "0" else "1"), "1:00", "nonsense"):
        code, levels = look(patient, "--head", other)
        assert (code, levels["trail-printed"]) == (3, "broken")


def test_a_head_that_a_member_signed_shows_a_rewritten_trail(patient: Home) -> None:
    statement = (
        "INSERT INTO trail_head (id, member, number, digest, signature, day) "
        "SELECT id, id, 2, {}, {}, '2026-01-01' FROM network_member LIMIT 1"
    )
    blob = "decode('00', 'hex')" if patient.database else "x'00'"
    scene(patient, "sql", statement=statement.format(blob, blob))
    code, levels = look(patient)
    assert (code, levels["trail-heads"], levels["trail"]) == (3, "broken", "fine")


def test_old_keys_in_the_backups_are_a_broken_promise(patient: Home, safe: Safe, tmp_path: Path) -> None:
    copies = tmp_path / "copies"
    patient.atarraya("backup", "--to", str(copies), "--recipient", safe.recipient)
    assert look(patient)[1]["backup-keys"] == "fine"
    (copies / "atarraya-2020-01-01-0a0a0a0a-keys.age").touch()
    code, levels = look(patient)
    assert (code, levels["backup-keys"], levels["backups"]) == (3, "broken", "fine")


NGINX = ROOT / "deploy" / "nginx" / "atarraya.conf"
FAULTS = {
    "a log": ("access_log off;", "access_log /var/log/nginx/access.log;"),
    "no word of the log": ("access_log off;", ""),
    "an error log": ("error_log /dev/null crit;", "error_log /var/log/nginx/error.log;"),
    "the address handed on": (
        "proxy_set_header Host $host;",
        "proxy_set_header Host $host; proxy_set_header X-Real-IP $remote_addr;",
    ),
    "the address added": (
        "proxy_set_header Host $host;",
        "proxy_set_header Host $host; proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;",
    ),
    "a limit by address": ("keepalive 8;", "keepalive 8; limit_req_zone $host zone=a:1m rate=1r/s;"),
    "large records": ("ssl_buffer_size 1400;", "ssl_buffer_size 16k;"),
    "no scheme": ("proxy_set_header X-Forwarded-Proto $scheme;", ""),
}


def test_the_shipped_proxies_are_sound() -> None:
    shipped = [NGINX, ROOT / "deploy" / "onion" / "nginx.conf", ROOT / "deploy" / "caddy" / "Caddyfile"]
    found = list(around.proxy(argparse.Namespace(proxy=[str(path) for path in shipped])))
    assert [each.level for each in found] == ["fine"] * 3, found


@pytest.mark.parametrize("fault", FAULTS)
def test_a_proxy_that_remembers_is_found(fault: str, tmp_path: Path) -> None:
    here, there = FAULTS[fault]
    assert here in NGINX.read_text()
    path = tmp_path / "site.conf"
    path.write_text(NGINX.read_text().replace(here, there))
    (found,) = around.proxy(argparse.Namespace(proxy=[str(path)]))
    assert found.level == "broken" and str(path) in found.sentence
    commented = tmp_path / "commented.conf"
    commented.write_text(NGINX.read_text() + f"\n# {there}\n")
    assert next(around.proxy(argparse.Namespace(proxy=[str(commented)]))).level == "fine"


@pytest.mark.parametrize("fault", ["log {\n output file /var/log/a\n}", "log"])
def test_a_caddy_that_remembers_is_found(fault: str, tmp_path: Path) -> None:
    shipped = ROOT / "deploy" / "caddy" / "Caddyfile"
    path = tmp_path / "Caddyfile"
    path.write_text(shipped.read_text() + f"\nexample.net {{\n\t{fault}\n}}\n")
    assert next(around.proxy(argparse.Namespace(proxy=[str(path)]))).level == "broken"


@pytest.mark.parametrize(
    ("here", "there"),
    [
        ("NoNewPrivileges=yes\n", ""),
        ("ProtectSystem=strict", "ProtectSystem=no"),
        ("User=atarraya", "User=root"),
        ("User=atarraya\n", ""),
        ("LimitCORE=0\n", "LimitCORE=infinity\n"),
    ],
)
def test_a_unit_with_more_rights_is_found(here: str, there: str, tmp_path: Path) -> None:
    shipped = ROOT / "deploy" / "systemd"
    for unit in shipped.glob("*.service"):
        shutil.copy(unit, tmp_path)
    assert {each.level for each in around.units(argparse.Namespace(units=str(tmp_path)))} == {"fine"}
    unit = tmp_path / "atarraya.service"
    assert here in unit.read_text()
    unit.write_text(unit.read_text().replace(here, there).replace("/opt/atarraya", "/srv/atarraya"))
    assert "broken" in {each.level for each in around.units(argparse.Namespace(units=str(tmp_path)))}


def test_a_check_that_cannot_look_has_not_found_it_sound(patient: Home) -> None:
    (patient.folder / "secrets" / "receipts").write_text("00" * 32)
    scene(patient, "sql", statement="DROP TABLE trail_head")
    code, levels = look(patient)
    assert (code, levels["heads"]) == (3, "broken")
