"""What is said on Telegram, fetched from it, and what its refusals mean."""

from __future__ import annotations

import struct
from typing import Any

import pytest

from bot.adapters.telegram.client import Telegram
from bot.adapters.telegram.pictures import fits_a_photo
from bot.core.errors import (
    Blocked,
    DeliveryError,
    FileUnavailable,
    Rejected,
    Transient,
    Uncertain,
)
from bot.core.model import (
    Attachment,
    AttachmentKind,
    Button,
    ChannelId,
    Copy,
    File,
    Inbound,
    Migrated,
    Part,
)
from bot.core.ports import Albums, Deletes, Edits, Files, Links, Recalls
from bot.core.richtext import RichText, Style
from bot.dispatch import Dispatcher
from tests.telegram.world import PNG, World, plain


def picture(name: str = "cat.png", mime: str = "image/png", **more: Any) -> File:
    return File(name, mime, AttachmentKind.IMAGE, more.pop("content", PNG), **more)


def drawn(form: str, width: int, height: int) -> bytes:
    """The beginning of a picture of this size."""
    match form:
        case "png":
            return PNG[:16] + struct.pack(">II", width, height)
        case "jpeg":
            comment = b"\xff\xfe" + struct.pack(">H", 6) + b"meow"
            return b"\xff\xd8" + comment + struct.pack(">HHBHH", 0xFFC2, 11, 8, height, width)
        case _:
            size = b"".join((side - 1).to_bytes(3, "little") for side in (width, height))
            return b"RIFF" + bytes(4) + b"WEBPVP8X" + bytes(8) + size


def test_it_can_do_what_telegram_can(world: World) -> None:
    for ability in (Albums, Edits, Deletes, Links):
        assert isinstance(world.telegram.chat, ability)
    assert not isinstance(world.telegram.chat, Recalls)
    files: Files = world.telegram.chat
    assert files.platform == "telegram"


def labels(message: dict[str, Any]) -> list[str]:
    rows = message.get("reply_markup", {}).get("inline_keyboard", [])
    return [button["text"] for row in rows for button in row]


@pytest.mark.parametrize("files", [(), (picture(),)], ids=["text", "picture"])
async def test_an_edit_changes_a_posts_buttons_and_takes_them_away(
    world: World, files: tuple[File, ...]
) -> None:
    chat = world.telegram.chat
    me, you = Button("Me", "door.knock", "7"), Button("You", "door.knock", "8")
    sent = await chat.send(world.channel, plain("Who?", buttons=(me, you), files=files))
    message = world.emulator.message(world.group, int(sent))
    assert labels(message) == ["Me", "You"]
    await chat.edit(world.channel, sent, plain("Who?", buttons=(you,), files=files))
    assert labels(message) == ["You"]
    await chat.edit(world.channel, sent, plain("Ann.", files=files))
    assert (message.get("text") or message["caption"], labels(message)) == ("Ann.", [])
    await chat.edit(world.channel, sent, plain("Ann.", files=files))


async def test_text_arrives_with_its_formatting_unescaped(world: World) -> None:
    text = RichText("<b> 😀 ") + RichText.styled("*猫*", Style.BOLD) + " & "
    sent = await world.telegram.chat.send(world.channel, Part(text + "_x"))
    message = world.emulator.message(world.group, int(sent))
    assert message["text"] == "<b> 😀 *猫* & _x"
    assert message["entities"] == [{"type": "bold", "offset": 7, "length": 3}]


async def test_a_part_goes_to_its_topic_as_a_silent_reply(world: World) -> None:
    forum = world.emulator.add_chat("论坛", forum=True)
    topic = world.emulator.add_topic(forum, "cats")
    first = await world.emulator.post(forum, world.ann, "hi", thread=topic)
    channel = ChannelId("telegram", f"{forum}/{topic}")
    part = plain("yo", reply_to=str(first["message_id"]), is_silent=True)
    await world.telegram.chat.send(channel, part)
    (sent,) = world.emulator.sent(forum, topic)
    assert sent["reply_to_message"]["text"] == "hi"
    assert world.emulator.requests[-1].params["disable_notification"]


async def test_a_part_without_a_reply_stays_in_its_topic(world: World) -> None:
    forum = world.emulator.add_chat("论坛", forum=True)
    topic = world.emulator.add_topic(forum, "cats")
    await world.telegram.chat.send(ChannelId("telegram", f"{forum}/{topic}"), plain("x"))
    assert len(world.emulator.sent(forum, topic)) == 1


async def test_a_reply_to_a_message_that_is_gone_is_sent_all_the_same(world: World) -> None:
    await world.telegram.chat.send(world.channel, plain("yo", reply_to="99"))
    assert world.emulator.sent(world.group)[0]["text"] == "yo"


@pytest.mark.parametrize(("text", "is_disabled"), [("no link", True), ("see https://a.org", False)])
async def test_a_preview_is_shown_only_for_a_link_that_is_seen(
    world: World, text: str, is_disabled: bool
) -> None:
    await world.telegram.chat.send(world.channel, plain(text))
    options = world.emulator.requests[-1].params["link_preview_options"]
    assert f'"is_disabled": {str(is_disabled).lower()}' in str(options).replace("'", '"').lower()


@pytest.mark.parametrize(
    ("kind", "mime", "name", "field"),
    [
        ("image", "image/png", "a.png", "photo"),
        ("sticker", "image/webp", "a.webp", "document"),
        ("image", "image/svg+xml", "a.svg", "document"),
        ("image", "image/gif", "a.gif", "animation"),
        ("animation", "video/mp4", "a.mp4", "animation"),
        ("video", "video/mp4", "a.mp4", "video"),
        ("video", "video/quicktime", "a.mov", "document"),
        ("voice", "audio/ogg", "a.ogg", "voice"),
        ("audio", "audio/mpeg", "a.mp3", "audio"),
        ("audio", "audio/flac", "a.flac", "document"),
        ("file", "application/pdf", "a.pdf", "document"),
    ],
)
async def test_a_file_goes_the_way_telegram_shows_it(
    world: World, kind: str, mime: str, name: str, field: str
) -> None:
    content = PNG if field == "photo" else b"bytes"
    file = File(name, mime, AttachmentKind(kind), content)
    await world.telegram.chat.send(world.channel, plain("说明", files=(file,)))
    (sent,) = world.emulator.sent(world.group)
    assert field in sent
    assert sent["caption"] == "说明"


async def test_a_picture_telegram_can_not_show_goes_as_a_document(world: World) -> None:
    await world.telegram.chat.send(world.channel, Part(RichText(), files=(picture(content=b"x"),)))
    assert world.emulator.sent(world.group)[0]["document"]["file_name"] == "cat.png"


@pytest.mark.parametrize(
    ("name", "shown"),
    [("猫税 1.pdf", "猫税 1.pdf"), ('a"b\\c.pdf', 'a"b\\c.pdf'), ("a\r\nb", "a__b")],
)
async def test_a_file_keeps_its_name(world: World, name: str, shown: str) -> None:
    file = File(name, "application/pdf", AttachmentKind.FILE, b"%PDF")
    await world.telegram.chat.send(world.channel, plain("", files=(file,)))
    assert world.emulator.sent(world.group)[0]["document"]["file_name"] == shown


@pytest.mark.parametrize("refusal", ["PHOTO_SAVE_FILE_INVALID", "IMAGE_PROCESS_FAILED"])
async def test_a_photo_telegram_refuses_goes_as_a_document(world: World, refusal: str) -> None:
    world.emulator.fault("sendPhoto", status=400, description=f"Bad Request: {refusal}")
    await world.telegram.chat.send(world.channel, plain("", files=(picture(),)))
    assert "document" in world.emulator.sent(world.group)[0]


async def test_a_hidden_picture_stays_hidden(world: World) -> None:
    part = Part(RichText(), files=(picture(is_spoiler=True),))
    await world.telegram.chat.send(world.channel, part)
    assert world.emulator.sent(world.group)[0]["has_media_spoiler"]


@pytest.mark.parametrize(
    ("sides", "field"),
    [
        ((40, 30), "photo"),
        ((5000, 5000), "photo"),
        ((5001, 5000), "document"),
        ((20, 1), "photo"),
        ((21, 1), "document"),
    ],
)
@pytest.mark.parametrize("form", ["png", "jpeg", "webp"])
async def test_a_picture_too_large_or_too_long_for_a_photo_is_sent_once_as_a_document(
    world: World, sides: tuple[int, int], field: str, form: str
) -> None:
    file = picture(f"cat.{form}", f"image/{form}", content=drawn(form, *sides))
    await world.telegram.chat.send(world.channel, plain("", files=(file,)))
    assert field in world.emulator.sent(world.group)[0]
    assert [request.method for request in world.emulator.requests] == [f"send{field.title()}"]


def test_nothing_is_read_out_of_what_only_says_it_is_a_jpeg() -> None:
    frame = drawn("jpeg", 21, 1).removeprefix(b"\xff\xd8")
    assert not fits_a_photo(b"\xff\xd8" + frame)
    assert fits_a_photo(b"\xff\xd8" + b"\xff\xfe\0\2" * 10_000 + frame)
    assert fits_a_photo(b"\xff\xd8" + b"\0\0\0\x08" + bytes(6) + frame)


async def test_an_edit_reaches_texts_and_captions(world: World) -> None:
    chat = world.telegram.chat
    text = await chat.send(world.channel, plain("old"))
    caption = await chat.send(world.channel, plain("old", files=(picture(),)))
    for sent in (text, caption):
        await chat.edit(world.channel, sent, plain("new"))
        await chat.edit(world.channel, sent, plain("new"))
    first, second = world.emulator.sent(world.group)
    assert (first["text"], second["caption"]) == ("new", "new")


async def test_a_message_is_deleted_once_and_again(world: World) -> None:
    sent = await world.telegram.chat.send(world.channel, plain("x"))
    await world.telegram.chat.delete(world.channel, sent)
    await world.telegram.chat.delete(world.channel, sent)
    assert not world.emulator.sent(world.group)


async def test_a_flood_limit_says_how_long_to_wait(world: World) -> None:
    world.emulator.fault("sendMessage", status=429, retry_after=7)
    with pytest.raises(Transient) as raised:
        await world.telegram.chat.send(world.channel, plain("x"))
    assert raised.value.retry_after == 7.0


async def test_a_cut_after_the_request_went_out_is_uncertain(world: World) -> None:
    world.emulator.fault("sendMessage", when="after", cut=True)
    with pytest.raises(Uncertain):
        await world.telegram.chat.send(world.channel, plain("x"))
    assert len(world.emulator.sent(world.group)) == 1


async def test_a_server_that_failed_may_have_delivered(world: World) -> None:
    world.emulator.fault("sendMessage", when="after", status=502)
    with pytest.raises(Uncertain):
        await world.telegram.chat.send(world.channel, plain("x"))


async def test_a_server_that_is_not_there_has_delivered_nothing(world: World) -> None:
    await world.emulator.stop()
    with pytest.raises(Transient):
        await world.telegram.chat.send(world.channel, plain("x"))


REFUSALS: list[tuple[int, str, type[DeliveryError]]] = [
    (403, "Forbidden: bot was kicked from the supergroup chat", Blocked),
    (400, "Bad Request: chat not found", Blocked),
    (400, "Bad Request: not enough rights to send text messages to the chat", Blocked),
    (400, "Bad Request: message thread not found", Blocked),
    (400, "Bad Request: TOPIC_CLOSED", Blocked),
    (401, "Unauthorized", Blocked),
    (400, "Bad Request: message is too long", Rejected),
    (400, "Bad Request: not enough rights to send photos to the chat", Rejected),
    (413, "Request Entity Too Large", Rejected),
]


@pytest.mark.parametrize(("status", "description", "meaning"), REFUSALS)
async def test_a_refusal_says_whether_the_place_or_the_message_is_wrong(
    world: World, status: int, description: str, meaning: type[DeliveryError]
) -> None:
    world.emulator.fault("sendMessage", status=status, description=description)
    with pytest.raises(meaning):
        await world.telegram.chat.send(world.channel, plain("x"))


async def test_a_group_that_moved_is_followed(world: World) -> None:
    basic = world.emulator.add_chat("old", "group")
    new = await world.emulator.migrate(basic, by=world.ann)
    old = ChannelId("telegram", str(basic))
    with pytest.raises(Transient):
        await world.telegram.chat.send(old, plain("x"))
    assert world.heard.events == [Migrated(old, ChannelId("telegram", str(new)))]


async def test_an_error_never_holds_the_token(world: World) -> None:
    await world.emulator.stop()
    with pytest.raises(DeliveryError) as raised:
        await world.telegram.chat.send(world.channel, plain("x"))
    chain = [raised.value, raised.value.__cause__]
    assert not any(world.emulator.token in repr(error) for error in chain)


async def test_a_proxy_of_the_environment_is_used(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The emulator answers for any host, so it can stand where the proxy does.
    monkeypatch.setenv("http_proxy", world.emulator.api_base)
    dispatcher = Dispatcher(lambda channel: None)
    telegram = Telegram(
        world.emulator.token,
        api_base="http://telegram.invalid",
        intake=world.heard,  # type: ignore[arg-type]
        dispatcher=dispatcher,
        clock=world.clock,
    )
    await telegram.chat.send(world.channel, plain("x"))
    await telegram.aclose()
    assert world.emulator.sent(world.group)


def test_links_open_private_and_public_messages(world: World) -> None:
    chat = world.telegram.chat
    topic = Copy(ChannelId("telegram", "-1001234/42"), "7")
    assert chat.link(topic) == "https://t.me/c/1234/42/7"
    chat.note_chat(-1001234, username="cats", is_forum=False)
    assert chat.link(topic) == "https://t.me/cats/42/7"
    assert chat.link(Copy(ChannelId("telegram", "-55"), "7")) is None


async def posted_file(world: World, content: bytes) -> Attachment:
    async with world.running():
        await world.emulator.post(world.group, world.ann, document=("a.pdf", content))
        await world.until(lambda: world.heard.events)
    event = world.heard.events[0]
    assert isinstance(event, Inbound)
    return event.attachments[0]


async def test_a_file_is_fetched_by_its_handle(world: World) -> None:
    attachment = await posted_file(world, b"paper")
    file = await world.telegram.chat.fetch(attachment, limit=100)
    assert (file.name, file.content) == ("a.pdf", b"paper")


async def test_a_file_that_is_too_large_is_not_fetched(world: World) -> None:
    attachment = await posted_file(world, b"paper")
    with pytest.raises(FileUnavailable):
        await world.telegram.chat.fetch(attachment, limit=4)


async def test_a_file_telegram_will_not_give_is_unavailable(world: World) -> None:
    gone = Attachment(AttachmentKind.FILE, "a", "no-such-file")
    with pytest.raises(FileUnavailable):
        await world.telegram.chat.fetch(gone, limit=100)
