"""Administration from the command line: what needs no key can be done, and secrets are told once."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from command.conftest import scene
from support.living import Home


def listed(home: Home, *words: str) -> list[dict[str, object]]:
    found: list[dict[str, object]] = json.loads(home.atarraya(*words, "list", "--json").stdout)
    return found


def test_points_are_listed_without_their_links(home: Home) -> None:
    said = home.atarraya("point").stdout
    assert "Consejo de Agua Mansa" in said and "Bojayá (Chocó)" in said and "teléfonos" in said.splitlines()[0]
    for spot in home.secrets["points"].values():
        assert spot["path"].partition("#")[2].partition(".")[0] not in said and spot["short_code"] not in said


def test_a_point_is_made_and_its_secrets_are_told_once(home: Home) -> None:
    words = (
        "point",
        "create",
        "--collective",
        "Consejo de Agua Mansa",
        "--municipality",
        "27099",
        "--label",
        "escuela",
    )
    made = home.atarraya(*words).stdout
    link = next(line.strip() for line in made.splitlines() if "/#" in line)
    token, fingerprint = link.partition("#")[2].split(".")
    assert len(token) == 32 and fingerprint == home.secrets["fingerprint"].replace("-", "").replace(" ", "")
    assert token not in home.atarraya("point").stdout
    assert [point["label"] for point in listed(home, "point")].count("escuela") == 1
    with home.live("serve", "--plain-http", "--no-worker") as live:
        import urllib.request

        body = json.dumps({"token": token}).encode()
        request = urllib.request.Request(
            live.url + "/api/point/redeem", data=body, headers={"Content-Type": "application/json"}
        )
        with urllib.request.urlopen(request, timeout=30) as answer:
            assert json.loads(answer.read())["device"]


def test_a_point_is_paused_resumed_changed_and_revoked(home: Home) -> None:
    pk = str(listed(home, "point")[0]["id"])
    for act, state in (("pause", "PAUSED"), ("resume", "ACTIVE"), ("revoke", "REVOKED")):
        home.atarraya("point", act, pk)
        assert next(point["state"] for point in listed(home, "point") if point["id"] == pk) == state
    again = home.atarraya("point", "pause", pk, check=False)
    assert again.returncode == 1 and again.stderr.strip()
    other = str(listed(home, "point")[1]["id"])
    assert "/#" in home.atarraya("point", "change-link", other).stdout


@pytest.mark.parametrize(
    ("words", "es", "en"),
    [
        (("point", "pause", "nonsense"), "Ningún punto tiene", "No point has the id"),
        (
            ("point", "create", "--collective", "Nadie", "--municipality", "27099"),
            "Ningún colectivo se llama Nadie",
            "No collective is called Nadie",
        ),
        (("member", "new-sign-in", "nadie"), "Nadie entra como nadie", "No member signs in as nadie"),
        (("member", "settle-freeze", "elvia", "RESTORE"), "no tiene una congelación", "is not frozen"),
        (("territory", "import", "--country", "PE"), "Diga una tabla con --units", "Name a table with --units"),
    ],
)
def test_refusals_are_said_in_both_languages(founded: Home, words: tuple[str, ...], es: str, en: str) -> None:
    spanish = founded.atarraya(*words, check=False)
    english = founded.atarraya(*words, check=False, ATARRAYA_LANG="en")
    assert (spanish.returncode, english.returncode) == (1, 1)
    assert es in spanish.stderr and en in english.stderr


def test_members_and_circles_are_listed_by_alias(founded: Home) -> None:
    members = listed(founded, "member")
    elvia = next(member for member in members if member["login"] == "elvia")
    assert "STEWARD" in elvia["roles"] and "Verificación Atrato" in elvia["circles"]  # type: ignore[operator]
    circles = listed(founded, "circle")
    assert {circle["name"] for circle in circles} == {"Verificación Atrato", "Equipo de mujeres", "Respuesta"}
    assert all(str(circle["recipient"]).startswith("age1") for circle in circles)
    assert "AGE-SECRET-KEY" not in founded.atarraya("circle").stdout + founded.atarraya("member").stdout


def test_a_new_sign_in_is_told_once_and_everybody_sees_it(home: Home) -> None:
    said = home.atarraya("member", "new-sign-in", "ivan").stdout
    assert "/entrar/nueva/#" in said and "no da ninguna llave" in said
    secret = said.partition("#")[2].split()[0]
    held = b"".join(path.read_bytes() for path in home.folder.rglob("*") if path.is_file())
    assert secret.encode() not in held


def test_sessions_end_at_the_command_line(home: Home) -> None:
    assert "Se cerraron todas las sesiones de Iván" in home.atarraya("member", "sign-out", "ivan").stdout


def test_acts_of_the_operator_are_in_the_trail(home: Home) -> None:
    home.atarraya("member", "sign-out", "ivan")
    home.atarraya("point", "pause", str(listed(home, "point")[0]["id"]))
    written = "SELECT 1 FROM trail_line WHERE actor = 'operator' AND verb IN ('member.end_sessions', 'point.pause')"
    update = (
        f"UPDATE trail_line SET actor = 'seen' WHERE number IN (SELECT number FROM trail_line WHERE EXISTS ({written}))"
    )
    assert scene(home, "sql", statement=update) >= 2


def test_another_countrys_places_are_imported(home: Home, tmp_path: Path) -> None:
    table = tmp_path / "units.csv"
    table.write_text("code,name,parent,lat,lon\n150101,Lima,Lima,-12.05,-77.04\n150102,Ancón,Lima,-11.77,-77.15\n")
    done = home.atarraya("territory", "import", "--country", "pe", "--units", str(table), "--edition", "Lima 2026")
    assert "Unidades: 2 nuevas" in done.stdout
    editions = listed(home, "territory")
    assert {edition["country"]: edition["units"] for edition in editions}["PE"] == 2
    table.write_text("code,name,parent\n,Lima,Lima\n")
    bad = home.atarraya("territory", "import", "--country", "PE", "--units", str(table), check=False)
    assert bad.returncode == 1 and "2" in bad.stderr and "inesperado" not in bad.stderr
    missing = home.atarraya("territory", "import", "--country", "PE", "--units", str(tmp_path / "no.csv"), check=False)
    assert missing.returncode == 1 and "inesperado" not in missing.stderr


def test_retention_can_be_tried_without_deleting(home: Home) -> None:
    scene(home, "send", device=home.secrets["points"]["leader"]["device"])
    scene(home, "sql", statement="UPDATE alerts_entry SET expires = '2020-01-01'")
    tried = home.atarraya("retention", "--dry-run").stdout
    assert "No se borró nada" in tried and "esperan a que se avise a quienes leen: 1" in tried
    done = home.atarraya("retention").stdout
    assert "esperan a que se avise a quienes leen: 1" in done, "nobody was told, so nothing goes (R29)"
    assert len(scene(home, "kept")) == 1
