"""The menu on each message of the page, with the commands that look at one."""

from __future__ import annotations

from playwright.async_api import Browser, Page, expect

from tests.sandbox.browsing import PHONE, act, looking, said, say
from tests.sandbox.conftest import Place

MORE = "More about this message"


async def entries(page: Page) -> list[str]:
    toolbar = page.get_by_role("toolbar", name=MORE)
    return await toolbar.locator(".entry").all_inner_texts()


async def be_mod(page: Page) -> None:
    await page.locator("#settings-button").click()
    await page.get_by_label("I'm a mod").check()
    await page.keyboard.press("Escape")


async def test_a_command_is_run_on_the_message_and_answers_under_it(browser: Browser, place: Place):
    async with looking(browser, place) as page:
        await say(page, "english", "hello")
        await say(page, "english", "again")
        first = said(page, "english").first
        await expect(said(page, "english")).to_have_count(2)
        number = await first.get_attribute("data-id")
        await act(page, first, MORE)
        assert await entries(page) == ["English"]
        await page.get_by_role("button", name="English", exact=True).click()

        card = page.locator("#room-english .card")
        await expect(card.locator(".card-text")).to_have_text(f"Sam sniffs at {number}.")
        await expect(card.locator(".card-title")).to_have_text("English")
        following = first.locator("xpath=following-sibling::*[1]")
        await expect(following).to_have_class("card")
        await expect(page.locator(".entry")).to_have_count(0)


async def test_the_menu_speaks_the_language_of_the_page(browser: Browser, place: Place):
    async with looking(browser, place, locale="zh-CN") as page:
        await say(page, "english", "hello")
        await act(page, said(page, "english").first, "更多操作")
        assert await page.locator(".entry").all_inner_texts() == ["英语"]


async def test_the_menu_of_the_newest_message_is_seen_whole(browser: Browser, place: Place):
    async with looking(browser, place, viewport={"width": 1280, "height": 420}) as page:
        await be_mod(page)
        for number in range(8):
            await say(page, "english", f"hello {number}")
        await expect(said(page, "english")).to_have_count(8)
        await act(page, said(page, "english").last, MORE)
        menu = page.get_by_role("toolbar", name=MORE)
        await expect(menu.get_by_role("button").last).to_be_in_viewport(ratio=1)
        box, feed = (
            await menu.bounding_box(),
            await page.locator("#room-english .feed").bounding_box(),
        )
        assert box
        assert feed
        assert box["y"] + box["height"] <= feed["y"] + feed["height"] + 1


async def test_mods_are_offered_what_is_theirs(browser: Browser, place: Place):
    async with looking(browser, place) as page:
        await be_mod(page)
        await say(page, "english", "hello")
        await act(page, said(page, "english").first, MORE)
        assert await entries(page) == ["English", "paused"]
        await page.get_by_role("button", name="paused", exact=True).click()

        await expect(said(page, "english").last).to_contain_text("Sam fetches it.")
        await expect(page.locator("#room-english .card")).to_have_count(0)


async def test_the_menu_opens_and_closes_by_keyboard(browser: Browser, place: Place):
    async with looking(browser, place) as page:
        await say(page, "english", "hello")
        message = said(page, "english").first
        await message.focus()
        more = message.get_by_role("button", name=MORE)
        await more.focus()
        await page.keyboard.press("Enter")
        await expect(page.locator(".entry").first).to_be_focused()
        await page.keyboard.press("Escape")
        await expect(page.locator(".entry")).to_have_count(0)

        await more.focus()
        await page.keyboard.press("Enter")
        await page.keyboard.press("Enter")
        await expect(page.locator("#room-english .card")).to_be_focused()


async def test_the_menu_fits_a_phone(browser: Browser, place: Place):
    async with looking(browser, place, **PHONE) as page:
        await page.locator("#room-english textarea").fill("hello")
        await page.locator("#room-english .send").tap()
        await said(page, "english").first.locator(".bubble").tap()
        await page.get_by_role("button", name=MORE).tap()
        entry = page.get_by_role("button", name="English", exact=True)
        box = await entry.bounding_box()
        assert box is not None
        assert 0 <= box["x"] <= box["x"] + box["width"] <= 360
        assert box["height"] >= 36
        await entry.tap()
        await expect(page.locator("#room-english .card")).to_contain_text("Sam sniffs at")
        assert await page.evaluate("document.documentElement.scrollWidth") == 360
