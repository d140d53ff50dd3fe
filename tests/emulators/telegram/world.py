"""Setting the scene: which chats and people there are, and what the bot may do among them."""

import time

from .errors import Json
from .files import Upload
from .methods import open_topic
from .state import Chat, State, member_of, public

_FIRST_SUPERGROUP = -1001500000000
_FIRST_GROUP = -4000000000
_FIRST_USER = 5000000000


class World:
    def __init__(self, state: State) -> None:
        self.state = state

    def add_user(
        self,
        first_name: str,
        *,
        last_name: str | None = None,
        username: str | None = None,
        language_code: str | None = "zh-hans",
        is_bot: bool = False,
        photo: bytes | None = None,
    ) -> int:
        """Somebody on Telegram; `photo` is what getUserProfilePhotos shows."""
        user: Json = {
            "id": _FIRST_USER + self.state.serial(),
            "is_bot": is_bot,
            "first_name": first_name,
            "last_name": last_name,
            "username": username,
            "language_code": language_code,
        }
        user = {key: value for key, value in user.items() if value is not None}
        self.state.users[user["id"]] = user
        if photo is not None:
            media = self.state.files.add("photo", Upload(photo)).media
            self.state.avatars[user["id"]] = media if isinstance(media, list) else [media]
        return user["id"]

    def add_chat(
        self,
        title: str,
        kind: str = "supergroup",
        *,
        forum: bool = False,
        username: str | None = None,
        user: int | None = None,
    ) -> int:
        """A chat with the bot in it: as a member, in a channel as an administrator.

        A private chat has the id of its person: of `user`, or of a new one named `title`.
        """
        if kind == "private":
            chat_id = user or self.add_user(title)
            title = self.state.users[chat_id]["first_name"]
        elif kind == "group":
            chat_id = _FIRST_GROUP - self.state.serial()
        else:
            chat_id = _FIRST_SUPERGROUP - self.state.serial()
        chat = self.state.chats[chat_id] = Chat(chat_id, title, kind, forum, username)
        if forum:
            chat.last_id = 1  # the General topic's number is never another's
        chat.members[self.state.bot_id] = {
            "status": "administrator" if kind == "channel" else "member"
        }
        if kind == "private":
            chat.members[chat_id] = {"status": "member"}
        if username:
            self.state.names[username.lower()] = chat_id
        return chat_id

    def link(self, group: int, channel: int) -> None:
        """Makes the group the channel's discussion group."""
        self.state.chats[group].linked_to = channel

    def add_topic(self, chat: int, name: str, *, by: int | None = None) -> int:
        """Opens a topic in a forum; returns its message_thread_id."""
        forum = self.state.chats[chat]
        if not forum.is_forum:
            raise ValueError(f"chat {chat} has no topics: add it with forum=True")
        topic = {"name": name, "icon_color": 0x6FB9F0}
        message = open_topic(self.state, forum, topic, {"from": self._somebody(forum, by)})
        self.state.deliver(forum, "message", public(message))
        return message["message_id"]

    def set_status(self, chat: int, user: int, status: str, **rights: bool) -> None:
        """What getChatMember answers about somebody; no update is sent."""
        self.state.chats[chat].members[user] = {"status": status, **rights}
        self.state.changed()

    def slow_down(self, chat: int, seconds: int) -> None:
        """Slow mode: how long everybody but administrators waits between two messages."""
        self.state.chats[chat].slow_mode = seconds

    def bot_status(self, chat: int, status: str, *, by: int | None = None, **rights: bool) -> None:
        """Changes the bot's standing, which it learns from a my_chat_member update."""
        changed = self.state.chats[chat]
        old = changed.members.get(self.state.bot_id, {"status": "left"})
        new = {"status": status, **rights}
        changed.members[self.state.bot_id] = new
        event = self._standing(changed, self._somebody(changed, by), self.state.bot, old, new)
        self.state.announce("my_chat_member", event)

    async def migrate(self, group: int, *, by: int | None = None) -> int:
        """Turns a basic group into a supergroup and returns the new id; message ids restart."""
        old = self.state.chats[group]
        new = self.state.chats[self.add_chat(old.title)]
        new.members = dict(old.members)
        sender = {"from": self._somebody(old, by), "_service": True}
        left = self.state.add_message(old, {**sender, "migrate_to_chat_id": new.id})
        begun = self.state.add_message(new, {**sender, "migrate_from_chat_id": old.id})
        self.state.deliver(old, "message", public(left))
        self.state.deliver(new, "message", public(begun))
        old.migrated_to = new.id
        return new.id

    def _somebody(self, chat: Chat, user: int | None) -> Json:
        """`user`, or the chat's owner, or whoever is there: service messages need an author."""
        if user is None:
            people = [one for one in chat.members if one != self.state.bot_id]
            people.sort(key=lambda one: chat.status(one) != "creator")
            user = people[0] if people else self.add_user("Owner")
        return self.state.users[user]

    def _standing(self, chat: Chat, by: Json, user: Json, old: Json, new: Json) -> Json:
        return {
            "chat": chat.brief(),
            "from": by,
            "date": int(time.time()),
            "old_chat_member": member_of(user, old),
            "new_chat_member": member_of(user, new),
        }
