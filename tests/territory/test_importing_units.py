"""Importing a country's units: every usual kind of table, every usual fault, all or nothing."""

from __future__ import annotations

import tracemalloc
from datetime import date
from pathlib import Path

import pytest
from django.utils import translation

from atarraya.territory import queries, tables
from atarraya.territory.models import Edition, Unit
from atarraya.territory.refusals import ImportRefused, OtherCountry
from atarraya.territory.resolve import resolve
from atarraya.territory.services.importing import import_units

GOOD = (
    "code,name,parent,lat,lon\n01001,Agua Mansa,Norte,5.5,-76.5\n01002,Caño Claro,Norte,,\n02001,Río Hondo,Sur,4,-77\n"
)


@pytest.fixture(autouse=True)
def english() -> object:
    with translation.override("en"):
        yield


@pytest.fixture
def table(tmp_path: Path) -> object:
    def write(content: str | bytes, encoding: str = "utf-8") -> Path:
        path = tmp_path / "units.csv"
        path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
        return path

    return write


def refused(path: Path, **options: object) -> list[tuple[int | None, str]]:
    """Return the problems of a refused import; nothing may have been stored."""
    with pytest.raises(ImportRefused) as refusal:
        import_units(path, "XX", "First", **options)  # type: ignore[arg-type]
    assert not Unit.objects.exists()
    assert not Edition.objects.exists()
    assert "Nothing was stored." in str(refusal.value.message)
    return refusal.value.problems


def test_a_plain_table_is_imported_whole(db: None, table) -> None:  # type: ignore[no-untyped-def]
    done = import_units(table(GOOD), "XX", "First list", valid_from=date(2026, 1, 1))
    assert (done.created, done.kept, done.closed) == (3, 0, 0)
    unit = queries.municipality("01001")
    assert (unit.label, unit.department_code, unit.lat, unit.lon) == ("Agua Mansa (Norte)", "Norte", 5.5, -76.5)
    assert (queries.municipality("01002").lat, queries.municipality("01002").lon) == (None, None)
    assert Edition.objects.get().valid_from == date(2026, 1, 1)


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_any_usual_separator_and_encoding(db: None, table, separator: str, encoding: str) -> None:  # type: ignore[no-untyped-def]
    path = table(GOOD.replace(",", separator), encoding)
    assert import_units(path, "XX", "First").created == 3
    assert queries.municipality("01002").name == "Caño Claro"


@pytest.mark.parametrize(
    "header",
    [
        "Código;Nombre;Departamento;Latitud;Longitud",
        "COD_MPIO;MPIO_CNMBR;DPTO_CNMBR;Y;X",
        "ADM2_PCODE;ADM2_ES;ADM1_ES;lat;lng",
        "Ubigeo;Distrito;Provincia;LATITUDE;LONGITUDE",
        "Cód. Municipio;Nombre del municipio;Estado;lat;lon",
    ],
)
def test_headers_as_people_write_them(db: None, table, header: str) -> None:  # type: ignore[no-untyped-def]
    path = table(header + "\r\n01001;Agua Mansa;Norte;5,5;-76,5\r\n")
    import_units(path, "XX", "First")
    unit = queries.municipality("01001")
    assert (unit.name, unit.department, unit.lat, unit.lon) == ("Agua Mansa", "Norte", 5.5, -76.5)


def test_rows_that_are_parents_are_departments(db: None, table) -> None:  # type: ignore[no-untyped-def]
    path = table("code,name,parent\n01,Norte,XX\nXX,Xland,\n01001,Agua Mansa,01\n01002,Caño Claro,01\n")
    with pytest.raises(ImportRefused):
        import_units(table("code,name,parent\n01,Norte,\n01001,Agua,01\n02001,Otra,02\n"), "XX", "First")
    import_units(table(path.read_bytes().replace(b"02001,Otra,02\n", b"")), "XX", "First")
    path = table("code,name,parent\nXX,Xland,\n01,Norte,XX\n01001,Agua Mansa,01\n01002,Caño Claro,01\n")
    import_units(path, "XX", "First")
    assert list(Unit.objects.filter(valid_until=None).values_list("code", "department_code", "department")) == [
        ("01001", "01", "Norte"),
        ("01002", "01", "Norte"),
    ]


def test_a_prefix_keeps_two_countries_apart(colombia: None, table) -> None:  # type: ignore[no-untyped-def]
    path = table("code,name,parent\n05001,Abasolo,Coahuila\n05002,Acuña,Coahuila\n")
    with pytest.raises(OtherCountry):
        import_units(path, "MX", "INEGI")
    assert Unit.objects.count() == 1122
    import_units(path, "MX", "INEGI", prefix="MX-")
    assert queries.municipality("MX-05001").label == "Abasolo (Coahuila)"
    assert queries.municipality("05001").name == "Medellín"


def test_importing_a_list_again_replaces_it(db: None, table) -> None:  # type: ignore[no-untyped-def]
    import_units(table(GOOD), "XX", "First", valid_from=date(2026, 1, 1))
    done = import_units(table(GOOD.replace("Agua Mansa", "Agua Brava")), "XX", "First")
    assert (done.created, done.kept, done.closed) == (0, 3, 0)
    assert queries.municipality("01001").name == "Agua Brava"
    assert Edition.objects.get().valid_from == date(2026, 1, 1)


def test_a_table_without_aliases_leaves_old_codes_leading_somewhere(colombia: None, table) -> None:  # type: ignore[no-untyped-def]
    """A country's own table has no column for older codes: importing it must not forget the ones that are here."""
    rows = [f"{unit.code};{unit.name};{unit.department}" for unit in Unit.objects.exclude(code="05873")]
    done = import_units(table("\n".join(["code;name;parent", *rows])), "CO", "Another list")
    assert (done.created, done.closed) == (0, 1)
    assert queries.municipality("27086").code == "27493"
    index = queries.resolver_index()
    assert [one.code for one in resolve("27086", index).candidates] == ["27493"]
    assert [one.code for one in resolve("bajira", index).candidates] == ["27493"]


def test_progress_is_told_to_the_end(db: None, table) -> None:  # type: ignore[no-untyped-def]
    rows = "".join(f"{number:05},Lugar {number},Norte\n" for number in range(10_000, 10_900))
    told: list[tuple[int, int]] = []
    import_units(table("code,name,parent\n" + rows), "XX", "First", progress=lambda *step: told.append(step))
    assert told[0] == (0, 900)
    assert told[-1] == (900, 900)
    assert told == sorted(told)
    assert len(told) >= 4


def test_every_problem_is_told_with_its_row(db: None, table) -> None:  # type: ignore[no-untyped-def]
    path = table(
        "code,name,parent,lat,lon\n"
        "05001,Uno,Norte,1,1\n"
        "\n"
        "05002,,Norte,1,1\n"
        ",Tres,Norte,1,1\n"
        "05004,Cuatro,,1,1\n"
        "05005,Cinco,Norte,95,1\n"
        "05006,Seis,Norte,1,\n"
        "05007,Siete,Norte,north,west\n"
        "5873,Ocho,Norte,1,1\n"
        "05001,Nueve,Norte,1,1\n"
        "5.87E+03,Diez,Norte,1,1\n"
        "5011.0,Once,Norte,1,1\n"
        "05/12,Doce,Norte,1,1\n"
        "12345678901,Trece,Norte,1,1\n"
    )
    problems = dict(refused(path))
    assert problems == {
        4: "It has no name.",
        5: "It has no code.",
        6: "It has no parent: the department or province it belongs to.",
        7: "Its point is not a latitude and a longitude in degrees.",
        8: "Its point is not a latitude and a longitude in degrees.",
        9: "Its point is not a latitude and a longitude in degrees.",
        10: "The code 5873 is shorter than the others: it may have lost its zero. Codes are text.",
        11: "The code 05001 is also in row 2.",
        12: "A spreadsheet spoilt the code 5.87E+03. Codes are text.",
        13: "A spreadsheet spoilt the code 5011.0. Codes are text.",
        14: "The code 05/12 has signs that are not letters or digits.",
        15: "The code 12345678901 is too long.",
    }


def test_a_country_whose_codes_differ_in_length_can_say_so(db: None, table) -> None:  # type: ignore[no-untyped-def]
    path = table("code,name,parent\n1101,Iquique,Tarapacá\n10101,Puerto Montt,Los Lagos\n10102,Calbuco,Los Lagos\n")
    assert [number for number, _sentence in refused(path)] == [2]
    assert import_units(path, "XX", "First", uneven_codes=True).created == 3


def test_a_long_list_of_problems_is_cut(db: None, table) -> None:  # type: ignore[no-untyped-def]
    path = table("code,name,parent\n" + "".join(f"{number:05},,Norte\n" for number in range(100)))
    with pytest.raises(ImportRefused) as refusal:
        import_units(path, "XX", "First")
    assert len(refusal.value.problems) == 100
    lines = str(refusal.value.message).splitlines()
    assert lines[0] == "Row 2: It has no name."
    assert lines[-2:] == ["And 80 more.", "Nothing was stored."]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "The file is empty."),
        (b"PK\x03\x04rest of a spreadsheet", "This is a spreadsheet. Save it as CSV, in UTF-8."),
        (b"\xd0\xcf\x11\xe0rest", "This is a spreadsheet. Save it as CSV, in UTF-8."),
        (b"\x1f\x8b\x08rest", "This file is compressed. Unpack it first."),
        (b"code,name,parent\n\x00\x01\x02", "This is not a table of text."),
        (
            b"code,name,parent\n1,Agua,Norte\n2,\x81\x8d,Norte\n",
            "The letters of this file can't be read. Save it in UTF-8.",
        ),
        (b"code,name,parent\n", "The table has a first row and nothing below it."),
        (b"\n\n\n", "These columns are missing: code, name, parent. The first row says: "),
        (b"codigo;municipio\n1;Agua\n", "These columns are missing: parent. The first row says: codigo;municipio"),
        (b"<html><body>\nsign in\n", "These columns are missing: code, name, parent. The first row says: <html><body>"),
        (b'code,name,parent\n1,"Agua,Norte\n2,Otra,Norte\n', "Its quotation marks don't close."),
        (b"code,name,parent\n1,Agua,Norte\n2,Otra,Norte,4.5,-76\n", "It has more columns than the first row."),
        ("code,name,parent\n1,QuibdÃ³,Norte\n".encode(), "The letters of QuibdÃ³ are broken. Save the file in UTF-8."),
        (
            "code,name,parent\n1,Quibd\ufffd,Norte\n".encode(),
            "The letters of Quibd\ufffd are broken. Save the file in UTF-8.",
        ),
    ],
)
def test_what_is_no_table_is_refused_in_one_sentence(db: None, table, content: bytes, said: str) -> None:  # type: ignore[no-untyped-def]
    assert [sentence for _row, sentence in refused(table(content))] == [said]


def test_a_missing_file_is_refused(db: None, tmp_path: Path) -> None:
    assert refused(tmp_path / "none.csv") == [(None, "There is no file none.csv.")]
    assert refused(tmp_path) == [(None, f"There is no file {tmp_path.name}.")]


@pytest.mark.parametrize("country", ["", "co", "COL", "C1", "Colombia"])
def test_a_country_is_two_capital_letters(db: None, table, country: str) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(ImportRefused):
        import_units(table(GOOD), country, "First")


@pytest.mark.parametrize("junk", [b"\x00\x01\x02\x03", b"x", b"lorem ipsum \n"])
def test_twenty_megabytes_of_junk_are_refused_at_the_beginning(db: None, tmp_path: Path, junk: bytes) -> None:
    path = tmp_path / "junk.csv"
    path.write_bytes(junk * (20 * 1024 * 1024 // len(junk)))
    tracemalloc.start()
    try:
        refused(path)
        assert tracemalloc.get_traced_memory()[1] < 2 * 1024 * 1024
    finally:
        tracemalloc.stop()


def test_a_table_that_is_too_large_is_not_opened(db: None, tmp_path: Path) -> None:
    path = tmp_path / "large.csv"
    with path.open("wb") as file:
        file.truncate(tables.MOST_BYTES + 1)
    assert refused(path) == [(None, "The file is larger than 32 MB.")]


def test_a_refused_second_list_leaves_the_first(db: None, table) -> None:  # type: ignore[no-untyped-def]
    import_units(table(GOOD), "XX", "First", valid_from=date(2026, 1, 1))
    with pytest.raises(ImportRefused):
        import_units(table(GOOD.replace("02001", "2001")), "XX", "Second", valid_from=date(2026, 2, 1))
    assert Unit.objects.filter(valid_until=None).count() == 3
    assert Edition.objects.count() == 1
