"""Both sides of a conversation in a browser: the customer in the simulator, the agent in the console."""

from __future__ import annotations

import re
from dataclasses import dataclass

from playwright.async_api import BrowserContext, Locator, Page, expect

from tests.support.browser import SCREENSHOTS

SECOND = 1000
# Generous: what waits for a state loses nothing by it.
PATIENCE = 60 * SECOND
expect.set_options(timeout=PATIENCE)
NEWEST = "#log li.theirs:not(:has(~ li.mine)) .item"


@dataclass
class Customer:
    """The customer's side of the simulator's page."""

    page: Page

    async def say(self, text: str) -> None:
        await self.page.locator("#text").fill(text)
        await self.page.locator("#text").press("Enter")

    async def tap(self, title: str) -> None:
        await self.page.locator("#quick button", has_text=title).first.click()

    async def hears(self, words: str) -> None:
        """Waits until one of the page's bubbles since the customer last wrote holds `words`."""
        await expect(self.page.locator(NEWEST).filter(has_text=re.compile(words)).last).to_be_visible(timeout=PATIENCE)

    async def sees_offered(self, title: str) -> None:
        await expect(self.page.locator("#quick button", has_text=title).first).to_be_visible(timeout=PATIENCE)


@dataclass
class Agent:
    """The agent's side: one console."""

    page: Page

    async def opens(self, conversation: str) -> None:
        """By the row of the list on screen; the newest waiting stands there without reloading."""
        row = self.page.locator(f'[id="r-{conversation}"] > a')
        await expect(row).to_be_visible(timeout=PATIENCE)
        await row.click()
        await expect(self.page.locator(f'[data-rozmowa="{conversation}"]')).to_be_visible(timeout=PATIENCE)

    async def takes(self) -> None:
        await self.page.locator('[data-skrot="przejmij"]').click()
        await expect(self.page.locator("#tekst")).to_be_visible(timeout=PATIENCE)

    async def writes(self, text: str) -> None:
        await self.page.locator("#tekst").fill(text)
        await self.page.locator("#tekst").press("Enter")

    async def hands_back(self) -> None:
        await self.page.locator('[data-skrot="oddaj"]').click()

    async def ends(self, button: str) -> None:
        await self.page.locator("#naglowek[data-stan^=agent] details.menu > summary").click()
        await self.page.get_by_role("button", name=button, exact=True).click()

    async def sees(self, words: str) -> None:
        await expect(self.thread).to_contain_text(re.compile(words), timeout=PATIENCE)

    @property
    def thread(self) -> Locator:
        return self.page.locator("#wpisy")

    @property
    def card(self) -> Locator:
        return self.page.locator("#karta")


async def picture(page: Page, name: str) -> None:
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    await page.screenshot(path=SCREENSHOTS / f"{name}.png")


async def open_page(context: BrowserContext, url: str, errors: list[str]) -> Page:
    page = await context.new_page()
    page.on("pageerror", lambda error: errors.append(str(error)))
    await page.goto(url)
    return page


async def log_in(page: Page, login: str) -> Agent:
    """A demo agent, whose password is the login."""
    await page.get_by_label("Login").fill(login)
    await page.get_by_label("Hasło").fill(login)
    await page.get_by_role("button", name="Wejdź").click()
    await expect(page.locator("#listy")).to_be_visible()
    return Agent(page)
