"""The cat tax, as people on both sides see it: asked, paid, stamped, shown, taken back."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from bot.community import cat_words as words
from bot.community.cat_calls import is_call, last_week
from bot.community.stamp import Receipt, stamp
from bot.core.errors import FileUnavailable, Transient
from bot.core.model import (
    Attachment,
    AttachmentKind,
    Author,
    ChannelId,
    Deleted,
    Joined,
    MessageId,
    PersonId,
    Reacted,
    RelayChannel,
)
from bot.core.ports import Capabilities
from bot.core.richtext import RichText, Style
from bot.dispatch import Dispatcher, Invocation, Press
from bot.host import load_cogs
from bot.i18n import Language, translate
from bot.store import relays
from bot.store.database import Database
from cogs.cat_tax import CatTax
from tests.parts import (
    ANN,
    EN,
    LINKED,
    MEI,
    ZH,
    EditingRoom,
    RecallingRoom,
    Shown,
    World,
    host_of,
    running,
    world_of,
)

BO = Author(PersonId("east", "bo"), "Bo")
LI = Author(PersonId("west", "li"), "李雷")
SUNDAY_IN_CHINA = datetime(2025, 1, 19, 11, tzinfo=UTC)  # 19:00 there; tests begin on Wednesday
SUNDAY_IN_NEW_YORK = datetime(2025, 1, 20, 0, tzinfo=UTC)


def picture(colour: str, kind: str = "JPEG") -> bytes:
    written = io.BytesIO()
    Image.new("RGB", (120, 90), colour).save(written, kind)
    return written.getvalue()


class Town:
    """One run of the program on a world: people post, press and ask, and time passes."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.dispatcher = Dispatcher(world.relaybook.language, self._is_on)
        self.host = host_of(world, self.dispatcher)
        self.heard = len(world.announced)

    async def start(self) -> Town:
        await load_cogs(["cat_tax"], self.host, self.dispatcher)
        return self

    @property
    def cog(self) -> CatTax:
        (cog,) = self.host.cogs()
        assert isinstance(cog, CatTax)
        return cog

    def _is_on(self, channel: ChannelId, cog: str) -> bool:
        relay = self.world.relaybook.of(channel)
        return relay is None or self.world.preferences.is_on(relay, cog)

    async def listen(self) -> None:
        """What was heard reaches the cog."""
        for event in self.world.announced[self.heard :]:
            self.dispatcher.announce(event)
        self.heard = len(self.world.announced)
        async with running(self.dispatcher.listen()):
            await self.dispatcher.settle()

    async def hear(self, *events: Any) -> None:
        await self.world.hear(*events)
        await self.listen()
        await self.world.deliver()

    async def look(self) -> None:
        """The repeated jobs, and what they say."""
        for job in self.dispatcher.repeatings():
            await job.run()
        await self.world.deliver()

    async def pass_time(self, seconds: float = 5) -> None:
        self.world.clock.advance(seconds)
        await self.look()

    async def until(self, moment: datetime) -> None:
        await self.pass_time((moment - self.world.clock.now()).total_seconds())

    async def bring(
        self,
        content: bytes,
        text: str = "cat tax",
        *,
        author: Author = ANN,
        covered: bool = False,
        name: str = "cat.jpg",
        kind: AttachmentKind = AttachmentKind.IMAGE,
        mime: str = "image/jpeg",
        rich: RichText | None = None,
        **how: Any,
    ) -> MessageId:
        """Post a picture, and let its receipt come to both sides."""
        file = self.attachment(author, content, name=name, kind=kind, mime=mime, covered=covered)
        channel = how.pop("channel", EN if author.person.platform == "east" else ZH)
        message = self.world.inbound(
            text, author=author, channel=channel, attachments=(file,), **how
        )
        if rich is not None:
            message = type(message)(
                message.ref, author, rich, message.sent_at, attachments=message.attachments
            )
        await self.hear(message)
        await self.pass_time()
        return message.ref

    def attachment(
        self,
        author: Author,
        content: bytes,
        *,
        name: str = "cat.jpg",
        kind: AttachmentKind = AttachmentKind.IMAGE,
        mime: str = "image/jpeg",
        covered: bool = False,
    ) -> Attachment:
        room = self.world.chats[author.person.platform]
        source = f"file-{len(room.files)}"
        room.files[source] = content
        return Attachment(kind, name, source, len(content), mime, covered)

    async def ask(self, command: str, author: Author = ANN, *, is_mod: bool = False, **how: Any):
        channel = EN if author.person.platform == "east" else ZH
        asked: dict[str, Any] = {"channel": channel, "text": "", "locale": "en"} | how
        self.reply = await self.dispatcher.run(
            Invocation((command,), person=author, is_mod=is_mod, **asked)
        )
        await self.world.deliver()
        return self.reply.rich.text

    async def press(self, author: Author = ANN) -> str:
        channel = EN if author.person.platform == "east" else ZH
        press = Press("cat_tax.no_pet", "", channel, author, is_mod=False, locale="en")
        reply = await self.dispatcher.press(press)
        assert reply is not None
        return reply.rich.text

    async def prefer(self, name: str, value: object) -> None:
        await self.world.preferences.put(self.world.relaybook.all()[0], name, value)

    def said(self, channel: ChannelId) -> list[Shown]:
        """Our own posts there now: they are said by nobody."""
        room = self.world.chats[channel.platform]
        own = [one for one in room.messages.values() if one.channel == channel]
        return [one for one in own if one.part.author is None and not one.part.origins]

    def receipts(self, channel: ChannelId) -> list[str]:
        """Their numbers, in order."""
        heads = [one.part.text.text.split("\n")[0] for one in self.said(channel)]
        return [head.split(" · ")[0][2:] for head in heads if head.startswith("🧾")]

    def kept(self) -> int:
        folder = self.world.folder / "pictures"
        return len([*folder.iterdir()]) if folder.exists() else 0


@pytest.fixture
async def world(database: Database, tmp_path: Path) -> AsyncIterator[World]:
    async with world_of(database, tmp_path) as world:
        can = Capabilities(4000, 1000, len, 10**7, files_per_part=4, replies=True)
        world.chats["east"] = RecallingRoom("east", world.clock, can)
        world.chats["west"] = EditingRoom("west", world.clock, can)
        world.courier = world.new_courier()
        yield world


@pytest.fixture
async def town(world: World) -> Town:
    return await Town(world).start()


def both(message: str, **values: object) -> list[str]:
    languages: tuple[Language, Language] = ("en", "zh")
    return [translate(message, language, **values) for language in languages]


async def second_community(town: Town) -> tuple[RelayChannel, RelayChannel]:
    quiet = (RelayChannel(ChannelId("east", "q"), "en"), RelayChannel(ChannelId("west", "q"), "zh"))
    async with town.world.database.transaction() as connection:
        await relays.declare(connection, [("main", LINKED), ("quiet", quiet)])
    await town.world.relaybook.reload()
    return quiet


# paying


async def test_a_picture_is_stamped_on_both_sides_below_the_picture(town: Town) -> None:
    ref = await town.bring(picture("orange"))
    (here,) = town.said(EN)
    (there,) = town.said(ZH)
    copy = next(one for one in town.world.west.sent if one.part.origins)
    assert (here.part.reply_to, there.part.reply_to) == (ref.id, copy.id)
    for one in (here, there):
        assert one.part.text.text.startswith("🧾 No. 0001 · 已缴猫税 · CAT TAX PAID\n")
        assert all(line in one.part.text.text for line in both(words.THANKS[1], name="Ann"))
        assert Image.open(io.BytesIO(one.part.files[0].content)).format == "PNG"
    assert here.part.files[0].content == there.part.files[0].content


async def test_the_channels_own_language_comes_first(town: Town) -> None:
    await town.bring(picture("orange"), author=MEI)
    lines = [town.said(channel)[0].part.text.text.split("\n")[1] for channel in (EN, ZH)]
    assert lines == both(words.THANKS[1], name="小梅")


async def test_a_stamp_carries_the_payers_own_date(town: Town) -> None:
    town.world.clock.at = datetime(2025, 1, 15, 20, tzinfo=UTC)  # the 16th in China
    await town.bring(picture("orange"), author=MEI)
    first = town.said(ZH)[0].part.files[0].content
    assert first == stamp(Receipt(1, "小梅", "2025-01-16"))


CALLS = (
    "交猫税",
    "猫税",
    "我来交 猫 税 了！",
    "交貓稅",
    "Cat Tax!",
    "#cattax",
    "ＣＡＴ　ＴＡＸ",
    "cat-tax",
    "my cat_taxes",
    "paying cat\u200b tax",
    "#CatTax🐱",
)
NO_CALLS = ("my cat", "tax", "猫", "税务局", "concat tax", "cat taxi", "cattaxonomy", "")


@pytest.mark.parametrize("text", CALLS)
def test_these_words_call_it_cat_tax(text: str) -> None:
    assert is_call(text)


@pytest.mark.parametrize("text", NO_CALLS)
def test_these_words_do_not(text: str) -> None:
    assert not is_call(text)


async def test_a_picture_nobody_calls_cat_tax_is_left_alone(town: Town) -> None:
    await town.bring(picture("orange"), "look at this")
    assert town.said(EN) == town.said(ZH) == []


async def test_words_without_a_picture_are_left_alone(town: Town) -> None:
    await town.hear(town.world.inbound("cat tax"))
    await town.bring(b"%PDF", name="tax.pdf", kind=AttachmentKind.FILE, mime="application/pdf")
    await town.bring(b"RIFF", kind=AttachmentKind.VIDEO, mime="video/mp4")
    assert town.said(EN) == town.said(ZH) == []


async def test_bots_and_commands_do_not_pay_by_talking(town: Town) -> None:
    robot = Author(PersonId("east", "r2"), "R2", is_bot=True)
    await town.bring(picture("orange"), author=robot)
    await town.bring(picture("red"), "/cattax")
    assert town.said(EN) == []


async def test_a_picture_sent_as_a_file_or_moving_counts(town: Town) -> None:
    await town.bring(picture("orange"), kind=AttachmentKind.FILE)
    await town.bring(
        picture("red", "GIF"), kind=AttachmentKind.ANIMATION, mime="image/gif", author=MEI
    )
    assert town.receipts(EN) == town.receipts(ZH) == ["No. 0001", "No. 0002"]


async def test_an_answer_to_our_request_needs_no_words(town: Town) -> None:
    assert (await town.ask("cattax")).startswith("The tax office has asked the room.")
    (asked,) = town.said(EN)
    assert all(line in asked.part.text.text for line in both(words.COLLECTING, names="Ann"))
    await town.bring(picture("orange"), "", author=BO, reply_to=MessageId(EN, asked.id))
    assert town.receipts(EN) == town.receipts(ZH) == ["No. 0001"]


async def test_an_answer_to_something_else_is_not_a_payment(town: Town) -> None:
    ref = await town.bring(picture("orange"))
    await town.bring(picture("red"), "aww", reply_to=ref)
    (receipt,) = town.said(EN)
    await town.bring(picture("blue"), "aww", reply_to=MessageId(EN, receipt.id))
    assert town.receipts(EN) == ["No. 0001"]


async def test_a_picture_given_to_the_command_is_shown_stamped(town: Town) -> None:
    file = town.attachment(ANN, picture("orange"))
    assert await town.ask("cattax", arguments={"picture": file}) == (
        "Received! Your receipt is being stamped."
    )
    await town.look()
    await town.pass_time()
    assert town.receipts(EN) == town.receipts(ZH) == ["No. 0001"]
    shown = Image.open(io.BytesIO(town.said(ZH)[0].part.files[0].content)).convert("RGB")
    red, green, blue = shown.tobytes()[:3]
    assert (red > 220, 140 < green < 190, blue < 40) == (True, True, True)


async def test_a_covered_picture_given_to_the_command_stays_covered(town: Town) -> None:
    file = town.attachment(ANN, picture("orange"), covered=True)
    await town.ask("cattax", arguments={"picture": file})
    await town.look()
    assert Image.open(io.BytesIO(town.said(EN)[0].part.files[0].content)).size == (720, 720)


async def test_the_command_takes_the_picture_it_answers_if_it_is_ones_own(town: Town) -> None:
    mine = await town.bring(picture("orange"), "look")
    file = town.world.announced[-1].attachments[0]  # pyright: ignore
    how = {"arguments": {"picture": file}, "reply_to": mine}
    assert "someone else's" in await town.ask("cattax", BO, **how)
    assert (await town.ask("cattax", **how)).startswith("Received!")
    town.world.clock.advance(60)
    assert await town.ask("cattax", **how) == "That picture is at the tax office already."
    await town.look()
    assert [one.part.reply_to for one in town.said(EN)] == [mine.id]


async def test_the_command_takes_nothing_but_pictures(town: Town) -> None:
    file = town.attachment(ANN, b"%PDF", kind=AttachmentKind.FILE, mime="application/pdf")
    assert (await town.ask("cattax", arguments={"picture": file})).startswith("That is no picture.")
    assert "no relay" in await town.ask("cattax", BO, channel=ChannelId("east", "elsewhere"))


async def test_a_thread_is_no_place_to_pay(town: Town) -> None:
    thread = ChannelId("east", "thread-1")
    town.world.relaybook.home = {thread: EN}.get
    message = town.world.inbound(
        "cat tax", channel=thread, attachments=(town.attachment(ANN, picture("orange")),)
    )
    town.dispatcher.announce(message)
    await town.listen()
    assert await town.ask("cattax", channel=thread) == (
        "The cat tax is paid in the channel itself, not in a thread."
    )
    assert await town.world.query("SELECT * FROM cat_receipts") == []


@pytest.mark.databases("sqlite", "postgresql")
async def test_the_same_bytes_pay_once(town: Town) -> None:
    await town.bring(picture("orange"))
    again = await town.bring(picture("orange"), author=MEI)
    await town.bring(picture("red"))
    joke = town.said(ZH)[1]
    assert joke.part.reply_to == again.id
    assert all(line in joke.part.text.text for line in both(words.REPEATED, number="No. 0001"))
    assert town.receipts(EN) == town.receipts(ZH) == ["No. 0001", "No. 0002"]


@pytest.mark.parametrize(
    ("content", "told"),
    [(b"", words.EMPTY), (b"meow", words.UNREADABLE), (b"x" * (20 * 2**20 + 1), words.UNFETCHED)],
)
async def test_a_file_that_is_no_picture_gets_one_sentence(
    town: Town, content: bytes, told: str
) -> None:
    ref = await town.bring(content)
    (said,) = town.said(EN)
    assert (said.part.text.text, said.part.reply_to) == (told, ref.id)
    assert town.said(ZH) == []
    await town.bring(picture("orange"))
    assert town.receipts(EN) == ["No. 0001"]


async def test_a_slow_download_is_waited_for(town: Town) -> None:
    town.world.east.fail(Transient("busy"), on="fetch", times=4)
    await town.bring(picture("orange"))
    assert town.receipts(EN) == []
    for _ in range(6):
        await town.pass_time(60)
    assert town.receipts(EN) == town.receipts(ZH) == ["No. 0001"]


async def test_a_download_that_never_comes_is_told_in_the_end(town: Town) -> None:
    town.world.east.fail(Transient("busy"), on="fetch", times=99)
    await town.bring(picture("orange"))
    for _ in range(12):
        await town.pass_time(1000)
    assert [one.part.text.text for one in town.said(EN)] == [words.UNFETCHED]


async def test_a_picture_that_is_gone_is_told_at_once(town: Town) -> None:
    town.world.east.fail(FileUnavailable("gone"), on="fetch", times=2)
    await town.bring(picture("orange"))
    assert [one.part.text.text for one in town.said(EN)] == [words.UNFETCHED]


@pytest.mark.databases("sqlite", "postgresql")
async def test_numbers_have_no_gaps_and_are_each_communitys_own(town: Town) -> None:
    quiet = await second_community(town)
    for content in (picture("orange"), b"meow", picture("orange"), picture("red")):
        await town.bring(content)
    await town.press(BO)
    await town.bring(picture("orange"), channel=quiet[0].channel)
    await town.bring(picture("blue"))
    assert town.receipts(EN) == ["No. 0001", "No. 0002", "No. 0004"]
    assert town.receipts(quiet[0].channel) == town.receipts(quiet[1].channel) == ["No. 0001"]


async def test_a_receipt_waits_for_the_picture_but_not_for_ever(town: Town) -> None:
    town.world.west.fail(Transient("busy", retry_after=300))
    await town.bring(picture("orange"))
    assert await town.world.query("SELECT state FROM cat_receipts") == [("stamped",)]
    await town.pass_time(60)
    assert await town.world.query("SELECT state FROM cat_receipts") == [("paid",)]
    await town.pass_time(300)
    shown = [one.part.text.text for one in town.world.west.messages.values()]
    assert ["CAT TAX PAID" in text for text in shown] == [False, True]


async def test_a_paused_relay_tells_only_its_own_side(town: Town) -> None:
    relay = town.world.relaybook.all()[0]
    await town.world.relaybook.pause(relay)
    await town.bring(picture("orange"))
    await town.until(SUNDAY_IN_CHINA)
    assert town.receipts(EN) == ["No. 0001"]
    assert town.said(ZH) == []


async def test_the_other_side_is_told_of_a_receipt_once_the_relay_goes_on(town: Town) -> None:
    relay = town.world.relaybook.all()[0]
    await town.world.relaybook.pause(relay)
    await town.bring(picture("orange"))
    await town.pass_time(3600)
    assert town.said(ZH) == []
    await town.world.relaybook.resume(relay)
    for _ in range(3):
        await town.pass_time(60)
    assert town.receipts(ZH) == ["No. 0001"]


async def test_nothing_is_taken_where_it_is_switched_off(town: Town) -> None:
    await town.prefer("cat_tax.is_on", False)
    await town.bring(picture("orange"))
    await town.hear(Joined(EN, BO, town.world.clock.now()))
    await town.pass_time(150)
    assert town.said(EN) == []


# whatever dies when


async def test_a_message_heard_twice_is_stamped_once(town: Town) -> None:
    await town.bring(picture("orange"))
    town.dispatcher.announce(town.world.announced[-1])
    await town.listen()
    await town.pass_time()
    assert town.receipts(EN) == town.receipts(ZH) == ["No. 0001"]


@pytest.mark.parametrize("step", ["fetch", "stamp", "tell"])
@pytest.mark.databases("sqlite", "postgresql")
async def test_a_kill_between_two_steps_loses_nothing(town: Town, step: str) -> None:
    file = town.attachment(ANN, picture("orange"))
    message = town.world.inbound("cat tax", attachments=(file,))
    await town.world.hear(message)
    office = town.cog.office
    lost = {"fetch": "_look", "stamp": "_stamp", "tell": "_tell_others"}[step]

    async def die(*_: object) -> None:
        raise RuntimeError("killed")

    setattr(office, lost, die)
    town.dispatcher.announce(message)
    await town.listen()
    await town.world.deliver()
    later = await Town(town.world).start()
    await later.pass_time(180)
    await later.pass_time()
    assert later.receipts(EN) == later.receipts(ZH) == ["No. 0001"]


async def test_a_picture_deleted_while_we_were_away_is_taken_back(town: Town) -> None:
    ref = await town.bring(picture("orange"))
    await town.world.hear(Deleted((ref,)))
    later = await Town(town.world).start()
    await later.look()
    assert later.said(EN) == later.said(ZH) == []
    assert later.kept() == 0


# taking back


async def test_deleting_the_picture_takes_everything_back(town: Town) -> None:
    ref = await town.bring(picture("orange"))
    await town.bring(picture("red"), author=MEI)
    assert town.kept() == 4
    await react(town, ref, BO)
    await town.hear(Deleted((ref,)))
    assert await town.world.query("SELECT * FROM cat_reactions") == []
    assert town.receipts(EN) == town.receipts(ZH) == ["No. 0002"]
    assert town.kept() == 2
    await town.bring(picture("orange"))
    assert town.receipts(EN) == ["No. 0002", "No. 0003"]


async def test_a_picture_deleted_before_it_was_looked_at_gets_no_number(town: Town) -> None:
    town.world.east.fail(Transient("busy"), on="fetch", times=4)
    ref = await town.bring(picture("orange"))
    await town.hear(Deleted((ref,)))
    await town.pass_time(60)
    await town.bring(picture("red"))
    assert town.receipts(EN) == ["No. 0001"]
    assert len(town.said(EN)) == 1


async def test_a_picture_deleted_before_the_other_side_heard_is_never_told(town: Town) -> None:
    file = town.attachment(ANN, picture("orange"))
    message = town.world.inbound("cat tax", attachments=(file,))
    await town.hear(message)
    await town.hear(Deleted((message.ref,)))
    await town.pass_time(90)
    assert town.said(EN) == town.said(ZH) == []


async def test_a_picture_paid_with_in_two_communities_is_kept_for_the_other(town: Town) -> None:
    quiet = await second_community(town)
    ref = await town.bring(picture("orange"))
    await town.bring(picture("orange"), channel=quiet[0].channel)
    await town.hear(Deleted((ref,)))
    await town.until(SUNDAY_IN_CHINA)
    assert "No. 0001 · Ann" in town.said(quiet[1].channel)[-1].part.text.text
    assert town.said(ZH) == []


async def test_the_joke_goes_with_its_picture(town: Town) -> None:
    await town.bring(picture("orange"))
    again = await town.bring(picture("orange"), author=BO)
    await town.hear(Deleted((again,)))
    assert len(town.said(EN)) == 1


@pytest.mark.databases("sqlite", "postgresql")
async def test_mods_void_a_receipt_and_say_why_to_its_owner_alone(town: Town) -> None:
    await town.bring(picture("orange"), author=BO)
    assert "Only moderators" in await town.ask("cattax-void", text="1")
    assert town.receipts(EN) == ["No. 0001"]
    told = await town.ask("cattax-void", text="1 that is a screenshot {}", is_mod=True)
    assert told == "No. 0001 is void now; its receipts are taken back."
    assert town.said(EN) == town.said(ZH) == []
    assert await town.ask("cattax-void", text="1", is_mod=True) == "No. 0001 is void already."
    assert (
        await town.ask("cattax-void", text="7", is_mod=True) == "There is no receipt No. 0007 here."
    )
    assert "Yours: No. 0001 (void: that is a screenshot {})" in await town.ask("cats", BO)
    assert "screenshot" not in await town.ask("cats", ANN)


# no pet


@pytest.mark.databases("sqlite", "postgresql")
async def test_no_pet_is_fine_and_counts(town: Town) -> None:
    await town.ask("cattax")
    (button,) = town.said(EN)[0].part.buttons
    assert (button.label, button.action) == ("No pet / 没有宠物", "cat_tax.no_pet")
    assert await town.press(BO) == translate(words.EXEMPT, "en", number="No. 0001")
    assert await town.press(BO) == translate(words.SETTLED, "en", number="No. 0001")
    assert "English side: 1 this week, 1 in all" in await town.ask("cats", BO)
    assert town.reply.image is None


async def test_who_has_paid_needs_no_exemption(town: Town) -> None:
    await town.bring(picture("orange"))
    assert await town.press(ANN) == translate(words.SETTLED, "en", number="No. 0001")


async def test_who_is_exempt_may_still_bring_a_picture(town: Town) -> None:
    await town.press(ANN)
    await town.bring(picture("orange"))
    assert town.receipts(EN) == ["No. 0002"]


# newcomers


async def join(town: Town, *people: Author) -> None:
    for person in people:
        channel = EN if person.person.platform == "east" else ZH
        await town.hear(Joined(channel, person, town.world.clock.now()))


async def test_newcomers_are_asked_together_in_their_own_channel(town: Town) -> None:
    await join(town, ANN)
    await town.pass_time(60)
    await join(town, BO, MEI)
    assert town.said(EN) == []
    await town.pass_time(65)
    (asked,) = town.said(EN)
    names = [translate(words.WELCOME, "en", names="Ann, Bo")]
    assert all(line in asked.part.text.text for line in names)
    assert "MEI" not in asked.part.text.text
    assert town.said(ZH) == []
    await town.pass_time(60)
    assert "小梅" in town.said(ZH)[0].part.text.text
    await town.bring(picture("red"), "", author=BO, reply_to=MessageId(EN, asked.id))
    assert town.receipts(EN) == ["No. 0001"]


@pytest.mark.databases("sqlite", "postgresql")
async def test_nobody_is_asked_twice(town: Town) -> None:
    await join(town, ANN)
    await town.pass_time(130)
    await join(town, ANN)
    await town.pass_time(130)
    later = await Town(town.world).start()
    await join(later, ANN, BO)
    await later.pass_time(130)
    assert ["Ann" in one.part.text.text for one in later.said(EN)] == [True, False]


async def test_who_pays_before_being_asked_is_not_asked(town: Town) -> None:
    await join(town, ANN)
    await town.bring(picture("orange"))
    await town.pass_time(130)
    assert len(town.said(EN)) == 1


async def test_bots_are_not_asked_nor_anyone_where_nobody_is_to_be(town: Town) -> None:
    await join(town, Author(PersonId("east", "r2"), "R2", is_bot=True))
    await town.ask("cattax-settings", text="off", is_mod=True)
    await join(town, BO)
    await town.pass_time(130)
    assert town.said(EN) == []


async def test_who_joined_long_before_we_woke_is_not_greeted_as_new(town: Town) -> None:
    await join(town, ANN)
    await town.pass_time(2 * 86400)
    assert town.said(EN) == []
    assert await town.world.query("SELECT name, due_at FROM cat_newcomers") == [("", None)]


async def test_many_newcomers_are_named_shortly(town: Town) -> None:
    await join(town, *[Author(PersonId("east", f"p{n}"), f"P{n}") for n in range(12)])
    await town.pass_time(130)
    (asked,) = town.said(EN)
    assert "P" in asked.part.text.text
    assert asked.part.text.text.count("P1") + asked.part.text.text.count("P9") < 8
    assert "and 4 more" in asked.part.text.text


# reactions and the week


async def react(town: Town, ref: MessageId, who: Author, emoji: str = "❤", **how: bool) -> None:
    await town.hear(Reacted(ref, who, emoji, **how))


async def end_week(town: Town, weeks: int = 0) -> None:
    """Sunday 19:00 comes in China, and then in New York."""
    await town.until(SUNDAY_IN_CHINA + timedelta(days=7 * weeks))
    await town.until(SUNDAY_IN_NEW_YORK + timedelta(days=7 * weeks))


async def test_each_side_sees_the_others_cats_on_its_own_sunday_evening(town: Town) -> None:
    await town.bring(picture("orange"))
    await town.bring(picture("red"), author=MEI)
    before = {channel: len(town.said(channel)) for channel in (EN, ZH)}
    await town.until(datetime(2025, 1, 19, 10, 59, tzinfo=UTC))
    assert len(town.said(ZH)) == before[ZH]
    await town.until(SUNDAY_IN_CHINA)
    (there,) = town.said(ZH)[before[ZH] :]
    assert "No. 0001 · Ann" in there.part.text.text
    assert "小梅" not in there.part.text.text
    assert len(town.said(EN)) == before[EN]
    await town.until(SUNDAY_IN_NEW_YORK)
    (here,) = town.said(EN)[before[EN] :]
    assert "No. 0002 · 小梅" in here.part.text.text
    assert Image.open(io.BytesIO(here.part.files[0].content)).format == "JPEG"


async def test_a_week_is_shown_once_whoever_looks(town: Town) -> None:
    await town.bring(picture("orange"))
    count = len(town.said(ZH))
    await town.until(datetime(2025, 1, 19, 12, tzinfo=UTC))
    await (await Town(town.world).start()).pass_time(3600)
    await town.ask("cattax-settings", text='"" 6', is_mod=True)
    await town.pass_time(3600)
    assert len(town.said(ZH)) == count + 1


async def test_a_week_is_caught_up_within_a_day_and_not_later(town: Town) -> None:
    await town.bring(picture("orange"))
    await town.bring(picture("red"), author=MEI)
    shown = [len(town.said(channel)) for channel in (EN, ZH)]
    await town.until(datetime(2025, 1, 20, 23, tzinfo=UTC))  # 36 h late in China, 23 h in New York
    assert [len(town.said(channel)) for channel in (EN, ZH)] == [shown[0] + 1, shown[1]]


async def test_a_week_without_cats_is_passed_in_silence(town: Town) -> None:
    await town.bring(picture("orange"), covered=True)
    await town.press(BO)
    count = len(town.said(ZH))
    await end_week(town)
    assert (len(town.said(ZH)), len(town.said(EN))) == (count, count)


async def test_last_weeks_cats_are_not_shown_again(town: Town) -> None:
    await town.bring(picture("orange"))
    await end_week(town)
    count = len(town.said(ZH))
    await end_week(town, 1)
    assert len(town.said(ZH)) == count


async def test_mods_choose_the_hour_and_the_day(town: Town) -> None:
    told = await town.ask("cattax-settings", text="on 5 8", is_mod=True)
    assert told == "Newcomers are asked: on. Cats of the week: Friday, 8:00 on each side."
    await town.bring(picture("orange"))
    count = len(town.said(ZH))
    await town.until(datetime(2025, 1, 16, 23, 59, tzinfo=UTC))
    assert len(town.said(ZH)) == count
    await town.until(datetime(2025, 1, 17, 0, 0, tzinfo=UTC))
    assert len(town.said(ZH)) == count + 1


@pytest.mark.databases("sqlite", "postgresql")
async def test_favorites_are_counted_per_person_and_emoji_on_either_side(town: Town) -> None:
    first = await town.bring(picture("orange"))
    second = await town.bring(picture("red"), author=BO)
    copy = next(one for one in town.world.west.sent if one.part.origins == (first,))
    at_copy = MessageId(ZH, copy.id)
    await react(town, at_copy, MEI)
    await react(town, at_copy, MEI)
    await react(town, at_copy, MEI, "😻")
    await react(town, at_copy, LI)
    await react(town, first, BO)
    await react(town, first, ANN)  # one's own
    await react(town, first, BO, is_added=False)
    await react(town, second, ANN)
    await town.until(SUNDAY_IN_CHINA)
    loved = town.said(ZH)[-1].part.text.text.split("\n")[-2:]
    assert loved == ["1. No. 0001 · Ann · ❤️ 3", "2. No. 0002 · Bo · ❤️ 1"]


async def test_only_nine_hang_and_the_best_loved_are_among_them(town: Town) -> None:
    refs = [await town.bring(picture(f"#{n:02x}8040")) for n in range(0, 220, 20)]
    await react(town, refs[0], BO)
    await town.until(SUNDAY_IN_CHINA)
    text = town.said(ZH)[-1].part.text.text
    assert [n for n in range(1, 12) if text.count(f"No. {n:04d}")] == [1, *range(4, 12)]


@pytest.mark.parametrize("how", ["covered", "nsfw", "spoiler"])
async def test_what_is_covered_gets_a_receipt_and_is_never_shown(town: Town, how: str) -> None:
    hidden = {
        "covered": {"covered": True},
        "nsfw": {"text": "cat tax (NSFW)"},
        "spoiler": {"rich": RichText("cat tax ") + RichText.styled("naked", Style.SPOILER)},
    }
    await town.bring(picture("orange"), **hidden[how])
    assert town.receipts(EN) == town.receipts(ZH) == ["No. 0001"]
    assert town.kept() == 1  # its stamp
    text = await town.ask("cats")
    assert "Newest" not in text
    assert town.reply.image is None
    assert "Yours: No. 0001" in text


@pytest.mark.databases("sqlite", "postgresql")
async def test_a_collage_is_taken_back_with_a_picture_in_it(town: Town) -> None:
    ref = await town.bring(picture("orange"))
    await town.until(SUNDAY_IN_CHINA)
    assert len(town.said(ZH)) == 2
    await town.hear(Deleted((ref,)))
    assert town.said(ZH) == []
    assert town.kept() == 0


@pytest.mark.parametrize(
    ("now", "key", "until"),
    [
        ("2025-03-09T22:59:59+00:00", "2025-W09", "2025-03-03T00:00:00+00:00"),
        ("2025-03-09T23:00:00+00:00", "2025-W10", "2025-03-09T23:00:00+00:00"),  # clocks jumped
        ("2025-11-02T23:30:00+00:00", "2025-W43", "2025-10-26T23:00:00+00:00"),
        ("2025-11-03T00:00:00+00:00", "2025-W44", "2025-11-03T00:00:00+00:00"),
        ("2027-01-04T00:00:00+00:00", "2026-W53", "2027-01-04T00:00:00+00:00"),
    ],
)
def test_a_week_ends_by_the_sides_own_clock(now: str, key: str, until: str) -> None:
    week = last_week(datetime.fromisoformat(now), weekday=7, hour=19, zone="America/New_York")
    assert (week.key, week.until) == (key, datetime.fromisoformat(until))


# standing, export, forgetting


@pytest.mark.databases("sqlite", "postgresql")
async def test_the_standing_names_sides_and_the_newest_and_no_debtors(town: Town) -> None:
    await town.hear(town.world.inbound("hello", author=BO))
    for number, author in enumerate((ANN, MEI, LI, ANN)):
        await town.bring(picture(f"#{number}08040"), author=author)
    lines = (await town.ask("cats")).split("\n")
    assert lines == [
        "🐾 The cat tax office",
        "English side: 2 this week, 2 in all",
        "Chinese side: 2 this week, 2 in all",
        "Newest: No. 0004 Ann, No. 0003 李雷, No. 0002 小梅",
        "Yours: No. 0004, No. 0001",
    ]
    assert town.reply.is_private
    assert town.reply.image is not None
    await town.pass_time(7 * 86400)
    assert "English side: 0 this week, 2 in all" in await town.ask("cats", BO)
    assert "You have no receipt yet." in town.reply.rich.text


@pytest.mark.databases("sqlite", "postgresql")
async def test_everything_about_a_person_can_be_seen(town: Town) -> None:
    await join(town, ANN)
    ref = await town.bring(picture("orange"))
    await town.bring(picture("red"), author=MEI)
    await react(town, MessageId(ZH, town.world.announced[-1].ref.id), ANN)  # pyright: ignore
    exported = await town.cog.export(ANN.person)
    (receipt,) = exported["receipts"]
    assert (receipt["number"], receipt["message"], receipt["name"]) == (1, ref.id, "Ann")
    assert exported["reactions"] == [{"receipt": 2, "emoji": "❤"}]
    assert exported["communities_joined"] == 1


@pytest.mark.databases("sqlite", "postgresql")
async def test_forgetting_leaves_a_number_and_nothing_else(town: Town) -> None:
    await join(town, ANN)
    await town.bring(picture("orange"))
    other = await town.bring(picture("red"), author=MEI)
    await react(town, other, ANN)
    await town.until(SUNDAY_IN_CHINA)
    await town.cog.forget(ANN.person)
    await town.world.deliver()
    assert town.receipts(EN) == town.receipts(ZH) == ["No. 0002"]
    assert len(town.said(ZH)) == 1  # the collage went with the picture
    assert town.kept() == 2
    exported = await town.cog.export(ANN.person)
    assert exported == {"receipts": [], "reactions": [], "communities_joined": 0}
    tables = ("cat_receipts", "cat_reactions", "cat_newcomers", "cat_weeks")
    left = str([await town.world.query(f"SELECT * FROM {table}") for table in tables])
    assert "Ann" not in left
    assert "ann" not in left
    await town.bring(picture("orange"), author=BO)
    assert town.receipts(EN) == ["No. 0002", "No. 0003"]
