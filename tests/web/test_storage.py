"""Static files under hashed names: what is made, what stays, and that it is made in one go."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.contrib.staticfiles.storage import HashedFilesMixin

from atarraya.web.storage import HashedStaticFiles

FILES = {
    "web/page.js": 'import { show } from "../sealing/show.js";\nimport { kept } from "./kept.js";\nshow(kept); // it\n',
    "web/kept.js": 'export const kept = "../sealing/none.js";\n',
    "web/page.css": 'body { background: url("../pictures/net.svg"); }\n',
    "sealing/show.js": 'import { deep } from "./deep/deep.js";\nexport const show = deep;\n',
    "sealing/deep/deep.js": "export const deep = 1;\n",
    "pictures/net.svg": "<svg xmlns='http://www.w3.org/2000/svg'/>\n",
}


@pytest.fixture
def place(tmp_path: Path) -> Path:
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def made(place: Path) -> dict[str, str]:
    """Collect and return the hashed name of each file."""
    storage = HashedStaticFiles(location=str(place))
    for _name, _hashed, outcome in storage.post_process({name: (storage, name) for name in FILES}):
        assert not isinstance(outcome, Exception), outcome
    return dict(storage.hashed_files)


def test_files_name_one_another_by_their_hashes_and_nothing_else_stays(place: Path) -> None:
    hashed = made(place)
    page = (place / hashed["web/page.js"]).read_text()
    for named in ("sealing/show.js", "web/kept.js"):
        assert Path(hashed[named]).name in page
    assert "// it" not in page, "a comment crosses the line"
    assert Path(hashed["sealing/deep/deep.js"]).name in (place / hashed["sealing/show.js"]).read_text()
    assert Path(hashed["pictures/net.svg"]).name in (place / hashed["web/page.css"]).read_text()
    there = {str(path.relative_to(place)) for path in place.rglob("*") if path.is_file()}
    names = {name.removesuffix(".br").removesuffix(".gz") for name in there}
    assert names == {*hashed.values(), "staticfiles.json"}


def test_each_file_is_made_once_and_looked_at_once_more(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    taken: Counter[str] = Counter()
    before = HashedFilesMixin._post_process  # type: ignore[attr-defined]

    def counted(self: Any, paths: dict[str, Any], *rest: Any) -> Iterator[Any]:
        taken.update(list(paths))
        yield from before(self, paths, *rest)

    monkeypatch.setattr(HashedFilesMixin, "_post_process", counted)
    made(place)
    assert taken == {name: 1 if name.endswith(".svg") else 2 for name in FILES}


def test_files_that_name_one_another_in_a_circle_have_an_order_too(tmp_path: Path) -> None:
    for name, other in (("a.js", "b.js"), ("b.js", "a.js")):
        (tmp_path / name).write_text(f'import "./{other}";\n')
    storage = HashedStaticFiles(location=str(tmp_path))
    paths = {name: (storage, name) for name in ("a.js", "b.js")}
    assert sorted(storage._after_what_they_name(paths, set(paths))) == ["a.js", "b.js"]
