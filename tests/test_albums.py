"""A message with several files, where each is a message of its own and they stand together."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from bot.core.errors import Rejected, Transient, Uncertain
from bot.core.model import Attachment, AttachmentKind, ChannelId, Deleted, Edited, MessageId, Part
from bot.core.ports import Capabilities
from bot.core.richtext import RichText
from bot.i18n import pick
from bot.leftovers import REFUSED, not_brought
from bot.store.database import Database
from tests.parts import MEI, ZH, EditingRoom, World, at, world_of

LIMIT = 40
NARROW = Capabilities(LIMIT * 2, LIMIT, len, 1000, replies=True, albums=True)


class AlbumRoom(EditingRoom):
    """Three files stand together at most. `albums` are their numbers of files, as they arrived."""

    albums: list[int]

    def together(self, parts: Sequence[Part]) -> int:
        beside = [part.is_further and bool(part.files) for part in parts[1:3]]
        return 1 + [*beside, False].index(False) if parts[0].files else 1

    async def send_album(self, channel: ChannelId, parts: Sequence[Part]) -> list[str]:
        with self._faulty("send_album", channel):
            bare = [parts[0], *(replace(part, text=RichText()) for part in parts[1:])]
            ids = [await self.send(channel, part) for part in bare]
            self.albums = [*getattr(self, "albums", []), len(ids)]
        return ids


@pytest.fixture
async def world(database: Database, tmp_path: Path) -> AsyncIterator[World]:
    async with world_of(database, tmp_path) as world:
        world.chats["west"] = AlbumRoom("west", world.clock, NARROW)
        world.courier = world.new_courier()
        yield world


def cats(world: World, count: int) -> tuple[Attachment, ...]:
    names = [f"cat{number}" for number in range(count)]
    world.east.files |= {name: name.encode() for name in names}
    return tuple(Attachment(AttachmentKind.IMAGE, f"{n}.png", n, 4, "image/png") for n in names)


def albums(world: World) -> list[int]:
    return getattr(world.west, "albums", [])


def shown(world: World) -> list[str]:
    """Each message as it is there now: its words, and the names of its files in brackets."""
    parts = [one.part for one in world.west.messages.values()]
    return [part.text.text + "".join(f"[{file.name}]" for file in part.files) for part in parts]


async def edit(world: World, ref: MessageId, words: str) -> None:
    world.clock.advance(1)
    await world.hear(Edited(ref, RichText(words), world.clock.now()))
    await world.deliver()


async def test_files_arrive_together_under_the_words(world: World) -> None:
    await world.say("cats", attachments=cats(world, 3))
    await world.deliver()
    assert shown(world) == ["Ann\nzh<cats>[cat0.png]", "[cat1.png]", "[cat2.png]"]
    assert albums(world) == [3]


async def test_what_does_not_fit_into_an_album_begins_another_under_the_name(world: World) -> None:
    await world.say("cats", attachments=cats(world, 7))
    await world.deliver()
    assert albums(world) == [3, 3]
    assert [text.partition("[")[0] for text in shown(world)] == [
        *("Ann\nzh<cats>", "", "", "Ann", "", "", "Ann")
    ]


async def test_an_edit_changes_the_words_and_touches_no_other_file(world: World) -> None:
    ref = await world.say("cats", attachments=cats(world, 3))
    await world.deliver()
    await edit(world, ref, "my cats")
    assert shown(world) == ["Ann\nzh<my cats>[cat0.png]", "[cat1.png]", "[cat2.png]"]
    assert world.west.calls.count("edit") == 1


async def test_a_deleted_message_disappears_with_all_its_files(world: World) -> None:
    ref = await world.say("cats", attachments=cats(world, 4))
    await world.deliver()
    await world.hear(Deleted((ref,)))
    await world.deliver()
    assert shown(world) == []


@pytest.mark.parametrize("number", range(3))
async def test_a_reply_to_any_of_the_files_answers_their_message(world: World, number: int) -> None:
    await world.say("cats", attachments=cats(world, 3))
    await world.deliver()
    copy = list(world.west.messages.values())[number]
    await world.say("可爱", channel=ZH, author=MEI, reply_to=MessageId(ZH, copy.id))
    await world.deliver()
    assert "↩ Ann: cats" in world.east.texts()[-1]


async def test_a_kill_between_two_albums_goes_on_with_the_second(world: World) -> None:
    left: list[World] = []
    world.west.on_send = at(4, lambda: left.append(world.killed(world.folder / "after")))
    await world.say("cats", attachments=cats(world, 6))
    await world.deliver()
    [after] = left
    after.chats["west"].messages = dict(list(world.west.messages.items())[:3])
    after.chats["east"].files = world.east.files
    await after.deliver()
    assert albums(after) == [3]
    assert shown(after) == shown(world)
    copies = "SELECT native_id, part FROM copies ORDER BY part"
    assert await after.query(copies) == await world.query(copies)


async def test_a_kill_before_the_answer_to_an_album_repeats_that_album_alone(world: World) -> None:
    left: list[World] = []
    world.west.on_sent = at(6, lambda: left.append(world.killed(world.folder / "after")))
    await world.say("cats", attachments=cats(world, 6))
    await world.deliver()
    [after] = left
    after.chats["east"].files = world.east.files
    await after.deliver()
    assert [text[-10:] for text in shown(after)] == [
        f"[cat{number}.png]" for number in (0, 1, 2, 3, 4, 5, 3, 4, 5)
    ]


async def test_an_album_in_doubt_is_sent_again_as_a_whole(world: World) -> None:
    world.west.fail(Uncertain("cut"), on="send_album", takes_effect=True)
    await world.say("cats", attachments=cats(world, 3))
    await world.deliver()
    world.clock.advance(60)
    await world.deliver()
    assert shown(world) == ["Ann\nzh<cats>[cat0.png]", "[cat1.png]", "[cat2.png]"] * 2
    assert await world.query("SELECT native_id FROM copies ORDER BY part") == [
        *(("4",), ("5",), ("6",))
    ]


async def test_an_album_that_must_wait_is_said_once(world: World) -> None:
    world.west.fail(Transient("slow down", 5), on="send_album")
    await world.say("cats", attachments=cats(world, 3))
    await world.deliver()
    world.clock.advance(6)
    await world.deliver()
    assert len(shown(world)) == 3


async def test_a_file_that_is_refused_costs_neither_the_words_nor_the_others(world: World) -> None:
    world.west.can = replace(NARROW, text_limit=200)
    world.west.on_send = at(4, lambda: world.west.fail(Rejected("no such file")))
    await world.say("cats", attachments=cats(world, 5))
    await world.deliver()
    note = not_brought("cat3.png", REFUSED, pick("zh"))
    assert shown(world)[3:] == [f"Ann\n{note}", "Ann[cat4.png]"]
    assert await world.states() == ["sent"]


async def test_words_that_are_refused_without_their_file_too_are_given_up(world: World) -> None:
    world.west.fail(Rejected("no"), times=2)
    await world.say("cat", attachments=cats(world, 1))
    await world.deliver()
    assert (shown(world), (await world.states())[0]) == ([], "dead")


@pytest.mark.parametrize(("before", "after"), [("short", "long " * 8), ("long " * 8, "short")])
async def test_an_edit_that_moves_the_words_keeps_every_file(
    world: World, before: str, after: str
) -> None:
    ref = await world.say(before, attachments=cats(world, 2))
    await world.deliver()
    await edit(world, ref, after)
    found = shown(world)
    assert "".join(found).replace("Ann[", "[").endswith("[cat0.png][cat1.png]")
    assert after.split()[0] in found[0]
    assert not any(before.split()[0] in text for text in found)
    await world.hear(Deleted((ref,)))
    await world.deliver()
    assert shown(world) == []


async def test_an_edit_that_moves_the_words_says_nothing_twice(world: World) -> None:
    ref = await world.say("short", attachments=cats(world, 5))
    await world.deliver()
    world.west.on_sent = at(2, lambda: world.west.fail(Transient("busy", 1), on="send_album"))
    await edit(world, ref, "long " * 8)
    world.clock.advance(5)
    await world.deliver()
    words, *files = shown(world)
    assert (words.count("long"), len(files)) == (8, 5)
    copies = await world.query("SELECT native_id FROM copies ORDER BY part")
    assert [native for (native,) in copies] == list(world.west.messages)


async def test_an_edit_takes_no_file_away_that_can_not_be_had_again(world: World) -> None:
    ref = await world.say("long " * 8, attachments=cats(world, 2))
    await world.deliver()
    before = shown(world)
    world.east.files.clear()
    await edit(world, ref, "short")
    assert shown(world) == before


async def test_an_edit_that_moves_the_words_says_nothing_twice_where_a_file_is_refused(
    world: World,
) -> None:
    world.west.can = replace(NARROW, text_limit=200)
    ref = await world.say("short", attachments=cats(world, 2))
    await world.deliver()
    world.west.on_sent = at(1, lambda: world.west.fail(Rejected("no file")))
    await edit(world, ref, "long " * 8)
    words, *files = shown(world)
    note = not_brought("cat0.png", REFUSED, pick("zh"))
    assert words.count("long") == 8
    assert files == [f"Ann\n{note}", "Ann[cat1.png]"]
    copies = await world.query("SELECT native_id FROM copies ORDER BY part")
    assert [native for (native,) in copies] == list(world.west.messages)


async def test_what_an_edit_said_anew_can_be_deleted_though_the_old_could_not(
    world: World,
) -> None:
    ref = await world.say("short", attachments=cats(world, 2))
    await world.deliver()
    old = shown(world)
    world.west.fail(Rejected("message can't be deleted"), on="delete", times=2)
    await edit(world, ref, "long " * 8)
    assert await world.states() == ["sent", "sent"]
    await world.hear(Deleted((ref,)))
    await world.deliver()
    assert shown(world) == old
