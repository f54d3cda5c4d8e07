"""The files a browser is sent, as this release makes them: collecting them once, and their hashes.

One hash stands for all of them. It is printed with the release, so that anybody can compare it from elsewhere.
"""

from __future__ import annotations

import hashlib
import inspect
import json
import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from importlib import metadata
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles import finders

from atarraya.command.words import _
from atarraya.terminal.codes import Refused
from atarraya.terminal.progress import Progress
from atarraya.web.storage import HashedStaticFiles

STAMP = ".collected"
MADE_OF = "alerts/point/built/made-of.json"


def sources() -> Iterator[tuple[str, Path]]:
    """Yield (name, file) of every static file the installed packages bring."""
    for finder in finders.get_finders():
        for name, storage in finder.list([]):
            yield name, Path(storage.path(name))


def digest() -> str:
    """Return SHA-256 (hex) over the names and contents of all static files of this release, names in order."""
    total = hashlib.sha256()
    for name, path in sorted(sources()):
        total.update(f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {name}\n".encode())
    return total.hexdigest()


def _made_of() -> str:
    """Return what the collected files are made of: the sources, and what names and packs them."""
    makers = hashlib.sha256(Path(inspect.getfile(HashedStaticFiles)).read_bytes())
    makers.update("".join(metadata.version(name) for name in ("django", "whitenoise")).encode())
    return f"{digest()} {makers.hexdigest()}\n"


def collected() -> bool:
    """Return whether the folder of static files is of exactly this release."""
    try:
        return (Path(settings.STATIC_ROOT) / STAMP).read_text() == _made_of()
    except OSError:
        return False


def refuse_stale() -> None:
    """Raise Refused unless the built scripts are of the sources beside them. In an installed release they are."""
    found = finders.find(MADE_OF)
    made = json.loads(Path(found).read_text()) if isinstance(found, str) else {}
    if not made or any(_sum_of(name) != digest for name, digest in made.items()):
        raise Refused(_("The point's page was not built from the scripts that are here: make setup"))


def _sum_of(name: str) -> str:
    path = finders.find(name)
    return hashlib.sha256(Path(path).read_bytes()).hexdigest() if isinstance(path, str) else ""


def collect() -> bool:
    """Put hashed and compressed static files where the server finds them; return whether there was work."""
    refuse_stale()
    if collected():
        return False
    root = Path(settings.STATIC_ROOT)
    fresh = root.with_name(root.name + ".fresh")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(parents=True, mode=0o700)
    found = sorted(sources())
    storage = HashedStaticFiles(location=str(fresh))
    try:
        _fill(storage, found)
        (fresh / STAMP).write_text(_made_of())
        # The names of the release before stay one release more, so that a page opened before still finds its scripts.
        _keep_older(root, fresh)
        shutil.rmtree(root, ignore_errors=True)
        os.replace(fresh, root)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
    return True


def _fill(storage: HashedStaticFiles, found: list[tuple[str, Path]]) -> None:
    paths = {}
    for name, path in found:
        target = Path(storage.path(name))
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, target)
        paths[name] = (storage, name)
    with Progress(_("Preparing pages"), len(paths)) as progress:
        # A file comes up again for each pass over its imports, and once more when it is compressed.
        met = set()
        for name, _made, outcome in storage.post_process(paths):
            if isinstance(outcome, Exception):
                raise outcome
            met.add(name)
            progress.reach(min(len(met), len(paths)))


def _keep_older(root: Path, fresh: Path) -> None:
    try:
        named = json.loads((root / "staticfiles.json").read_text())["paths"].values()
    except (OSError, ValueError, KeyError):
        return
    for name in named:
        for path in (root / name, root / f"{name}.br", root / f"{name}.gz"):
            target = fresh / path.relative_to(root)
            if path.is_file() and not target.exists():
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(path, target)


def hashed_files() -> dict[str, str]:
    """Return the hashed name and SHA-256 (hex) of every file a browser may ask for, made in a folder of its own."""
    with tempfile.TemporaryDirectory() as place:
        return named_in(Path(place))


def named_in(place: Path) -> dict[str, str]:
    """Fill an empty folder as `collect` does, but for the compressed copies; return the same as `hashed_files`."""
    storage = _Uncompressed(location=str(place))
    _fill(storage, sorted(sources()))
    storage.save_manifest()
    return {
        hashed: hashlib.sha256((place / hashed).read_bytes()).hexdigest()
        for hashed in sorted(storage.hashed_files.values())
    }


class _Uncompressed(HashedStaticFiles):
    """Names and rewrites as the server's storage does, without the compressed copies."""

    def compress_files(self, paths: Iterable[str]) -> Iterator[tuple[str, str]]:
        return iter(())
