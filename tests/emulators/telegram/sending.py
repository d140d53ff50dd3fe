"""sendMessage, sendPhoto and their kin: what a bot says, refused where Telegram would refuse."""

import aiohttp

from .entities import formatted
from .errors import ApiError, Json, bad
from .files import Upload, check_photo
from .keyboards import inline_keyboard
from .markup import utf16
from .params import Params
from .state import Chat, State, public

TEXT_LIMIT = 4096
CAPTION_LIMIT = 1024

RIGHTS = {
    "photo": "can_send_photos",
    "document": "can_send_documents",
    "video": "can_send_videos",
    "audio": "can_send_audios",
    "voice": "can_send_voice_notes",
    "animation": "can_send_other_messages",
    "sticker": "can_send_other_messages",
}
_DETAILS = ("width", "height", "duration", "performer", "title", "supports_streaming")
_URL_LIMIT = 20 * 1024 * 1024


def text_content(state: State, params: Params) -> Json:
    """`text` and `entities` of a message to be."""
    source = params.text("text")
    if not source:
        raise bad("message text is empty")
    content = formatted(source, params.text("parse_mode"), params.json("entities"), state.users)
    if not content["text"]:
        raise bad("text must be non-empty")
    if utf16(content["text"]) > TEXT_LIMIT:
        raise bad("message is too long")
    if not content["entities"]:
        del content["entities"]
    return content


def caption_content(state: State, params: Params) -> Json:
    source = params.text("caption")
    if not source:
        return {}
    caption = formatted(
        source, params.text("parse_mode"), params.json("caption_entities"), state.users
    )
    if utf16(caption["text"]) > CAPTION_LIMIT:
        raise bad("message caption is too long")
    content: Json = {"caption": caption["text"]} if caption["text"] else {}
    if caption["entities"]:
        content["caption_entities"] = caption["entities"]
    return content


async def media_content(state: State, kind: str, params: Params, source: str) -> Json:
    """The media object under its kind, and the caption; `source` names the file's parameter."""
    content = caption_content(state, params) if kind != "sticker" else {}
    media = await _media(state, kind, params, source)
    content[kind] = media
    if kind == "animation":
        content["document"] = media
    if params.flag("has_spoiler"):
        content["has_media_spoiler"] = True
    return content


async def _media(state: State, kind: str, params: Params, source: str) -> Json | list[Json]:
    upload = params.uploads.get(source)
    value = params.text(source)
    if upload is None and value.startswith("attach://"):
        upload = params.uploads.get(value.removeprefix("attach://"))
        if upload is None:
            raise bad("wrong remote file identifier specified: wrong padding in the string")
    elif upload is None and value.startswith(("http://", "https://")):
        upload = await _fetched(value)
    if upload is None:
        if not value:
            raise bad(f"there is no {kind} in the request")
        stored = state.files.get(value)
        if stored is None:
            raise bad("wrong file identifier/HTTP URL specified")
        if stored.kind != kind:
            raise bad("type of file mismatch")
        return stored.media
    if not upload.content:
        raise bad("file must be non-empty")
    if kind == "photo":
        check_photo(upload)
    details = {name: params.json(name) for name in _DETAILS if name in params and kind != "photo"}
    for name in ("performer", "title"):
        if name in details:
            details[name] = params.text(name)
    return state.files.add(kind, upload, details).media


async def _fetched(url: str) -> Upload:
    try:
        async with aiohttp.ClientSession() as session, session.get(url) as answer:
            content = await answer.read()
            fetched = answer.status == 200 and len(content) <= _URL_LIMIT
            mime = answer.content_type
    except aiohttp.ClientError:
        fetched, content, mime = False, b"", ""
    if not fetched:
        raise bad("failed to get HTTP URL content")
    return Upload(content, url.rpartition("/")[2].partition("?")[0] or None, mime)


def addressed(state: State, params: Params, right: str) -> tuple[Chat, Json]:
    """The chat to write to, and what each message there carries: sender, topic, reply, buttons."""
    chat = state.chat(params.chat)
    state.require_right(chat, right)
    thread = params.optional_integer("message_thread_id")
    if thread is not None and chat.kind != "private":
        state.require_thread(chat, thread)
    if chat.kind == "channel":
        fields: Json = {"sender_chat": chat.brief(), "_by_bot": True}
    else:
        fields = {"from": state.bot, "_by_bot": True}
    if thread is not None and chat.is_forum:
        fields |= state.in_topic(chat, thread)
    fields |= _reply(state, chat, params, thread)
    if keyboard := inline_keyboard(params.json("reply_markup")):
        fields["reply_markup"] = keyboard
    return chat, fields


def _reply(state: State, chat: Chat, params: Params, thread: int | None) -> Json:
    reply = params.json("reply_parameters")
    if reply is None:
        if (message_id := params.optional_integer("reply_to_message_id")) is None:
            return {}
        reply = {
            "message_id": message_id,
            "allow_sending_without_reply": params.flag("allow_sending_without_reply"),
        }
    elsewhere = reply.get("chat_id")
    source = chat if elsewhere is None else state.chat(elsewhere)
    target = source.messages.get(reply["message_id"])
    if target is None:
        if reply.get("allow_sending_without_reply"):
            return {}
        raise bad("message to be replied not found")
    if source is chat:
        fields = state.replied(chat, reply["message_id"], thread)
    else:
        fields = {"external_reply": _external(source, target)}
    if quote := reply.get("quote"):
        found = quoted_text(target, quote)
        if found is None:
            raise bad("QUOTE_TEXT_INVALID")
        fields["quote"] = found
    return fields


def _external(source: Chat, target: Json) -> Json:
    if "from" in target:
        origin: Json = {"type": "user", "sender_user": target["from"], "date": target["date"]}
    else:
        origin = {
            "type": "channel",
            "chat": source.brief(),
            "message_id": target["message_id"],
            "date": target["date"],
        }
    return {"origin": origin, "chat": source.brief(), "message_id": target["message_id"]}


def quoted_text(target: Json, quote: str) -> Json | None:
    """The TextQuote of an exact part of the message's text; None where the text lacks it."""
    text: str = target.get("text") or target.get("caption") or ""
    at = text.find(quote)
    if at < 0:
        return None
    return {"text": quote, "position": utf16(text[:at]), "is_manual": True}


async def send_message(state: State, params: Params) -> Json:
    content = text_content(state, params)
    chat, fields = addressed(state, params, "can_send_messages")
    return public(state.add_message(chat, fields | content))


async def send_media(state: State, params: Params, kind: str) -> Json:
    chat, fields = addressed(state, params, RIGHTS[kind])
    content = await media_content(state, kind, params, kind)
    return public(state.add_message(chat, fields | content))


async def send_media_group(state: State, params: Params) -> list[Json]:
    items = params.json("media") or []
    for item in items:
        _check_album_type(item.get("type", ""))
    if not items:
        raise bad("there are no messages to send")
    if len(items) > 10:
        raise bad("too many messages to send as an album")
    kinds = {item["type"] for item in items}
    for lone in ("document", "audio"):
        if lone in kinds and len(kinds) > 1:
            raise bad(f"{lone} can't be mixed with other media types")
    for item in items:
        state.require_right(state.chat(params.chat), RIGHTS[item["type"]])
    chat, fields = addressed(state, params, RIGHTS[items[0]["type"]])
    contents = [await _album_content(state, params, *one) for one in enumerate(items, 1)]
    fields.pop("reply_markup", None)  # no parameter of this method
    if len(items) > 1:
        fields["media_group_id"] = f"1360{state.serial():012d}"
    return [public(state.add_message(chat, fields | content)) for content in contents]


def _check_album_type(kind: str) -> None:
    if kind == "animation":
        raise bad(f"can't parse InputMedia: type \"{kind}\" can't be used in sendMediaGroup")
    if kind not in ("photo", "video", "document", "audio"):
        raise bad(f'can\'t parse InputMedia: type "{kind}" is unsupported')


async def _album_content(state: State, params: Params, number: int, item: Json) -> Json:
    try:
        return await media_content(state, item["type"], params.within(item), "media")
    except ApiError as refusal:
        reason = refusal.description.removeprefix("Bad Request: ")
        if not reason.isupper():  # found before anything was sent
            raise
        raise bad(f'failed to send message #{number} with the error message "{reason}"') from None
