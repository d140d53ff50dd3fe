"""The page in a browser, and what hands do in it."""

from __future__ import annotations

import base64
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from playwright.async_api import Browser, Locator, Page

from tests.sandbox.conftest import PATIENCE, Place

PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
PHONE: dict[str, Any] = {
    "viewport": {"width": 360, "height": 740},
    "has_touch": True,
    "is_mobile": True,
}


@asynccontextmanager
async def looking(browser: Browser, place: Place, **how: Any) -> AsyncIterator[Page]:
    """The page, opened; any mistake in its scripts fails the test."""
    options: dict[str, Any] = {"locale": "en-US", "viewport": {"width": 1280, "height": 800}} | how
    context = await browser.new_context(**options)
    context.set_default_timeout(PATIENCE)
    page = await context.new_page()
    mistakes: list[str] = []
    page.on("pageerror", lambda error: mistakes.append(str(error)))
    await page.goto(place.address)
    await page.locator("body.ready").wait_for()
    yield page
    await context.close()
    assert mistakes == []


def said(page: Page, room: str) -> Locator:
    """The messages of a room, without the sample."""
    return page.locator(f"#room-{room} .message:not(.sample):not(.pending)")


async def say(page: Page, room: str, text: str) -> None:
    box = page.locator(f"#room-{room} textarea")
    await box.fill(text)
    await box.press("Enter")


async def act(page: Page, message: Locator, name: str) -> None:
    await message.locator(".bubble").hover()
    await message.get_by_role("toolbar").get_by_role("button", name=name).click()
