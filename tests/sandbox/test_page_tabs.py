"""Many tabs of one browser, which opens no more than six connections to one server."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from playwright.async_api import Browser, BrowserContext, Page, expect

from bot.store.database import Database
from tests.sandbox.browsing import said, say
from tests.sandbox.conftest import Place, serving
from tests.sandbox.test_timepiece import MovedClock

pytestmark = pytest.mark.browser
MANY = 8
WITHOUT_SHARING = "delete globalThis.SharedWorker"
A_DAY_LATER = "const real = Date.now; Date.now = () => real() + 86_400_000"
HOURS_AHEAD = """async () => {
    const { now } = await import("/page/time.js");
    return Math.round((now() - Date.now()) / 3_600_000);
}"""
TURN = """isHidden => {
    Object.defineProperty(document, "hidden", { value: isHidden, configurable: true });
    document.dispatchEvent(new Event("visibilitychange"));
}"""


@asynccontextmanager
async def tabs(browser: Browser) -> AsyncIterator[BrowserContext]:
    context = await browser.new_context(locale="en-US")
    context.set_default_timeout(10_000)
    yield context
    await context.close()


async def opened(context: BrowserContext, place: Place) -> Page:
    page = await context.new_page()
    await page.goto(place.address)
    await page.locator("body.ready").wait_for()
    return page


async def test_every_one_of_many_tabs_reads_and_writes(browser: Browser, place: Place) -> None:
    async with tabs(browser) as context:
        pages = [await opened(context, place) for _ in range(MANY)]
        await say(pages[-1], "english", "from the last")
        await say(pages[0], "chinese", "from the first")
        for page in pages:
            await expect(said(page, "english")).to_contain_text(["from the last"])
            await expect(said(page, "chinese")).to_contain_text(["from the first"])


async def test_a_tab_that_comes_later_or_stays_behind_misses_nothing(
    browser: Browser, place: Place
) -> None:
    async with tabs(browser) as context:
        first = await opened(context, place)
        await place.post("english", "one", key="k1")
        await expect(said(first, "english")).to_contain_text(["one"])
        second = await opened(context, place)
        await first.close()
        await place.post("english", "two", key="k2")
        await expect(said(second, "english")).to_contain_text(["one", "two"])
        third = await opened(context, place)
        await place.post("english", "three", key="k3")
        for page in (second, third):
            await expect(said(page, "english")).to_contain_text(["one", "two", "three"])
            await expect(said(page, "english")).to_have_count(3)


async def test_tabs_that_share_nothing_hold_a_stream_only_while_somebody_looks(
    browser: Browser, place: Place
) -> None:
    async with tabs(browser) as context:
        await context.add_init_script(WITHOUT_SHARING)
        pages: list[Page] = []
        for _ in range(MANY):
            pages.append(await opened(context, place))
            await expect(pages[-1].locator("#state")).to_be_hidden()
            await pages[-1].evaluate(TURN, True)
        await pages[-1].evaluate(TURN, False)
        await say(pages[-1], "english", "from the last")
        await expect(said(pages[-1], "english")).to_contain_text(["from the last"])
        await expect(said(pages[0], "english")).to_have_count(0)
        await pages[0].evaluate(TURN, False)
        await expect(said(pages[0], "english")).to_contain_text(["from the last"])


async def test_a_tab_that_comes_long_after_the_clock_was_moved_shows_the_time_as_it_is(
    browser: Browser, database: Database, tmp_path: Path
) -> None:
    clock = MovedClock()
    async with (
        serving(database, tmp_path, clock=clock, advance=clock.advance) as place,
        tabs(browser) as context,
    ):
        first = await opened(context, place)
        await place.post("english", "before", key="k0")
        await expect(said(first, "english")).to_contain_text(["before"])
        await place.http.post("/api/clock", json={"hours": 12})
        await place.post("english", "moved", key="k1")
        await expect(said(first, "english")).to_contain_text(["before", "moved"])
        await context.add_init_script(A_DAY_LATER)
        second = await opened(context, place)
        await place.post("english", "later", key="k2")
        await expect(said(second, "english")).to_contain_text(["before", "moved", "later"])
        for page in (first, second):
            assert await page.evaluate(HOURS_AHEAD) == 12
