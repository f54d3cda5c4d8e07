"""Where writing, cryptography and speech may happen in the code, and how long a piece of it may be."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from support import house

# Rows are written by acts alone. Restoring puts rows back as they were; the backend makes tables.
WRITING_PLACES = ("services", "demo", "snapshots")
FRAMEWORK_ROWS = {"sessions.py"}  # a session row is the framework's, and no act
SPOOL = {"spool.py"}  # the gateway's own disk: nothing of the platform's database
ALWAYS_WRITING = {
    "save",
    "bulk_create",
    "bulk_update",
    "get_or_create",
    "update_or_create",
    "acreate",
    "asave",
    "adelete",
    "aupdate",
}
WRITING_ON_ROWS = {"create", "update", "delete"}
ROWS = ("objects", ".filter(", ".exclude(", ".all()", "_set.", "queries.", "get_queryset")
CRYPTOGRAPHY = {"cryptography", "pyrage", "nacl", "Crypto", "gnupg"}
KEY_DERIVATION = {"scrypt", "pbkdf2_hmac"}
LOG_METHODS = {"debug", "info", "warning", "error", "exception", "critical", "log"}
TOLD = ("request", "path", "META", "headers", "remote", "user", "point", "token", "body")
LONGEST_FILE, LONGEST_TEMPLATE, LONGEST_FUNCTION = 400, 200, 40


def calls(path: Path) -> Iterator[ast.Call]:
    return (node for node in ast.walk(house.tree(path)) if isinstance(node, ast.Call))


def writes_rows(call: ast.Call) -> bool:
    """Tell whether a call writes a row: by its name, or by its name on something that holds rows."""
    if not isinstance(call.func, ast.Attribute):
        return False
    receiver = ast.unparse(call.func.value)
    if receiver == "super()":  # a model that narrows its own save()
        return False
    if call.func.attr == "execute" and call.args and isinstance(call.args[0], ast.Constant):
        return str(call.args[0].value).lstrip().upper().startswith(("INSERT", "UPDATE", "DELETE"))
    if call.func.attr == "delete" and not call.args and not call.keywords:
        return True
    return call.func.attr in ALWAYS_WRITING or (
        call.func.attr in WRITING_ON_ROWS and any(mark in receiver + "." for mark in ROWS)
    )


def test_only_acts_write_rows() -> None:
    outside = [
        path for path in house.python_of_rooms() if not {*path.parts} & {*WRITING_PLACES, *FRAMEWORK_ROWS, *SPOOL}
    ]
    assert len(outside) > 20
    found = [
        f"{house.shown(path)}:{call.lineno}: {ast.unparse(call)[:80]}"
        for path in outside
        for call in calls(path)
        if writes_rows(call)
    ]
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    ("source", "writes"),
    [
        ("alert.save()", True),
        ("super().save(*args)", False),
        ("Alert.objects.create(kind=kind)", True),
        ("Alert.objects.filter(id=1).update(state='CONF')", True),
        ("point.delete()", True),
        ("cursor.execute('  update alerts_alert set kind = 1')", True),
        ("cursor.execute('select 1')", False),
        ("context.update(title=title)", False),
        ("digest.update(block)", False),
    ],
)
def test_a_write_is_recognised(source: str, writes: bool) -> None:
    call = ast.parse(source, mode="eval").body
    assert isinstance(call, ast.Call)
    assert writes_rows(call) is writes


def imported(path: Path) -> Iterator[tuple[int, str]]:
    for node in ast.walk(house.tree(path)):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            yield node.lineno, node.module or ""
            yield from ((node.lineno, f"{node.module}.{alias.name}") for alias in node.names)


def test_only_sealing_touches_cryptography() -> None:
    others = [path for path in house.python_of_rooms() if "sealing" not in path.parts]
    found = [
        f"{house.shown(path)}:{line}: {name}"
        for path in others
        for line, name in imported(path)
        if name.split(".")[0] in CRYPTOGRAPHY or name in {f"hashlib.{each}" for each in KEY_DERIVATION}
    ]
    found += [
        f"{house.shown(path)}:{node.lineno}: {node.attr}"
        for path in others
        for node in ast.walk(house.tree(path))
        if isinstance(node, ast.Attribute) and node.attr in KEY_DERIVATION
    ]
    assert not found, "\n".join(found)


def test_the_server_has_no_code_that_opens_an_account() -> None:
    found = house.found_in(
        house.python_of_rooms(),
        {r"shared_secret|open_envelope|openEnvelope|decrypt_envelope": "opens an envelope"},
    )
    assert not found, "\n".join(found)


def test_nothing_about_a_request_is_logged_or_printed() -> None:
    found = []
    for path in house.python_of_rooms():
        for call in calls(path):
            told = ast.unparse(ast.Tuple(call.args, ast.Load())) + str([ast.unparse(k.value) for k in call.keywords])
            name = call.func.attr if isinstance(call.func, ast.Attribute) else ""
            source = ast.unparse(call.func.value) if isinstance(call.func, ast.Attribute) else ""
            logs = name in LOG_METHODS and ("log" in source.lower()) and any(word in told for word in TOLD)
            prints = isinstance(call.func, ast.Name) and call.func.id == "print" and "command" not in path.parts
            if logs or prints:
                found.append(f"{house.shown(path)}:{call.lineno}: {ast.unparse(call)[:80]}")
    assert not found, "\n".join(found)


def test_no_file_is_longer_than_a_person_reads() -> None:
    code = [path for path in house.named(".py", ".js", ".mjs", ".css", ".sh") if "migrations" not in path.parts]
    lengths = {house.shown(path): len(path.read_text(encoding="utf-8").splitlines()) for path in code}
    assert {name: lines for name, lines in lengths.items() if lines > LONGEST_FILE} == {}
    pages = {house.shown(path): len(path.read_text(encoding="utf-8").splitlines()) for path in house.templates()}
    assert {name: lines for name, lines in pages.items() if lines > LONGEST_TEMPLATE} == {}


def test_no_function_is_longer_than_a_screen() -> None:
    code = [path for top in ("src", "tools", "bench") for path in house.named(".py", under=top)]
    code = [path for path in code if "migrations" not in path.parts]
    long = [
        f"{house.shown(path)}:{node.lineno}: {node.name} has {node.end_lineno - node.lineno + 1} lines"
        for path in code
        for node in ast.walk(house.tree(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.end_lineno is not None
        and node.end_lineno - node.lineno + 1 > LONGEST_FUNCTION
    ]
    assert not long, "\n".join(long)


def only_on_marks() -> Iterator[str]:
    for path in house.named(".py", under="tests"):
        for node in ast.walk(house.tree(path)):
            if isinstance(node, ast.FunctionDef):
                for decorator in node.decorator_list:
                    if isinstance(decorator, ast.Call) and ast.unparse(decorator.func) == "pytest.mark.only_on":
                        database = ast.literal_eval(decorator.args[0])
                        reason = ast.literal_eval(decorator.keywords[0].value)
                        yield f"{house.shown(path)}::{node.name} | {database} | {reason}"


def test_tests_of_one_database_are_a_written_list() -> None:
    assert set(only_on_marks()) == house.listed("only_on.txt")
    loose = house.found_in(
        [path for path in house.named(".py", under="tests") if path != Path(__file__)],
        {
            r"pytestmark\s*=.*only_on|skipif\(.*(?:DATABASE|vendor|sqlite|postgres)": "use @pytest.mark.only_on on the test"
        },
    )
    assert not loose, "\n".join(loose)


# The workbench stands on these modules of the server and no others: formats, words, and what a terminal needs.
PURE = {
    *(
        "atarraya.sealing." + name
        for name in (
            "bech32",
            "canonical",
            "encoding",
            "envelopes",
            "lists",
            "odkform",
            "refusals",
            "signing",
            "sms",
            "words",
        )
    ),
    *("atarraya.terminal." + name for name in ("cells", "codes", "process", "progress", "words")),
}


def test_the_workbench_takes_only_pure_parts_of_the_server() -> None:
    files = house.named(".py", under="src/atarraya_workbench")
    taken = {
        name
        for path in files
        for _line, name in imported(path)
        if name.startswith("atarraya.") and not any(name.startswith(f"{pure}.") or name == pure for pure in PURE)
    }
    # `from atarraya.sealing import lists` is told as the package and as the module.
    assert len(files) > 15
    assert taken <= {"atarraya.__version__", "atarraya.sealing", "atarraya.terminal"}, taken


def test_the_server_names_no_workbench_module() -> None:
    found = house.found_in(
        house.python_of_rooms(), {r"(?:import|from) atarraya_workbench|\"atarraya_workbench": "imports"}
    )
    assert not found, "\n".join(found)
