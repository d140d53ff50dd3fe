"""Discord's messages as the core hears them, from the JSON that Discord sends."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import discord
import pytest

from bot.adapters.discord.inbound import Us, edited, inbound
from bot.core.model import AttachmentKind, ChannelId, Inbound, MessageId
from bot.core.richtext import Style

US = Us(user_id=1, application_id=2)
HERE = ChannelId("discord", "50")
REPLY, PIN = 19, 6
BARE = {"discriminator": "0"}


def payload(**fields: Any) -> dict[str, Any]:
    return {
        "id": "100",
        "channel_id": "50",
        "type": 0,
        "content": "你好",
        "author": {"id": "7", "username": "hong", "global_name": "小红", "avatar": None} | BARE,
        "timestamp": "2025-01-20T08:00:00+00:00",
        "edited_timestamp": None,
        "attachments": [],
        "embeds": [],
        "mentions": [],
        "mention_roles": [],
        "mention_everyone": False,
        "pinned": False,
        "tts": False,
        "flags": 0,
    } | fields


def native(**fields: Any) -> discord.Message:
    client = discord.Client(intents=discord.Intents(guilds=True))
    place = client.get_partial_messageable(50)
    return discord.Message(state=client._connection, channel=place, data=payload(**fields))  # type: ignore[arg-type]


def heard(**fields: Any) -> Inbound:
    event = inbound(native(**fields), US)
    assert event is not None
    return event


def picture(**fields: Any) -> dict[str, Any]:
    return {
        "id": "9",
        "filename": "cat.png",
        "size": 12,
        "url": "https://cdn.discordapp.com/attachments/50/9/cat.png?ex=1",
        "proxy_url": "https://media.discordapp.net/x",
        "content_type": "image/png",
    } | fields


def test_a_message_carries_its_author_and_time() -> None:
    event = heard()
    assert event.ref == MessageId(HERE, "100")
    assert (event.author.person.id, event.author.name) == ("7", "小红")
    assert event.text.text == "你好"
    assert event.sent_at == datetime(2015, 1, 1, tzinfo=UTC)  # the id's own time
    assert not event.author.is_bot
    assert not event.author.is_us


@pytest.mark.parametrize(
    "fields",
    [
        {"author": {"id": "1", "username": "Catbridge", "avatar": None, "bot": True} | BARE},
        {"webhook_id": "77", "application_id": "2"},
    ],
    ids=["our account", "our webhook"],
)
def test_an_echo_is_ours(fields: dict[str, Any]) -> None:
    assert heard(**fields).author.is_us


def test_a_foreign_webhook_is_a_bot_and_not_ours() -> None:
    author = heard(webhook_id="77", application_id=None).author
    assert author.is_bot
    assert not author.is_us


def test_a_reply_names_what_it_answers() -> None:
    reference = {"type": 0, "channel_id": "50", "message_id": "99"}
    assert heard(type=REPLY, message_reference=reference).reply_to == MessageId(HERE, "99")


def test_a_pin_notice_is_not_said_by_anybody() -> None:
    assert inbound(native(type=PIN, content=""), US) is None


def test_an_embed_without_words_is_not_heard() -> None:
    assert inbound(native(content="", embeds=[{"type": "rich", "title": "x"}]), US) is None


def test_files_keep_their_kind_and_their_chinese_name() -> None:
    (file,) = heard(attachments=[picture(title="猫猫")]).attachments
    assert (file.kind, file.name, file.size) == (AttachmentKind.IMAGE, "猫猫.png", 12)


@pytest.mark.parametrize(
    ("fields", "kind"),
    [
        ({"content_type": "image/gif"}, AttachmentKind.ANIMATION),
        ({"content_type": "video/mp4"}, AttachmentKind.VIDEO),
        ({"content_type": "audio/ogg"}, AttachmentKind.AUDIO),
        (
            {"content_type": "audio/ogg", "duration_secs": 1.5, "waveform": "AA=="},
            AttachmentKind.VOICE,
        ),
        ({"content_type": None, "filename": "a.zip"}, AttachmentKind.FILE),
    ],
)
def test_the_kind_of_a_file(fields: dict[str, Any], kind: AttachmentKind) -> None:
    assert heard(attachments=[picture(**fields)]).attachments[0].kind is kind


@pytest.mark.parametrize(("title", "name"), [(None, "end.png"), ("SPOILER_结局", "结局.png")])
def test_a_hidden_file_stays_hidden(title: str | None, name: str) -> None:
    named = {"title": title} if title else {}
    (file,) = heard(attachments=[picture(filename="SPOILER_end.png", **named)]).attachments
    assert file.is_spoiler
    assert file.name == name


def test_a_sticker_comes_as_a_picture() -> None:
    (file,) = heard(
        content="", sticker_items=[{"id": "3", "name": "wave", "format_type": 1}]
    ).attachments
    assert (file.kind, file.name) == (AttachmentKind.STICKER, "wave.png")


def test_a_drawn_sticker_comes_as_its_name() -> None:
    event = heard(content="", sticker_items=[{"id": "3", "name": "wave", "format_type": 3}])
    assert event.text.text == ":wave:"
    assert not event.attachments


def test_a_forwarded_message_brings_its_words_and_files() -> None:
    snapshot = payload(content="**旧消息**", attachments=[picture()])
    event = heard(
        content="",
        message_reference={"type": 1, "channel_id": "51", "message_id": "90"},
        message_snapshots=[{"message": snapshot}],
    )
    assert event.text.text == "旧消息"
    assert event.text.spans[0].style is Style.BOLD
    assert len(event.attachments) == 1
    assert event.forwarded_from == "Discord"
    assert event.reply_to is None


def test_a_poll_reads_as_text() -> None:
    poll = {
        "question": {"text": "午饭？"},
        "answers": [
            {"answer_id": 1, "poll_media": {"text": "面"}},
            {"answer_id": 2, "poll_media": {"text": "饭"}},
        ],
        "expiry": "2025-01-21T08:00:00+00:00",
        "allow_multiselect": False,
        "layout_type": 1,
    }
    assert heard(content="", poll=poll).text.text == "📊 午饭？\n• 面\n• 饭"


def test_mentions_read_as_names() -> None:
    mentioned = {"id": "8", "username": "bob", "global_name": "Bob", "avatar": None} | BARE
    assert heard(content="嗨 <@8>", mentions=[mentioned]).text.text == "嗨 @Bob"


def change(**fields: Any) -> discord.RawMessageUpdateEvent:
    message = native(**fields)
    return discord.RawMessageUpdateEvent(data=payload(**fields), message=message)  # type: ignore[arg-type]


def test_an_edit_has_the_new_words() -> None:
    event = edited(change(content="再见", edited_timestamp="2025-01-20T08:01:00+00:00"), US)
    assert event is not None
    assert event.text.text == "再见"
    assert event.edited_at == datetime(2025, 1, 20, 8, 1, tzinfo=UTC)


def test_a_link_preview_is_no_edit() -> None:
    assert edited(change(embeds=[{"type": "link"}]), US) is None
