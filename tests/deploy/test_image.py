"""The images' recipe, without an engine that could build it.

What the Dockerfile copies is copied into a scratch folder, beside an environment of links to exactly the packages that
are pinned for the image; its own RUN step is executed there, and the product is started from that folder. Not executed
here: the pulling of the bases, the installation itself (the packages are those of the tests' own environment, which
the same pins made), the second Python, and the training.
"""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import distribution
from pathlib import Path
from shutil import copy2

import pytest
from packaging.markers import Marker

from bot.dialogue.compiler import content_hash
from bot.supervisor.ports import free_port
from tests.deploy import dockerfile
from tests.support.plain_http import plain_http
from tests.support.processes import ROOT, Processes, until
from tests.support.servers import start_redis

RECIPE = dockerfile.read((ROOT / "Dockerfile").read_text(encoding="utf-8"))
SENT = dockerfile.sent(ROOT, (ROOT / ".dockerignore").read_text(encoding="utf-8"))
IMAGES = ("app", "rasa")
PINNED = re.compile(r"^([A-Za-z0-9._-]+)==(\S+)(?: ; (.+?))? \\$", re.MULTILINE)


@dataclass(frozen=True)
class Image:
    """The app's image in a folder."""

    root: Path
    env: Mapping[str, str]

    def run(self, *command: str) -> subprocess.CompletedProcess[str]:
        env = {**os.environ, **self.env}
        return subprocess.run(command, cwd=self.root, env=env, text=True, capture_output=True, check=False)


def link_packages(environment: Path) -> None:
    """What requirements/product.txt names, and nothing else of the tests' own packages."""
    packages = next((environment / "lib").glob("python3.*")) / "site-packages"
    for name, version, marker in PINNED.findall((ROOT / "requirements" / "product.txt").read_text(encoding="utf-8")):
        if marker and not Marker(marker).evaluate():
            continue
        found = distribution(name)
        assert found.version == version, f"{name}: the tests run with {found.version}, the image with {version}"
        for top in {file.parts[0] for file in found.files or () if file.parts[0] not in ("..", "__pycache__")}:
            if not (packages / top).exists():
                (packages / top).symlink_to(Path(str(found.locate_file(top))))


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> Image:
    folder = tmp_path_factory.mktemp("image")
    root, home = folder / "dyzurny", folder / "tmp"
    home.mkdir()
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(root / ".venv")], check=True)
    link_packages(root / ".venv")
    env = {"PATH": f"{root / '.venv' / 'bin'}{os.pathsep}{os.environ['PATH']}"}
    for stage in RECIPE.lineage("app"):
        for instruction in stage.instructions:
            if instruction.word == "COPY":
                copy(instruction, root)
            elif instruction.word == "ENV":
                env |= {name: value for name, value in instruction.pairs().items() if name not in ("PATH", "HOME")}
    made = Image(root, {**env, "HOME": str(home), "TMPDIR": str(home)})
    (step,) = RECIPE.stages["app"].all("RUN")
    owned = step.rest if os.geteuid() == 0 else step.rest.replace("-o 10001 -g 10001", "")
    done = made.run("sh", "-ec", owned)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == content_hash(ROOT), "the model's number would be another one: a file is not copied"
    return made


def copy(instruction: dockerfile.Instruction, root: Path) -> None:
    stage, sources, target = instruction.copied()
    if stage is not None:
        return
    for source in sources:
        files = [name for name in SENT if name == source or name.startswith(f"{source}/")]
        for name in files:
            place = (
                root / target / name if target.endswith("/") else root / target / name.removeprefix(source).strip("/")
            )
            place = root / target if name == source and not target.endswith("/") else place
            place.parent.mkdir(parents=True, exist_ok=True)
            copy2(ROOT / name, place)


def test_every_base_is_pinned_by_a_digest_that_an_argument_replaces() -> None:
    for stage in RECIPE.stages.values():
        if stage.base in RECIPE.stages:
            continue
        name = re.fullmatch(r"\$\{(\w+)\}", stage.base)
        assert name, stage.base
        assert re.fullmatch(r"[\w./]+:[\w.-]+@sha256:[0-9a-f]{64}", RECIPE.arguments[name[1]])


def test_everything_that_is_copied_exists_and_reaches_the_engine() -> None:
    for stage in RECIPE.stages.values():
        for instruction in stage.all("COPY"):
            origin, sources, _ = instruction.copied()
            if origin is None:
                for source in sources:
                    assert any(name == source or name.startswith(f"{source}/") for name in SENT), source
            else:
                assert origin in RECIPE.stages, origin


def test_no_secret_and_nothing_of_a_running_product_reaches_the_engine() -> None:
    assert not [name for name in SENT if name.split("/")[0] in (".env", "var", "models", ".git", "tests", "build")]


@pytest.mark.parametrize("name", IMAGES)
def test_an_image_has_an_account_by_number_a_health_check_and_no_shell_around_its_command(name: str) -> None:
    stage = RECIPE.stages[name]
    assert re.fullmatch(r"[1-9]\d+:[1-9]\d+", stage.all("USER")[-1].rest)
    assert stage.instructions.index(stage.all("USER")[-1]) > max(
        stage.instructions.index(one) for one in (*stage.all("COPY"), *stage.all("RUN"))
    )
    assert "healthy.py" in stage.all("HEALTHCHECK")[-1].rest
    assert stage.all("ENTRYPOINT")[-1].rest == '["dyzurny"]'
    assert stage.all("CMD")[-1].rest.startswith("[")


def test_packages_come_from_pinned_files_with_their_hashes() -> None:
    steps = [one.rest for stage in RECIPE.stages.values() for one in stage.all("RUN")]
    installing = [part for step in steps for part in step.split("&&") if "pip install" in part]
    assert len(installing) == 3
    for part in installing:
        assert "--require-hashes" in part
        assert re.search(r"-r requirements/\w+\.txt\s*$", part)
    assert not [step for step in steps if "apt-get" in step or "curl" in step]


def test_the_environment_of_the_image_is_that_of_the_tests(image: Image) -> None:
    asked = image.run("python", "-c", "import fastapi, sqlalchemy; print(fastapi.__version__, sqlalchemy.__version__)")
    assert asked.stdout.split() == [distribution("fastapi").version, distribution("sqlalchemy").version], asked.stderr
    assert image.run("python", "-c", "import pytest").returncode != 0, "what only tests need is not there"


def test_the_commands_start_from_what_is_copied_alone(image: Image) -> None:
    said = image.run("dyzurny", "--help")
    assert said.returncode == 0, said.stderr
    assert {"web", "worker", "rasa", "migrate", "doctor"} <= set(said.stdout.split())


def state(root: Path) -> dict[str, str]:
    """Every file of the image outside its volume, and what is in it."""
    return {
        path.relative_to(root).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in root.rglob("*")
        if path.is_file() and not path.is_relative_to(root / "var") and not path.is_relative_to(root / ".venv")
    }


def test_web_and_worker_serve_from_it_and_write_nothing_outside_their_volume(
    image: Image, servers: Processes, tmp_path: Path
) -> None:
    before, port, metrics_port = state(image.root), free_port(), free_port()
    env = {
        **image.env,
        "DYZURNY_DEMO": "true",
        "DYZURNY_APP_SECRET": "a",
        "DYZURNY_VERIFY_TOKEN": "b",
        "DYZURNY_SECRET_KEY": "a secret key for tests only",
        "DYZURNY_PORT": str(port),
        "DYZURNY_WORKER_METRICS_PORT": str(metrics_port),
        "DYZURNY_REDIS_URL": start_redis(servers, tmp_path / "redis"),
        "DYZURNY_RASA_URL": "http://127.0.0.1:1",
    }
    migrated = Image(image.root, env).run("dyzurny", "migrate")
    assert migrated.returncode == 0, migrated.stderr
    command = str(image.root / ".venv" / "bin" / "dyzurny")
    for name, where, path in (("web", port, "/healthz"), ("worker", metrics_port, "/healthz")):
        log = tmp_path / f"{name}.log"
        child = servers.start((command, name), log, env)
        check = (sys.executable, str(image.root / "deploy" / "healthy.py"), str(where), path)
        until(lambda check=check: image.run(*check).returncode == 0, child, log, 60)  # type: ignore[misc]
        if name == "web":
            assert plain_http().get(f"http://127.0.0.1:{where}/konsola/wejscie").status_code == 200
            assert image.run(*check[:-1], "/nowhere").returncode == 1
        servers.end(child)
    assert state(image.root) == before
    assert (image.root / "var" / "dyzurny.db").is_file()
