"""Static files under hashed names, our scripts without comments, compressed when collected."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from rjsmin import jsmin
from whitenoise.storage import CompressedManifestStaticFilesStorage

# What a script or a style sheet says of another file beside it.
BESIDE = re.compile(r"""["'(](\.{1,2}/[^"'()]+)["')]""")


class HashedStaticFiles(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    """Rewrites module imports to hashed names too, so that a browser never mixes two releases."""

    support_js_module_import_aggregation = True
    manifest_strict = True
    # One pass for each step of the longest chain of imports, should `_post_process` not put them in order; Django's
    # five are too few for small modules.
    max_post_process_passes = 20
    # Pages name files by their hashes alone.
    keep_only_hashed_files = True

    def post_process(self, paths: dict[str, Any], dry_run: bool = False, **options: Any) -> Iterator[Any]:
        """Take comments and spare space out of our scripts, then name, rewrite and compress every file.

        A phone on two bars pays for each comment: they are a third of what the point's page needs.
        """
        for name in paths:
            if name.endswith(".js") and not _built(name) and not dry_run:
                path = Path(self.path(name))
                path.write_text(str(jsmin(path.read_text(encoding="utf-8"))), encoding="utf-8")
        yield from super().post_process(paths, dry_run, **options)

    def _post_process(self, paths: dict[str, Any], adjustable_paths: list[str], hashed_files: Any) -> Iterator[Any]:
        """Take one file at a time, each after those it names, so that a second pass finds nothing to change.

        Django takes them as they lie in folders, and then needs a pass for each step of the longest chain.
        """
        for name in self._after_what_they_name(paths, set(adjustable_paths)):
            yield from super()._post_process({name: paths[name]}, adjustable_paths, hashed_files)

    def _after_what_they_name(self, paths: dict[str, Any], adjustable: set[str]) -> list[str]:
        """Return the names in order. Where files name one another in a circle, any order will do."""
        ordered: dict[str, None] = {}
        met: set[str] = set()

        def visit(name: str) -> None:
            if name in met:
                return
            met.add(name)
            if name in adjustable:
                for beside in BESIDE.findall(Path(self.path(name)).read_text(encoding="utf-8")):
                    named = posixpath.normpath(posixpath.join(posixpath.dirname(name), beside))
                    if named in paths:
                        visit(named)
            ordered[name] = None

        for name in sorted(paths):
            visit(name)
        return list(ordered)


def _built(name: str) -> bool:
    """Tell whether a script was made small when it was built."""
    return name.startswith("vendor/") or "/built/" in name
