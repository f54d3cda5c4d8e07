"""Make this checkout work on a bare machine: no root, no questions. Called by `make`; see `make help`.

Everything it makes lies in `.venv`, `node_modules` and `var`; deleting them undoes it.
"""

from __future__ import annotations

import sys

if sys.version_info < (3, 11):
    sys.exit("✗ Hace falta Python 3.11 o más nuevo / Python 3.11 or newer is needed: apt install python3.11")

import argparse
import time

from machine import PYTHON, ROOT, age_tool, browser, modems, nginx, node_parts, postgres, python_env, steps
from machine.words import CannotGoOn, say, stop


def compile_catalogues() -> None:
    """Compile the translations, when any of them changed."""
    tool = ROOT / "tools" / "messages.py"
    sources = sorted((ROOT / "src").rglob("*.po"))
    made_from = steps.digest([tool, *map(str, sources), *sources])
    compiled = [path.with_suffix(".mo") for path in sources]

    def work() -> None:
        if not steps.run([PYTHON, tool, "compile"]):
            raise CannotGoOn(
                f"Una traducción no compila: corríjala y repita (detalle en {steps.LOG}).",
                f"A translation does not compile: correct it and run again (details in {steps.LOG}).",
            )

    steps.once("catalogues", made_from, compiled, work)


def set_up(*, dev: bool) -> None:
    """Do every step that is not done yet."""
    with steps.one_at_a_time():
        python_env.make()
        python_env.install("dev" if dev else "build")
        python_env.install_project()
        node_parts.install()
        node_parts.build()
        node_parts.bundle()
        compile_catalogues()
        if dev:
            browser.get()
            postgres.get()
            age_tool.get()
            nginx.get()
            modems.get()


def main() -> None:
    """Read the command line, work, and end with one line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--dev", action="store_true", help="also what tests and checks need")
    parser.add_argument("--quiet", action="store_true", help="no closing line")
    options = parser.parse_args()
    started = time.monotonic()
    try:
        set_up(dev=options.dev)
    except CannotGoOn as problem:
        stop(problem)
    except OSError as problem:
        place = problem.filename or ROOT
        stop(
            CannotGoOn(
                f"No se pudo escribir en {place} ({problem.strerror}): revise espacio y dueño de la carpeta, y repita.",
                f"{place} could not be written ({problem.strerror}): check space and its owner, and run again.",
            )
        )
    except KeyboardInterrupt:
        raise SystemExit(130) from None
    if not options.quiet:
        seconds = time.monotonic() - started
        say(f"Listo ({seconds:.0f} s).", f"Ready ({seconds:.0f} s).")


if __name__ == "__main__":
    main()
