"""Officials in a real browser: they ask for a link, find it in their mailbox, and fill in forms."""

import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from functools import partial
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
        await self.fill(email=email)
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

    async def tick(self, name: str, *values: str) -> None:
        """Tick the boxes ``values`` of a field, or its first box."""
        if not values:
            await self.page.locator(f"[name={name}]").first.check()
        for value in values:
            await self.page.locator(f"[name={name}][value='{value}']").check()

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

    async def text_of(self, address: str) -> str:
        """Open a page and return its text."""
        await self.go(address)
        return await self.page.inner_text("main")

    async def can_be_used_by_everybody(self) -> None:
        """Check the page with axe-core: on a phone in the dark, at a desk, and at 200 % zoom."""
        html, checked = await self.page.content(), self._checked
        for scheme, width, height in SCREENS:
            await checked.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
            await checked.set_viewport_size({"width": width, "height": height})
            await checked.set_content(html)
            await checked.evaluate(AXE)
            found = await checked.evaluate(VIOLATIONS)
            assert found == [], (self.page.url, scheme, width, found)
            assert not await checked.evaluate(TOO_WIDE), (self.page.url, width)


class HastyUser(DeskUser):
    """Somebody whose pages are not checked: the slow form of the same journey checks them."""

    async def can_be_used_by_everybody(self) -> None:
        """Do nothing: each check of a page costs more than the page."""


FOCUSED = """() => {
    const focused = document.activeElement, style = getComputedStyle(focused);
    return {
        name: focused.getAttribute("name"), value: focused.value, type: focused.type || "",
        tag: focused.tagName, words: focused.innerText.trim(), checked: Boolean(focused.checked),
        first: focused === document.querySelector("main ol a"),
        seen: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0,
    };
}"""
MOST_STEPS = 200
Focused = dict[str, Any]


class KeyboardUser(DeskUser):
    """Somebody who uses Tab, Enter, Space and the arrows alone, and sees at each step where the focus is."""

    async def press(self, button: str) -> None:
        """Reach a button, and press it with Enter."""
        await self._reach(button, lambda at: at["tag"] == "BUTTON" and at["words"] == button)
        await self._enter()

    async def follow(self, link: str) -> None:
        """Reach a link by its words, and follow it with Enter."""
        await self._reach(link, lambda at: at["tag"] == "A" and at["words"] == link)
        await self._enter()

    async def open_first_question(self) -> None:
        """Open the first question of the form that is shown."""
        if "/steps/" not in self.page.url:
            await self._reach("the first question", lambda at: bool(at["first"]))
            await self._enter()

    async def tick(self, name: str, *values: str) -> None:
        """Tick the boxes ``values`` of a field with Space, or its first box."""
        for value in values or (None,):
            at = await self._reach(name, partial(_is_field, name, value))
            if not at["checked"]:
                await self.page.keyboard.press("Space")

    async def fill(self, **fields: str) -> None:
        """Reach fields by their names: type, or choose with the arrows and Space."""
        for name, value in fields.items():
            at = await self._reach(name, partial(_is_field, name, None))
            if at["type"] == "radio":
                await self._choose(value)
            elif at["type"] == "checkbox":
                await self.tick(name, value)
            else:
                await self.page.keyboard.press("Control+A")
                await self.page.keyboard.insert_text(value)

    async def _choose(self, value: str) -> None:
        for _ in range(MOST_STEPS):
            at: Focused = await self.page.evaluate(FOCUSED)
            if at["value"] == value:
                if not at["checked"]:
                    await self.page.keyboard.press("Space")
                return
            await self.page.keyboard.press("ArrowDown")
        raise AssertionError(f"no key chooses {value!r}")

    async def _reach(self, what: str, found: Callable[[Focused], bool]) -> Focused:
        for step in range(MOST_STEPS):
            if step:
                await self.page.keyboard.press("Tab")
            at: Focused = await self.page.evaluate(FOCUSED)
            if at["tag"] in {"BODY", "HTML"}:
                continue
            assert at["seen"] or at["tag"] not in {"A", "BUTTON", "INPUT"}, (self.page.url, at)
            if found(at):
                return at
        raise AssertionError(f"no key leads to {what!r} on {self.page.url}")

    async def _enter(self) -> None:
        async with self.page.expect_navigation():
            await self.page.keyboard.press("Enter")


def _is_field(name: str, value: str | None, at: Focused) -> bool:
    return at["name"] == name and at["type"] != "hidden" and (value is None or at["value"] == value)


Begin = Callable[..., Awaitable[DeskUser]]


@asynccontextmanager
async def browsers(stack: Stack) -> AsyncIterator[Begin]:
    """Give new browsers, none of which runs scripts: the desk has none, and needs none.

    What they show is checked on a page beside them, because axe-core is a script.
    """
    async with async_playwright() as playwright:
        started: Browser = await playwright.chromium.launch(executable_path=chromium(), args=list(FLAGS))
        checked = await started.new_page()

        async def begin(kind: type[DeskUser] = DeskUser) -> DeskUser:
            context = await started.new_context(java_script_enabled=False, locale="en-GB")
            context.set_default_timeout(60_000)
            return kind(stack, await context.new_page(), checked)

        yield begin
        await started.close()
