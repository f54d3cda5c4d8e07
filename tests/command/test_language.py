"""The command line speaks Spanish unless the environment says English, argparse's own sentences too."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from atarraya.command import grammar, words
from support import starting
from support.living import COMMAND, PATHS


@pytest.mark.parametrize(
    ("environ", "language"),
    [
        ({}, "es"),
        ({"LANG": "C.UTF-8"}, "es"),
        ({"LANG": "en_GB.UTF-8"}, "en"),
        ({"LANG": "es_CO.UTF-8"}, "es"),
        ({"LANG": "fr_FR.UTF-8"}, "es"),
        ({"LANG": "es_CO.UTF-8", "ATARRAYA_LANG": "en"}, "en"),
        ({"LC_ALL": "en_US.UTF-8", "LANG": "es_CO.UTF-8"}, "en"),
    ],
)
def test_the_language_is_the_first_that_is_named(environ: dict[str, str], language: str) -> None:
    assert words.choose(environ) == language


def say(tmp_path: Path, *said: str, lang: str = "es") -> subprocess.CompletedProcess[str]:
    environ = {"PYTHONPATH": PATHS, "ATARRAYA_LANG": lang, "PATH": "/usr/bin:/bin", "COLUMNS": "100"}
    return starting.run([*COMMAND, *said], env=environ, cwd=tmp_path)


def paths_of(parser: grammar.Parser, before: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    found = [before]
    for action in parser._actions:
        if isinstance(action, grammar.argparse._SubParsersAction):
            for name, child in action.choices.items():
                found += paths_of(child, (*before, name))
    return found


PATHS_OF_ALL = paths_of(grammar.build())[1:]


def test_every_command_and_act_helps_in_both_languages(capsys: pytest.CaptureFixture[str]) -> None:
    assert len(PATHS_OF_ALL) > 25
    for lang, mark, foreign in (("es", "uso: atarraya", "usage:"), ("en", "usage: atarraya", "uso:")):
        words.speak(lang)
        for path in PATHS_OF_ALL:
            with pytest.raises(SystemExit) as ended:
                grammar.build().parse_args([*path, "--help"])
            said = capsys.readouterr().out
            assert ended.value.code == 0
            assert said.startswith(f"{mark} {' '.join(path)}") and foreign not in said, path
    words.speak("es")


def test_help_touches_no_folder(tmp_path: Path) -> None:
    assert say(tmp_path, "doctor", "--help").returncode == 0
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("said", "es", "en"),
    [
        (["nothing"], "no se conoce", "invalid choice"),
        (["init"], "falta decir: --name", "the following arguments are required: --name"),
        (["serve", "--port", "0"], "un puerto es un número", "a port is a number"),
        (["serve", "--threads", "x"], "un número de 1 a 64", "a number from 1 to 64"),
        (["doctor", "--strange"], "sobra o no se conoce", "unrecognized arguments"),
        (["backup", "--to"], "le falta un valor", "expected one argument"),
        (["point", "pause"], "falta decir", "are required"),
    ],
)
def test_what_is_not_understood_ends_with_2(tmp_path: Path, said: list[str], es: str, en: str) -> None:
    spanish, english = say(tmp_path, *said), say(tmp_path, *said, lang="en")
    assert (spanish.returncode, english.returncode) == (2, 2)
    assert es in spanish.stderr
    assert en in english.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("command", ["serve", "worker", "point", "member", "circle", "retention", "doctor"])
def test_a_folder_without_a_network_is_refused_and_left_alone(tmp_path: Path, command: str) -> None:
    place = tmp_path / "nowhere"
    spanish = say(tmp_path, "--data", str(place), command)
    assert (spanish.returncode, spanish.stdout) == (1, "")
    assert spanish.stderr.startswith("No hay ninguna red en")
    assert say(tmp_path, command, "--data", str(place), lang="en").stderr.startswith("There is no network in")
    assert not place.exists()


def test_a_damaged_mark_is_said_and_not_guessed(tmp_path: Path) -> None:
    (tmp_path / "installation.json").write_text("{")
    said = say(tmp_path, "--data", str(tmp_path), "doctor")
    assert said.returncode == 1
    assert "está dañado" in said.stderr


def test_a_reader_that_goes_away_is_no_fault(tmp_path: Path) -> None:
    environ = {"PYTHONPATH": PATHS, "ATARRAYA_LANG": "es", "PATH": "/usr/bin:/bin"}
    command = f"{' '.join(COMMAND)} reveal | head -1; exit ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", command], env=environ, cwd=tmp_path, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
