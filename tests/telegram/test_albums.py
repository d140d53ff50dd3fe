"""Several files of one message, sent as Telegram's albums: the fewest, in the order given."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from bot.core.errors import Blocked, Rejected, Transient, Uncertain
from bot.core.model import AttachmentKind, Button, File, Part
from bot.core.render import Said, render
from bot.core.richtext import RichText, Style
from tests.parts import ANN
from tests.telegram.world import PNG, World, plain

PHOTO = File("cat.png", "image/png", AttachmentKind.IMAGE, PNG)
VIDEO = File("cat.mp4", "video/mp4", AttachmentKind.VIDEO, b"film")
PDF = File("cat.pdf", "application/pdf", AttachmentKind.FILE, b"%PDF")
SONG = File("cat.mp3", "audio/mpeg", AttachmentKind.AUDIO, b"song")
GIF = File("cat.gif", "image/gif", AttachmentKind.IMAGE, b"GIF89a")
VOICE = File("cat.ogg", "audio/ogg", AttachmentKind.VOICE, b"meow")
STICKER = File("cat.webp", "image/webp", AttachmentKind.STICKER, PNG)


def parts(*files: File, text: str = "") -> list[Part]:
    """As the renderer makes them: the words under the first file, the name under the others."""
    words = RichText.styled("Ann", Style.BOLD) + (f"\n{text}" if text else "")
    return [
        Part(words if number == 0 else RichText("Ann"), files=(file,), is_further=number > 0)
        for number, file in enumerate(files)
    ]


async def send(world: World, left: list[Part]) -> list[list[str]]:
    """All of them, as the courier does: the ids of each request."""
    chat, sent = world.telegram.chat, []
    while left:
        count = chat.together(left)
        one = [await chat.send(world.channel, left[0])] if count == 1 else None
        sent.append(one or await chat.send_album(world.channel, left[:count]))
        left = left[len(sent[-1]) :]
    return sent


def arrived(world: World) -> list[list[str]]:
    """What stands together, by the kind of its files."""
    albums: list[tuple[str, list[str]]] = []
    for message in world.emulator.sent(world.group):
        album = message.get("media_group_id", "")
        if not albums or not album or albums[-1][0] != album:
            albums.append((album, []))
        albums[-1][1].append(next(kind for kind in KINDS if kind in message))
    return [kinds for _, kinds in albums]


KINDS = ("photo", "video", "audio", "voice", "animation", "document")


@pytest.mark.parametrize(
    ("files", "albums"),
    [
        ([PHOTO] * 3, [["photo"] * 3]),
        ([PHOTO, VIDEO, PHOTO], [["photo", "video", "photo"]]),
        ([PDF, PDF], [["document"] * 2]),
        ([SONG, SONG], [["audio"] * 2]),
        ([PHOTO, PDF, PHOTO], [["photo"], ["document"], ["photo"]]),
        ([PHOTO, PHOTO, PDF, PDF], [["photo"] * 2, ["document"] * 2]),
        ([SONG, PHOTO], [["audio"], ["photo"]]),
        ([GIF, GIF], [["animation"]] * 2),
        ([VOICE, VOICE], [["voice"]] * 2),
        ([PHOTO] * 10, [["photo"] * 10]),
        ([PHOTO] * 11, [["photo"] * 10, ["photo"]]),
        ([PHOTO] * 23, [["photo"] * 10, ["photo"] * 10, ["photo"] * 3]),
    ],
)
async def test_files_stand_together_as_far_as_telegram_lets_them(
    world: World, files: list[File], albums: list[list[str]]
) -> None:
    ids = await send(world, parts(*files))
    assert arrived(world) == albums
    assert [len(one) for one in ids] == [len(one) for one in albums]
    sent = [str(message["message_id"]) for message in world.emulator.sent(world.group)]
    assert [one for several in ids for one in several] == sent
    assert {request.status for request in world.emulator.requests} == {200}


async def test_the_words_stand_under_an_album_and_the_name_under_what_comes_after(
    world: World,
) -> None:
    await send(world, parts(*[PHOTO] * 12, text="我的猫"))
    captions = [message.get("caption") for message in world.emulator.sent(world.group)]
    assert captions == ["Ann\n我的猫", *[None] * 9, "Ann", None]
    first = world.emulator.sent(world.group)[0]
    assert first["caption_entities"] == [{"type": "bold", "offset": 0, "length": 3}]


async def test_a_file_of_an_album_keeps_its_name_and_bytes(world: World) -> None:
    files = [File(f"猫 {n}.txt", "text/plain", AttachmentKind.FILE, b"%d" % n) for n in range(2)]
    await send(world, parts(*files))
    documents = [message["document"] for message in world.emulator.sent(world.group)]
    stored = [world.emulator.state.files.get(one["file_id"]) for one in documents]
    assert [one["file_name"] for one in documents] == ["猫 0.txt", "猫 1.txt"]
    assert [one.upload.content for one in stored if one] == [b"0", b"1"]


async def test_what_is_hidden_in_an_album_stays_hidden(world: World) -> None:
    hidden = File("cat.png", "image/png", AttachmentKind.IMAGE, PNG, is_spoiler=True)
    await send(world, parts(PHOTO, hidden))
    shown = [
        message.get("has_media_spoiler", False) for message in world.emulator.sent(world.group)
    ]
    assert shown == [False, True]


async def test_a_picture_too_long_for_a_photo_stands_apart(world: World) -> None:
    strip = PNG[:16] + (2100).to_bytes(4, "big") + (100).to_bytes(4, "big")
    long = File("strip.png", "image/png", AttachmentKind.IMAGE, strip)
    await send(world, parts(PHOTO, long, PHOTO, PHOTO))
    assert arrived(world) == [["photo"], ["document"], ["photo"] * 2]


async def test_an_album_is_a_silent_reply(world: World) -> None:
    asked = await world.emulator.post(world.group, world.ann, "cats?")
    first, second = parts(PHOTO, PHOTO)
    answer = Part(first.text, files=first.files, reply_to=str(asked["message_id"]), is_silent=True)
    await send(world, [answer, second])
    replies = [one["reply_to_message"]["text"] for one in world.emulator.sent(world.group)]
    assert replies == ["cats?"] * 2
    assert world.emulator.requests[-1].params["disable_notification"]


async def test_no_request_is_larger_than_telegram_takes(world: World) -> None:
    world.emulator.upload_limit = 50_000_000
    large = File("a.bin", "application/zip", AttachmentKind.FILE, bytes(20_000_000))
    await send(world, parts(large, large, large))
    assert arrived(world) == [["document"] * 2, ["document"]]


@pytest.mark.parametrize("reason", ["IMAGE_PROCESS_FAILED", "PHOTO_INVALID_DIMENSIONS"])
@pytest.mark.parametrize("number", [1, 2, 3])
async def test_a_refused_photo_goes_as_a_document_and_the_others_as_they_are(
    world: World, reason: str, number: int
) -> None:
    bad = File("bad.png", "image/png", AttachmentKind.IMAGE, BAD[reason])
    files = [PHOTO] * 3
    files[number - 1] = bad
    await send(world, parts(*files, text="cats"))
    kinds = [kind for album in arrived(world) for kind in album]
    assert kinds == ["document" if file is bad else "photo" for file in files]
    assert world.emulator.sent(world.group)[0]["caption"] == "Ann\ncats"
    refused = [one for one in world.emulator.requests if one.status == 400]
    assert refused[0].method == "sendMediaGroup"


BAD = {
    "IMAGE_PROCESS_FAILED": b"not a picture",
    # A size that stands where nobody looks for it before Telegram has.
    "PHOTO_INVALID_DIMENSIONS": b"GIF89a" + (9000).to_bytes(2, "little") * 2,
}


async def test_an_album_that_is_refused_without_a_reason_is_sent_one_by_one(world: World) -> None:
    world.emulator.fault(
        "sendMediaGroup", status=400, description="Bad Request: group send failed", times=None
    )
    await send(world, parts(PHOTO, PHOTO, PHOTO))
    assert arrived(world) == [["photo"]] * 3


async def test_a_photo_that_is_refused_every_way_is_named_by_the_refusal(world: World) -> None:
    for method in ("sendPhoto", "sendDocument"):
        world.emulator.fault(method, status=400, description="Bad Request: PHOTO_X", times=None)
    world.emulator.fault("sendMediaGroup", status=400, times=None)
    with pytest.raises(Rejected):
        await world.telegram.chat.send_album(world.channel, parts(PHOTO, PHOTO))
    assert not world.emulator.sent(world.group)


FAILURES: list[tuple[dict[str, Any], type[Exception]]] = [
    ({"status": 429, "retry_after": 7}, Transient),
    ({"status": 403, "description": "Forbidden: bot was kicked"}, Blocked),
    ({"status": 502}, Uncertain),
    ({"cut": True, "when": "after"}, Uncertain),
]


@pytest.mark.parametrize(("fault", "meaning"), FAILURES)
async def test_an_album_fails_as_a_whole(
    world: World, fault: dict[str, Any], meaning: type[Exception]
) -> None:
    world.emulator.fault("sendMediaGroup", **fault)
    with pytest.raises(meaning):
        await world.telegram.chat.send_album(world.channel, parts(PHOTO, PHOTO))
    assert [one.method for one in world.emulator.requests] == ["sendMediaGroup"]


async def test_an_edit_reaches_the_words_of_an_album(world: World) -> None:
    [ids] = await send(world, parts(PHOTO, PHOTO, text="tpyo"))
    await world.telegram.chat.edit(world.channel, ids[0], plain("typo", files=(PHOTO,)))
    captions = [message.get("caption") for message in world.emulator.sent(world.group)]
    assert captions == ["typo", None]


async def test_words_with_buttons_stand_before_their_album(world: World) -> None:
    said = Said(ANN, RichText("cats"), files=(PHOTO, PHOTO), buttons=(Button("?", "door.knock"),))
    can = await world.telegram.chat.capabilities(world.channel)
    await send(world, render(said, can))
    words, *album = world.emulator.sent(world.group)
    assert (words["text"], "reply_markup" in words) == ("Ann\ncats", True)
    assert len({message["media_group_id"] for message in album}) == 1
    assert [message.get("caption") for message in album] == ["Ann", None]


async def test_nothing_is_asked_of_an_album_that_it_can_not_have(world: World) -> None:
    await send(world, parts(PHOTO, VIDEO))
    asked = world.emulator.requests[-1].params
    items = asked["media"] if isinstance(asked["media"], list) else orjson.loads(asked["media"])
    assert "reply_markup" not in asked
    assert [sorted(item) for item in items] == [
        ["caption", "caption_entities", "media", "type"],
        ["media", "type"],
    ]
