"""/correct and /corrections: members suggest better translations, mods decide, and it is learnt."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import text as sql

from bot.cog import Cog, Reply
from bot.community.corrections import MOST_OWN, REPORT, argument_of
from bot.core.model import (
    Author,
    ChannelId,
    Deleted,
    Edited,
    MessageId,
    PersonId,
    RelayChannel,
    Term,
)
from bot.core.richtext import RichText
from bot.dispatch import Dispatcher, Invocation, Press
from bot.host import load_cogs
from bot.store import relays
from bot.store.database import Database
from bot.store.outbox import Action
from bot.wordbook import StoredWordbook
from tests.parts import ANN, EN, LINKED, MEI, ZH, Room, World, host_of, world_of

BO = Author(PersonId("east", "bo"), "Bo")
LI = Author(PersonId("west", "li"), "李雷")
HANT = ChannelId("west", "hant")
DAYS = 86_400.0


class Court:
    """One run of the program on a world: people talk, correct and decide."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.dispatcher = Dispatcher(world.relaybook.language)
        self.host = host_of(world, self.dispatcher)
        self.refs: list[MessageId] = []  # of what was said

    async def start(self) -> Court:
        await load_cogs(["glossary", "corrections"], self.host, self.dispatcher)
        return self

    @property
    def relay(self) -> int:
        return self.world.relaybook.all()[0].id

    @property
    def cog(self) -> Cog:
        return next(cog for cog in self.host.cogs() if cog.name == "corrections")

    async def say(self, words: str = "早上好", *, channel: ChannelId = ZH, by: Author = MEI) -> str:
        """Say it on one side; the native id of its newest copy on the other."""
        self.refs.append(await self.world.say(words, channel=channel, author=by))
        await self.world.deliver()
        return self.side(channel).sent[-1].id

    def side(self, channel: ChannelId) -> Room:
        """Where copies of what is said in this channel appear."""
        return self.world.east if channel != EN else self.world.west

    async def reply(
        self,
        words: str,
        *,
        by: Author = BO,
        to: str | None = None,
        channel: ChannelId = EN,
        is_mod: bool = False,
    ) -> Reply:
        ref = MessageId(channel, to) if to else None
        asked = Invocation((), channel, by, is_mod, "en", text=words, reply_to=ref)
        return await self.dispatcher.run(asked)

    async def correct(
        self, words: str, to: str | None = None, *, by: Author = BO, channel: ChannelId = EN
    ) -> str:
        told = (await self.reply(f"correct {words}", by=by, to=to, channel=channel)).rich.text
        self.world.clock.advance(31)
        return told

    async def decide(self, words: str, *, by: Author = ANN) -> Reply:
        return await self.reply(f"corrections {words}", by=by, is_mod=True)

    async def press(
        self, label: str, under: Reply, *, by: Author = ANN, is_mod: bool = True
    ) -> Reply:
        button = next(one for one in under.buttons if one.label == label)
        pressed = Press(button.action, button.argument, EN, by, is_mod, "en")
        reply = await self.dispatcher.press(pressed)
        assert reply is not None
        return reply

    async def report(self, argument: str, *, by: Author = BO) -> str:
        reply = await self.dispatcher.press(Press(REPORT, argument, EN, by, False, "en"))
        assert reply is not None
        return reply.rich.text

    def remembered(self, text: str = "早上好", way: str = "zh-en") -> str | None:
        source, target = way.split("-")
        return self.world.wordbook.remembered(self.relay, source, target, text)


@pytest.fixture
async def court(database: Database, tmp_path: Path) -> AsyncIterator[Court]:
    async with world_of(database, tmp_path) as world:
        yield await Court(world).start()


@pytest.fixture
async def three(database: Database, tmp_path: Path) -> AsyncIterator[Court]:
    """A Simplified and a Traditional channel on the Chinese side."""
    channels = [*LINKED, RelayChannel(HANT, "zh-Hant")]
    async with world_of(database, tmp_path, channels=channels) as world:
        yield await Court(world).start()


async def test_a_correction_that_a_mod_accepts_is_used_for_that_text(court: Court) -> None:
    copy = await court.say()
    told = await court.correct("Good morning!", copy)
    assert told == "Thank you! The moderators will look at it (No. 1)."
    assert court.remembered() is None
    desk = await court.decide("list")
    assert desk.rich.text.splitlines() == [
        "Correction No. 1 (1 waiting), from Bo",
        "Written (Chinese): 早上好",
        "Shown (English): en<早上好>",
        "Better: Good morning!",
    ]
    accepted = await court.press("Accept it", desk)
    assert accepted.rich.text.startswith("No. 1 is accepted.")
    assert court.remembered() == "Good morning!"
    assert court.remembered("早上好！") is None
    assert (await court.decide("list")).rich.text == "No correction is waiting."


@pytest.mark.parametrize(
    "text", ["Good Morning, cats", "good  morning, cats\n", "ＧＯＯＤ morning, cats"]
)
async def test_the_same_text_in_other_case_width_or_spacing_is_the_same(
    court: Court, text: str
) -> None:
    copy = await court.say("good morning, cats", channel=EN, by=ANN)
    await court.correct("猫猫们早上好", copy, by=LI, channel=ZH)
    await court.press("Accept it", await court.decide("list"))
    assert court.remembered(text, "en-zh") == "猫猫们早上好"
    assert court.remembered("good morning, dogs", "en-zh") is None


async def test_the_copy_shows_the_better_words_at_once(court: Court) -> None:
    copy = await court.say()
    await court.correct("Good morning!", copy)
    await court.press("Accept it", await court.decide("list"))
    await court.world.deliver()
    assert court.world.east.messages[copy].part.text.text.endswith("Good morning!")
    assert await court.world.states() == ["sent", "sent"]


async def test_every_script_of_the_language_gets_the_better_words(three: Court) -> None:
    await three.say("see you at home", channel=EN, by=ANN)
    (shown,) = [one for one in three.world.west.sent if one.channel == HANT]
    await three.correct("在家裡見", shown.id, by=LI, channel=HANT)
    await three.press("Accept it", await three.decide("list"))
    await three.world.deliver()
    texts = {one.channel: one.part.text.text for one in three.world.west.messages.values()}
    assert texts[HANT].endswith("在家裡見")
    assert texts[ZH].endswith("在家里见")
    assert three.remembered("see you at home", "en-zh") == "在家里见"


async def test_copies_in_other_languages_stay_as_they_are(three: Court) -> None:
    """Chinese to English: the other Chinese channel is not asked to change anything."""
    copy = await three.say("早上好")
    (before,) = [one for one in three.world.west.messages.values() if one.channel == HANT]
    await three.correct("Good morning!", copy)
    await three.press("Accept it", await three.decide("list"))
    asked = len(three.world.translator.asked)
    await three.world.deliver()
    assert three.world.west.messages[before.id].part.text == before.part.text
    assert len(three.world.translator.asked) == asked


async def test_a_reply_quotes_the_translations_that_were_not_corrected(three: Court) -> None:
    copy = await three.say("早上好")
    await three.correct("Good morning!", copy)
    await three.press("Accept it", await three.decide("list"))
    await three.world.deliver()
    await three.world.say("and to you", channel=EN, reply_to=MessageId(EN, copy))
    await three.world.deliver()
    newest = [one for one in three.world.west.sent if one.channel == HANT][-1]
    assert "zh-Hant<早上好>" in newest.part.text.text


async def test_a_message_that_says_something_else_by_now_is_left_alone(court: Court) -> None:
    copy = await court.say()
    await court.correct("Good morning!", copy)
    (ref,) = court.refs
    later = court.world.clock.now()
    await court.world.hear(Edited(ref, RichText("晚安"), later))
    await court.press("Accept it", await court.decide("list"))
    await court.world.deliver()
    assert court.world.east.messages[copy].part.text.text.endswith("en<晚安>")
    assert court.remembered() == "Good morning!"


async def test_a_mod_can_accept_in_other_words(court: Court) -> None:
    await court.correct("Morning", await court.say())
    how = await court.press("Edit", await court.decide("list"))
    assert "/corrections fix 1 better words" in how.rich.text
    told = (await court.decide("fix 1 Good morning, everyone")).rich.text
    assert told.startswith("No. 1 is accepted.")
    assert court.remembered() == "Good morning, everyone"


async def test_what_is_rejected_is_gone_at_once(court: Court) -> None:
    await court.correct("Rubbish", await court.say())
    told = (await court.press("Reject", await court.decide("list"))).rich.text
    assert told == "No. 1 is rejected, and what it said is erased."
    assert court.remembered() is None
    rows = await court.world.query("SELECT state, original, shown, suggested FROM corrections")
    assert rows == [("rejected", "", "", None)]


@pytest.mark.parametrize("second", ["Accept it", "Reject"])
async def test_the_second_of_two_mods_is_told_what_the_first_decided(
    court: Court, second: str
) -> None:
    await court.correct("Good morning!", await court.say())
    seen = await court.decide("list")
    await court.press("Accept it", seen, by=ANN)
    told = (await court.press(second, seen, by=BO)).rich.text
    assert told == "No. 1 has been accepted already."
    assert court.remembered() == "Good morning!"
    fixed = (await court.decide("fix 1 Other", by=BO)).rich.text
    assert fixed == "No. 1 has been accepted already."
    edits = await court.world.query(f"SELECT 1 FROM outbox WHERE action = '{Action.EDIT}'")
    assert len(edits) == 1


async def test_a_rejected_one_can_not_be_accepted_any_more(court: Court) -> None:
    await court.correct("Good morning!", await court.say())
    seen = await court.decide("list")
    await court.press("Reject", seen, by=ANN)
    told = (await court.press("Accept it", seen, by=BO)).rich.text
    assert told == "No. 1 has been rejected already."
    assert court.remembered() is None


async def test_mods_go_from_one_correction_to_the_next(court: Court) -> None:
    for words in ("早上好", "晚安"):
        await court.correct("Better", await court.say(words))
    first = await court.decide("list")
    assert "No. 1 (2 waiting)" in first.rich.text
    second = await court.press("Next ›", first)
    assert "No. 2 (2 waiting)" in second.rich.text
    assert "No. 1" in (await court.press("Next ›", second)).rich.text
    after = await court.press("Next ›", await court.press("Reject", first))
    assert "No. 2 (1 waiting)" in after.rich.text


async def test_a_single_word_can_be_added_to_the_glossary(court: Court) -> None:
    await court.correct("cat tax", await court.say("猫税"))
    accepted = await court.press("Accept it", await court.decide("list"))
    told = await court.press("Add to the glossary", accepted)
    assert told.rich.text == "“猫税” is in the glossary now, as “cat tax”."
    assert list(court.world.wordbook.terms(court.relay, "zh", "en")) == [Term("猫税", "cat tax")]


async def test_a_sentence_is_not_offered_for_the_glossary(court: Court) -> None:
    await court.correct("I paid the cat tax.", await court.say("我交了猫税。"))
    accepted = await court.press("Accept it", await court.decide("list"))
    assert [button.label for button in accepted.buttons] == ["Next ›"]


async def test_the_newer_of_two_corrections_of_a_text_counts(court: Court) -> None:
    copy = await court.say()
    for words in ("Morning", "Good morning!"):
        await court.correct(words, copy)
        await court.press("Accept it", await court.decide("list"))
    assert court.remembered() == "Good morning!"
    again = StoredWordbook(court.world.database)
    await again.load()
    assert again.remembered(court.relay, "zh", "en", "早上好") == "Good morning!"


async def test_what_was_learnt_is_shown_and_can_be_forgotten(court: Court) -> None:
    assert (await court.decide("learned")).rich.text == "No correction has been accepted yet."
    await court.correct("Good morning!", await court.say())
    await court.press("Accept it", await court.decide("list"))
    told = (await court.decide("learned")).rich.text
    assert told.splitlines()[1] == "1. 早上好 → Good morning!"
    assert (await court.decide("unlearn 1")).rich.text.startswith("No. 1 is forgotten.")
    assert court.remembered() is None
    told = (await court.decide("unlearn 1")).rich.text
    assert told == "Nothing with No. 1 has been learned here."


async def test_corrections_that_are_switched_off_are_not_used(court: Court) -> None:
    await court.correct("Good morning!", await court.say())
    await court.press("Accept it", await court.decide("list"))
    off = StoredWordbook(court.world.database, lambda community, cog: cog != "corrections")
    await off.load()
    assert off.remembered(court.relay, "zh", "en", "早上好") is None


# Reporting


async def test_a_bad_translation_is_reported_with_a_button(court: Court) -> None:
    await court.say()
    told = await court.report(argument_of(1, "en"))
    assert told.startswith("Thank you! The moderators will look at it (No. 1).")
    desk = await court.decide("list")
    assert "No better words were suggested." in desk.rich.text
    assert [button.label for button in desk.buttons] == ["Edit", "Reject"]


async def test_who_reported_it_can_send_better_words_after_that(court: Court) -> None:
    await court.say()
    await court.report(argument_of(1, "en"))
    assert await court.correct("Good morning!") == (
        "Thank you! The moderators will look at it (No. 1)."
    )
    assert "Better: Good morning!" in (await court.decide("list")).rich.text


async def test_reporting_twice_is_one_report(court: Court) -> None:
    await court.say()
    for _ in range(2):
        await court.report(argument_of(1, "en"))
    assert "(1 waiting)" in (await court.decide("list")).rich.text


@pytest.mark.parametrize("argument", ["", "1", "x.en", "1.", "7.en", "1.fr", "-1.en", "²." + "en"])
async def test_a_button_that_says_nothing_true_reports_nothing(court: Court, argument: str) -> None:
    await court.say()
    assert "Thank you" not in await court.report(argument)
    assert (await court.decide("list")).rich.text == "No correction is waiting."


async def test_where_messages_can_not_be_answered_the_menu_comes_first(court: Court) -> None:
    """On Discord a command is no reply: the message's menu chooses it, the words come after."""
    copy = await court.say()
    told = (await court.reply("correct", to=copy)).rich.text
    assert told == "Now send “/correct” with your better words for: en<早上好>"
    assert (await court.correct("Good morning!")).startswith("Thank you!")
    assert "Better: Good morning!" in (await court.decide("list")).rich.text


async def test_the_chosen_message_is_remembered_for_ten_minutes_and_for_one_person(
    court: Court,
) -> None:
    await court.reply("correct", to=await court.say())
    which = "Which message? Use “/correct” in a reply to one of my translations."
    assert await court.correct("Mine", by=ANN) == which
    court.world.clock.advance(600)
    assert await court.correct("Late") == which


async def test_a_correction_needs_words(court: Court) -> None:
    assert await court.correct("!!!", await court.say()) == "There are no words in that."


async def test_one_person_waits_between_two_corrections(court: Court) -> None:
    copy = await court.say()
    await court.reply("correct One", to=copy)
    told = (await court.reply("correct Two", to=copy)).rich.text
    assert told == "Please wait 30 seconds before the next correction."
    assert "Thank you" in (await court.reply("correct Two", to=copy, by=ANN)).rich.text


async def test_one_person_can_not_fill_the_queue(court: Court) -> None:
    copy = await court.say()
    for number in range(MOST_OWN):
        await court.correct(f"words {number}", copy)
    told = await court.correct("one more", copy)
    assert told.startswith(f"{MOST_OWN} corrections of yours are waiting already.")


async def test_better_words_for_a_report_are_no_further_report(court: Court) -> None:
    for number in range(MOST_OWN):
        await court.say(f"早上好{number}")
        await court.report(argument_of(number + 1, "en"))
    assert await court.correct("Good morning!") == (
        f"Thank you! The moderators will look at it (No. {MOST_OWN})."
    )


async def test_only_translations_can_be_corrected(three: Court) -> None:
    said = await three.world.say("hello", channel=EN, author=ANN)
    refused = "Reply to a translated message of mine with this."
    assert await three.correct("Better", said.id) == refused
    assert await three.correct("Better", "unknown") == refused


async def test_a_bundle_can_not_be_corrected(court: Court) -> None:
    copy = await court.say()
    await court.world.say("晚安", channel=ZH, author=MEI)
    statement = "INSERT INTO copies (platform, channel, native_id, message_id, part, revision)"
    async with court.world.database.transaction() as connection:
        await connection.execute(sql(f"{statement} VALUES ('east', 'en', '{copy}', 2, 0, 0)"))
    assert (await court.correct("Better", copy)).startswith("Several messages came as one")


async def test_a_message_whose_words_are_gone_can_not_be_corrected(court: Court) -> None:
    copy = await court.say()
    (ref,) = court.refs
    await court.world.hear(Deleted((ref,)))
    assert await court.correct("Better", copy) == "I no longer have the words of that message."


async def test_another_communitys_messages_are_its_own(court: Court) -> None:
    far, near = (
        RelayChannel(ChannelId("west", "far"), "zh"),
        RelayChannel(ChannelId("east", "near"), "en"),
    )
    async with court.world.database.transaction() as connection:
        await relays.declare(connection, [("main", LINKED), ("other", [far, near])])
    await court.world.relaybook.reload()
    await court.say(channel=far.channel)
    told = await court.report(argument_of(1, "en"))
    assert told == "Reply to a translated message of mine with this."
    await court.say()
    await court.report(argument_of(2, "en"))
    elsewhere = Invocation((), near.channel, ANN, True, "en", text="corrections fix 1 Mine")
    told = (await court.dispatcher.run(elsewhere)).rich.text
    assert told == "There is no correction No. 1 here."


@pytest.mark.parametrize("label", ["Accept it", "Edit", "Reject", "Next ›"])
async def test_members_do_not_decide(court: Court, label: str) -> None:
    for words in ("早上好", "晚安"):
        await court.correct("Better", await court.say(words))
    desk = await court.decide("list")
    told = (await court.press(label, desk, is_mod=False)).rich.text
    assert told == "Only moderators can use this command."
    assert "(2 waiting)" in (await court.decide("list")).rich.text


# What is kept


async def test_what_nobody_decides_is_gone_after_thirty_days(court: Court) -> None:
    await court.correct("Better", await court.say())
    (job,) = court.dispatcher.dailies()
    court.world.clock.advance(29 * DAYS)
    await job.run()
    assert "No. 1" in (await court.decide("list")).rich.text
    court.world.clock.advance(1 * DAYS)
    await job.run()
    assert await court.world.query("SELECT 1 FROM corrections") == []


async def test_a_message_that_is_long_gone_is_not_mistaken_for_another(court: Court) -> None:
    """SQLite gives the number of the newest row again once that row is gone."""
    copy = await court.say()
    for words in ("Morning", "Good morning!"):
        await court.correct(words, copy)
    await court.press("Accept it", await court.decide("list"))
    async with court.world.database.transaction() as connection:
        await connection.execute(sql("DELETE FROM outbox"))
        await connection.execute(sql("DELETE FROM messages"))
    (job,) = court.dispatcher.dailies()
    await job.run()
    await court.say("晚安")
    await court.world.hear(Deleted((court.refs[-1],)))
    assert court.remembered() == "Morning"
    assert "No. 2" in (await court.decide("list")).rich.text


async def test_what_its_author_deletes_is_neither_corrected_nor_remembered(court: Court) -> None:
    """Whether the feature is on by then or not: nobody but the bridge has to hear of it."""
    copy = await court.say()
    for words in ("Morning", "Good morning!"):
        await court.correct(words, copy)
    await court.press("Accept it", await court.decide("list"))
    (ref,) = court.refs
    await court.world.hear(Deleted((ref,)))
    assert court.remembered() is None
    assert await court.world.query("SELECT 1 FROM corrections") == []
    assert await court.world.query("SELECT 1 FROM translation_memory") == []


async def test_who_reported_can_see_it_and_have_it_forgotten(court: Court) -> None:
    await court.correct("Better", await court.say())
    (kept,) = (await court.cog.export(BO.person))["corrections"]
    assert (kept["number"], kept["state"], kept["suggested"]) == (1, "open", "Better")
    assert "original" not in kept
    await court.cog.forget(BO.person)
    assert await court.cog.export(BO.person) == {}
    assert (await court.decide("list")).rich.text == "No correction is waiting."


async def test_what_was_accepted_stays_when_its_reporter_and_mod_are_forgotten(
    court: Court,
) -> None:
    await court.correct("Better", await court.say())
    await court.press("Accept it", await court.decide("list"))
    assert set(await court.cog.export(ANN.person)) == {"corrections", "learned"}
    for person in (BO.person, ANN.person):
        await court.cog.forget(person)
        assert await court.cog.export(person) == {}
    assert court.remembered() == "Better"
    people = "SELECT person_id, platform, person_name, decider_id FROM corrections"
    assert await court.world.query(people) == [(None, None, "", None)]
    assert await court.world.query("SELECT person_id FROM translation_memory") == [(None,)]


async def test_who_wrote_it_can_have_their_words_forgotten(court: Court) -> None:
    copy = await court.say()
    for words in ("Morning", "Good morning!"):
        await court.correct(words, copy)
    await court.press("Accept it", await court.decide("list"))
    exported = await court.cog.export(MEI.person)
    assert exported["learned"] == [{"original": "早上好", "translation": "Morning"}]
    assert [one["original"] for one in exported["corrections"]] == ["", "早上好"]
    assert all("suggested" not in one for one in exported["corrections"])
    await court.cog.forget(MEI.person)
    assert court.remembered() is None
    assert await court.cog.export(MEI.person) == {}
    assert await court.world.query("SELECT 1 FROM corrections") == []


async def test_a_kill_before_the_copy_is_changed_changes_it_later(
    court: Court, tmp_path: Path
) -> None:
    copy = await court.say()
    await court.correct("Good morning!", copy)
    await court.press("Accept it", await court.decide("list"))
    later = court.world.killed(tmp_path / "later")
    await later.deliver()
    assert later.east.messages[copy].part.text.text.endswith("Good morning!")
