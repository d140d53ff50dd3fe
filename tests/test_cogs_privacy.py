"""What people see of what is kept about them, how it goes, and how nothing more is kept."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete

from bot.cog import Reply
from bot.core.errors import Rejected
from bot.core.model import (
    Attachment,
    AttachmentKind,
    ChannelId,
    Deleted,
    Edited,
    Joined,
    MessageId,
    PersonId,
    Reacted,
)
from bot.core.richtext import RichText
from bot.dispatch import Dispatcher, Invocation, Press
from bot.host import load_cogs
from bot.posts import Pictures
from bot.privacy import StoredPrivacy
from bot.services import Post
from bot.settings import RetentionSettings
from bot.store import glossary
from bot.store.database import Database
from bot.store.glossary import Lesson
from bot.store.schema import outbox
from bot.upkeep import Upkeep
from bot.wordbook import text_key
from tests.parts import ANN, EN, MEI, ZH, World, host_of, world_of

NOWHERE = ChannelId("east", "dm-ann")
CAT = Attachment(AttachmentKind.IMAGE, "cat.png", "cat", 3, "image/png")


class Town:
    """A world with the cog in it. Ann asks, unless it is said who."""

    def __init__(self, world: World) -> None:
        self.world = world

    async def start(self) -> None:
        self.dispatcher = Dispatcher(self.world.relaybook.language)
        self.host = host_of(self.world, self.dispatcher)
        await self.world.preferences.load()
        await load_cogs(["privacy"], self.host, self.dispatcher)

    async def run(self, word: str, **how: Any) -> Reply:
        asked: dict[str, Any] = {"channel": EN, "person": ANN, "is_mod": False, "locale": "en"}
        return await self.dispatcher.run(Invocation(("privacy", word), **(asked | how)))

    async def press(self, reply: Reply, label: str, **how: Any) -> Reply:
        asked: dict[str, Any] = {"channel": EN, "person": ANN, "is_mod": False, "locale": "en"}
        (button,) = [one for one in reply.buttons if one.label == label]
        told = await self.dispatcher.press(Press(button.action, button.argument, **(asked | how)))
        assert told is not None
        return told

    async def erase(self, **how: Any) -> Reply:
        return await self.press(await self.run("forget", **how), "Erase", **how)

    async def exported(self, **how: Any) -> Any:
        file = (await self.run("export", **how)).file
        assert file is not None
        return json.loads(file.content)

    def privacy(self, **how: Any) -> StoredPrivacy:
        """That of another process on the same database."""
        wanted: dict[str, Any] = {"cogs": lambda: self.dispatcher.cogs, "chats": ()}
        return StoredPrivacy(
            database=self.world.database,
            clock=self.world.clock,
            keep=RetentionSettings(),
            wake=self.world.courier.wake,
            **(wanted | how),
        )

    async def look(self) -> None:
        for job in self.dispatcher.repeatings():
            await job.run()
        await self.world.deliver()


@pytest.fixture
async def town(database: Database, tmp_path: Path) -> AsyncIterator[Town]:
    async with world_of(database, tmp_path) as world:
        town = Town(world)
        await town.start()
        yield town


async def test_nobody_is_known_who_has_not_written(town: Town) -> None:
    for word in ("show", "forget"):
        said = (await town.run(word)).rich.text
        assert said == "Catbridge keeps nothing about you on East."


async def test_the_page_has_its_own_name_in_chinese(town: Town) -> None:
    here = ChannelId("sandbox", "tea")
    said = (await town.run("show", channel=here, locale="zh-CN")).rich.text
    assert "沙盒" in said
    assert "Sandbox" not in said


async def test_what_is_kept_is_told_with_its_number_and_for_how_long(town: Town) -> None:
    await town.world.say("hello")
    await town.world.say("again")
    await town.world.deliver()
    told = await town.run("show", channel=NOWHERE)
    assert told.is_secret
    assert told.rich.text.splitlines()[1:3] == [
        "• Messages you wrote in linked channels: 2 (their words 2 days, your name and id 30 days)",
        "• Copies of them on the other side: 2 (known for 30 days)",
    ]


async def test_the_export_holds_everything_about_the_asker_and_nothing_of_others(
    town: Town,
) -> None:
    await town.world.say("my cat sleeps", attachments=(CAT,))
    await town.world.say("她也在睡", channel=ZH, author=MEI)
    await town.world.deliver()
    told = await town.run("export")
    assert told.is_secret
    assert told.file is not None
    assert (told.file.name, told.file.mime) == ("catbridge-east.json", "application/json")
    kept = json.loads(told.file.content)
    (message,) = kept["tables"]["messages"]
    assert message["content"]["text"] == "my cat sleeps"
    assert message["attachments"][0]["name"] == "cat.png"
    assert kept["tables"]["translations"][0]["content"]["text"] == "zh<my cat sleeps>"
    assert "睡" not in told.file.content.decode()


async def test_erasing_must_be_confirmed(town: Town) -> None:
    await town.world.say("hello")
    asked = await town.run("forget")
    assert "can't be undone" in asked.rich.text
    assert [one.style for one in asked.buttons] == ["danger", "danger", "plain"]
    assert (await town.press(asked, "Keep it")).rich.text == "Nothing was changed."
    assert await town.world.query("SELECT author_name FROM messages") == [("Ann",)]


async def test_a_button_erases_nobody_but_who_asked_for_it(town: Town) -> None:
    await town.world.say("hello")
    await town.world.say("你好", channel=ZH, author=MEI)
    asked = await town.run("forget")
    refused = await town.press(asked, "Erase", person=MEI, channel=ZH)
    assert refused.rich.text.startswith("This button is somebody else's.")
    names = await town.world.query("SELECT author_name FROM messages ORDER BY id")
    assert names == [("Ann",), ("小梅",)]


async def test_the_copies_of_the_erased_are_deleted_and_others_stay(town: Town) -> None:
    await town.world.say("one")
    await town.world.say("two", author=replace(ANN, person=PersonId("east", "bob"), name="Bob"))
    await town.world.deliver()
    told = await town.erase()
    assert told.rich.text.startswith(
        "Erased. Copies of your messages on the other side that are being deleted: 1."
    )
    await town.world.deliver()
    assert [text for text in town.world.west.texts() if "one" in text] == []
    assert [text for text in town.world.west.texts() if "two" in text] != []
    assert (await town.press(told, "How is it going?")).rich.text == (
        "1 deleted, 0 still to be deleted."
    )


async def test_what_waits_for_its_delivery_is_never_said_once_its_author_is_erased(
    town: Town,
) -> None:
    await town.world.say("hello")
    await town.erase()
    await town.world.deliver()
    assert town.world.west.sent == []


async def test_copies_that_the_platform_will_not_delete_are_counted(town: Town) -> None:
    for words in ("one", "two"):
        await town.world.say(words)
    await town.world.deliver()
    town.world.west.fail(Rejected("message can't be deleted"), on="delete")
    told = await town.erase()
    await town.world.deliver()
    outcome = (await town.press(told, "How is it going?")).rich.text
    assert outcome.startswith("1 deleted, 0 still to be deleted. 1 could not be deleted")


async def test_a_long_history_is_taken_back_bit_by_bit(town: Town) -> None:
    await town.world.hear(*(town.world.inbound(f"number {n}") for n in range(70)))
    await town.world.deliver()
    await town.erase()
    await town.world.deliver()
    assert len(town.world.west.texts()) == 20
    await town.world.say("不用等", channel=ZH, author=MEI)
    await town.look()
    assert town.world.west.texts() == []
    assert len(town.world.east.texts()) == 1


async def test_a_copy_is_deleted_where_nobody_knows_how_it_got_there(town: Town) -> None:
    await town.world.say("hello")
    await town.world.deliver()
    async with town.world.database.transaction() as connection:
        await connection.execute(delete(outbox))
    await town.erase()
    await town.world.deliver()
    assert town.world.west.texts() == []


async def test_an_erasure_that_was_interrupted_is_ended_by_the_next_process(
    town: Town, tmp_path: Path
) -> None:
    await town.world.say("hello")
    await town.world.deliver()
    (cog,) = town.dispatcher.cogs
    forget, cog.forget = cog.forget, _killed  # type: ignore[method-assign]
    with pytest.raises(_Killed):
        await town.host.privacy.erase(ANN.person)
    cog.forget = forget  # type: ignore[method-assign]
    later = Town(town.world.killed(tmp_path / "later"))
    await later.start()
    await later.look()
    assert later.world.west.texts() == []
    assert await later.world.query("SELECT author_name FROM messages") == [("",)]
    assert await later.world.query("SELECT * FROM erasures") == []


class _Killed(Exception):
    pass


async def _killed(person: PersonId) -> None:
    raise _Killed(person)


def _stopped() -> None:
    raise _Killed


async def test_names_that_only_the_asker_told_are_hidden_also_after_an_interruption(
    town: Town, tmp_path: Path
) -> None:
    await town.world.say("hello")
    async with town.world.database.transaction() as connection:
        post = Post(RichText("Annie is here"))
        await town.host.posts.say(connection, EN, post, key="party:1")
    (cog,) = town.dispatcher.cogs
    cog.forget = _killed  # type: ignore[method-assign]
    with pytest.raises(_Killed):
        await town.host.privacy.erase(ANN.person, "Annie")
    later = Town(town.world.killed(tmp_path / "later"))
    await later.start()
    await later.host.privacy.finish()
    ((told,),) = await later.world.query("SELECT post FROM outbox WHERE post LIKE '%party:1%'")
    assert "█████ is here" in json.loads(str(told))["text"]["text"]


async def test_an_erasure_is_begun_again_where_a_kill_left_only_its_traces(
    town: Town, tmp_path: Path
) -> None:
    await town.world.say("hello")
    privacy = town.privacy(wipe=_stopped)
    with pytest.raises(_Killed):
        await privacy.erase(ANN.person)
    later = Town(town.world.killed(tmp_path / "later"))
    await later.start()
    assert len(await later.world.query("SELECT * FROM erasures")) == 1
    await later.look()
    assert await later.world.query("SELECT * FROM erasures") == []


async def test_a_running_bridge_forgets_what_was_erased_beside_it(town: Town) -> None:
    await town.world.say("hello")
    lesson = Lesson("en", "zh", text_key("hello"), "hello", "喵", author=ANN.person)
    async with town.world.database.transaction() as connection:
        await glossary.learn(connection, 1, lesson, MEI.person, town.world.clock.now())
    await town.world.wordbook.load()
    assert town.world.wordbook.remembered(1, "en", "zh", "hello") == "喵"
    await town.privacy(cogs=list, is_beside=lambda: True).erase(ANN.person)
    await town.look()
    assert town.world.wordbook.remembered(1, "en", "zh", "hello") is None
    assert await town.world.query("SELECT * FROM erasures") == []


async def test_the_deletions_outlive_a_restart(town: Town, tmp_path: Path) -> None:
    await town.world.say("hello")
    await town.world.deliver()
    await town.erase()
    later = town.world.killed(tmp_path / "later")
    await later.deliver()
    assert later.west.texts() == []


async def test_an_erased_persons_message_is_not_heard_again(town: Town) -> None:
    said = await town.world.say("hello")
    await town.erase()
    await town.world.hear(town.world.inbound("hello", id=said.id))
    await town.world.deliver()
    assert town.world.west.sent == []
    assert await town.world.query("SELECT author_name, content FROM messages") == [("", None)]


async def test_a_reply_to_an_erased_person_quotes_nothing(town: Town) -> None:
    said = await town.world.say("my secret")
    await town.world.deliver()
    await town.erase()
    bob = replace(ANN, person=PersonId("east", "bob"), name="Bob")
    await town.world.say("really?", author=bob, reply_to=said)
    await town.world.deliver()
    (text,) = town.world.west.texts()
    assert "secret" not in text
    assert "Ann" not in text
    assert "↩" not in text


async def test_nothing_of_who_is_on_pause_crosses_or_is_kept(town: Town) -> None:
    told = await town.run("pause", channel=NOWHERE)
    assert "crosses or is kept" in told.rich.text
    world = town.world
    said = await world.say("between us")
    await world.hear(Reacted(MessageId(EN, "9"), ANN, "❤️"), Joined(EN, ANN, world.clock.now()))
    await world.deliver()
    assert world.west.sent == []
    assert await world.query("SELECT * FROM messages") == []
    assert world.announced == []
    await world.hear(Edited(said, RichText("changed"), world.clock.now()))
    assert await world.query("SELECT * FROM messages") == []


async def test_an_edit_during_a_pause_is_not_kept_and_a_deletion_is_followed(town: Town) -> None:
    said = await town.world.say("before")
    await town.world.deliver()
    await town.run("pause")
    await town.world.hear(Edited(said, RichText("after"), town.world.clock.now()))
    await town.world.deliver()
    assert "before" in town.world.west.texts()[0]
    assert (await town.exported())["tables"]["messages"][0]["content"]["text"] == "before"
    await town.world.hear(Deleted((said,)))
    await town.world.deliver()
    assert town.world.west.texts() == []


async def test_what_was_waiting_when_its_author_paused_stays(town: Town) -> None:
    await town.world.say("hello")
    await town.run("pause")
    await town.world.deliver()
    assert town.world.west.sent == []


async def test_a_reply_to_who_is_on_pause_quotes_nothing(town: Town) -> None:
    before = await town.world.say("my secret")
    await town.world.deliver()
    await town.run("pause")
    after = await town.world.say("another secret")
    bob = replace(ANN, person=PersonId("east", "bob"), name="Bob")
    for answered in (before, after):
        await town.world.say("really?", author=bob, reply_to=answered)
    await town.world.deliver()
    for shown in town.world.west.sent[1:]:
        assert "secret" not in shown.part.text.text
        assert "Ann" not in shown.part.text.text
        assert shown.part.reply_to is None


async def test_a_pause_outlives_a_restart_and_ends_when_its_person_says_so(
    town: Town, tmp_path: Path
) -> None:
    await town.run("pause")
    later = Town(town.world.killed(tmp_path / "later"))
    await later.world.relaybook.reload()
    await later.start()
    await later.world.say("between us")
    assert "on pause" in (await later.run("show")).rich.text
    assert (await later.run("resume")).rich.text == "From now on your messages cross again."
    await later.world.say("for everyone")
    await later.world.deliver()
    (text,) = later.world.west.texts()
    assert "for everyone" in text
    assert (await later.run("resume")).rich.text.startswith("You are not on pause")


async def test_what_was_written_during_a_pause_does_not_cross_when_it_is_heard_later(
    town: Town,
) -> None:
    """A command may overtake a message, and what was missed is read again after a restart."""
    world = town.world
    edited = await world.say("before")
    await town.run("pause")
    world.clock.advance(0.25)
    during = world.inbound("between us")
    change = Edited(edited, RichText("a change between us"), world.clock.now())
    world.clock.advance(0.25)
    await town.run("resume")
    world.clock.advance(0.25)
    await world.hear(during, change, world.inbound("for everyone"))
    await world.deliver()
    assert [text for text in world.west.texts() if "between us" in text] == []
    assert len(world.west.texts()) == 2


async def test_of_a_platform_that_tells_whole_seconds_nothing_is_lost_after_a_pause(
    town: Town,
) -> None:
    await town.run("pause")
    town.world.clock.advance(1.5)
    await town.run("resume")
    heard = town.world.inbound("for everyone")
    await town.world.hear(replace(heard, sent_at=heard.sent_at.replace(microsecond=0)))
    await town.world.deliver()
    assert len(town.world.west.texts()) == 1


async def test_that_somebody_was_on_pause_is_let_go_in_time(town: Town, tmp_path: Path) -> None:
    await town.run("pause")
    await town.run("resume")
    upkeep = Upkeep(
        town.world.database,
        town.world.clock,
        RetentionSettings(),
        pictures=Pictures(tmp_path / "none"),
        passing_posts=list,
    )
    await upkeep.let_go()
    assert len(await town.world.query("SELECT * FROM private_people")) == 1
    town.world.clock.advance(31 * 86400)
    await upkeep.let_go()
    assert await town.world.query("SELECT * FROM private_people") == []


async def test_a_pause_is_nobody_elses(town: Town) -> None:
    await town.run("pause")
    namesake = replace(ANN, person=PersonId("west", ANN.person.id))
    await town.world.say("hello", channel=ZH, author=namesake)
    await town.world.deliver()
    assert len(town.world.east.texts()) == 1


@pytest.mark.parametrize(
    ("label", "is_paused"), [("Erase", False), ("Erase, and pause from now on", True)]
)
async def test_erasing_pauses_only_who_wants_that(town: Town, label: str, is_paused: bool) -> None:
    await town.world.say("hello")
    told = await town.press(await town.run("forget"), label)
    assert await town.host.privacy.is_paused(ANN.person) is is_paused
    if not is_paused:
        await town.press(told, "Also pause")
        assert await town.host.privacy.is_paused(ANN.person)
