"""The pictures of the documents, taken from the page itself: python -m bench.pictures.

docs/pairing.png and docs/pairing.zh.png show two rooms being linked, docs/sandbox.png and
docs/sandbox.zh.png two rooms in use. What is translated there the bundled models translate.
"""

from __future__ import annotations

import asyncio
import io
import shutil
import tempfile
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

from PIL import Image
from playwright.async_api import Browser, Locator, Page, async_playwright, expect

from bench.program import ROOT
from bot import config
from bot.app import assembled
from bot.clock import ShiftableClock

PORT = 18790
ADDRESS = f"http://127.0.0.1:{PORT}"
WIDTH, HEIGHT, LOW = 1280, 800, 640
COLOURS = 160  # a palette keeps a picture small; the page has few colours
FLAGS = ("--no-sandbox", "--disable-gpu", "--no-first-run", "--force-color-profile=srgb")
ENGLISH, CHINESE = "en-US", "zh-CN"
NAMES = {ENGLISH: ("cats-abroad", "Cats abroad"), CHINESE: ("海外猫友", "海外猫友")}
TEA = "猫咪茶馆"
RELAY = {ENGLISH: "Cats", CHINESE: "猫咪"}
HELLOS = ("Hello everyone!", "Does anyone here have a cat?")
TALK = (
    ("english", "Good morning! My cat woke me up at 5 a.m. again 😂"),
    ("chinese", "早上好！"),
    ("english", "How old is your cat?"),
    ("chinese", "他五岁了，很喜欢吃鱼。"),
    ("english", "Mine loves fish too."),
)


async def main() -> None:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=list(FLAGS)
        )
        for locale, suffix in ((ENGLISH, ""), (CHINESE, ".zh")):
            async with _demo():
                await _sandbox(browser, locale, ROOT / "docs" / f"sandbox{suffix}.png")
            async with _demo():
                await _pairing(browser, locale, ROOT / "docs" / f"pairing{suffix}.png")
        await browser.close()


@asynccontextmanager
async def _demo() -> AsyncGenerator[None, None]:
    """The demo as people start it, on an empty folder."""
    stop, ready = asyncio.Event(), asyncio.Event()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        clock = ShiftableClock(folder / "clock")
        async with assembled(config.demo(PORT, folder, {}), clock=clock) as bridge:
            serving = asyncio.create_task(bridge.serve(stop, ready.set))
            await ready.wait()
            yield
            stop.set()
            await serving


async def _sandbox(browser: Browser, locale: str, path: Path) -> None:
    page = await _opened(browser, locale, ADDRESS, WIDTH)
    await page.locator(".sample-head button").first.click()
    for room, text in TALK:
        other = "chinese" if room == "english" else "english"
        crossed = await _said(page, other).count() + 1
        await _say(page, room, text)
        await expect(_said(page, other)).to_have_count(crossed)
    await page.mouse.move(0, 0)
    await page.wait_for_timeout(2000)  # the cat has crossed the bridge
    _keep(await page.screenshot(), path)
    await page.context.close()


async def _pairing(browser: Browser, locale: str, path: Path) -> None:
    """Two tabs beside each other, each about one room."""
    first, name = NAMES[locale]
    maker = await _opened(browser, locale, ADDRESS, WIDTH)
    for room, look in ((name, "discord"), (TEA, "telegram")):
        body = {"key": look, "name": room, "look": look}
        made = await maker.request.post(
            f"{ADDRESS}/api/rooms", data=body, headers={"Origin": ADDRESS}
        )
        assert made.ok
    await maker.context.close()
    left = await _opened(browser, locale, f"{ADDRESS}/#room={first}", WIDTH // 2, LOW)
    right = await _opened(browser, locale, f"{ADDRESS}/#room={TEA}", WIDTH // 2, LOW)
    for text in HELLOS:
        await _say(left, first, text)
    await _say(right, TEA, "大家早上好！")
    await _say(right, TEA, "今天谁来喝茶？")
    await _say(left, first, f"/relay create {RELAY[locale]} en")
    await left.locator(f"#room-{first} .card:not([aria-busy])").wait_for()
    await left.locator(f"#room-{first} .card .icon-button").click()
    await _say(left, first, "/relay link")
    code = await left.locator(f"#room-{first} .card code").inner_text()
    await _say(right, TEA, f"/relay join {code}")
    await right.locator(f"#room-{TEA} .card .buttons").wait_for()
    for page in (left, right):
        await page.mouse.move(0, 0)
    shots = [Image.open(io.BytesIO(await page.screenshot())) for page in (left, right)]
    both = Image.new("RGB", (WIDTH, LOW))
    for number, shot in enumerate(shots):
        both.paste(shot, (number * WIDTH // 2, 0))
    kept = io.BytesIO()
    both.save(kept, "PNG")
    _keep(kept.getvalue(), path)
    for page in (left, right):
        await page.context.close()


async def _opened(
    browser: Browser, locale: str, address: str, width: int, height: int = HEIGHT
) -> Page:
    context = await browser.new_context(
        locale=locale, viewport={"width": width, "height": height}, reduced_motion="reduce"
    )
    page = await context.new_page()
    await page.goto(address)
    await page.locator("body.ready").wait_for()
    return page


def _said(page: Page, room: str) -> Locator:
    return page.locator(f"#room-{room} .message:not(.sample):not(.pending)")


async def _say(page: Page, room: str, text: str) -> None:
    box = page.locator(f"#room-{room} textarea")
    await box.fill(text)
    await box.press("Escape")  # the list of commands
    await box.press("Enter")


def _keep(shot: bytes, path: Path) -> None:
    picture = Image.open(io.BytesIO(shot)).convert("RGB")
    picture.quantize(COLOURS, dither=Image.Dither.NONE).save(path, optimize=True)
    print(f"  {path.relative_to(ROOT)}: {path.stat().st_size // 1000} kB")


if __name__ == "__main__":
    asyncio.run(main())
