"""/learn: the original words come along, hidden, where somebody who learns reads."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.cog import Reply
from bot.core.errors import Transient
from bot.core.model import Attachment, AttachmentKind, Author, ChannelId, Inbound, Migrated
from bot.core.richtext import Style
from bot.dispatch import Dispatcher, Invocation
from bot.host import load_cogs
from bot.store.database import Database
from tests.parts import ANN, EN, MEI, ZH, Shown, World, host_of, world_of

DAY = 24 * 60 * 60.0


class School:
    """Ann learns in the English channel, where she reads what Mei writes in the Chinese one."""

    def __init__(self, world: World) -> None:
        self.world = world

    async def opened(self) -> School:
        self.dispatcher = Dispatcher(self.world.relaybook.language)
        self.host = host_of(self.world, self.dispatcher)
        await load_cogs(["learner"], self.host, self.dispatcher)
        return self

    @property
    def cog(self) -> Any:
        return self.dispatcher.cogs[0]

    async def ask(self, words: str, *, by: Author = ANN, channel: ChannelId = EN) -> Reply:
        return await self.dispatcher.run(Invocation((), channel, by, False, "en", text=words))

    async def writes(self, words: str = "hi", *, by: Author = ANN, channel: ChannelId = EN) -> None:
        said = self.world.inbound(words, author=by, channel=channel)
        await self.world.hear(said)
        await self.world.deliver()
        for listen in self.cog.listeners(Inbound):
            await listen(said)

    async def reads(self, words: str = "谢谢大家", **how: Any) -> Shown:
        """Mei says it; what the English channel shows."""
        await self.world.say(words, **({"channel": ZH, "author": MEI} | how))
        await self.world.deliver()
        return self.world.east.sent[-1]


@pytest.fixture
async def school(database: Database, tmp_path: Path) -> AsyncIterator[School]:
    async with world_of(database, tmp_path) as world:
        yield await School(world).opened()


def hidden(shown: Shown) -> list[str]:
    text = shown.part.text
    return [text.text[s.start : s.end] for s in text.spans if s.style is Style.SPOILER]


async def test_chinese_words_come_with_pinyin_to_who_learns(school: School) -> None:
    assert hidden(await school.reads()) == []
    assert "pinyin" in (await school.ask("learn on")).rich.text
    shown = await school.reads()
    assert hidden(shown) == ["谢谢大家\nxièxie dàjiā"]
    assert shown.part.text.text.endswith("en<谢谢大家>\n谢谢大家\nxièxie dàjiā")


async def test_english_words_come_to_who_learns_on_the_chinese_side(school: School) -> None:
    await school.ask("learn on", by=MEI, channel=ZH)
    await school.writes("see you tomorrow")
    assert hidden(school.world.west.sent[-1]) == ["see you tomorrow"]


async def test_only_the_channel_where_somebody_learns_gets_them(school: School) -> None:
    await school.ask("learn on", by=MEI, channel=ZH)
    assert hidden(await school.reads()) == []


async def test_learning_ends_when_one_says_so(school: School) -> None:
    await school.ask("learn on")
    assert (await school.ask("learn")).rich.text.startswith("You are learning here.")
    assert (await school.ask("learn off")).rich.text == "You no longer learn here."
    assert (await school.ask("learn")).rich.text.startswith("You are not learning here.")
    assert hidden(await school.reads()) == []


async def test_who_has_not_written_for_a_week_is_not_waited_for(school: School) -> None:
    await school.ask("learn on")
    school.world.clock.advance(6 * DAY)
    assert hidden(await school.reads())
    school.world.clock.advance(DAY + 1)
    assert hidden(await school.reads()) == []
    await school.writes()
    assert hidden(await school.reads())


async def test_writing_elsewhere_does_not_keep_one_learning(school: School) -> None:
    await school.ask("learn on")
    school.world.clock.advance(7 * DAY + 1)
    await school.writes(by=ANN, channel=ZH)
    assert hidden(await school.reads()) == []


async def test_learning_outlives_a_restart(school: School) -> None:
    await school.ask("learn on")
    school.world.clock.advance(7 * DAY + 1)
    again = await School(school.world).opened()
    await again.writes()
    assert hidden(await again.reads())


async def test_what_needs_no_translation_comes_alone(school: School) -> None:
    await school.ask("learn on")
    school.world.translator.label = "same-language"
    assert hidden(await school.reads()) == []


async def test_long_texts_come_alone(school: School) -> None:
    await school.ask("learn on")
    assert hidden(await school.reads("猫" * 50))
    assert hidden(await school.reads("猫" * 100)) == []


async def test_what_leaves_no_room_for_them_comes_alone(database: Database, tmp_path: Path) -> None:
    async with world_of(database, tmp_path) as world:
        world.east.can = replace(world.east.can, text_limit=40, caption_limit=40)
        school = await School(world).opened()
        await school.ask("learn on")
        assert hidden(await school.reads("谢谢")) == ["谢谢\nxièxie"]
        assert hidden(await school.reads("谢谢大家谢谢大家")) == []
        assert len(world.east.sent) == 2


async def test_a_caption_keeps_its_picture(school: School) -> None:
    await school.ask("learn on")
    school.world.west.files["source"] = b"cat"
    picture = Attachment(AttachmentKind.IMAGE, "cat.png", "source")
    shown = await school.reads("猫", attachments=(picture,))
    assert hidden(shown) == ["猫\nmāo"]
    assert len(shown.part.files) == 1


async def test_links_and_emoji_are_not_repeated(school: School) -> None:
    await school.ask("learn on")
    shown = await school.reads("看猫 https://example.org/cat 😂")
    assert hidden(shown) == ["看猫\nkàn māo"]


async def test_a_bundle_comes_without_them(school: School) -> None:
    await school.ask("learn on")
    world = school.world
    for words in ("谢谢", "猫", "好"):
        await world.say(words, channel=ZH, author=MEI)
    world.east.fail(Transient("too many requests", 5.0))

    def arrived() -> bool:
        if world.east.calls:
            world.clock.advance(6)
            world.courier.wake()
        return bool(world.east.sent)

    await world.deliver(until=arrived)
    assert world.east.texts() == ["小梅\nen<谢谢>\nen<猫>\nen<好>"]


async def test_a_community_can_forbid_it(database: Database, tmp_path: Path) -> None:
    async with world_of(database, tmp_path) as world:
        dispatcher = Dispatcher(world.relaybook.language, lambda _channel, cog: cog != "learner")
        await load_cogs(["learner"], host_of(world, dispatcher), dispatcher)
        told = await dispatcher.run(Invocation((), EN, ANN, False, "en", text="learn on"))
        assert told.rich.text.startswith("This is switched off here.")


async def test_a_channel_that_moves_takes_its_learners_along(school: School) -> None:
    await school.ask("learn on")
    new = ChannelId("east", "moved")
    await school.world.hear(Migrated(EN, new))
    shown = await school.reads()
    assert shown.channel == new
    assert hidden(shown)


async def test_who_learns_can_see_it_and_be_forgotten(school: School) -> None:
    await school.ask("learn on")
    kept = await school.cog.export(ANN.person)
    assert [one["channel"] for one in kept["learning"]] == ["en"]
    await school.cog.forget(ANN.person)
    assert await school.cog.export(ANN.person) == {}
    assert hidden(await school.reads()) == []


async def test_who_no_longer_comes_is_forgotten(school: School) -> None:
    await school.ask("learn on")
    school.world.clock.advance(91 * DAY)
    for job in school.dispatcher.dailies():
        await job.run()
    assert await school.world.query("SELECT 1 FROM learners") == []
