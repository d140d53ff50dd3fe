"""What the adapter says, seen from the channel: over the real protocol."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from bot.adapters.discord.names import webhook_username
from bot.core.errors import Blocked, FileUnavailable, Rejected, Transient, Uncertain
from bot.core.model import (
    Attachment,
    AttachmentKind,
    Author,
    ChannelId,
    Copy,
    File,
    Part,
    PersonId,
)
from bot.core.richtext import RichText
from tests.discord.town import Town, adapter, part
from tests.emulators.discord import permissions

POST, HOOKS = "POST", r"^/webhooks/\d+/[^/]+$"
NOTHING: dict[str, list[str]] = {"parse": []}


async def test_it_appears_under_the_authors_name(town: Town) -> None:
    await town.say("你好 **朋友**")
    (message,) = town.shown()
    assert message["author"]["username"] == "小红"
    assert message["content"] == r"你好 \*\*朋友\*\*"
    assert message["webhook_id"]


async def test_without_an_author_it_speaks_under_its_own_name(town: Town) -> None:
    await town.say("notice", name=None)
    assert town.shown()[0]["author"]["username"] == "Catbridge"


@pytest.mark.parametrize(
    "name", ["Discord Fan", "clyde", "DISCORD", " \n", "x" * 200, "猫" * 81, "everyone"]
)
async def test_no_name_is_refused(town: Town, name: str) -> None:
    await town.say("hi", name=name)
    assert town.contents() == ["hi"]


def test_a_long_name_is_cut_in_characters_and_keeps_its_emoji_whole() -> None:
    assert webhook_username("猫" * 81) == "猫" * 80
    assert webhook_username("猫" * 79 + "👩‍💻") == "猫" * 79 + "👩"
    assert webhook_username("\u200b\u0007") is None


async def test_a_picture_that_is_no_address_is_left_out(town: Town) -> None:
    author = Author(PersonId("sandbox", "1"), "小红", avatar_url="/avatars/1.png")
    await town.discord.chat.send(town.here, Part(RichText("hi"), author=author))
    assert town.contents() == ["hi"]


async def test_nobody_is_pinged(town: Town) -> None:
    native = await town.say("@everyone hi")
    await town.discord.chat.edit(town.here, native, part("@here hi"))
    (message,) = town.shown()
    assert message["_allowed_mentions"] == NOTHING
    assert message["_edit_allowed_mentions"] == NOTHING
    assert not message["mention_everyone"]


async def test_a_silent_part_makes_no_sound(town: Town) -> None:
    await town.say("hush", is_silent=True)
    assert town.shown()[0]["flags"] & 1 << 12


async def test_a_channel_gets_one_webhook_however_many_speak_at_once(town: Town) -> None:
    await asyncio.gather(*(town.say(f"{n}") for n in range(5)))
    assert len(town.emu.webhooks(town.channel)) == 1


async def test_the_webhook_is_found_again_after_a_restart(town: Town) -> None:
    town.emu.add_webhook(town.channel, "somebody else's")
    await town.say("one")
    again = adapter(town.emu, town.ears)
    await again.chat.send(town.here, part("two"))
    await again.aclose()
    assert len(town.emu.webhooks(town.channel)) == 2
    assert town.contents() == ["one", "two"]


async def test_a_deleted_webhook_is_made_anew(town: Town) -> None:
    await town.say("one")
    town.emu.delete_webhook(town.emu.webhooks(town.channel)[0]["id"])
    await town.say("two")
    assert town.contents() == ["one", "two"]


async def test_a_thread_is_spoken_to_through_its_channels_webhook(town: Town) -> None:
    thread = ChannelId("discord", town.emu.add_thread(town.channel, "topic", archived=True))
    native = await town.discord.chat.send(thread, part("in"))
    await town.discord.chat.edit(thread, native, part("inside"))
    assert [m["content"] for m in town.emu.messages(thread.id)] == ["inside"]
    await town.discord.chat.delete(thread, native)
    assert not town.emu.messages(thread.id)
    assert len(town.emu.webhooks(town.channel)) == 1


async def test_a_forum_itself_takes_no_messages(town: Town) -> None:
    forum = ChannelId("discord", town.emu.add_channel(town.guild, "forum", "forum"))
    with pytest.raises(Blocked, match="thread"):
        await town.discord.chat.send(forum, part("hi"))


async def test_files_arrive_with_the_words(town: Town) -> None:
    files = (
        File("cat.png", "image/png", AttachmentKind.IMAGE, b"\x89PNG"),
        File("end.txt", "text/plain", AttachmentKind.FILE, b"x", is_spoiler=True),
    )
    await town.say("look", files=files)
    (message,) = town.shown()
    assert message["content"] == "look"
    assert [a["filename"] for a in message["attachments"]] == ["cat.png", "SPOILER_end.txt"]


async def test_an_edit_keeps_the_files(town: Town) -> None:
    native = await town.say("a", files=(File("c.txt", "text/plain", AttachmentKind.FILE, b"x"),))
    await town.discord.chat.edit(town.here, native, part("b"))
    (message,) = town.shown()
    assert (message["content"], len(message["attachments"])) == ("b", 1)


async def test_deleting_what_is_gone_is_no_error(town: Town) -> None:
    native = await town.say("a")
    await town.discord.chat.delete(town.here, native)
    await town.discord.chat.delete(town.here, native)
    assert not town.shown()


async def test_an_edit_of_what_is_gone_is_rejected(town: Town) -> None:
    native = await town.say("a")
    await town.emu.delete(town.channel, native)
    with pytest.raises(Rejected):
        await town.discord.chat.edit(town.here, native, part("b"))


async def test_what_is_too_large_is_rejected(town: Town) -> None:
    town.emu.upload_limit = 10
    with pytest.raises(Rejected, match="too large"):
        await town.say("", files=(File("b.bin", "x/y", AttachmentKind.FILE, b"0" * 20),))


async def test_the_limit_is_in_characters_of_markdown(town: Town) -> None:
    can = await town.discord.chat.capabilities(town.here)
    assert can.measure(part("猫*").text) == 3
    assert can.text_limit == 2000
    await town.say("猫" * 2000)


@pytest.mark.parametrize("granted", [0, permissions.VIEW_CHANNEL])
async def test_a_lost_permission_closes_the_lane(town: Town, granted: int) -> None:
    town.emu.set_permissions(town.channel, granted)
    with pytest.raises(Blocked):
        await town.say("hi")


async def test_a_deleted_channel_closes_the_lane(town: Town) -> None:
    await town.say("hi")
    town.emu.delete_channel(town.channel)
    with pytest.raises(Blocked):
        await town.say("hi")


async def test_a_rate_limit_says_how_long(town: Town) -> None:
    await town.say("one")
    town.emu.fault(POST, HOOKS, status=429, retry_after=7.5)
    with pytest.raises(Transient) as caught:
        await town.say("two")
    assert caught.value.retry_after == 7.5
    with pytest.raises(Transient):
        await town.say("three")
    assert town.contents() == ["one"]


async def test_the_visible_limit_is_known_before_it_is_hit(town: Town) -> None:
    town.emu.rate_limits = True
    for number in range(5):
        await town.say(f"{number}")
    with pytest.raises(Transient) as caught:
        await town.say("5")
    await asyncio.sleep(caught.value.retry_after or 0)
    await town.say("5")
    assert town.contents() == [f"{n}" for n in range(6)]
    assert all(request.status != 429 for request in town.emu.requests)


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("fault", [{"status": 502}, {"status": 500}, {"cut": True}])
async def test_an_unclear_send_is_tried_once_and_then_looked_for(
    town: Town, when: str, fault: dict[str, object]
) -> None:
    await town.say("first")
    since = datetime.now(UTC)
    town.emu.fault(POST, HOOKS, when=when, **fault)  # type: ignore[arg-type]
    posts = town.posts()
    with pytest.raises(Uncertain):
        await town.say("你好")
    assert town.posts() == posts + 1
    found = await town.discord.chat.recall(town.here, part("你好"), since)
    is_there = "你好" in town.contents()
    assert is_there == (when == "after")
    assert (found is not None) == is_there


async def test_a_server_that_is_away_is_certainly_not_reached(town: Town) -> None:
    away = adapter(town.emu, town.ears, api_base="http://127.0.0.1:9/api/v10")
    with pytest.raises(Transient):
        await away.chat.send(town.here, part("hi"))
    await away.aclose()


async def test_recall_finds_what_an_earlier_run_said(town: Town) -> None:
    since = datetime.now(UTC)
    files = (File("c.txt", "text/plain", AttachmentKind.FILE, b"abc"),)
    native = await town.say("你好 *x*", files=files)
    again = adapter(town.emu, town.ears)
    found = await again.chat.recall(town.here, part("你好 *x*", files=files), since)
    assert found == native
    assert (
        await again.chat.recall(town.here, part("你好 *x*", name="Bob", files=files), since) is None
    )
    assert await again.chat.recall(town.here, part("你好 *x*"), since) is None
    await again.aclose()


async def test_recall_does_not_take_an_older_twin(town: Town) -> None:
    await town.say("哈哈")
    later = datetime.now(UTC) + timedelta(seconds=5)
    again = adapter(town.emu, town.ears)
    assert await again.chat.recall(town.here, part("哈哈"), later) is None
    await again.aclose()


async def test_recall_never_takes_what_it_knows_to_be_another_message(town: Town) -> None:
    since = datetime.now(UTC)
    await town.say("哈哈")
    assert await town.discord.chat.recall(town.here, part("哈哈"), since) is None


async def test_a_message_has_an_address(town: Town) -> None:
    native = await town.say("hi")
    address = town.discord.chat.link(Copy(town.here, native))
    assert address == f"https://discord.com/channels/{town.guild}/{town.channel}/{native}"


async def test_a_file_is_read_back_within_the_limit(town: Town) -> None:
    user = town.emu.add_user("bob")
    posted = await town.emu.post(
        town.channel, user, attachments=[("a.txt", b"hello", "text/plain")]
    )
    native = posted["attachments"][0]
    there = Attachment(AttachmentKind.FILE, "a.txt", native["url"], 5, "text/plain")
    file = await town.discord.chat.fetch(there, limit=5)
    assert (file.name, file.content) == ("a.txt", b"hello")
    with pytest.raises(FileUnavailable):
        await town.discord.chat.fetch(there, limit=4)
    gone = Attachment(AttachmentKind.FILE, "b.txt", native["url"].replace("a.txt", "b.txt"))
    with pytest.raises(FileUnavailable):
        await town.discord.chat.fetch(gone, limit=5)


async def test_an_address_that_expired_is_asked_for_anew(town: Town) -> None:
    user = town.emu.add_user("bob")
    posted = await town.emu.post(
        town.channel, user, attachments=[("a.txt", b"hello", "text/plain")]
    )
    address = posted["attachments"][0]["url"]
    old = Attachment(AttachmentKind.FILE, "a.txt", address.replace("a.txt", "old.txt"))
    for refreshed in (address, None):
        answer = {"refreshed_urls": [{"original": old.source, "refreshed": refreshed}]}
        town.emu.fault("POST", "/attachments/refresh-urls", status=200, json=answer)
    assert (await town.discord.chat.fetch(old, limit=5)).content == b"hello"
    with pytest.raises(FileUnavailable):
        await town.discord.chat.fetch(old, limit=5)
