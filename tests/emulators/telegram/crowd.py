"""What people do in the emulated chats: every act changes the state and queues its update."""

import time
from typing import NamedTuple

from .entities import checked, with_found
from .errors import Json
from .files import Upload
from .sending import quoted_text
from .state import Chat, public
from .world import World

# Telegram shows anonymous administrators and channels under these two accounts.
_ANONYMOUS_ADMIN: Json = {
    "id": 1087968824,
    "is_bot": True,
    "first_name": "Group",
    "username": "GroupAnonymousBot",
}
_CHANNEL: Json = {
    "id": 136817688,
    "is_bot": True,
    "first_name": "Channel",
    "username": "Channel_Bot",
}

FileLike = bytes | tuple[bytes, str] | tuple[str, bytes] | tuple[str, bytes, str]


class Attachment(NamedTuple):
    kind: str
    file: FileLike


def _upload(attachment: Attachment) -> tuple[Upload, Json]:
    """Bytes, (name, bytes), (name, bytes, mime) or, for a sticker, (bytes, emoji)."""
    match attachment.file:
        case bytes() as content:
            return Upload(content), {}
        case (bytes() as content, str() as emoji):
            return Upload(content), {"emoji": emoji}
        case (str() as name, bytes() as content):
            return Upload(content, name), {}
        case (str() as name, bytes() as content, str() as mime):
            return Upload(content, name, mime), {}
    raise TypeError(f"not a file: {attachment.file!r}")


class Crowd(World):
    async def post(
        self,
        chat: int,
        user: int | None,
        text: str = "",
        *,
        entities: list[Json] | None = None,
        thread: int | None = None,
        reply_to: int | None = None,
        photo: FileLike | None = None,
        document: FileLike | None = None,
        sticker: FileLike | None = None,
        voice: FileLike | None = None,
        video: FileLike | None = None,
        audio: FileLike | None = None,
        animation: FileLike | None = None,
        media_group_id: str | None = None,
        has_spoiler: bool = False,
        quote: str | Json | None = None,
        sender_chat: int | None = None,
        forward_origin: Json | None = None,
        extra: Json | None = None,
    ) -> Json:
        """Says something and returns the message. With a file, `text` and `entities` caption it.

        `user` is None in channels. `extra` adds raw Bot API fields, such as a poll or a location.
        """
        place = self._place(chat, user)
        content = self._sender(place, user, sender_chat)
        if thread is not None:
            content |= self.state.in_topic(place, thread)
        if reply_to is not None:
            content |= self.state.replied(place, reply_to, thread)
            if quote is not None:
                target = place.messages[reply_to]
                content["quote"] = quoted_text(target, quote) if isinstance(quote, str) else quote
        files = {
            "photo": photo,
            "document": document,
            "sticker": sticker,
            "voice": voice,
            "video": video,
            "audio": audio,
            "animation": animation,
        }
        attached = [Attachment(kind, file) for kind, file in files.items() if file is not None]
        for attachment in attached:
            upload, details = _upload(attachment)
            content[attachment.kind] = self.state.files.add(attachment.kind, upload, details).media
        content |= _words(text, entities, is_caption=bool(attached))
        optional = {
            "media_group_id": media_group_id,
            "has_media_spoiler": has_spoiler or None,
            "forward_origin": forward_origin,
        }
        content |= {key: value for key, value in optional.items() if value is not None}
        message = self.state.add_message(place, content | (extra or {}))
        self._hear(place, "channel_post" if place.kind == "channel" else "message", message)
        return message

    def _place(self, chat: int, user: int | None) -> Chat:
        if chat not in self.state.chats and chat == user:
            self.add_chat("", "private", user=user)
        place = self.state.chats[chat]
        if place.migrated_to is not None:
            raise LookupError(f"chat {chat} has become {place.migrated_to}")
        if user is not None:
            place.members.setdefault(user, {"status": "member"})
        return place

    def _sender(self, place: Chat, user: int | None, sender_chat: int | None) -> Json:
        if place.kind == "channel":
            return {"sender_chat": place.brief()}
        if sender_chat is None:
            if user is None:
                raise ValueError("somebody must say it: only channels post without a user")
            return {"from": self.state.users[user]}
        shown = _ANONYMOUS_ADMIN if sender_chat == place.id else _CHANNEL
        return {"from": shown, "sender_chat": self.state.chats[sender_chat].brief()}

    def _hear(self, place: Chat, kind: str, message: Json) -> None:
        sender = message.get("from", {})
        if sender.get("is_bot") and "sender_chat" not in message and not self.state.hears_bots:
            return
        if self.state.privacy_mode and not self._is_for_bot(place, message):
            return
        self.state.deliver(place, kind, public(message))

    def _is_for_bot(self, place: Chat, message: Json) -> bool:
        """Privacy mode: in groups only commands, answers to the bot and service messages."""
        if place.kind not in ("group", "supergroup") or self.state.bot_is_admin(place):
            return True
        if message.get("_service"):
            return True
        answered = message.get("reply_to_message", {}).get("from", {})
        if answered.get("id") == self.state.bot_id:
            return True
        text: str = message.get("text") or message.get("caption") or ""
        command, _, name = (
            text.split(maxsplit=1)[0].partition("@") if text.strip() else ("", "", "")
        )
        return command.startswith("/") and name.lower() in ("", self.state.bot["username"].lower())

    async def edit(
        self, chat: int, message_id: int, text: str, entities: list[Json] | None = None
    ) -> Json:
        """Changes a message's text, or the caption where it has a file."""
        place = self.state.chats[chat]
        message = place.messages[message_id]
        is_caption = "text" not in message
        for name in ("text", "entities", "caption", "caption_entities"):
            message.pop(name, None)
        message.update(_words(text, entities, is_caption=is_caption))
        message["edit_date"] = int(time.time())
        self.state.changed()
        kind = "edited_channel_post" if place.kind == "channel" else "edited_message"
        self._hear(place, kind, message)
        return message

    async def delete(self, chat: int, message_id: int) -> None:
        """Removes a message. Bots are not told."""
        del self.state.chats[chat].messages[message_id]
        self.state.changed()

    async def react(self, chat: int, user: int, message_id: int, *reactions: str | Json) -> None:
        """Puts these reactions, or none, in the place of the user's earlier ones.

        The bot hears of it as an administrator that asked for `message_reaction` updates.
        """
        place = self._place(chat, user)
        given = place.reactions.setdefault(message_id, {})
        new = [
            {"type": "emoji", "emoji": one} if isinstance(one, str) else one for one in reactions
        ]
        event = {
            "chat": place.brief(),
            "message_id": place.messages[message_id]["message_id"],
            "user": self.state.users[user],
            "date": int(time.time()),
            "old_reaction": given.get(user, []),
            "new_reaction": new,
        }
        given[user] = new
        self.state.changed()
        if self.state.bot_is_admin(place) or place.kind == "private":
            self.state.deliver(place, "message_reaction", event)

    async def join(self, chat: int, user: int) -> Json:
        """Somebody comes in; returns the service message."""
        return self._moved(chat, user, "member", {"new_chat_members": [self.state.users[user]]})

    async def let_in(self, chat: int, user: int, *, by: int) -> None:
        """An admin approves somebody's request, in a group that shows no service messages."""
        place, person = self.state.chats[chat], self.state.users[user]
        old = place.members.get(user, {"status": "left"})
        place.members[user] = {"status": "member"}
        self.state.changed()
        if self.state.bot_is_admin(place):
            event = self._standing(place, self.state.users[by], person, old, place.members[user])
            self.state.deliver(place, "chat_member", event | {"via_join_request": True})

    async def leave(self, chat: int, user: int) -> Json:
        """Somebody goes; returns the service message."""
        return self._moved(chat, user, "left", {"left_chat_member": self.state.users[user]})

    def _moved(self, chat: int, user: int, status: str, news: Json) -> Json:
        place, person = self.state.chats[chat], self.state.users[user]
        old = place.members.get(user, {"status": "left"})
        place.members[user] = {"status": status}
        message = self.state.add_message(place, {"from": person, **news, "_service": True})
        self.state.deliver(place, "message", public(message))
        if self.state.bot_is_admin(place):
            event = self._standing(place, person, person, old, place.members[user])
            self.state.deliver(place, "chat_member", event)
        return message

    async def callback(self, chat: int, user: int, message_id: int, data: str) -> Json:
        """Presses an inline button; returns the callback query, whose `id` the bot answers."""
        place = self._place(chat, user)
        query = {
            "id": str(4_382_000_000_000_000_000 + self.state.serial()),
            "from": self.state.users[user],
            "message": public(place.messages[message_id]),
            "chat_instance": str(-chat * 7919),
            "data": data,
        }
        self.state.open_callbacks.add(query["id"])
        self.state.deliver(place, "callback_query", query)
        return query


def _words(text: str, entities: list[Json] | None, *, is_caption: bool) -> Json:
    if not text:
        return {}
    marked = with_found(text, checked(text, entities or [], keep_found=True))
    content: Json = {"caption" if is_caption else "text": text}
    if marked:
        content["caption_entities" if is_caption else "entities"] = marked
    return content
