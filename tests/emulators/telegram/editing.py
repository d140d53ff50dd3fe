"""What a bot does to messages that exist: edit, delete, react."""

import time

from .errors import Json, bad
from .keyboards import inline_keyboard, reactions
from .params import Params
from .sending import caption_content, media_content, text_content
from .state import Chat, State, public

_MEDIA = ("photo", "document", "video", "audio", "voice", "animation", "sticker", "video_note")
_SAME = (
    "message is not modified: specified new message content and reply markup are exactly the same "
    "as a current content and reply markup of the message"
)


def _editable(state: State, params: Params) -> tuple[Chat, Json]:
    chat = state.chat(params.chat)
    state.require_member(chat)
    message = chat.messages.get(params.integer("message_id"))
    if message is None:
        raise bad("message to edit not found")
    if not message.get("_by_bot"):
        raise bad("message can't be edited")
    return chat, message


def _replace(state: State, message: Json, params: Params, old: tuple[str, ...], new: Json) -> Json:
    """Puts `new` in the place of the `old` fields and of the keyboard."""
    keyboard = inline_keyboard(params.json("reply_markup"))
    if keyboard:
        new["reply_markup"] = keyboard
    old = (*old, "reply_markup")
    if {name: message[name] for name in old if name in message} == new:
        raise bad(_SAME)
    for name in old:
        message.pop(name, None)
    message.update(new)
    message["edit_date"] = int(time.time())
    state.changed()
    return public(message)


async def edit_text(state: State, params: Params) -> Json:
    content = text_content(state, params)
    _, message = _editable(state, params)
    if "text" not in message:
        raise bad("there is no text in the message to edit")
    return _replace(state, message, params, ("text", "entities"), content)


async def edit_caption(state: State, params: Params) -> Json:
    _, message = _editable(state, params)
    if not any(kind in message for kind in _MEDIA[:6]):
        raise bad("there is no caption in the message to edit")
    fields = ("caption", "caption_entities")
    return _replace(state, message, params, fields, caption_content(state, params))


async def edit_media(state: State, params: Params) -> Json:
    _, message = _editable(state, params)
    item = params.json("media") or {}
    content = await media_content(state, item.get("type", ""), params.within(item), "media")
    fields = (*_MEDIA, "caption", "caption_entities", "has_media_spoiler", "text", "entities")
    return _replace(state, message, params, fields, content)


async def edit_markup(state: State, params: Params) -> Json:
    _, message = _editable(state, params)
    return _replace(state, message, params, (), {})


def _deletable(state: State, chat: Chat, message_id: int) -> str:
    """Why the bot may not delete the message; empty when it may."""
    message = chat.messages.get(message_id)
    if message is None:
        return "message to delete not found"
    if message.get("_by_bot") or chat.kind == "private":
        return ""
    rights = chat.members[state.bot_id]
    if state.bot_is_admin(chat) and rights.get("can_delete_messages", True):
        return ""
    return "message can't be deleted"


def _delete(state: State, chat: Chat, message_id: int) -> None:
    del chat.messages[message_id]
    chat.reactions.pop(message_id, None)
    state.changed()


async def delete_message(state: State, params: Params) -> bool:
    chat = state.chat(params.chat)
    state.require_member(chat)
    message_id = params.integer("message_id")
    if problem := _deletable(state, chat, message_id):
        raise bad(problem)
    _delete(state, chat, message_id)
    return True


async def delete_messages(state: State, params: Params) -> bool:
    chat = state.chat(params.chat)
    state.require_member(chat)
    message_ids = params.json("message_ids") or []
    if not 1 <= len(message_ids) <= 100:
        raise bad(
            "message identifiers are not specified" if not message_ids else "too many messages"
        )
    for message_id in message_ids:
        if not _deletable(state, chat, message_id):
            _delete(state, chat, message_id)
    return True


async def set_reaction(state: State, params: Params) -> bool:
    chat = state.chat(params.chat)
    state.require_member(chat)
    message_id = params.integer("message_id")
    if message_id not in chat.messages:
        raise bad("message to react not found")
    chosen = reactions(params.json("reaction"), chat.available_reactions)
    chat.reactions.setdefault(message_id, {})[state.bot_id] = chosen
    state.changed()
    return True
