"""Everything the emulated Telegram knows: users, chats, messages. It speaks no HTTP."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from .errors import Json, bad, forbidden, upgraded
from .files import FileStore
from .updates import UpdateQueue

_IN_CHAT = {"creator", "administrator", "member", "restricted"}
_RIGHTS = (
    "can_send_messages",
    "can_send_audios",
    "can_send_documents",
    "can_send_photos",
    "can_send_videos",
    "can_send_video_notes",
    "can_send_voice_notes",
    "can_send_polls",
    "can_send_other_messages",
    "can_add_web_page_previews",
    "can_react_to_messages",
    "can_edit_tag",
    "can_change_info",
    "can_invite_users",
    "can_pin_messages",
    "can_manage_topics",
)
_ADMIN_RIGHTS = (
    "can_manage_chat",
    "can_delete_messages",
    "can_manage_video_chats",
    "can_restrict_members",
    "can_change_info",
    "can_invite_users",
    "can_pin_messages",
    "can_post_stories",
    "can_edit_stories",
    "can_delete_stories",
    "can_post_messages",
    "can_edit_messages",
    "can_manage_topics",
)
_THINGS = {
    "can_send_messages": "text messages",
    "can_send_audios": "music",
    "can_send_documents": "documents",
    "can_send_photos": "photos",
    "can_send_videos": "videos",
    "can_send_voice_notes": "voice notes",
    "can_send_other_messages": "stickers",
}


def public(message: Json) -> Json:
    """The message as a client may see it: names that start with `_` are the emulator's own."""
    return {key: value for key, value in message.items() if key[0] != "_"}


def quoted(message: Json) -> Json:
    """The message as it appears inside another one's `reply_to_message`."""
    view = public(message)
    view.pop("reply_to_message", None)
    return view


def member_of(user: Json, standing: Json) -> Json:
    """A ChatMember: what its status implies, then what the test set."""
    status = standing["status"]
    implied: Json = {}
    if status == "administrator":
        implied = {"can_be_edited": False, "is_anonymous": False}
        implied |= dict.fromkeys(_ADMIN_RIGHTS, True)
        implied["can_promote_members"] = False
    elif status == "creator":
        implied = {"is_anonymous": False}
    elif status == "restricted":
        implied = {"is_member": True, "until_date": 0} | dict.fromkeys(_RIGHTS, False)
    elif status == "kicked":
        implied = {"until_date": 0}
    return {"user": user, **implied, **standing}


@dataclass(slots=True)
class Chat:
    id: int
    title: str
    kind: str
    is_forum: bool = False
    username: str | None = None
    messages: dict[int, Json] = field(default_factory=dict)
    members: dict[int, Json] = field(default_factory=dict)
    topics: dict[int, str] = field(default_factory=dict)
    reactions: dict[int, dict[int, list[Json]]] = field(default_factory=dict)
    available_reactions: list[str] | None = None  # None: all of Telegram's
    last_id: int = 0
    migrated_to: int | None = None
    linked_to: int | None = None  # the channel whose discussion group this is
    slow_mode: int = 0  # seconds

    def brief(self) -> Json:
        """The Chat object that messages carry."""
        if self.kind == "private":
            brief: Json = {"id": self.id, "first_name": self.title, "type": "private"}
        else:
            brief = {"id": self.id, "title": self.title, "type": self.kind}
        if self.username:
            brief["username"] = self.username
        if self.is_forum:
            brief["is_forum"] = True
        return brief

    def status(self, user: int) -> str:
        return self.members.get(user, {"status": "left"})["status"]

    def holds(self, user: int) -> bool:
        standing = self.members.get(user)
        if standing is None or standing["status"] not in _IN_CHAT:
            return False
        return standing.get("is_member", True)


class State:
    """One Telegram with one bot in it."""

    def __init__(self, username: str, bot_id: int, on_change: Callable[[], None]) -> None:
        self.changed = on_change
        self.bot: Json = {
            "id": bot_id,
            "is_bot": True,
            "first_name": "Catbridge",
            "username": username,
        }
        self.users: dict[int, Json] = {bot_id: self.bot}
        self.avatars: dict[int, list[Json]] = {}
        self.chats: dict[int, Chat] = {}
        self.names: dict[str, int] = {}
        self.files = FileStore()
        self.updates = UpdateQueue()
        self.commands: dict[tuple[str, str], list[Json]] = {}
        self.callback_answers: list[Json] = []
        self.open_callbacks: set[str] = set()
        self.privacy_mode = False
        self.hears_bots = False
        self.download_limit = 20 * 1024 * 1024
        self._serial = 0
        # Private chats and basic groups share one counter; each supergroup has its own.
        self._common_message_id = 0

    def serial(self) -> int:
        self._serial += 1
        return self._serial

    @property
    def bot_id(self) -> int:
        return self.bot["id"]

    def chat(self, chat_id: int | str) -> Chat:
        """The chat a bot may write to by this id or @username; ApiError otherwise."""
        if isinstance(chat_id, str):
            chat_id = self._resolved(chat_id)
        chat = self.chats.get(chat_id)
        if chat is None:
            if chat_id in self.users:
                raise forbidden("bot can't initiate conversation with a user")
            raise bad("chat not found")
        if chat.migrated_to is not None:
            raise upgraded(chat.migrated_to)
        return chat

    def _resolved(self, name: str) -> int:
        if not name:
            raise bad("chat_id is empty")
        if name.startswith("@"):
            return self.names.get(name[1:].lower(), 0)
        try:
            return int(name)
        except ValueError:
            return 0

    def require_member(self, chat: Chat) -> str:
        """The bot's status in the chat; ApiError unless it is in it."""
        if chat.holds(self.bot_id):
            return chat.status(self.bot_id)
        if chat.status(self.bot_id) == "kicked":
            if chat.kind == "private":
                raise forbidden("bot was blocked by the user")
            raise forbidden(f"bot was kicked from the {chat.kind} chat")
        raise forbidden(f"bot is not a member of the {chat.kind} chat")

    def require_right(self, chat: Chat, right: str) -> None:
        status = self.require_member(chat)
        if chat.kind == "channel" and status not in ("administrator", "creator"):
            raise bad("need administrator rights in the channel chat")
        allowed = chat.members[self.bot_id].get(right, status != "restricted")
        if not allowed:
            raise bad(f"not enough rights to send {_THINGS[right]} to the chat")

    def require_thread(self, chat: Chat, thread: int | None) -> None:
        if thread is not None and thread not in chat.topics:
            raise bad("message thread not found")

    def bot_is_admin(self, chat: Chat) -> bool:
        return chat.status(self.bot_id) in ("administrator", "creator")

    def add_message(self, chat: Chat, content: Json) -> Json:
        """Stores `content` under the chat's next message id and returns the stored message."""
        message: Json = {
            "message_id": self._next_message_id(chat),
            **content,
            "chat": chat.brief(),
            "date": int(time.time()),
            "_received_at": time.perf_counter(),
        }
        chat.messages[message["message_id"]] = message
        self.changed()
        return message

    def _next_message_id(self, chat: Chat) -> int:
        if chat.kind in ("private", "group"):
            self._common_message_id += 1
            return self._common_message_id
        chat.last_id += 1
        return chat.last_id

    def replied(self, chat: Chat, message_id: int, thread: int | None) -> Json:
        """The fields that make a message an answer to `message_id`; KeyError when it is gone."""
        target = chat.messages[message_id]
        fields: Json = {"reply_to_message": quoted(target)}
        if chat.is_forum:
            thread = thread or target.get("message_thread_id")
        elif chat.kind == "supergroup":
            # In a plain supergroup an answer carries the id of the message its thread began with.
            fields["message_thread_id"] = target.get("message_thread_id", message_id)
        return (self.in_topic(chat, thread) if thread else {}) | fields

    def in_topic(self, chat: Chat, thread: int) -> Json:
        """The fields of a message in a topic. Telegram makes each an answer to the topic's root."""
        self.require_thread(chat, thread)
        fields: Json = {"message_thread_id": thread, "is_topic_message": True}
        if root := chat.messages.get(thread):
            fields["reply_to_message"] = quoted(root)
        return fields

    def deliver(self, chat: Chat, kind: str, event: Json) -> None:
        """Queues an update, if the bot is in the chat to see it."""
        if chat.holds(self.bot_id):
            self.announce(kind, event)

    def announce(self, kind: str, event: Json) -> None:
        self.updates.push(kind, event)
        self.changed()
