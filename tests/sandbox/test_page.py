"""The page in a real browser: what people do in it and what they then see."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect

from bot.adapters.sandbox.api import SCREENFUL
from bot.core.model import Inbound
from bot.store.database import Database
from tests.sandbox.browsing import PHONE, PIXEL, act, looking, said, say
from tests.sandbox.conftest import Place, serving
from tests.sandbox.relay import Relay

pytestmark = pytest.mark.browser


@pytest.fixture
async def page(browser: Browser, place: Place) -> AsyncIterator[Page]:
    async with looking(browser, place) as opened:
        yield opened


async def test_what_is_typed_in_one_room_appears_in_the_other(page: Page):
    await say(page, "english", "hello")

    await expect(said(page, "english").locator(".text")).to_have_text("hello")
    await expect(said(page, "chinese").locator(".text")).to_have_text("[zh] hello")
    await expect(said(page, "english").locator(".status")).to_contain_text("Arrived after")
    await expect(page.locator("#panel")).to_contain_text("Kept untouched")


async def test_the_panel_says_who_translated_and_what_the_checks_found(page: Page):
    await say(page, "english", "hello")

    panel = page.locator("#panel")
    await expect(panel).to_contain_text("mirror × 1, phrasebook × 1, sentences: 2")
    await expect(panel).to_contain_text("caught and tried again: wrong number × 1")


async def test_what_does_not_cross_is_said_to_stay_after_a_minute(page: Page, place: Place):
    await page.clock.install()
    await say(page, "english", "hello")
    await expect(said(page, "chinese").locator(".text")).to_have_text("[zh] hello")
    (heard,) = [one for one in place.relay.heard if isinstance(one, Inbound)]
    place.relay.on_pause.add(heard.author.person.id)
    await say(page, "english", "only for us")
    mine = said(page, "english").last
    await expect(mine.locator(".status")).to_have_text("Crossing the bridge…")
    await expect(page.locator("#panel")).to_contain_text("On its way…")

    await page.clock.fast_forward(61_000)

    await expect(mine.locator(".text")).to_have_text("only for us")
    await expect(mine.locator(".status")).to_have_count(0)
    await expect(page.locator("#panel")).to_contain_text("It stays in this room")
    await expect(said(page, "english").first.locator(".status")).to_contain_text("Arrived")


async def test_what_nobody_can_see_is_not_sent(page: Page):
    send = page.locator("#room-english button.send")
    await page.locator("#room-english textarea").fill(" \u200b ")
    await expect(send).to_be_disabled()
    await page.locator("#room-english textarea").fill("👍🏽")
    await expect(send).to_be_enabled()


async def test_a_chinese_page_sets_no_space_beside_a_chinese_name(
    browser: Browser, place: Place
) -> None:
    async with looking(browser, place, locale="zh-CN") as page:
        who = page.locator("#room-chinese .persona-small")
        await expect(who).to_have_attribute("aria-label", "你现在是小雨，点此换个身份")
        who = page.locator("#room-english .persona-small")
        await expect(who).to_have_attribute("aria-label", "你现在是 Sam，点此换个身份")


async def test_the_original_is_shown_on_request(page: Page):
    await say(page, "english", "hello")
    copy = said(page, "chinese")

    await copy.get_by_role("button", name="Show original").click()

    await expect(copy.locator(".original")).to_be_visible()
    await expect(copy.locator(".original")).to_have_text("hello")


async def test_an_edit_is_seen_on_both_sides(page: Page):
    await say(page, "english", "helo")
    await act(page, said(page, "english"), "Edit")
    await expect(page.locator("#room-english textarea")).to_have_value("helo")

    await say(page, "english", "hello")

    await expect(said(page, "english").locator(".text")).to_have_text("hello")
    await expect(said(page, "chinese").locator(".text")).to_have_text("[zh] hello")


async def test_a_delete_asks_first_and_then_empties_both_sides(page: Page):
    await say(page, "english", "oops")
    await expect(said(page, "chinese")).to_have_count(1)

    await act(page, said(page, "english"), "Delete")
    await expect(said(page, "english")).to_have_count(1)
    await page.get_by_role("button", name="Delete", exact=True).click()

    await expect(said(page, "english")).to_have_count(0)
    await expect(said(page, "chinese")).to_have_count(0)


async def test_a_reply_quotes_the_other_side_in_the_reader_s_room(page: Page):
    await say(page, "english", "hello")
    await act(page, said(page, "chinese"), "Reply")
    await say(page, "chinese", "你好")

    quote = said(page, "english").nth(1).locator("button.quote")
    await expect(quote).to_contain_text("hello")
    await expect(quote).to_contain_text("Sam")


async def test_a_picture_is_previewed_and_crosses(page: Page, tmp_path: Path):
    (tmp_path / "cat.png").write_bytes(PIXEL)
    room = page.locator("#room-english")

    await room.locator("input[type=file]").set_input_files(tmp_path / "cat.png")
    await expect(room.locator(".attachment img")).to_be_visible()
    await room.get_by_role("button", name="Send").click()

    picture = said(page, "chinese").locator("img.picture")
    await expect(picture).to_have_attribute("src", re.compile(r"/files/\w{64}/cat\.png"))
    await page.wait_for_function("document.querySelector('#room-chinese .files img').naturalWidth")


async def test_a_file_that_is_too_large_is_refused_with_its_name(page: Page, tmp_path: Path):
    (tmp_path / "film.mp4").write_bytes(bytes(20 * 1024 * 1024 + 1))

    await page.locator("#room-english input[type=file]").set_input_files(tmp_path / "film.mp4")

    await expect(page.locator("#room-english .notice")).to_contain_text("“film.mp4” is too large")
    await expect(page.locator(".attachment")).to_have_count(0)


async def test_commands_complete_with_the_keyboard(page: Page):
    box = page.locator("#room-english textarea")
    await box.press_sequentially("/te")
    await expect(page.get_by_role("option")).to_have_count(1)

    await box.press("Tab")
    await expect(box).to_have_value("/tea ")
    await expect(page.get_by_role("option")).to_have_count(2)
    await box.press("ArrowDown")
    await box.press("Enter")
    await expect(box).to_have_value("/tea black ")
    await box.press("Enter")

    card = page.locator("#room-english .card")
    await expect(card.locator(".card-text")).to_have_text("Here is your black tea")
    await card.get_by_role("button", name="More").click()
    await expect(page.locator("#room-english .card").nth(1)).to_contain_text("More black tea.")


async def test_a_file_that_comes_with_an_answer_can_be_saved(page: Page, tmp_path: Path):
    await say(page, "english", "/bill")
    card = page.locator("#room-english .card")

    async with page.expect_download() as started:
        await card.get_by_role("link", name="bill.txt").click()
    download = await started.value

    assert download.suggested_filename == "bill.txt"
    await download.save_as(tmp_path / "bill.txt")
    assert (tmp_path / "bill.txt").read_text(encoding="utf-8") == "一杯绿茶"


async def test_commands_for_mods_show_only_to_mods(page: Page):
    box = page.locator("#room-english textarea")
    await box.fill("/lo")
    await expect(page.get_by_role("listbox")).to_contain_text("switch on “I'm a mod”")
    await box.fill("/lox")
    await expect(page.get_by_role("listbox")).to_contain_text("No command starts with that.")

    await page.get_by_role("button", name="Settings").click()
    await page.get_by_role("switch").check()
    await page.keyboard.press("Escape")
    await say(page, "english", "/lock")

    await expect(page.locator(".card-text")).to_have_text("Locked.")


async def test_the_language_changes_at_once_and_is_remembered(page: Page):
    await page.get_by_role("button", name="Settings").click()
    await page.get_by_role("radio", name="简体中文").check()

    await expect(page.get_by_role("heading", name="中文频道")).to_be_visible()
    await page.reload()
    await expect(page.get_by_role("heading", name="英文频道")).to_be_visible()
    assert await page.evaluate("document.documentElement.lang") == "zh-Hans"


async def test_a_chinese_browser_gets_a_chinese_page(browser: Browser, place: Place):
    async with looking(browser, place, locale="zh-TW") as page:
        await expect(page.get_by_role("heading", name="貓橋")).to_be_visible()


@pytest.mark.parametrize(
    "text",
    [
        "<img src=x onerror='window.harmed=1'><script>window.harmed=1</script>",
        "javascript:window.harmed=1",
        "https://example.org/\"onmouseover='window.harmed=1'",
    ],
)
async def test_what_people_write_stays_text(page: Page, text: str):
    await say(page, "english", text)

    await expect(said(page, "english").locator(".text")).to_have_text(text)
    await expect(said(page, "chinese").locator(".text")).to_have_text(f"[zh] {text}")
    assert await page.evaluate("window.harmed") is None
    links = await page.locator(".text a").evaluate_all("all => all.map(a => a.protocol)")
    assert set(links) <= {"https:"}


async def test_the_sample_goes_with_one_click_and_stays_away(page: Page):
    await expect(page.locator("#room-english .sample").first).to_be_visible()

    await page.get_by_role("button", name="Remove the sample").first.click()

    await expect(page.locator(".sample")).to_have_count(0)
    await page.reload()
    await expect(page.locator("#room-english .empty")).to_be_visible()
    await expect(page.locator(".sample")).to_have_count(0)


async def test_a_failed_send_is_kept_and_sent_again_once(page: Page, place: Place):
    await page.route("**/messages", lambda route: route.abort())
    await say(page, "english", "hello")
    failed = page.locator("#room-english .message.pending")
    await expect(failed).to_contain_text("Not sent.")

    await page.unroute("**/messages")
    await failed.get_by_role("button", name="Retry").click()

    await expect(said(page, "english").locator(".text")).to_have_text("hello")
    assert await place.texts("english") == ["hello"]


async def test_a_message_that_was_not_sent_names_its_files(page: Page, tmp_path: Path):
    (tmp_path / "cat.png").write_bytes(PIXEL)
    room = page.locator("#room-english")
    await room.locator("input[type=file]").set_input_files(tmp_path / "cat.png")
    await page.route("**/api/files?*", lambda route: route.abort())
    await room.get_by_role("button", name="Send").click()

    await expect(room.locator(".pending")).to_contain_text("Not sent.")
    await expect(room.locator(".pending .file-name")).to_have_text("cat.png")


async def test_a_failed_edit_can_be_saved_again(page: Page):
    await say(page, "english", "helo")
    await act(page, said(page, "english"), "Edit")
    await page.route("**/messages/*", lambda route: route.abort())
    await say(page, "english", "hello")

    await expect(page.locator("#room-english .notice")).to_contain_text("can't be reached")
    await page.unroute("**/messages/*")
    await expect(page.locator("#room-english textarea")).to_have_value("hello")
    await page.get_by_role("button", name="Save the change").click()

    await expect(said(page, "english").locator(".text")).to_have_text("hello")


async def test_earlier_messages_come_once_and_say_when_they_can_not(browser: Browser, place: Place):
    for number in range(SCREENFUL + 2):
        await place.post("english", f"line {number}", key=f"k{number}")
    async with looking(browser, place) as page:
        earlier = page.locator("#room-english").get_by_role("button", name="Earlier messages")
        asked: list[str] = []
        page.on("request", lambda request: asked.extend(re.findall(r"before=\d+", request.url)))
        await page.route("**/messages?before=*", lambda route: route.abort())
        await earlier.click()
        await expect(page.locator("#room-english .notice")).to_contain_text("can't be reached")

        await page.unroute("**/messages?before=*")
        await earlier.evaluate("button => { button.click(); button.click(); }")

        await expect(earlier).to_be_hidden()
        await expect(said(page, "english")).to_have_count(SCREENFUL + 2)
        assert len(asked) == 2


async def test_a_phone_s_keyboard_does_not_promise_to_send(browser: Browser, place: Place):
    async with looking(browser, place, has_touch=True, is_mobile=True) as page:
        box = page.locator("#room-english textarea")
        await expect(box).to_have_attribute("enterkeyhint", "enter")


async def test_the_page_finds_back_after_a_restart(
    browser: Browser, database: Database, tmp_path: Path
):
    relay = Relay()
    async with serving(database, tmp_path, relay) as place, looking(browser, place) as page:
        port = place.sandbox.port
        await say(page, "english", "before")
        await expect(said(page, "chinese")).to_have_count(1)
        await place.sandbox.aclose()
        await expect(page.locator("#state")).to_have_text("Connection lost. Reconnecting…")

        async with serving(database, tmp_path, relay, port=port) as again:
            await again.post("english", "after", key="k2")
            await expect(said(page, "chinese").locator(".text").last).to_have_text("[zh] after")
            await expect(page.locator("#state")).to_be_hidden()


async def test_a_phone_shows_one_room_and_counts_the_other_s_news(browser: Browser, place: Place):
    async with looking(browser, place, **PHONE) as page:
        await page.locator("#room-english textarea").fill("hello")
        await page.locator("#room-english .send").tap()

        await expect(page.get_by_role("tab", name="Chinese room")).to_contain_text("1")
        await page.get_by_role("tab", name="Chinese room").tap()
        await expect(said(page, "chinese").locator(".text")).to_be_in_viewport()
        await expect(page.locator(".unread")).to_have_count(0)
        width = await page.evaluate("document.documentElement.scrollWidth")
        assert width == 360


async def test_a_name_and_a_cat_can_be_chosen(page: Page):
    await page.get_by_role("button", name="You are Sam").click()
    await page.get_by_label("Name").fill("Ada")
    await page.get_by_role("radio", name="Siamese").check()
    await page.get_by_role("button", name="Save").click()
    await say(page, "english", "hello")

    await expect(said(page, "chinese").locator(".name")).to_have_text("Ada")
    avatar = said(page, "chinese").locator("img.avatar")
    await expect(avatar).to_have_attribute("src", "/page/avatars/siamese.svg")


async def test_reading_above_is_not_disturbed_by_what_arrives_below(page: Page, place: Place):
    for number in range(40):
        await place.post("english", f"line {number}", key=f"k{number}")
    feed = page.locator("#room-english .feed")
    await expect(said(page, "english")).to_have_count(40)
    await feed.evaluate("feed => feed.scrollTo(0, 0)")
    # Until the browser has told the page of the scrolling, the page follows what is new.
    await expect(page.locator("#room-english .to-bottom")).to_be_visible()

    await place.post("english", "news", key="news")
    await expect(said(page, "english")).to_have_count(41)

    assert await feed.evaluate("feed => feed.scrollTop") == 0
    await page.locator("#room-english").get_by_role("button", name="Newest messages").click()
    await expect(said(page, "english").last).to_be_in_viewport()
