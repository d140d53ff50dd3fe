"""The page in a real browser: rooms of one's own, linked by a code from tab to tab."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import aiohttp
import pytest
from playwright.async_api import Browser, BrowserContext, Locator, Page, expect

from bot import config
from bot.app import assembled
from bot.core.model import ChannelId, Relay, RelayChannel
from tests.sandbox.browsing import PHONE, looking, said, say
from tests.sandbox.conftest import PATIENCE, Place
from tests.sandbox.test_whole import free_port

pytestmark = pytest.mark.browser
LOBBY, TEA = "lobby", "猫咪茶馆"


@dataclass
class Town:
    """The whole program, and two tabs of one browser, each about a room that nothing links."""

    lobby: Page
    tea: Page


@asynccontextmanager
async def tab(context: BrowserContext, address: str) -> AsyncIterator[Page]:
    page = await context.new_page()
    mistakes: list[str] = []
    page.on("pageerror", lambda error: mistakes.append(str(error)))
    await page.goto(address)
    await page.locator("body.ready").wait_for()
    yield page
    assert mistakes == []


@pytest.fixture
async def town(browser: Browser, tmp_path: Path) -> AsyncIterator[Town]:
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    stop, ready = asyncio.Event(), asyncio.Event()
    async with assembled(config.demo(port, tmp_path, {})) as bridge:
        serving = asyncio.create_task(bridge.serve(stop, ready.set))
        async with asyncio.timeout(30):
            await ready.wait()
        async with aiohttp.ClientSession(address) as http:
            for name, look in (("Lobby", "discord"), (TEA, "telegram")):
                body = {"key": look, "name": name, "look": look}
                assert (await http.post("/api/rooms", json=body)).status == 201
        context = await browser.new_context(locale="en-US")
        context.set_default_timeout(PATIENCE)
        async with (
            tab(context, f"{address}/#room={LOBBY}") as lobby,
            tab(context, f"{address}/#room={TEA}") as tea,
        ):
            yield Town(lobby, tea)
        await context.close()
        stop.set()
        await serving


def room(page: Page, id: str) -> Locator:
    return page.locator(f"#room-{id}")


def answer(page: Page, id: str) -> Locator:
    return room(page, id).locator(".card:not([aria-busy]) .card-text").last


async def code_for(page: Page, id: str, name: str) -> str:
    await say(page, id, f"/relay create {name} en")
    await expect(answer(page, id)).to_contain_text(f"“{name}”")
    await say(page, id, "/relay link")
    await expect(answer(page, id)).to_contain_text("valid for 10 minutes")
    return await answer(page, id).locator("code").inner_text()


async def link(town: Town) -> None:
    code = await code_for(town.lobby, LOBBY, "Cats")
    await say(town.tea, TEA, f"/relay join {code} zh")
    await expect(answer(town.tea, TEA)).to_contain_text("this channel is in “Cats” now")


async def test_two_tabs_are_linked_by_a_code_and_read_each_other(town: Town):
    await say(town.lobby, LOBBY, "said before")
    await expect(said(town.lobby, LOBBY)).to_have_count(1)

    code = await code_for(town.lobby, LOBBY, "Cats")
    await expect(town.tea.get_by_text(code)).to_have_count(0)
    await say(town.tea, TEA, f"/relay join {code.lower()}")
    await room(town.tea, TEA).get_by_role("button", name="Simplified Chinese").click()

    await expect(said(town.lobby, LOBBY).last).to_contain_text("👋")
    await expect(said(town.tea, TEA).last).to_contain_text("👋")
    await say(town.lobby, LOBBY, "Hello! How are you?")
    copy = said(town.tea, TEA).last
    await expect(copy.locator(".name")).to_have_text("Robin")
    await expect(copy.locator(".text")).to_contain_text("最近怎么样？")
    await say(town.tea, TEA, "你喜欢猫吗？")
    await expect(said(town.lobby, LOBBY).last.locator(".text")).to_contain_text("cat")
    await expect(said(town.tea, TEA).filter(has_text="said before")).to_have_count(0)


async def test_both_tabs_see_at_once_what_links_them(town: Town):
    lobby, tea = room(town.lobby, LOBBY), room(town.tea, TEA)
    await expect(lobby.locator(".standing")).to_contain_text("Linked with nothing yet")
    await expect(lobby.locator(".linking")).to_contain_text("/relay create")

    code = await code_for(town.lobby, LOBBY, "Cats")
    await expect(lobby.locator(".standing")).to_contain_text("Cats · English")
    await expect(lobby.locator(".linking")).to_contain_text("“Cats” has no other channel yet")
    await say(town.tea, TEA, f"/relay join {code} zh")
    await expect(tea.locator(".standing")).to_contain_text("Cats · Chinese")
    await expect(lobby.locator(".linking")).to_be_hidden()
    await expect(tea.locator("textarea")).to_have_attribute("placeholder", "Write in Chinese…")

    await say(town.tea, TEA, "/relay pause")
    await expect(lobby.locator(".standing")).to_contain_text("paused")
    await expect(lobby.locator(".linking")).to_contain_text("/relay resume")
    await say(town.tea, TEA, "/relay rename Dogs")
    await expect(lobby.locator(".standing")).to_contain_text("Dogs")
    await say(town.tea, TEA, "/relay resume")
    await expect(lobby.locator(".linking")).to_be_hidden()

    await say(town.tea, TEA, "/relay leave")
    await tea.get_by_role("button", name="Leave the relay").click()
    await expect(tea.locator(".standing")).to_contain_text("Linked with nothing yet")
    await expect(lobby.locator(".linking")).to_contain_text("“Dogs” has no other channel yet")
    await expect(said(town.lobby, LOBBY).last).to_contain_text("has left “Dogs”")
    await say(town.lobby, LOBBY, "anyone?")
    await expect(said(town.lobby, LOBBY).last.locator(".status")).to_have_count(0)


async def test_a_wrong_code_links_nothing_and_the_right_one_still_does(town: Town):
    code = await code_for(town.lobby, LOBBY, "Cats")

    await say(town.tea, TEA, "/relay join AAAA-AAAA")
    await expect(answer(town.tea, TEA)).to_contain_text("No such code.")
    await expect(room(town.tea, TEA).locator(".standing")).to_contain_text("nothing yet")

    await say(town.tea, TEA, f"/relay join {code} zh")
    await expect(room(town.tea, TEA).locator(".standing")).to_contain_text("Cats")


async def test_what_was_answered_stays_when_the_room_is_linked(town: Town):
    await link(town)

    await expect(room(town.lobby, LOBBY).locator(".card")).to_have_count(2)
    await expect(room(town.lobby, LOBBY).locator(".card").last).to_contain_text("/relay link")


async def make(page: Page, name: str, *, look: str = "A Discord channel") -> None:
    await page.get_by_role("button", name="New room").click()
    await page.get_by_label("Name of the room").fill(name)
    await page.get_by_role("radio", name=look).check()
    await page.get_by_role("button", name="Make it", exact=True).click()
    await expect(page.locator("#new-room")).to_be_hidden()


@pytest.fixture
async def page(browser: Browser, place: Place) -> AsyncIterator[Page]:
    async with looking(browser, place) as opened:
        yield opened


async def test_a_room_is_made_with_the_keyboard_alone(page: Page):
    await page.get_by_role("button", name="New room").focus()
    await page.keyboard.press("Enter")
    await page.keyboard.type("Lobby")
    await page.keyboard.press("Tab")
    await page.keyboard.press("ArrowDown")
    await expect(page.get_by_role("radio", name="A Telegram group")).to_be_checked()
    await page.get_by_label("Name of the room").press("Enter")

    await expect(room(page, "lobby").get_by_role("heading", name="Lobby")).to_be_in_viewport()
    await expect(room(page, "lobby")).to_have_attribute("data-look", "telegram")
    await expect(room(page, "lobby").locator("textarea")).to_be_focused()


async def test_a_room_made_in_a_new_tab_opens_there_alone(page: Page):
    await page.get_by_role("button", name="New room").click()
    await page.get_by_label("Name of the room").fill("Tea & cats")
    async with page.context.expect_page() as opened:
        await page.get_by_role("button", name="Make it in a new tab").click()
    other = await opened.value

    await expect(room(other, "tea-cats").locator("textarea")).to_be_visible()
    await expect(room(other, "english")).to_be_hidden()
    await expect(other).to_have_title("Tea & cats · Catbridge")
    await say(other, "tea-cats", "hello")
    await expect(said(page, "tea-cats").locator(".text")).to_have_text("hello")

    await other.get_by_role("link", name="All rooms").click()
    await expect(room(other, "english")).to_be_visible()
    await expect(other).to_have_title("Catbridge 猫桥")


async def test_a_room_is_still_there_after_a_reload_and_goes_in_every_tab(
    browser: Browser, page: Page, place: Place
):
    await make(page, "Lobby")
    await say(page, "lobby", "hello")
    async with looking(browser, place) as other:
        await expect(said(other, "lobby").locator(".text")).to_have_text("hello")
        await page.reload()
        await room(page, "lobby").get_by_role("button", name="Remove the room").click()
        await expect(room(page, "lobby").get_by_role("button", name="Remove")).to_be_focused()
        await room(page, "lobby").get_by_role("button", name="Keep").click()
        await expect(room(other, "lobby")).to_be_visible()
        await room(page, "lobby").get_by_role("button", name="Remove the room").click()
        await room(page, "lobby").get_by_role("button", name="Remove", exact=True).click()

        await expect(room(other, "lobby")).to_have_count(0)
        await expect(room(page, "lobby")).to_have_count(0)


async def test_a_room_that_comes_while_a_page_is_open_brings_what_was_said_in_it(
    page: Page, place: Place
):
    await place.http.post("/api/rooms", json={"key": "k", "name": "Lobby", "look": "plain"})
    await place.post("lobby", "first words", key="k1")

    await expect(said(page, "lobby").locator(".text")).to_have_text("first words")


async def test_what_is_written_where_nothing_links_is_not_on_its_way(page: Page):
    await make(page, "Lobby")
    await expect(room(page, "lobby").locator(".empty")).to_contain_text("until the room is linked")

    await say(page, "lobby", "hello")

    await expect(said(page, "lobby").locator(".text")).to_have_text("hello")
    await expect(said(page, "lobby").locator(".status")).to_have_count(0)
    await expect(page.locator("#panel")).to_contain_text("It stays in this room")
    await page.get_by_role("button", name="/relay join").click()
    await expect(room(page, "lobby").locator("textarea")).to_have_value("/relay join ")


async def test_whoever_has_the_page_is_the_mod_of_the_rooms_made_on_it(page: Page):
    await make(page, "Lobby")
    await say(page, "lobby", "/lock")
    await expect(answer(page, "lobby")).to_have_text("Locked.")

    await room(page, "lobby").get_by_role("button", name="Newcomer joins").click()
    await expect(room(page, "lobby").locator(".linking")).to_contain_text("Only mods can do that")
    await say(page, "lobby", "/lock")
    await expect(answer(page, "lobby")).not_to_have_text("Locked.")
    await say(page, "english", "/lock")
    await expect(answer(page, "english")).not_to_have_text("Locked.")


async def test_rooms_of_the_file_are_as_they_were(page: Page):
    await expect(page.get_by_role("heading", name="English room")).to_be_visible()
    await expect(room(page, "english").locator(".standing")).to_be_hidden()
    await expect(room(page, "english").locator(".linking")).to_be_hidden()
    await expect(page.get_by_role("tab")).to_have_count(0)


async def test_a_pause_shows_in_the_rooms_of_the_file_too(page: Page, place: Place):
    (demo,) = place.relay.linked
    place.relay.linked = (replace(demo, is_paused=True),)
    place.sandbox.relays_changed()

    await expect(room(page, "english").locator(".linking")).to_contain_text("/relay resume")
    await expect(room(page, "english").locator(".linking")).to_contain_text("Only mods")


async def test_many_rooms_leave_two_in_view_and_a_switcher(page: Page):
    for number in range(1, 9):
        await make(page, f"Room {number}")
    await expect(room(page, "room-8")).to_be_in_viewport(ratio=0.9)
    await expect(room(page, "room-7")).to_be_in_viewport(ratio=0.9)

    await page.get_by_role("tab", name="Room 2").click()
    await expect(room(page, "room-2")).to_be_in_viewport(ratio=0.9)
    await page.keyboard.press("ArrowRight")
    await expect(page.get_by_role("tab", name="Room 3")).to_be_focused()
    await expect(room(page, "room-3")).to_be_in_viewport(ratio=0.9)
    await say(page, "english", "hello")
    assert await page.evaluate("document.documentElement.scrollWidth") == 1280


async def test_news_of_a_room_out_of_view_are_counted(page: Page, place: Place):
    for number in range(1, 4):
        await make(page, f"Room {number}")
    await expect(room(page, "room-3")).to_be_in_viewport(ratio=0.9)

    await place.post("english", "hello", key="k1")

    await expect(page.get_by_role("tab", name="English room")).to_contain_text("1")
    await page.get_by_role("tab", name="English room").click()
    await expect(page.locator(".unread")).to_have_count(0)


async def test_a_phone_makes_a_room_and_switches_among_many(browser: Browser, place: Place):
    async with looking(browser, place, **PHONE) as page:
        for name in ("Lobby", "A room with quite a long name to read", "茶馆"):
            await page.get_by_role("button", name="New room").tap()
            await page.get_by_label("Name of the room").fill(name)
            await page.get_by_role("button", name="Make it", exact=True).tap()
        await expect(room(page, "茶馆").locator(".linking")).to_be_in_viewport()
        await expect(page.get_by_role("tab", name="茶馆")).to_be_in_viewport()

        await page.get_by_role("tab", name="A room with").tap()
        await expect(room(page, "lobby")).not_to_be_in_viewport()
        long = room(page, "a-room-with-quite-a-long-name-to")
        await expect(long.locator(".own-tab")).to_be_in_viewport()
        assert await page.evaluate("document.documentElement.scrollWidth") == 360


async def test_a_phone_shows_the_language_and_a_pause_beside_any_name(
    browser: Browser, place: Place, tmp_path: Path
):
    name = "The community of everybody who loves cats a lot 猫"
    body = {"key": "k", "name": name, "look": "plain"}
    made = (await (await place.http.post("/api/rooms", json=body)).json())["room"]
    members = (
        RelayChannel(ChannelId("sandbox", made), "zh-Hant"),
        RelayChannel(ChannelId("east", "far"), "en"),
    )
    place.relay.linked += (Relay(2, name, members, is_paused=True),)
    async with looking(browser, place, **PHONE) as page:
        await page.goto(f"{place.address}/#room={made}")
        await page.reload()
        facts = room(page, made).locator(".standing-facts")
        await expect(facts).to_contain_text("paused")
        await expect(facts).to_be_in_viewport(ratio=1)
        assert await facts.evaluate("it => it.scrollWidth <= it.clientWidth + 1")
        await expect(room(page, made).locator(".standing-name")).to_be_in_viewport(ratio=1)
        await expect(room(page, made).locator(".own-tab")).to_be_in_viewport(ratio=1)
        assert await page.evaluate("document.documentElement.scrollWidth") == 360
        await page.screenshot(path=tmp_path / "phone.png")


async def test_a_phone_asks_the_whole_question_before_it_removes_a_room(
    browser: Browser, place: Place
):
    await place.http.post("/api/rooms", json={"key": "k", "name": "Lobby", "look": "plain"})
    async with looking(browser, place, **PHONE) as page:
        await page.get_by_role("tab", name="Lobby").tap()
        await room(page, "lobby").get_by_role("button", name="Remove the room").tap()
        question = page.get_by_text("Remove it with all that was said in it?")
        await expect(question).to_be_in_viewport(ratio=1)
        assert await question.evaluate("it => it.scrollWidth <= it.clientWidth")
        assert await question.evaluate("it => getComputedStyle(it).whiteSpace") == "normal"


async def test_a_phone_that_is_about_one_room_among_many_is_not_wider_than_itself(
    browser: Browser, place: Place
):
    for number in range(8):
        body = {"key": f"k{number}", "name": f"A room of long name {number}", "look": "discord"}
        await place.http.post("/api/rooms", json=body)
    words = "One two three four five six seven eight nine ten eleven twelve. " * 4
    await place.post("a-room-of-long-name-3", words, key="k")
    async with looking(browser, place, **PHONE) as page:
        await page.goto(f"{place.address}/#room=a-room-of-long-name-3")
        await page.reload()
        await expect(said(page, "a-room-of-long-name-3")).to_be_in_viewport()
        await expect(page.get_by_role("tab", name="name 3")).to_be_in_viewport()
        assert await page.evaluate("document.documentElement.scrollWidth") == 360


async def test_a_tab_about_one_room_is_about_another_after_a_switch(page: Page, place: Place):
    await make(page, "Lobby")
    await page.goto(f"{place.address}/#room=lobby")
    await expect(room(page, "english")).to_be_hidden()

    await page.get_by_role("tab", name="Chinese room").click()

    await expect(room(page, "chinese")).to_be_visible()
    await expect(room(page, "lobby")).to_be_hidden()
    assert page.url.endswith("#room=chinese")
    box = await room(page, "chinese").locator("textarea").bounding_box()
    assert box is not None
    assert box["height"] > 30


async def test_an_address_of_a_room_that_is_gone_shows_all_rooms(browser: Browser, place: Place):
    async with looking(browser, place) as page:
        await page.goto(f"{place.address}/#room=attic")
        await page.reload()
        await expect(room(page, "english")).to_be_visible()
        await expect(room(page, "chinese")).to_be_visible()
        assert page.url == f"{place.address}/"


async def test_a_failed_room_is_said_in_the_dialog_and_made_once(page: Page):
    await page.route("**/api/rooms", lambda route: route.abort())
    await page.get_by_role("button", name="New room").click()
    await page.get_by_label("Name of the room").fill("Lobby")
    await page.get_by_role("button", name="Make it", exact=True).click()
    await expect(page.locator("#new-room .notice")).to_contain_text("can't be reached")

    await page.unroute("**/api/rooms")
    await page.get_by_role("button", name="Make it", exact=True).click()
    await expect(room(page, "lobby")).to_be_visible()
    await expect(page.locator(".room")).to_have_count(3)


async def test_a_linked_room_can_not_be_removed(page: Page, place: Place):
    await make(page, "Lobby")
    lobby = RelayChannel(ChannelId("sandbox", "lobby"), "zh-Hant")
    other = RelayChannel(ChannelId("discord", "7"), "en")
    place.relay.linked += (Relay(2, "Cats", (lobby, other)),)
    place.sandbox.relays_changed()

    await expect(room(page, "lobby").locator(".standing")).to_contain_text(
        "Cats · Traditional Chinese"
    )
    await expect(room(page, "lobby").get_by_role("button", name="Remove the room")).to_have_count(0)
