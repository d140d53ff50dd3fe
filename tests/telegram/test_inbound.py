"""What Telegram's updates become."""

import inspect
from datetime import UTC, datetime
from typing import Any

import pytest
from telegram import ChatMemberRestricted, Update

from bot.adapters.telegram import inbound
from bot.core.model import (
    AttachmentKind,
    Author,
    ChannelId,
    Edited,
    Event,
    Inbound,
    Joined,
    Left,
    MessageId,
    Migrated,
    PersonId,
    Reacted,
)
from bot.core.richtext import RichText, Span, Style

US = 999
GROUP = {"id": -100123, "title": "猫", "type": "supergroup"}
FORUM = {**GROUP, "is_forum": True}
CHANNEL = {"id": -100777, "title": "News", "type": "channel"}
ANN = {"id": 5, "is_bot": False, "first_name": "Ann", "last_name": "Lee", "language_code": "en"}
PLACE = ChannelId("telegram", "-100123")
ANNS = Author(PersonId("telegram", "5"), "Ann Lee")
TOPIC = ChannelId("telegram", "-100123/42")
SENT = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


def message(**fields: Any) -> dict[str, Any]:
    sender = {} if "sender_chat" in fields else {"from": ANN}
    return {"message_id": 7, "date": int(SENT.timestamp()), "chat": GROUP, **sender, **fields}


def events(kind: str = "message", *, channels: tuple[ChannelId, ...] = (), **what: Any) -> list:
    update = Update.de_json({"update_id": 1, kind: what}, None)
    return inbound.events_of(update, us=US, channels=channels)


def heard(kind: str = "message", **fields: Any) -> Any:
    (event,) = events(kind, **message(**fields))
    return event


def test_a_message_says_who_where_when_and_what() -> None:
    event = heard(text="hi 😀 there", entities=[{"type": "bold", "offset": 6, "length": 5}])
    assert isinstance(event, Inbound)
    assert event.ref == MessageId(PLACE, "7")
    assert (event.author.person.id, event.author.name) == ("5", "Ann Lee")
    assert event.text == RichText("hi 😀 there", (Span(5, 10, Style.BOLD),))
    assert event.sent_at == SENT


def test_an_avatar_would_hold_the_token_so_there_is_none() -> None:
    assert heard(text="hi").author.avatar_url is None


def test_our_own_messages_and_other_bots_are_marked() -> None:
    bot = {"id": 6, "is_bot": True, "first_name": "B"}
    assert heard(**{"text": "x", "from": bot}).author.is_bot
    assert heard(**{"text": "x", "from": {**bot, "id": US}}).author.is_us


def test_an_anonymous_admin_is_the_group_and_no_bot() -> None:
    author = heard(text="x", sender_chat=GROUP, author_signature="老板").author
    assert (author.name, author.person.id, author.is_bot) == ("老板", "-100123", False)


def test_a_channel_post_is_by_the_channel() -> None:
    event = heard("channel_post", text="x", chat=CHANNEL, sender_chat=CHANNEL)
    assert event.author.name == "News"
    assert event.ref.channel == ChannelId("telegram", "-100777")


def test_a_topic_is_a_channel_of_its_own() -> None:
    event = heard(text="x", chat=FORUM, message_thread_id=42, is_topic_message=True)
    assert event.ref.channel == TOPIC


def test_a_thread_in_a_plain_group_is_no_topic() -> None:
    assert heard(text="x", message_thread_id=42).ref.channel == PLACE


def test_a_reply_is_to_a_message_of_the_same_channel() -> None:
    target = message(message_id=3, text="x")
    assert heard(text="y", reply_to_message=target).reply_to == MessageId(PLACE, "3")


def test_a_reply_to_the_root_of_a_topic_is_no_reply() -> None:
    root = message(message_id=42, forum_topic_created={"name": "t", "icon_color": 1})
    event = heard(
        text="y", chat=FORUM, message_thread_id=42, is_topic_message=True, reply_to_message=root
    )
    assert event.reply_to is None


def test_an_edit_carries_its_own_time() -> None:
    edit_date = int(SENT.timestamp()) + 60
    event = heard("edited_message", text="new", edit_date=edit_date)
    assert isinstance(event, Edited)
    assert (event.text.text, (event.edited_at - SENT).seconds) == ("new", 60)


def test_a_moving_location_is_not_an_edit() -> None:
    place = {"latitude": 1.0, "longitude": 2.0}
    assert not events("edited_message", **message(location=place, edit_date=1))


def test_a_group_that_became_a_supergroup_is_followed() -> None:
    group = {"id": -55, "title": "g", "type": "group"}
    event = heard(chat=group, migrate_to_chat_id=-10055)
    assert event == Migrated(ChannelId("telegram", "-55"), ChannelId("telegram", "-10055"))


def test_newcomers_join_but_we_do_not() -> None:
    us = {"id": US, "is_bot": True, "first_name": "Catbridge"}
    found = events(**message(new_chat_members=[ANN, us]))
    assert [(type(one), one.person.name, one.channel) for one in found] == [
        (Joined, "Ann Lee", PLACE)
    ]


def test_newcomers_of_a_forum_are_met_in_its_bridged_topic() -> None:
    (joined,) = events(channels=(TOPIC,), **message(chat=FORUM, new_chat_members=[ANN]))
    assert joined.channel == TOPIC


def standing(old: dict[str, Any], new: dict[str, Any], who: dict[str, Any] = ANN) -> list[Event]:
    fields = {"chat": GROUP, "from": ANN, "date": int(SENT.timestamp())}
    members = {"old_chat_member": {"user": who, **old}, "new_chat_member": {"user": who, **new}}
    return events("chat_member", **fields, **members)


LEFT, MEMBER = {"status": "left"}, {"status": "member"}
ADMIN = {"status": "creator", "is_anonymous": False}
MUTED = {
    "status": "restricted",
    "until_date": 0,
    "is_member": False,
    **{
        name: False for name in inspect.signature(ChatMemberRestricted).parameters if "can_" in name
    },
}


@pytest.mark.parametrize("old", [LEFT, {"status": "kicked", "until_date": 0}, MUTED])
def test_who_is_let_in_has_joined(old: dict[str, Any]) -> None:
    (event,) = standing(old, MEMBER)
    assert (event.channel, event.person.name, event.joined_at) == (PLACE, "Ann Lee", SENT)
    assert standing(old, MUTED | {"is_member": True})


def test_other_changes_of_standing_are_no_joins() -> None:
    for old, new in ((MEMBER, ADMIN), (MUTED | {"is_member": True}, MEMBER), (LEFT, MUTED)):
        assert standing(old, new) == []


@pytest.mark.parametrize("new", [LEFT, {"status": "kicked", "until_date": 0}, MUTED])
def test_who_goes_or_is_banned_has_left(new: dict[str, Any]) -> None:
    assert standing(MEMBER, new) == [Left(PLACE, ANNS, SENT)]
    us = {"id": US, "is_bot": True, "first_name": "Catbridge"}
    assert standing(MEMBER, new, us) == []


def test_a_service_message_tells_who_has_left_every_bridged_topic() -> None:
    assert events(**message(left_chat_member=ANN)) == [Left(PLACE, ANNS, SENT)]
    other = ChannelId("telegram", f"{FORUM['id']}/9")
    found = events(channels=(TOPIC, other), **message(chat=FORUM, left_chat_member=ANN))
    assert [event.channel for event in found] == [TOPIC, other]
    assert standing(LEFT, MEMBER, {**ANN, "id": US}) == []


def reaction(old: list[str], new: list[str], **more: Any) -> list[Event]:
    def typed(signs: list[str]) -> list[dict[str, str]]:
        return [{"type": "emoji", "emoji": sign} for sign in signs]

    fields = {"chat": GROUP, "message_id": 7, "date": 1, "user": ANN}
    return events(
        "message_reaction", **fields, old_reaction=typed(old), new_reaction=typed(new), **more
    )


def test_only_what_changed_of_a_reaction_is_told() -> None:
    found = [(one.emoji, one.is_added) for one in reaction(["👍", "🔥"], ["🔥", "❤"])]
    assert found == [("👍", False), ("❤️", True)]  # as everybody else writes it


def test_a_reaction_in_a_forum_is_told_of_its_bridged_topics() -> None:
    (one,) = reaction([], ["👍"], channels=(TOPIC, ChannelId("telegram", "-100999/42")))
    assert isinstance(one, Reacted)
    assert one.ref == MessageId(TOPIC, "7")


def stored(**more: Any) -> dict[str, Any]:
    return {"file_id": "F", "file_unique_id": "U", "file_size": 10, **more}


FILM = stored(width=9, height=9, duration=1)
STICKER = stored(width=512, height=512, type="regular", emoji="😺")
FILES = [
    ({"document": stored(file_name="a.pdf", mime_type="application/pdf")}, "file", "a.pdf"),
    ({"video": {**FILM, "file_name": "v.mp4"}}, "video", "v.mp4"),
    ({"animation": FILM, "document": stored()}, "animation", "animation.mp4"),
    ({"video_note": stored(length=240, duration=1)}, "video", "video_note.mp4"),
    ({"voice": stored(duration=1)}, "voice", "voice.ogg"),
    ({"audio": stored(duration=1, file_name="s.mp3")}, "audio", "s.mp3"),
    ({"sticker": {**STICKER, "is_animated": False, "is_video": False}}, "sticker", "sticker.webp"),
    ({"sticker": {**STICKER, "is_animated": True, "is_video": False}}, "file", "sticker.tgs"),
    ({"sticker": {**STICKER, "is_animated": False, "is_video": True}}, "file", "sticker.webm"),
]


@pytest.mark.parametrize(("fields", "kind", "name"), FILES)
def test_every_kind_of_file_is_an_attachment(fields: dict, kind: str, name: str) -> None:
    (file,) = heard(**fields).attachments
    assert (file.kind, file.name, file.source, file.size) == (AttachmentKind(kind), name, "F", 10)


def test_a_photo_is_its_largest_size_with_caption_and_spoiler() -> None:
    sizes = [stored(file_id="small", width=90, height=60), stored(width=900, height=600)]
    event = heard(photo=[*sizes, sizes[0]], caption="look", has_media_spoiler=True)
    (photo,) = event.attachments
    assert (photo.source, photo.is_spoiler, event.text.text) == ("F", True, "look")


def test_a_sticker_that_moves_says_its_emoji() -> None:
    assert heard(sticker={**STICKER, "is_animated": True, "is_video": False}).text.text == "😺"


@pytest.mark.parametrize(
    ("origin", "name"),
    [
        ({"type": "user", "sender_user": ANN}, "Ann Lee"),
        ({"type": "hidden_user", "sender_user_name": "Zoe"}, "Zoe"),
        ({"type": "chat", "sender_chat": GROUP}, "猫"),
        ({"type": "channel", "chat": CHANNEL, "message_id": 1}, "News"),
    ],
)
def test_a_forward_names_its_origin(origin: dict[str, Any], name: str) -> None:
    assert heard(text="x", forward_origin={"date": 1, **origin}).forwarded_from == name


PLACE_ON_EARTH = {"latitude": 31.2304, "longitude": 121.4737}
SAID = [
    (
        {
            "poll": {
                "id": "1",
                "question": "茶?",
                "options": [{"text": "是", "voter_count": 0, "persistent_id": "1"}],
                "total_voter_count": 0,
                "is_closed": False,
                "is_anonymous": True,
                "type": "regular",
                "allows_multiple_answers": False,
                "allows_revoting": False,
                "members_only": False,
            }
        },
        "茶?\n○ 是",
    ),
    ({"location": PLACE_ON_EARTH}, "31.23040/121.47370"),
    ({"venue": {"location": PLACE_ON_EARTH, "title": "Bund", "address": "Rd 1"}}, "Bund\nRd 1"),
    ({"contact": {"phone_number": "+86 1", "first_name": "Wei"}}, "Wei +86 1"),
    ({"dice": {"emoji": "🎲", "value": 4}}, "🎲 4"),
]


@pytest.mark.parametrize(("fields", "words"), SAID)
def test_what_is_not_text_can_be_read_all_the_same(fields: dict[str, Any], words: str) -> None:
    assert words in heard(**fields).text.text


def test_housekeeping_is_not_relayed() -> None:
    assert not events(**message(new_chat_title="x"))


def test_an_album_is_one_message_with_its_caption() -> None:
    photo = [stored(width=9, height=9)]
    first, second = heard(photo=photo), heard(photo=photo, caption="two", message_id=8)
    album = inbound.merged(first, second)
    assert (album.ref.id, album.text.text, len(album.attachments)) == ("8", "two", 2)
