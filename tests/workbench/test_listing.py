"""`list`: what is there and whose keys may open it; and what is said of a folder that is no export."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from support.exported import Copy
from workbench.conftest import run


def test_it_groups_by_inbox_list_day_and_place_and_opens_nothing(copy: Copy, tmp_path: Path) -> None:
    copy.send(text="canario")
    copy.send(to=None, type="checkin")
    copy.renew("Verificación")
    copy.send(text="canario")
    said = run("list", copy.write(tmp_path / "out"))
    assert said.returncode == 0, said.stderr
    assert "canario" not in said.stdout
    lines = said.stdout.splitlines()
    assert lines[1].split() == ["Atrato", "1", "2026-11-20", "Bojayá", "(27099)", "2"]
    assert lines[2].split() == ["Atrato", "2", "2026-11-20", "Bojayá", "(27099)", "1"]
    assert "Atrato, lista 2: Verificación (llave 2), Mujeres (llave 1)." in lines
    assert "no se ve hasta abrirlo" in said.stdout


def test_each_envelope_and_json(copy: Copy, tmp_path: Path) -> None:
    pk = copy.send(text="x")
    place = copy.write(tmp_path / "out")
    assert pk in run("list", place, "--each").stdout
    (one,) = json.loads(run("list", place, "--json").stdout)["envelopes"]
    assert one["id"] == pk
    assert one["keys"] == [{"circle": "Verificación", "number": 1}, {"circle": "Mujeres", "number": 1}]


def test_damaged_missing_and_strange_files_are_told_and_end_with_3(copy: Copy, tmp_path: Path) -> None:
    good, bad, gone = (copy.send(text="x") for _time in range(3))
    copy.blobs[bad] = copy.blobs[bad][:500]
    place = copy.write(tmp_path / "out")
    (place / "envelopes" / f"{gone}.age").unlink()
    (place / "envelopes" / f"{gone}.age").symlink_to(place / "envelopes" / f"{good}.age")
    (place / "envelopes" / "foreign.age").write_bytes(b"x")
    said = run("list", place)
    assert said.returncode == 3
    assert f"Dañados, ya no son lo que se selló: 1 ({bad})." in said.stdout
    assert f"falta su archivo: 1 ({gone})." in said.stdout
    assert "que el índice no nombra, y que se dejaron como están: 1." in said.stdout


@pytest.mark.parametrize("lang", ["es", "en"])
def test_a_folder_that_is_no_whole_export_is_refused_in_one_sentence(copy: Copy, tmp_path: Path, lang: str) -> None:
    (tmp_path / "empty").mkdir()
    place = copy.write(tmp_path / "out")
    said = {
        "nowhere": run("list", tmp_path / "nowhere", lang=lang),
        "empty": run("list", tmp_path / "empty", lang=lang),
    }
    (place / "UNFINISHED.txt").write_text("x")
    said["cut"] = run("list", place, lang=lang)
    (place / "UNFINISHED.txt").unlink()
    whole = (place / "workbench.json").read_text()
    for name, text in {"torn": whole[:-9], "newer": '{"v":2}', "strange": '{"v":1}'}.items():
        (place / "workbench.json").write_text(text)
        said[name] = run("list", place, lang=lang)
    (place / "workbench.json").unlink()
    said["older"] = run("list", place, lang=lang)
    (place / "workbench.json").write_text(whole)
    (place / "envelopes.csv").write_text("id,inbox_id,number\n../../etc/passwd,x,1\n")
    said["index"] = run("list", place, lang=lang)
    for name, done in said.items():
        assert (done.returncode, done.stdout) == (1, ""), name
        assert done.stderr.count("\n") == 1 and "Traceback" not in done.stderr, name
    spanish = {
        "nowhere": "No hay ninguna carpeta",
        "empty": "no tiene sobres",
        "cut": "quedó cortada",
        "torn": "dañada",
    }
    spanish |= {"newer": "versión más nueva", "strange": "dañada", "older": "es de antes", "index": "envelopes.csv"}
    english = {"nowhere": "There is no folder", "empty": "holds no exported", "cut": "was cut off", "torn": "damaged"}
    english |= {"newer": "newer release", "strange": "damaged", "older": "it is older", "index": "envelopes.csv"}
    wanted = spanish if lang == "es" else english
    assert {name: wanted[name] in done.stderr for name, done in said.items()} == dict.fromkeys(wanted, True)


def test_an_export_without_envelopes_says_so(copy: Copy, tmp_path: Path) -> None:
    said = run("list", copy.write(tmp_path / "out"))
    assert (said.returncode, said.stdout) == (0, "Esta exportación no trae ningún sobre.\n")


@pytest.mark.parametrize("said", [[], ["list"], ["export", "x", "--to", "y"], ["open", "x", "--with", "key"]])
def test_what_is_not_understood_ends_with_2(said: list[str]) -> None:
    spanish, english = run(*said), run(*said, lang="en")
    assert (spanish.returncode, english.returncode) == (2, 2)
    assert spanish.stderr.startswith("uso: ") and english.stderr.startswith("usage: ")


def test_help_speaks_both_languages() -> None:
    for words in (["--help"], ["list", "--help"], ["open", "--help"], ["export", "--help"]):
        assert run(*words).stdout.startswith("uso: atarraya-workbench")
        assert "uso:" not in run(*words, lang="en").stdout
