"""Sees to it that the browser tests have a Chromium; drives none."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from typing import Iterator

from scripts.setup import steps
from scripts.setup.environments import APP
from scripts.setup.faults import SetupError
from scripts.setup.surroundings import Surroundings

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
_MACOS = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)


def note(root: Path) -> Path:
    """The file that names the browser for the tests."""
    return root / "var" / "tools" / "browser"


def ensure(around: Surroundings) -> None:
    """Leave a browser's path in the note: the one named, the one found, Debian's, or playwright's own."""
    place = note(around.root)
    if place.is_file() and starts(Path(place.read_text(encoding="utf-8").strip())):
        return
    browser = _found(around) or _from_debian(around) or _from_playwright(around)
    if browser is None:
        raise SetupError(
            "The browser tests need Chromium and none was found: install it (Debian: apt install chromium; macOS: "
            "brew install --cask chromium) or name it with DYZURNY_CHROMIUM=/path/to/it, and try again."
        )
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(f"{browser}\n", encoding="utf-8")


def starts(browser: Path) -> bool:
    """Whether it is a browser: Ubuntu's chromium package, for one, is a stub that asks for snap."""
    if not browser.is_file():
        return False
    try:
        answer = subprocess.run([str(browser), "--version"], capture_output=True, text=True, timeout=60, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return answer.returncode == 0 and "chrom" in answer.stdout.lower()


def _found(around: Surroundings) -> Path | None:
    return next((browser for browser in _candidates(around) if starts(browser)), None)


def _candidates(around: Surroundings) -> Iterator[Path]:
    named = around.setting("DYZURNY_CHROMIUM")
    if named:
        yield Path(named).expanduser()
    for name in _NAMES:
        for folder in around.folders:
            yield folder / name
    for place in _MACOS:
        yield Path(place)


def _from_debian(around: Surroundings) -> Path | None:
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        return None
    env = {**around.settings, "DEBIAN_FRONTEND": "noninteractive"}
    packages = ["chromium", "fonts-dejavu-core", "fonts-noto-color-emoji"]
    try:
        steps.run("Refreshing Debian's list of packages", ["apt-get", "update"], around.log, env, around.root)
        install = ["apt-get", "install", "-y", "--no-install-recommends", *packages]
        steps.run("Installing Chromium for the browser tests", install, around.log, env, around.root)
    except SetupError as fault:
        print(fault)
        return None
    return _found(around)


def _from_playwright(around: Surroundings) -> Path | None:
    python = str(APP.python(around.root))
    fetch = [python, "-m", "playwright", "install", "--with-deps" if os.geteuid() == 0 else "--no-shell", "chromium"]
    try:
        steps.run("Fetching Chromium for the browser tests", fetch, around.log, around.settings, around.root)
    except SetupError as fault:
        print(fault)
        return None
    ask = "from playwright.sync_api import sync_playwright as s\nwith s() as p: print(p.chromium.executable_path)"
    answer = subprocess.run([python, "-c", ask], capture_output=True, text=True, check=False)
    browser = Path(answer.stdout.strip())
    return browser if answer.returncode == 0 and starts(browser) else None
