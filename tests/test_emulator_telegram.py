"""The emulated Bot API behaves as Telegram does, seen through the real client library."""

import asyncio
import datetime as dt
import struct
import time
import zlib
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
import telegram
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
)

from tests.emulators.telegram import TelegramEmulator


def bot_for(emu: TelegramEmulator, token: str | None = None) -> telegram.Bot:
    return telegram.Bot(
        token or emu.token,
        base_url=emu.api_base + "/bot",
        base_file_url=emu.api_base + "/file/bot",
    )


def seconds(flood: RetryAfter) -> float:
    wait = flood.retry_after
    return wait.total_seconds() if isinstance(wait, dt.timedelta) else wait


def png(width: int = 8, height: int = 6) -> bytes:
    def chunk(kind: bytes, body: bytes) -> bytes:
        return (
            struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        )

    rows = zlib.compress((b"\0" + b"\x80" * 3 * width) * height)
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    start = b"\x89PNG\r\n\x1a\n"
    return start + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


@pytest.fixture
async def emu() -> AsyncIterator[TelegramEmulator]:
    async with TelegramEmulator() as emulator:
        yield emulator


@pytest.fixture
async def bot(emu: TelegramEmulator) -> AsyncIterator[telegram.Bot]:
    async with bot_for(emu) as client:
        yield client


async def test_the_bot_learns_who_it_is(emu: TelegramEmulator, bot: telegram.Bot) -> None:
    me = await bot.get_me()
    assert (me.id, me.username, me.can_read_all_group_messages) == (123456, "catbridge_bot", True)
    emu.privacy_mode = True
    assert (await bot.get_me()).can_read_all_group_messages is False


async def test_a_wrong_token_and_an_unknown_method_are_refused(emu: TelegramEmulator) -> None:
    with pytest.raises(InvalidToken, match="rejected by the server"):
        await bot_for(emu, "123456:another-token").initialize()
    assert emu.requests[-1].status == 401
    async with (
        aiohttp.ClientSession() as http,
        http.post(f"{emu.api_base}/bot{emu.token}/meow") as answer,
    ):
        assert answer.status == 404
        refusal = {"ok": False, "error_code": 404, "description": "Not Found"}
        assert await answer.json() == refusal


async def test_updates_stay_until_a_higher_offset_confirms_them(
    emu: TelegramEmulator, bot: telegram.Bot
) -> None:
    chat, user = emu.add_chat("中文群"), emu.add_user("Mei")
    for text in ("一", "二", "三"):
        await emu.post(chat, user, text)
    first = await bot.get_updates()
    again = await bot.get_updates(limit=2)
    assert [one.update_id for one in again] == [one.update_id for one in first][:2]
    rest = await bot.get_updates(offset=first[1].update_id + 1)
    assert [one.message.text for one in rest] == ["三"]
    assert emu.pending_updates == 1
    await emu.post(chat, user, "四")
    assert [one.message.text for one in await bot.get_updates(offset=-1)] == ["四"]


async def poll_begins(emu: TelegramEmulator) -> None:
    async with asyncio.timeout(10):
        while not emu.state.updates.is_awaited:  # noqa: ASYNC110 — the queue has no event for it
            await asyncio.sleep(0.002)


async def test_a_long_poll_answers_as_soon_as_somebody_speaks(
    emu: TelegramEmulator, bot: telegram.Bot
) -> None:
    chat, user = emu.add_chat("中文群"), emu.add_user("Mei")
    poll = asyncio.create_task(bot.get_updates(timeout=100))
    await poll_begins(emu)
    message = await emu.post(chat, user, "喵")
    (update,) = await asyncio.wait_for(poll, 40)
    assert update.message.message_id == message["message_id"]
    assert update.message.from_user.first_name == "Mei"


async def test_the_older_of_two_polls_ends_with_a_conflict(
    emu: TelegramEmulator, bot: telegram.Bot
) -> None:
    async with bot_for(emu) as other:
        older = asyncio.create_task(bot.get_updates(timeout=10))
        await poll_begins(emu)
        await other.get_updates()
        with pytest.raises(Conflict, match="terminated by other getUpdates request"):
            await older
    await bot.set_webhook("https://example.org/hook")
    with pytest.raises(Conflict, match="while webhook is active"):
        await bot.get_updates()
    await bot.delete_webhook()
    assert await bot.get_updates() == ()


async def test_entities_are_counted_in_utf16_units_both_ways(
    emu: TelegramEmulator, bot: telegram.Bot
) -> None:
    chat, user = emu.add_chat("中文群"), emu.add_user("Mei")
    bold = {"type": "bold", "offset": 5, "length": 2}
    await emu.post(chat, user, "🐱👩 粗体 https://a.cn", entities=[bold])
    (update,) = await bot.get_updates()
    assert update.message.parse_entities() == {
        telegram.MessageEntity("bold", 5, 2): "粗体",
        telegram.MessageEntity("url", 8, 12): "https://a.cn",
    }

    said = await bot.send_message(
        chat, '🐱 <b>猫 <i>cat</i></b> &lt;3 <a href="https://x.org/?a&amp;b">链</a>', "HTML"
    )
    assert said.text == "🐱 猫 cat <3 链"
    spans = {(one.type, one.offset, one.length, one.url) for one in said.entities}
    assert spans == {
        ("bold", 3, 5, None),
        ("italic", 5, 3, None),
        ("text_link", 12, 1, "https://x.org/?a&b"),
    }
    named = await bot.send_message(chat, f'<a href="tg://user?id={user}">Mei</a>', "HTML")
    assert [(one.type, one.user.id) for one in named.entities] == [("text_mention", user)]
    given = [telegram.MessageEntity("code", 3, 1)]
    assert (await bot.send_message(chat, "🐱 x", entities=given)).entities == tuple(given)
    with pytest.raises(BadRequest, match="ends after the end of the text at utf-16 offset 9"):
        await bot.send_message(chat, "🐱 x", entities=[telegram.MessageEntity("bold", 0, 9)])


@pytest.mark.parametrize(
    ("source", "problem"),
    [
        ("猫<x>", 'Unsupported start tag "x" at byte offset 3'),
        ("<b>猫", 'Can\'t find end tag corresponding to start tag "b"'),
        ("<b>猫</i>", 'Unmatched end tag at byte offset 6, expected "</b>", found "</i>"'),
        ("猫</b>", "Unexpected end tag at byte offset 3"),
        ("1 < 2", 'Unsupported start tag "" at byte offset 2'),
        ('<span class="y">猫</span>', 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
    ],
)
async def test_broken_html_is_refused_in_telegrams_words(
    emu: TelegramEmulator, bot: telegram.Bot, source: str, problem: str
) -> None:
    chat = emu.add_chat("中文群")
    with pytest.raises(BadRequest) as refusal:
        await bot.send_message(chat, source, "HTML")
    assert refusal.value.message.lower() == f"can't parse entities: {problem}".lower()
    assert emu.sent(chat) == []


async def test_length_is_limited_after_parsing(emu: TelegramEmulator, bot: telegram.Bot) -> None:
    chat = emu.add_chat("中文群")
    await bot.send_message(chat, "<b>" + "猫" * 4096 + "</b>", "HTML")
    await bot.send_message(chat, "🐱" * 2048)
    with pytest.raises(BadRequest, match="Message is too long"):
        await bot.send_message(chat, "🐱" * 2048 + "!")
    await bot.send_photo(chat, png(), caption="猫" * 1024)
    with pytest.raises(BadRequest, match="caption is too long"):
        await bot.send_photo(chat, png(), caption="猫" * 1025)
    with pytest.raises(BadRequest, match="Message text is empty"):
        await bot.send_message(chat, "")
    with pytest.raises(BadRequest, match="Text must be non-empty"):
        await bot.send_message(chat, " \n ")


async def test_edits_change_what_is_there_and_nothing_else(
    emu: TelegramEmulator, bot: telegram.Bot
) -> None:
    chat, user = emu.add_chat("中文群"), emu.add_user("Mei")
    said = await bot.send_message(chat, "hello")
    edited = await bot.edit_message_text("<b>hi</b>", chat, said.message_id, parse_mode="HTML")
    assert edited.text == "hi"
    assert edited.edit_date is not None
    with pytest.raises(BadRequest, match="Message is not modified"):
        await bot.edit_message_text("<b>hi</b>", chat, said.message_id, parse_mode="HTML")
    with pytest.raises(BadRequest, match="no caption in the message to edit"):
        await bot.edit_message_caption(chat, said.message_id, caption="?")
    picture = await bot.send_photo(chat, png(), caption="cat")
    with pytest.raises(BadRequest, match="no text in the message to edit"):
        await bot.edit_message_text("?", chat, picture.message_id)
    await bot.edit_message_caption(chat, picture.message_id, caption="猫")
    media = telegram.InputMediaPhoto(png(20, 10), caption="two")
    replaced = await bot.edit_message_media(media, chat, picture.message_id)
    assert (replaced.photo[-1].width, replaced.caption) == (20, "two")
    theirs = await emu.post(chat, user, "喵")
    with pytest.raises(BadRequest, match="Message can't be edited"):
        await bot.edit_message_text("?", chat, theirs["message_id"])
    await bot.delete_message(chat, said.message_id)
    with pytest.raises(BadRequest, match="Message to edit not found"):
        await bot.edit_message_text("?", chat, said.message_id)
    await emu.edit(chat, theirs["message_id"], "喵喵")
    updates = await bot.get_updates()
    assert updates[-1].edited_message.text == "喵喵"


async def test_replies_carry_the_message_they_answer(
    emu: TelegramEmulator, bot: telegram.Bot
) -> None:
    chat, user = emu.add_chat("中文群"), emu.add_user("Mei")
    asked = await emu.post(chat, user, "🐱 谁在吗？")
    answer = await bot.send_message(
        chat, "me", reply_parameters=telegram.ReplyParameters(asked["message_id"], quote="谁在")
    )
    assert answer.reply_to_message.text == "🐱 谁在吗？"
    assert answer.quote.position == 3
    await emu.post(chat, user, "好", reply_to=answer.message_id)
    updates = await bot.get_updates()
    assert updates[-1].message.reply_to_message.from_user.id == emu.bot_id
    with pytest.raises(BadRequest, match="Message to be replied not found"):
        await bot.send_message(chat, "?", reply_to_message_id=999)
    lone = await bot.send_message(
        chat, "?", reply_to_message_id=999, allow_sending_without_reply=True
    )
    assert lone.reply_to_message is None


async def test_files_come_back_as_the_same_bytes(emu: TelegramEmulator, bot: telegram.Bot) -> None:
    chat, user = emu.add_chat("中文群"), emu.add_user("Mei")
    picture = png(40, 30)
    await emu.post(chat, user, "我的猫", photo=picture, has_spoiler=True)
    await emu.post(chat, user, document=("说明.txt", "猫".encode(), "text/plain"))
    theirs, document = (update.message for update in await bot.get_updates())
    assert (theirs.caption, theirs.has_media_spoiler) == ("我的猫", True)
    file = await theirs.photo[-1].get_file()
    assert bytes(await file.download_as_bytearray()) == picture
    assert document.document.file_name == "说明.txt"
    sent = await bot.send_document(chat, b"meow\r\n--x\r\n", filename="猫.bin")
    copy = await (await bot.get_file(sent.document.file_id)).download_as_bytearray()
    assert (bytes(copy), sent.document.file_name) == (b"meow\r\n--x\r\n", "猫.bin")
    assert (await bot.send_photo(chat, theirs.photo[-1].file_id)).photo == theirs.photo
    emu.download_limit = 5
    with pytest.raises(BadRequest, match="File is too big"):
        await bot.get_file(sent.document.file_id)
    with pytest.raises(BadRequest, match="Image_process_failed"):
        await bot.send_photo(chat, b"not a picture")


async def test_an_album_is_one_group_of_messages(emu: TelegramEmulator, bot: telegram.Bot) -> None:
    chat = emu.add_chat("中文群")
    album = await bot.send_media_group(
        chat,
        [telegram.InputMediaPhoto(png(), caption="猫"), telegram.InputMediaVideo(b"film")],
    )
    assert len({message.media_group_id for message in album}) == 1
    assert [bool(message.photo) for message in album] == [True, False]
    assert [one["message_id"] for one in emu.sent(chat)] == [one.message_id for one in album]


def attached(*kinds: str) -> list[telegram.InputMedia]:
    return [telegram.InputMedia(kind, telegram.InputFile(png(), attach=True)) for kind in kinds]


@pytest.mark.parametrize(
    ("media", "refusal"),
    [
        (attached(*["photo"] * 11), "too many messages to send as an album"),
        (attached("photo", "document"), "document can't be mixed with other media types"),
        (attached("video", "audio"), "audio can't be mixed with other media types"),
        (attached("animation"), 'type "animation" can\'t be used in sendMediaGroup'),
        (attached("photo", "sticker"), 'type "sticker" is unsupported'),
        (attached("photo", "voice"), 'type "voice" is unsupported'),
    ],
)
async def test_what_can_not_be_an_album_is_refused_as_telegram_does(
    emu: TelegramEmulator, bot: telegram.Bot, media: list[Any], refusal: str
) -> None:
    chat = emu.add_chat("中文群")
    with pytest.raises(BadRequest, match=f"(?i){refusal}"):
        await bot.send_media_group(chat, media)
    assert not emu.sent(chat)


async def test_a_bad_photo_of_an_album_is_named_by_its_place(
    emu: TelegramEmulator, bot: telegram.Bot
) -> None:
    chat = emu.add_chat("中文群")
    photos = [telegram.InputMediaPhoto(content) for content in (png(), b"none", png())]
    refusal = '(?i)failed to send message #2 with the error message "IMAGE_PROCESS_FAILED"'
    with pytest.raises(BadRequest, match=refusal):
        await bot.send_media_group(chat, photos)
    assert not emu.sent(chat)


async def test_a_topic_keeps_its_messages_together(
    emu: TelegramEmulator, bot: telegram.Bot
) -> None:
    forum, user = emu.add_chat("论坛", forum=True), emu.add_user("Mei")
    topic = emu.add_topic(forum, "猫")
    await emu.post(forum, user, "在话题里", thread=topic)
    await emu.post(forum, user, "在外面")
    opened, inside, outside = (update.message for update in await bot.get_updates())
    assert opened.forum_topic_created.name == "猫"
    assert (inside.message_thread_id, inside.is_topic_message) == (topic, True)
    assert inside.reply_to_message.forum_topic_created is not None
    assert outside.message_thread_id is None
    await bot.send_message(forum, "here", message_thread_id=topic)
    assert [one["text"] for one in emu.messages(forum, topic)] == ["在话题里", "here"]
    with pytest.raises(BadRequest, match="Message thread not found"):
        await bot.send_message(forum, "?", message_thread_id=topic + 99)
    emu.bot_status(forum, "administrator")
    made = await bot.create_forum_topic(forum, "狗")
    await bot.send_message(forum, "woof", message_thread_id=made.message_thread_id)


async def test_an_upgraded_group_names_its_new_id(emu: TelegramEmulator, bot: telegram.Bot) -> None:
    group, user = emu.add_chat("小群", kind="group"), emu.add_user("Mei")
    await emu.post(group, user, "喵")
    new = await emu.migrate(group)
    _, left, begun = (update.message for update in await bot.get_updates())
    assert (left.chat.id, left.migrate_to_chat_id) == (group, new)
    assert (begun.chat.id, begun.migrate_from_chat_id, begun.message_id) == (new, group, 1)
    with pytest.raises(ChatMigrated) as refusal:
        await bot.send_message(group, "hi")
    assert refusal.value.new_chat_id == new
    await bot.send_message(new, "hi")
    assert [one["text"] for one in emu.messages(new)] == ["hi"]


async def test_faults_strike_before_or_after_the_effect(
    emu: TelegramEmulator, bot: telegram.Bot
) -> None:
    chat = emu.add_chat("中文群")
    emu.fault("sendMessage|sendPhoto", status=429, retry_after=7, skip=1)
    await bot.send_message(chat, "one")
    with pytest.raises(RetryAfter) as flood:
        await bot.send_message(chat, "two")
    assert seconds(flood.value) == 7
    emu.fault("sendMessage", cut=True, when="after")
    with pytest.raises(NetworkError):
        await bot.send_message(chat, "three")
    emu.fault("sendMessage", cut=True, when="before")
    with pytest.raises(NetworkError):
        await bot.send_message(chat, "four")
    emu.fault("sendMessage", status=502, when="after")
    with pytest.raises(NetworkError, match="Bad Gateway"):
        await bot.send_message(chat, "five")
    assert [one["text"] for one in emu.sent(chat)] == ["one", "three", "five"]


async def test_flood_limits_answer_with_the_seconds_to_wait(
    emu: TelegramEmulator, bot: telegram.Bot
) -> None:
    chat = emu.add_chat("中文群")
    emu.rate_limits = True
    emu.flood_limits.chat_burst = 100
    for number in range(20):
        await bot.send_message(chat, str(number))
    with pytest.raises(RetryAfter) as flood:
        await bot.send_message(chat, "one too many")
    assert 55 <= seconds(flood.value) <= 60
    await bot.send_message(emu.add_chat("另一个群"), "elsewhere")


async def test_a_bot_that_was_removed_may_neither_write_nor_hear(
    emu: TelegramEmulator, bot: telegram.Bot
) -> None:
    chat, user = emu.add_chat("中文群"), emu.add_user("Mei")
    emu.bot_status(chat, "kicked")
    await emu.post(chat, user, "它走了")
    with pytest.raises(Forbidden, match="bot was kicked from the supergroup chat"):
        await bot.send_message(chat, "hi")
    (update,) = await bot.get_updates()
    assert update.my_chat_member.new_chat_member.status == "kicked"
    emu.bot_status(chat, "restricted", can_send_photos=True)
    await bot.send_photo(chat, png())
    with pytest.raises(BadRequest, match="Not enough rights to send text messages to the chat"):
        await bot.send_message(chat, "hi")
    emu.bot_status(chat, "left")
    with pytest.raises(Forbidden, match="bot is not a member of the supergroup chat"):
        await bot.send_message(chat, "hi")
    with pytest.raises(BadRequest, match="Chat not found"):
        await bot.send_message(-1009, "hi")


async def test_commands_are_kept_per_scope_and_language(
    emu: TelegramEmulator, bot: telegram.Bot
) -> None:
    groups = telegram.BotCommandScopeAllGroupChats()
    await bot.set_my_commands([("cat", "Pay the cat tax")])
    await bot.set_my_commands([("cat", "交猫税")], scope=groups, language_code="zh")
    assert emu.commands() == [{"command": "cat", "description": "Pay the cat tax"}]
    assert emu.commands("all_group_chats", "zh")[0]["description"] == "交猫税"
    (mine,) = await bot.get_my_commands(groups, "zh")
    assert mine.description == "交猫税"
    for broken, language in (("Cat", ""), ("cat-tax", ""), ("c" * 33, ""), ("cat", "zh-hans")):
        with pytest.raises(BadRequest):
            await bot.set_my_commands([(broken, "?")], language_code=language)
    await bot.delete_my_commands()
    assert emu.commands() == []


async def test_a_pressed_button_is_answered_once(emu: TelegramEmulator, bot: telegram.Bot) -> None:
    chat, user = emu.add_chat("Mei", kind="private"), emu.add_user("Bo")
    button = telegram.InlineKeyboardButton("✓", callback_data="yes")
    keyboard = telegram.InlineKeyboardMarkup([[button]])
    said = await bot.send_message(chat, "sure?", reply_markup=keyboard)
    query = await emu.callback(chat, user, said.message_id, "yes")
    (update,) = await bot.get_updates()
    assert update.callback_query.data == "yes"
    assert update.callback_query.message.reply_markup == keyboard
    await update.callback_query.answer("好", show_alert=True)
    assert emu.callback_answers[0]["callback_query_id"] == query["id"]
    with pytest.raises(BadRequest, match="Query is too old"):
        await update.callback_query.answer("好")
    gone = await bot.edit_message_reply_markup(chat, said.message_id)
    assert gone.reply_markup is None
    long = telegram.InlineKeyboardButton("✓", callback_data="猫" * 22)
    with pytest.raises(BadRequest, match="Button_data_invalid"):
        await bot.send_message(chat, "?", reply_markup=telegram.InlineKeyboardMarkup([[long]]))


async def test_reactions_and_arrivals_reach_only_a_bot_that_asked(
    emu: TelegramEmulator, bot: telegram.Bot
) -> None:
    chat, user = emu.add_chat("中文群"), emu.add_user("Mei")
    said = await bot.send_message(chat, "hi")
    await emu.react(chat, user, said.message_id, "👍")
    await bot.get_updates(allowed_updates=["message", "message_reaction", "chat_member"])
    emu.set_status(chat, emu.bot_id, "administrator")
    await emu.react(chat, user, said.message_id, "❤")
    await emu.join(chat, emu.add_user("Bo"))
    reaction, service, member = await bot.get_updates()
    assert reaction.message_reaction.old_reaction[0].emoji == "👍"
    assert reaction.message_reaction.new_reaction[0].emoji == "❤"
    assert service.message.new_chat_members[0].first_name == "Bo"
    assert member.chat_member.new_chat_member.status == "member"
    await bot.set_message_reaction(chat, said.message_id, "🔥")
    assert emu.reactions(chat, said.message_id) == {user: ["❤"], emu.bot_id: ["🔥"]}
    with pytest.raises(BadRequest, match="Reaction_invalid"):
        await bot.set_message_reaction(chat, said.message_id, telegram.ReactionTypeEmoji("🐱"))


async def test_privacy_mode_hides_what_is_not_meant_for_the_bot(
    emu: TelegramEmulator, bot: telegram.Bot
) -> None:
    chat, user = emu.add_chat("中文群"), emu.add_user("Mei")
    said = await bot.send_message(chat, "hi")
    emu.privacy_mode = True
    await emu.post(chat, user, "闲聊")
    await emu.post(chat, user, "/cat")
    await emu.post(chat, user, "/cat@other_bot")
    await emu.post(chat, user, "回你", reply_to=said.message_id)
    assert [one.message.text for one in await bot.get_updates()] == ["/cat", "回你"]


async def test_a_burst_costs_the_emulator_little(emu: TelegramEmulator, bot: telegram.Bot) -> None:
    chat, user = emu.add_chat("中文群"), emu.add_user("Mei")
    start = time.process_time()  # whatever else runs on this machine
    for number in range(1000):
        await emu.post(chat, user, f"第 {number} 条 hello https://a.cn/{number}")
    assert (time.process_time() - start) / 1000 < 0.0004
    assert len(await bot.get_updates()) == 100


async def test_a_bot_gives_one_reaction_of_those_the_group_offers(
    emu: TelegramEmulator, bot: telegram.Bot
) -> None:
    chat = emu.add_chat("中文群")
    emu.state.chats[chat].available_reactions = ["👎", "🔥"]
    said = await bot.send_message(chat, "hi")
    found = await bot.get_chat(chat)
    assert [one.emoji for one in found.available_reactions or ()] == ["👎", "🔥"]
    with pytest.raises(BadRequest, match="Reaction_invalid"):
        await bot.set_message_reaction(chat, said.message_id, "👍")
    with pytest.raises(BadRequest, match="Reactions_too_many"):
        await bot.set_message_reaction(chat, said.message_id, ["👎", "🔥"])
    await bot.set_message_reaction(chat, said.message_id, "🔥")
    await bot.set_message_reaction(chat, said.message_id, [])
    assert emu.reactions(chat, said.message_id) == {}
    with pytest.raises(BadRequest, match="not found"):
        await bot.set_message_reaction(chat, 99, "🔥")
