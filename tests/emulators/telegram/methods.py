"""The method table of the emulated Bot API, and the methods that neither send nor edit."""

import re
from collections.abc import Awaitable, Callable
from functools import partial

import orjson

from . import editing, sending
from .errors import Json, bad
from .params import Params
from .state import Chat, State, member_of

Handler = Callable[[State, Params], Awaitable[object]]


async def get_me(state: State, params: Params) -> Json:
    return state.bot | {
        "can_join_groups": True,
        "can_read_all_group_messages": not state.privacy_mode,
        "supports_inline_queries": False,
    }


async def get_updates(state: State, params: Params) -> orjson.Fragment:
    updates = await state.updates.poll(
        offset=params.integer("offset"),
        limit=min(max(params.integer("limit", 100), 1), 100),
        timeout=min(max(float(params.text("timeout") or 0), 0), 50),
        allowed=params.json("allowed_updates"),
    )
    return orjson.Fragment(updates)


async def set_webhook(state: State, params: Params) -> bool:
    state.updates.webhook = params.text("url")
    if params.flag("drop_pending_updates"):
        state.updates.drop()
    return True


async def delete_webhook(state: State, params: Params) -> bool:
    state.updates.webhook = ""
    if params.flag("drop_pending_updates"):
        state.updates.drop()
    return True


async def get_webhook_info(state: State, params: Params) -> Json:
    allowed = state.updates.allowed
    return {
        "url": state.updates.webhook,
        "has_custom_certificate": False,
        "pending_update_count": len(state.updates),
        **({"allowed_updates": allowed} if allowed else {}),
    }


def command_scope(scope: Json | str | None) -> str:
    """One text per BotCommandScope: `default`, `all_private_chats`, `chat:-100…`."""
    if not scope:
        return "default"
    if isinstance(scope, str):
        return scope
    parts = (scope["type"], scope.get("chat_id"), scope.get("user_id"))
    return ":".join(str(part) for part in parts if part is not None)


def _command_set(params: Params) -> tuple[str, str]:
    language = params.text("language_code")
    if language and not re.fullmatch("[a-z]{2}", language):
        raise bad("invalid language code specified")
    return command_scope(params.json("scope")), language


def _checked_command(command: Json) -> Json:
    name = str(command.get("command", "")).strip().removeprefix("/")
    description = str(command.get("description", "")).strip()
    if not name:
        raise bad("command must be non-empty")
    if len(name) > 32:
        raise bad("command length must not exceed 32")
    if not description:
        raise bad("command description must be non-empty")
    if len(description) > 256:
        raise bad("command description length must not exceed 256")
    if not re.fullmatch("[a-z0-9_]+", name):
        raise bad("BOT_COMMAND_INVALID")
    return {"command": name, "description": description}


async def set_my_commands(state: State, params: Params) -> bool:
    key = _command_set(params)
    commands = [_checked_command(command) for command in params.json("commands") or []]
    if len(commands) > 100:
        raise bad("BOT_COMMANDS_TOO_MUCH")
    state.commands[key] = commands
    return True


async def get_my_commands(state: State, params: Params) -> list[Json]:
    return state.commands.get(_command_set(params), [])


async def delete_my_commands(state: State, params: Params) -> bool:
    state.commands.pop(_command_set(params), None)
    return True


def _joined_chat(state: State, params: Params) -> Chat:
    chat = state.chat(params.chat)
    state.require_member(chat)
    return chat


async def get_chat(state: State, params: Params) -> Json:
    gifts = ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription")
    chat = _joined_chat(state, params)
    linked = {"linked_chat_id": chat.linked_to} if chat.linked_to else {}
    slow = {"slow_mode_delay": chat.slow_mode} if chat.slow_mode else {}
    offered = [{"type": "emoji", "emoji": one} for one in chat.available_reactions or ()]
    choice = {} if chat.available_reactions is None else {"available_reactions": offered}
    return (
        chat.brief()
        | linked
        | slow
        | choice
        | {
            "accent_color_id": 0,
            "max_reaction_count": 11,
            "accepted_gift_types": dict.fromkeys((*gifts, "gifts_from_channels"), False),
        }
    )


async def get_chat_member(state: State, params: Params) -> Json:
    chat = _joined_chat(state, params)
    user = state.users.get(params.integer("user_id"))
    if user is None:
        raise bad("user not found")
    return member_of(user, chat.members.get(user["id"], {"status": "left"}))


async def get_chat_administrators(state: State, params: Params) -> list[Json]:
    chat = _joined_chat(state, params)
    if chat.kind == "private":
        raise bad("there are no administrators in the private chat")
    return [
        member_of(state.users[user], standing)
        for user, standing in chat.members.items()
        if standing["status"] in ("creator", "administrator")
    ]


async def get_chat_member_count(state: State, params: Params) -> int:
    chat = _joined_chat(state, params)
    return sum(chat.holds(user) for user in chat.members)


async def send_chat_action(state: State, params: Params) -> bool:
    chat = _joined_chat(state, params)
    state.require_thread(chat, params.optional_integer("message_thread_id"))
    return True


async def leave_chat(state: State, params: Params) -> bool:
    _joined_chat(state, params).members[state.bot_id] = {"status": "left"}
    state.changed()
    return True


async def get_file(state: State, params: Params) -> Json:
    stored = state.files.get(params.text("file_id"))
    if stored is None:
        raise bad("invalid file_id")
    if len(stored.upload.content) > state.download_limit:
        raise bad("file is too big")
    return stored.reference | {"file_path": stored.path}


async def get_user_profile_photos(state: State, params: Params) -> Json:
    user = params.integer("user_id")
    if user not in state.users:
        raise bad("user not found")
    sizes = state.avatars.get(user)
    return {"total_count": 1 if sizes else 0, "photos": [sizes] if sizes else []}


async def answer_callback_query(state: State, params: Params) -> bool:
    query = params.text("callback_query_id")
    if query not in state.open_callbacks:
        raise bad("query is too old and response timeout expired or query ID is invalid")
    state.open_callbacks.discard(query)
    if len(params.text("text")) > 200:
        raise bad("MESSAGE_TOO_LONG")
    state.callback_answers.append(
        {
            "callback_query_id": query,
            "text": params.text("text"),
            "show_alert": params.flag("show_alert"),
            "url": params.text("url"),
        }
    )
    state.changed()
    return True


async def create_forum_topic(state: State, params: Params) -> Json:
    chat = _joined_chat(state, params)
    if not chat.is_forum:
        raise bad("the chat is not a forum")
    rights = chat.members[state.bot_id]
    if not (state.bot_is_admin(chat) and rights.get("can_manage_topics", True)):
        raise bad("not enough rights to create a topic")
    name = params.text("name").strip()
    if not 1 <= len(name) <= 128:
        raise bad("TOPIC_TITLE_EMPTY" if not name else "topic name is too long")
    topic = {"name": name, "icon_color": 0x6FB9F0}
    message = open_topic(state, chat, topic, {"from": state.bot, "_by_bot": True})
    return {"message_thread_id": message["message_id"], **topic}


def open_topic(state: State, chat: Chat, topic: Json, sender: Json) -> Json:
    """The service message that opens a topic: its message id is the topic's thread id."""
    service = {**sender, "forum_topic_created": topic, "is_topic_message": True, "_service": True}
    message = state.add_message(chat, service)
    message["message_thread_id"] = message["message_id"]
    chat.topics[message["message_id"]] = topic["name"]
    return message


METHODS: dict[str, Handler] = {
    name.lower(): handler
    for name, handler in {
        "getMe": get_me,
        "getUpdates": get_updates,
        "setWebhook": set_webhook,
        "deleteWebhook": delete_webhook,
        "getWebhookInfo": get_webhook_info,
        "setMyCommands": set_my_commands,
        "getMyCommands": get_my_commands,
        "deleteMyCommands": delete_my_commands,
        "getChat": get_chat,
        "getChatMember": get_chat_member,
        "getChatAdministrators": get_chat_administrators,
        "getChatMemberCount": get_chat_member_count,
        "sendChatAction": send_chat_action,
        "leaveChat": leave_chat,
        "getFile": get_file,
        "getUserProfilePhotos": get_user_profile_photos,
        "answerCallbackQuery": answer_callback_query,
        "createForumTopic": create_forum_topic,
        "sendMessage": sending.send_message,
        "sendMediaGroup": sending.send_media_group,
        "editMessageText": editing.edit_text,
        "editMessageCaption": editing.edit_caption,
        "editMessageMedia": editing.edit_media,
        "editMessageReplyMarkup": editing.edit_markup,
        "deleteMessage": editing.delete_message,
        "deleteMessages": editing.delete_messages,
        "setMessageReaction": editing.set_reaction,
    }.items()
}
METHODS |= {f"send{kind}": partial(sending.send_media, kind=kind) for kind in sending.RIGHTS}
