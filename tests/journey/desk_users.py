"""Officials in a real browser: they ask for a link, find it in their mailbox, and fill in forms."""

import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import httpx
from playwright.async_api import Browser, Page, async_playwright

from citiesshare.local.stack import Stack
from services.notifications.domain.officials import Official
from tests.unit.notifications.browser import AXE, FLAGS, TOO_WIDE, VIOLATIONS, chromium
from tests.waiting import until

# A phone in the dark, a desk in the light, and a desk at 200 % zoom, which leaves half the pixels.
SCREENS = (("dark", 360, 740), ("light", 1280, 900), ("light", 640, 450))
SIGN_IN = re.compile(r"http\S+/in/\S+")


def an_official(name: str, city: str, city_name: str, **changes: object) -> Official:
    """An official who hears of everything at once."""
    limits = {"min_fit": 0, "max_risk": 100, "instant_min_fit": None}
    usual: dict[str, Any] = {
        "id": f"{city}-{name}", "name": name.title(), "email": f"{name}.{city}@example.org", "city": city,
        "city_name": city_name, "post": f"Head of {name}", "cadence": "instant", "quiet": None,
        "status": "active", "thresholds": limits,
    }  # fmt: skip
    return Official.model_validate({**usual, **changes})


class Mailbox:
    """The mailbox of the stack."""

    def __init__(self, stack: Stack) -> None:
        self._address = stack.ports.page("mailbox")

    async def letters(self, to: str, kind: str) -> list[str]:
        """Return the texts of the letters of a kind to an address, in the order in which they came."""
        async with httpx.AsyncClient(trust_env=False, timeout=30) as client:
            found = (await client.get(f"{self._address}/letters.json")).json()
            keys = [
                letter["key"]
                for letter in reversed(found)  # the mailbox lists the newest first
                if to in letter["To"] and letter["X-CitiesShare-Kind"] == kind
            ]
            return [(await client.get(f"{self._address}/letters/{key}/text")).text for key in keys]


class DeskUser:
    """One person in one browser, with a page of the desk."""

    def __init__(self, stack: Stack, page: Page, checked: Page) -> None:
        self.page, self.mailbox = page, Mailbox(stack)
        self._checked = checked
        self.site = stack.ports.page("notifications")

    async def go(self, address: str) -> None:
        """Open a page of the desk."""
        await self.page.goto(f"{self.site}{address}")

    async def sign_in(self, official: Official, to: str = "/desk") -> None:
        """Ask for a link on the sign-in page, take it from the mailbox, and press its button."""
        before = len(await self.mailbox.letters(official.email, "account"))
        await self.go(to)
        await self.ask_for_link(official.email)
        await self.follow_link(official.email, before)

    async def ask_for_link(self, email: str) -> None:
        """Fill in the sign-in page."""
        await self.page.get_by_label("Your address").fill(email)
        await self.press("Send me a link")

    async def follow_link(self, email: str, before: int) -> None:
        """Open the newest link of the mailbox; ``before`` is how many letters were there before."""

        async def newest() -> str | None:
            letters = await self.mailbox.letters(email, "account")
            return letters[-1] if len(letters) > before else None

        link = SIGN_IN.search(await until(newest))
        assert link is not None
        await self.page.goto(link[0])
        await self.press("Sign in")

    async def press(self, button: str) -> None:
        """Press a button, and wait for the page behind it."""
        async with self.page.expect_navigation():
            await self.page.get_by_role("button", name=button, exact=True).click()

    async def press_by_key(self, button: str) -> None:
        """Reach a button with the tabulator key alone, and press it with Enter."""
        for _ in range(200):
            await self.page.keyboard.press("Tab")
            focused = self.page.locator(":focus")
            if await focused.count() and (await focused.inner_text()).strip() == button:
                async with self.page.expect_navigation():
                    await self.page.keyboard.press("Enter")
                return
        raise AssertionError(f"no key leads to the button {button!r}")

    async def follow(self, link: str) -> None:
        """Follow a link by its words."""
        async with self.page.expect_navigation():
            await self.page.get_by_role("link", name=link, exact=True).first.click()

    async def open_first_question(self) -> None:
        """Open the first question of the form that is shown."""
        if "/steps/" in self.page.url:
            return
        async with self.page.expect_navigation():
            await self.page.locator("main ol a").first.click()

    async def fill(self, **fields: str) -> None:
        """Fill in fields by their names: texts are typed, choices ticked."""
        for name, value in fields.items():
            field = self.page.locator(f"[name={name}]")
            kind = await field.first.get_attribute("type")
            if kind in {"radio", "checkbox"}:
                await self.page.locator(f"[name={name}][value='{value}']").check()
            elif await field.first.evaluate("field => field.tagName") == "SELECT":
                await field.select_option(value)
            else:
                await field.fill(value)

    async def reads(self, words: str, *, on: str) -> None:
        """Open a page again and again until it has ``words``."""

        async def there() -> bool:
            await self.go(on)
            return words in await self.page.inner_text("main")

        await until(there)

    async def can_be_used_by_everybody(self) -> None:
        """Check the page with axe-core: on a phone in the dark, at a desk, and at 200 % zoom."""
        html, checked = await self.page.content(), self._checked
        for scheme, width, height in SCREENS:
            await checked.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
            await checked.set_viewport_size({"width": width, "height": height})
            await checked.set_content(html)
            await checked.evaluate(AXE)
            assert await checked.evaluate(VIOLATIONS) == [], (self.page.url, scheme, width)
            assert not await checked.evaluate(TOO_WIDE), (self.page.url, width)


Begin = Callable[[], Awaitable[DeskUser]]


@asynccontextmanager
async def browsers(stack: Stack) -> AsyncIterator[Begin]:
    """Give new browsers, none of which runs scripts: the desk has none, and needs none.

    What they show is checked on a page beside them, because axe-core is a script.
    """
    async with async_playwright() as playwright:
        started: Browser = await playwright.chromium.launch(executable_path=chromium(), args=list(FLAGS))
        checked = await started.new_page()

        async def begin() -> DeskUser:
            context = await started.new_context(java_script_enabled=False, locale="en-GB")
            context.set_default_timeout(60_000)
            return DeskUser(stack, await context.new_page(), checked)

        yield begin
        await started.close()
