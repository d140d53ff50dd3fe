"""The page in a real browser: posts with buttons, newcomers, reactions, pictures, the clock."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect

from bot.core.model import AttachmentKind, Button, ChannelId, File, Part, Reaction
from bot.core.richtext import RichText
from bot.store.database import Database
from tests.sandbox.browsing import PHONE, PIXEL, act, looking, said, say
from tests.sandbox.conftest import SAM, YU, Place, serving
from tests.sandbox.relay import CHINESE, ENGLISH
from tests.sandbox.test_timepiece import MovedClock

pytestmark = pytest.mark.browser

SIT = Button("Sit down", "parlour.sit", "table 2", "primary")
TOAST = Button("A toast", "parlour.toast", "cats")
STAMP = File("stamp.png", "image/png", AttachmentKind.IMAGE, PIXEL)


@pytest.fixture
async def page(browser: Browser, place: Place) -> AsyncIterator[Page]:
    async with looking(browser, place) as opened:
        yield opened


async def ask(place: Place, *buttons: Button) -> str:
    return await place.sandbox.chat.send(
        ENGLISH.channel, Part(RichText("Tea, anyone?"), buttons=buttons)
    )


async def test_a_post_s_button_answers_the_presser_under_the_post(page: Page, place: Place):
    post = await ask(place, SIT)
    await place.post("english", "later words", key="k1")
    button = said(page, "english").first.get_by_role("button", name="Sit down")

    await button.click()

    card = page.locator("#room-english .message:has-text('Tea, anyone?') + .card")
    await expect(card).to_contain_text(f"Sam sits at table 2, asked in {post}.")
    await expect(card).to_contain_text("Only you see this")
    await expect(button).to_be_focused()
    await button.press("Enter")
    await expect(page.locator("#room-english .card")).to_have_count(1)


async def test_others_do_not_see_the_answer_but_a_public_one(
    browser: Browser, page: Page, place: Place
):
    await ask(place, SIT, TOAST)
    async with looking(browser, place) as other:
        await page.get_by_role("button", name="Sit down").click()
        await expect(page.locator(".card")).to_have_count(1)
        await page.get_by_role("button", name="A toast").click()

        answer = said(other, "english").nth(1)
        await expect(answer).to_contain_text("Sam drinks to cats.")
        await expect(answer.locator("button.quote")).to_contain_text("Tea, anyone?")
        await expect(other.locator(".card")).to_have_count(0)


async def test_an_edit_takes_the_buttons_away(page: Page, place: Place):
    post = await ask(place, SIT)
    await expect(page.get_by_role("button", name="Sit down")).to_be_visible()

    await place.sandbox.chat.edit(ENGLISH.channel, post, Part(RichText("Closed.")))

    await expect(said(page, "english").locator(".text")).to_have_text("Closed.")
    await expect(page.get_by_role("button", name="Sit down")).to_have_count(0)
    await expect(said(page, "english")).not_to_contain_text("edited")


async def test_a_newcomer_comes_in_and_the_reader_speaks_as_them_and_goes_back(page: Page):
    room = page.locator("#room-english")
    await room.get_by_role("button", name="Newcomer joins").click()

    await expect(room.locator(".arrival")).to_contain_text("just joined")
    await expect(room.locator(".guest")).to_contain_text("new here")
    name = await room.locator(".who").inner_text()
    assert name != "Sam"
    await say(page, "english", "hi, I'm new")
    await expect(said(page, "chinese").locator(".name")).to_have_text(name)
    await page.reload()
    await expect(room.locator(".guest")).to_contain_text(f"You are {name}, new here.")

    await room.get_by_role("button", name="Back to Sam").click()
    await expect(room.locator(".guest")).to_be_hidden()
    await say(page, "english", "me again")
    await expect(said(page, "chinese").locator(".name").last).to_have_text("Sam")


async def test_two_newcomers_lead_back_to_the_first_person(page: Page):
    room = page.locator("#room-chinese")
    await room.get_by_role("button", name="Newcomer joins").click()
    await expect(room.locator(".arrival")).to_have_count(1)
    await room.get_by_role("button", name="Newcomer joins").click()
    await expect(room.locator(".arrival")).to_have_count(2)

    names = await room.locator(".arrival span").all_inner_texts()
    assert len(set(names)) == 2
    await room.get_by_role("button", name="Back to 小雨").click()
    await expect(room.locator(".who")).to_have_text("小雨")


async def test_a_phone_lets_a_newcomer_in(browser: Browser, place: Place):
    async with looking(browser, place, **PHONE) as page:
        await page.locator("#room-english .persona-small").tap()
        await page.get_by_role("button", name="Newcomer joins").tap()

        await expect(page.locator("#room-english .arrival")).to_be_visible()
        await expect(page.locator("#room-english .guest")).to_be_visible()
        assert await page.evaluate("document.documentElement.scrollWidth") == 360


async def test_a_reaction_is_given_counted_and_taken_back(page: Page, place: Place):
    await say(page, "english", "my cat")
    await act(page, said(page, "english"), "Add a reaction")
    await page.get_by_role("toolbar").get_by_role("button", name="🐱").click()
    chip = said(page, "english").locator(".reaction")
    await expect(chip).to_have_text("🐱1")
    await expect(chip).to_have_attribute("aria-pressed", "true")

    (message,) = await place.messages("english")
    await place.react("english", message["id"], "🐱", persona=YU)
    await expect(chip).to_have_text("🐱2")
    await expect(chip).to_have_attribute("title", "Sam, 小雨")
    await chip.click()

    await expect(chip).to_have_text("🐱1")
    await expect(chip).to_have_attribute("aria-pressed", "false")
    await expect(chip).to_be_focused()


async def test_reactions_of_the_other_side_are_counted(page: Page, place: Place):
    await say(page, "english", "my cat")
    await act(page, said(page, "english"), "Add a reaction")
    (message,) = await place.messages("english")
    await place.react("english", message["id"], "🐱", persona=YU)
    held = [Reaction("🐱", 2), Reaction("🔥", 1)]
    channel = ChannelId("sandbox", "english")
    await place.sandbox.chat.react(channel, message["id"], held, (), is_sure=True)

    chips = said(page, "english").locator(".reaction")
    await expect(chips).to_have_text(["🐱3", "🔥1"])
    await expect(chips.first).to_have_attribute("title", "小雨, 2 on the other side")
    await expect(chips.last).to_be_disabled()
    await chips.first.click()
    await expect(chips.first).to_have_text("🐱4")


async def test_a_reaction_is_given_with_the_keyboard_alone(page: Page):
    await say(page, "english", "my cat")
    await expect(said(page, "english").locator(".status")).to_contain_text("Arrived")
    await said(page, "english").focus()
    for _ in range(9):
        await page.keyboard.press("Tab")
        if await page.evaluate("document.activeElement.title") == "Add a reaction":
            break
    await page.keyboard.press("Enter")
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")

    await expect(said(page, "english").locator(".reaction")).to_have_text("😂1")


async def hang_pictures(place: Place) -> None:
    """Sam's, 小雨's, and then one of ours in both rooms."""
    cat, dog = [await place.upload(name, PIXEL) for name in ("cat.png", "dog.png")]
    await place.post("english", "my cat", key="k1", persona=SAM, files=[cat])
    await place.post("chinese", "我的狗", key="k2", persona=YU, files=[dog])
    for room in (ENGLISH, CHINESE):
        part = Part(RichText("Cat tax paid · No. 0042"), files=(STAMP,))
        await place.sandbox.chat.send(room.channel, part)


async def test_the_gallery_shows_each_picture_once_the_newest_first(page: Page, place: Place):
    await hang_pictures(place)
    await page.get_by_role("button", name="Pictures").click()
    gallery = page.get_by_role("dialog", name="Pictures")
    thumbs = gallery.locator(".thumb")

    await expect(thumbs.locator(".by-name")).to_have_text(["Catbridge", "小雨", "Sam"])
    await expect(thumbs.locator(".receipt")).to_have_text(["No. 0042"])
    await gallery.get_by_role("radio", name="From members").check()
    await expect(thumbs.locator(".by-name")).to_have_text(["小雨", "Sam"])
    await gallery.get_by_role("radio", name="From Catbridge").check()
    await expect(thumbs.locator(".by-name")).to_have_text(["Catbridge"])
    await gallery.get_by_role("button", name="Close").click()
    await expect(gallery).to_be_hidden()


async def test_a_picture_opens_large_and_keys_turn_and_close(page: Page, place: Place):
    await hang_pictures(place)
    await page.get_by_role("button", name="Pictures").click()
    gallery = page.get_by_role("dialog", name="Pictures")
    await gallery.locator(".thumb").nth(1).click()

    caption = gallery.locator(".large-caption")
    await expect(caption.locator(".large-text")).to_have_text(["[en] 我的狗", "我的狗"])
    await expect(caption).to_contain_text("Chinese room")
    await page.keyboard.press("ArrowRight")
    await expect(caption.locator(".by-name")).to_have_text("Sam")
    await expect(gallery.get_by_role("button", name="Older picture")).to_be_hidden()
    await page.keyboard.press("Escape")
    await expect(gallery.locator(".thumb").nth(2)).to_be_focused()
    await page.keyboard.press("Escape")
    await expect(gallery).to_be_hidden()


async def test_a_picture_leads_to_its_message(page: Page, place: Place):
    await hang_pictures(place)
    await page.get_by_role("button", name="Pictures").click()
    await page.locator(".thumb").nth(2).click()

    await page.get_by_role("button", name="Show it in the room").click()

    await expect(page.locator("#gallery")).to_be_hidden()
    await expect(said(page, "english").filter(has_text="my cat")).to_be_focused()


async def test_an_open_gallery_follows_the_rooms(page: Page, place: Place):
    await page.get_by_role("button", name="Pictures").click()
    await expect(page.locator("#gallery")).to_contain_text("No pictures here yet.")

    await hang_pictures(place)

    await expect(page.locator(".thumb")).to_have_count(3)


async def test_a_phone_shows_the_gallery_on_its_whole_screen(browser: Browser, place: Place):
    await hang_pictures(place)
    async with looking(browser, place, **PHONE) as page:
        await page.get_by_role("button", name="Pictures").tap()
        box = await page.locator("#gallery").bounding_box()
        assert box == {"x": 0, "y": 0, "width": 360, "height": 740}
        await page.locator(".thumb").first.tap()
        await expect(page.locator(".large-picture")).to_be_in_viewport()
        await page.get_by_role("button", name="All pictures").tap()
        await page.get_by_role("button", name="Close").tap()
        await expect(page.locator("#gallery")).to_be_hidden()


async def test_a_mod_s_badge_fits_on_a_phone(browser: Browser, place: Place):
    async with looking(browser, place, **PHONE) as page:
        await page.get_by_role("button", name="Settings").tap()
        await page.get_by_role("switch").check()

        await expect(page.locator("#mod-badge")).to_be_in_viewport(ratio=1)
        assert await page.evaluate("document.documentElement.scrollWidth") == 360


async def test_real_time_has_no_clock(page: Page):
    await expect(page.locator("#clock-button")).to_be_hidden()
    await expect(page.locator(".time-at:visible")).to_have_count(0)


@pytest.mark.parametrize("how", [{}, PHONE], ids=["wide", "phone"])
async def test_the_clock_moves_on_and_every_page_knows(
    browser: Browser, database: Database, tmp_path: Path, how: dict
):
    clock = MovedClock()
    async with (
        serving(database, tmp_path, clock=clock, advance=clock.advance) as place,
        looking(browser, place, **how) as page,
        looking(browser, place) as other,
    ):
        shown = other.locator("#clock-button [data-clock=chinese]")
        before = await shown.inner_text()
        await page.get_by_role("button", name="Demo time").click()
        menu = page.get_by_role("dialog", name="Demo time")
        await expect(menu).to_contain_text("Eastern Time")
        await expect(menu).to_contain_text("China Standard Time")

        await menu.get_by_role("button", name="+1 day").click()
        await expect(menu).to_contain_text("1 d 0 h ahead of real time")
        await menu.get_by_role("button", name="+12 h").click()
        await expect(menu).to_contain_text("1 d 12 h ahead of real time")

        assert clock.lead == timedelta(hours=36)
        await expect(shown).not_to_have_text(before)
        await page.keyboard.press("Escape")
        await expect(menu).to_be_hidden()


async def test_words_of_yesterday_get_their_date(
    browser: Browser, database: Database, tmp_path: Path
):
    clock = MovedClock()
    async with (
        serving(database, tmp_path, clock=clock, advance=clock.advance) as place,
        looking(browser, place) as page,
    ):
        await say(page, "english", "hello")
        time = said(page, "english").locator("time")
        today = await time.inner_text()
        await place.http.post("/api/clock", json={"hours": 48})

        await expect(time).not_to_have_text(today)
        await expect(time).to_contain_text(today)
