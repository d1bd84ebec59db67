"""`dyzurny preview FLOW`: a product of its own beside the real one, whose content follows the editor's saves.

Words and steps are in use with the next message. Examples need training, which goes on in the background: what was
understood before is understood meanwhile. Content with faults changes nothing; its faults are told.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import sys
import tempfile
import time
import webbrowser
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import httpx

from bot.dialogue.compiler.build import ContentFaults
from bot.dialogue.compiler.content import read_content
from bot.dialogue.flows import FLOWS_FILE
from bot.editions import folder, register
from bot.editions.folder import BUILD, FOLDERS, Edition
from bot.editions.register import Published
from bot.editions.register import Servers as Serving
from bot.settings import ROOT, Settings
from bot.supervisor import demo, programs, screen, surroundings
from bot.supervisor.children import Children
from bot.supervisor.faults import CannotRun
from bot.supervisor.model import MODELS
from bot.supervisor.ports import free_port
from bot.supervisor.run import Product, run_until_told
from bot.supervisor.screen import Screen

LOOK_SECONDS = 0.25
LIVE_FLOWS = "DYZURNY_LIVE_FLOWS"
CUSTOMER = "100200300"

Say = Callable[..., str]
"""A sentence of redakcja.yml by its name."""


def preview(content: Path, flow: str, say: Say, *, open_browser: bool) -> None:
    """Until Ctrl-C; CannotRun if it cannot be brought up, ContentFaults for content that cannot be tried at all."""
    with tempfile.TemporaryDirectory(prefix="dyzurny-podglad-") as var:
        os.environ.update(_apart(Path(var), content))
        surroundings.adopt(demo.ensure_secrets(Path(var)), ROOT)
        settings = surroundings.load_settings()
        asyncio.run(_run(settings, flow, say, open_browser=open_browser))


def _apart(var: Path, content: Path) -> dict[str, str]:
    """Nothing of the installation's own is touched: not its data, its page, its company's systems or its ports."""
    own = {"VAR_DIR": str(var), "CONTENT_DIR": str(content.resolve()), "DEMO": "true", "PAGE_TOKENS": "{}"}
    ports = {"PORT": str(free_port()), "RASA_PORT": str(free_port())}
    none = dict.fromkeys(("RASA_URL", "REDIS_URL", "DATABASE_URL", "PUBLIC_URL", "CRM_URL"), "")
    return {f"DYZURNY_{name}": value for name, value in {**own, **ports, **none}.items()}


async def _run(settings: Settings, flow: str, say: Say, *, open_browser: bool) -> None:
    shown = screen.for_this_terminal()
    async with Children(ROOT) as started:
        product = Preview(settings, flow, started, shown, say)
        await run_until_told(product, shown, lambda: product.open_on_the_flow(open_browser=open_browser))


class Preview(Product):
    """The product, with one edition after the other in the same Rasa."""

    def __init__(self, settings: Settings, flow: str, started: Children, shown: Screen, say: Say) -> None:
        super().__init__(settings, {}, started, shown)
        self._flow = flow
        self._said = say
        self._live = settings.var_dir / "live" / FLOWS_FILE
        self._rasa, self._url = "rasa", settings.rasa_urls[0]
        self._edition_now: Edition | None = None
        self._understood = ""
        self._examples_changed = asyncio.Event()
        self._models: set[Path] = set()

    async def _edition(self) -> Edition:
        return await asyncio.to_thread(folder.make, self._settings.content_dir, self._editions, bearing=True)

    async def train(self, content: Mapping[str, str]) -> list[str]:
        there_before = set(MODELS.glob("*.tar.gz"))
        said = await self._once("train", "training the model", self._failed_training, content, "--checked")
        # A model that was there already is not ours to remove: the product itself may run on it.
        self._models |= {Path(said[-1])} - there_before
        return said

    def _serve_editions(self, edition: Edition, env: dict[str, str]) -> None:
        env[LIVE_FLOWS] = str(self._live)
        self._env = env
        self._understood = _examples_of(edition)
        self._use(edition)
        self._following = asyncio.create_task(self._follow())

    async def take_down(self) -> None:
        await super().take_down()
        if self._edition_now is not None:
            # What was trained on the way is of no use to anybody; the last state may be published next.
            for model in self._models - {MODELS / f"{self._edition_now.flows}.tar.gz"}:
                model.unlink(missing_ok=True)

    def open_on_the_flow(self, *, open_browser: bool) -> asyncio.Task[None]:
        """Begin the flow as a customer would, and say where it can be seen."""
        web = programs.address(self._settings)
        page = f"{web}/symulator?psid={CUSTOMER}"
        self._screen.present(self._said("otwarte", adres=page, folder=self._settings.content_dir))
        if open_browser and sys.stdout.isatty() and (os.environ.get("DISPLAY") or sys.platform == "darwin"):
            webbrowser.open(page)
        return asyncio.create_task(self._begin(web))

    async def _begin(self, web: str) -> None:
        opening = await asyncio.to_thread(_opening_of, self._settings.content_dir, self._flow)
        if opening is not None:
            with contextlib.suppress(httpx.HTTPError):
                async with httpx.AsyncClient(base_url=web, trust_env=False, timeout=20) as http:
                    await http.post(f"/symulator/api/threads/{CUSTOMER}/messages", json={"text": opening})

    def _use(self, edition: Edition) -> None:
        """Put the edition in force: the steps for Rasa, then the words for web and worker."""
        self._edition_now = edition
        self._live.parent.mkdir(parents=True, exist_ok=True)
        draft = self._live.with_suffix(".new")
        shutil.copyfile(edition.root / BUILD / FLOWS_FILE, draft)
        draft.replace(self._live)
        register.write_servers(self._editions, Serving({edition.id: self._url}))
        register.write_published(self._editions, Published(edition.id))
        folder.forget_others(self._editions, {edition.id})

    async def _follow(self) -> None:
        training = asyncio.create_task(self._keep_training())
        seen = _stamps(self._settings.content_dir)
        try:
            while True:
                await asyncio.sleep(LOOK_SECONDS)
                now = _stamps(self._settings.content_dir)
                if now != seen:
                    # A save may still be going on: the files count once they have rested for a moment.
                    seen, saved = now, time.monotonic()
                    await asyncio.sleep(LOOK_SECONDS)
                    if _stamps(self._settings.content_dir) == seen:
                        await self._take_save(saved)
                    else:
                        seen = {}
        finally:
            training.cancel()

    async def _take_save(self, saved: float) -> None:
        try:
            edition = await self._edition()
        except ContentFaults as refused:
            self._tell("bledy", *refused.faults)
            return
        except OSError as error:
            # A file went away between two looks; the next look sees what has become of it.
            self._tell("nieczytelne", error.strerror)
            return
        if self._edition_now is not None and edition.id == self._edition_now.id:
            return
        self._use(edition)
        self._tell("w_uzyciu", sekundy=time.monotonic() - saved)
        if _examples_of(edition) != self._understood:
            self._examples_changed.set()

    async def _keep_training(self) -> None:
        while True:
            await self._examples_changed.wait()
            self._examples_changed.clear()
            edition, began = self._edition_now, time.monotonic()
            if edition is None or _examples_of(edition) == self._understood:
                continue
            self._tell("ucze")
            try:
                await self._swap(edition)
            except CannotRun as error:
                self._tell("uczenie_zle", error)
            else:
                self._tell("rozumie", sekundy=time.monotonic() - began)

    async def _swap(self, edition: Edition) -> None:
        """Train beside the Rasa that runs, start one with the new model, send the messages there, end the old."""
        said = await self.train({"DYZURNY_CONTENT_DIR": str(edition.root)})
        port = free_port()
        program = programs.rasa(self._settings, self._env, Path(said[-1]), port, edition.flows[:6])
        self._start(program)
        await self.watch.until_ready(program.name)
        old, self._rasa, self._url = self._rasa, program.name, f"http://127.0.0.1:{port}"
        self._understood = _examples_of(edition)
        if self._edition_now is not None:
            self._use(self._edition_now)
        await self.watch.let_go(old)

    def _tell(self, name: str, *rows: Any, **values: Any) -> None:
        self._screen.say("\n".join([self._said(name, **values), *(f"  {row}" for row in rows)]))


def _examples_of(edition: Edition) -> str:
    """The number of what the classifier learns from."""
    return folder.number_of(edition.root, ("nlu_data",))


def _stamps(content: Path) -> dict[str, int]:
    found = {}
    for name in FOLDERS:
        for path in (content / name).rglob("*.yml"):
            with contextlib.suppress(FileNotFoundError):
                found[str(path)] = path.stat().st_mtime_ns
    return found


def _opening_of(content: Path, flow: str) -> str | None:
    """A sentence that begins the flow: the shortest example of two words or more."""
    read = read_content(content)
    triggers = read.flows.flows[flow].triggers() if flow in read.flows.flows else []
    said = [example.text for example in read.nlu.examples if example.intent in triggers]
    longer = [text for text in said if " " in text]
    return min(longer or said, key=len, default=None)
