"""What Discord tells us → the core's events. Pure: nothing is fetched, nothing is remembered."""

from __future__ import annotations

import mimetypes
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePosixPath

import discord

from bot.adapters.discord.markup import to_rich
from bot.core.cleaning import clean_text
from bot.core.model import (
    Attachment,
    AttachmentKind,
    Author,
    ChannelId,
    Cleared,
    Deleted,
    Edited,
    Inbound,
    Joined,
    Left,
    MessageId,
    PersonId,
    Reacted,
)
from bot.core.richtext import RichText, Style, join

PLATFORM = "discord"

_SPOKEN = frozenset(
    {
        discord.MessageType.default,
        discord.MessageType.reply,
        discord.MessageType.chat_input_command,
        discord.MessageType.context_menu_command,
    }
)
_KINDS = {
    "image/gif": AttachmentKind.ANIMATION,
    "image": AttachmentKind.IMAGE,
    "video": AttachmentKind.VIDEO,
    "audio": AttachmentKind.AUDIO,
}


@dataclass(frozen=True, slots=True)
class Us:
    """By which an echo is known: our account, and the application that owns our webhooks."""

    user_id: int
    application_id: int


def channel_id(native: int) -> ChannelId:
    return ChannelId(PLATFORM, str(native))


def message_id(channel: int, native: int) -> MessageId:
    return MessageId(channel_id(channel), str(native))


def is_echo(message: discord.Message, us: Us) -> bool:
    return message.author.id == us.user_id or message.application_id == us.application_id


def inbound(message: discord.Message, us: Us) -> Inbound | None:
    """None for what nobody said: joins, pins and boosts, and embeds without a word."""
    if message.type not in _SPOKEN:
        return None
    text, attachments = _text(message), _attachments(message)
    if not text and not attachments:
        return None
    return Inbound(
        ref=message_id(message.channel.id, message.id),
        author=message_author(message, us),
        text=text,
        sent_at=message.created_at,
        reply_to=_reply_to(message),
        attachments=attachments,
        forwarded_from=_forwarded_from(message),
    )


def edited(event: discord.RawMessageUpdateEvent, us: Us) -> Edited | None:
    """None where no person changed the text: a link preview arrived, or the edit is ours."""
    message = event.message
    is_changed = message.edited_at is not None and "content" in event.data
    if not is_changed or message.type not in _SPOKEN or is_echo(message, us):
        return None
    ref = message_id(event.channel_id, event.message_id)
    return Edited(ref, _text(message), message.edited_at or message.created_at)


def edited_meanwhile(message: discord.Message, known: Edited) -> Edited | None:
    """None where it reads as it did, or was not edited since."""
    at, text = message.edited_at, clean_text(_text(message))
    if at is None or at <= known.edited_at or text == known.text:
        return None
    return Edited(known.ref, text, at)


def deleted(channel: int, messages: Iterable[int]) -> Deleted:
    return Deleted(tuple(message_id(channel, one) for one in sorted(messages)))


def reacted(event: discord.RawReactionActionEvent, *, is_added: bool) -> Reacted:
    emoji = event.emoji
    return Reacted(
        ref=message_id(event.channel_id, event.message_id),
        person=author(event.member) if event.member else _stranger(event.user_id),
        emoji=_sign(emoji),
        is_added=is_added,
    )


def cleared(
    event: discord.RawReactionClearEvent | discord.RawReactionClearEmojiEvent,
) -> Cleared:
    is_one = isinstance(event, discord.RawReactionClearEmojiEvent)
    ref = message_id(event.channel_id, event.message_id)
    return Cleared(ref, _sign(event.emoji) if is_one else "")


def joined(member: discord.Member, channel: ChannelId, at: datetime) -> Joined:
    return Joined(channel, author(member), at)


def left(person: discord.abc.User, channel: ChannelId, at: datetime) -> Left:
    return Left(channel, author(person), at)


def author(person: discord.abc.User, us: Us | None = None) -> Author:
    return Author(
        person=PersonId(PLATFORM, str(person.id)),
        name=person.display_name,
        avatar_url=person.display_avatar.with_size(256).url,
        is_bot=person.bot,
        is_us=us is not None and person.id == us.user_id,
    )


def message_author(message: discord.Message, us: Us) -> Author:
    writer = message.author
    return Author(
        person=PersonId(PLATFORM, str(writer.id)),
        name=writer.display_name,
        avatar_url=writer.display_avatar.with_size(256).url,
        is_bot=writer.bot or message.webhook_id is not None,
        is_us=is_echo(message, us),
    )


def attachment(native: discord.Attachment) -> Attachment:
    mime = _mime(native)
    return Attachment(
        kind=AttachmentKind.VOICE if native.is_voice_message() else _kind(mime),
        name=_name(native),
        source=native.url,
        size=native.size,
        mime=mime,
        is_spoiler=native.is_spoiler(),
    )


def _sign(emoji: discord.PartialEmoji) -> str:
    return f":{emoji.name}:" if emoji.id else emoji.name


def _stranger(user_id: int) -> Author:
    """Discord names nobody who takes a reaction back."""
    return Author(PersonId(PLATFORM, str(user_id)), name="")


def _reply_to(message: discord.Message) -> MessageId | None:
    reference = message.reference
    if message.type is not discord.MessageType.reply or reference is None:
        return None
    is_here = reference.message_id is not None and reference.channel_id == message.channel.id
    return message_id(message.channel.id, reference.message_id or 0) if is_here else None


def _forwarded_from(message: discord.Message) -> str | None:
    """Discord hides who wrote a forwarded message; where it came from is all there is."""
    if not message.message_snapshots or message.reference is None:
        return None
    name = MessageNames(message).channel(str(message.reference.channel_id))
    return f"#{name}" if name else "Discord"


def _text(message: discord.Message) -> RichText:
    names = MessageNames(message)
    said = [message.content, *(snapshot.content for snapshot in message.message_snapshots)]
    pieces = [to_rich(content, names) for content in said if content]
    if message.poll is not None:
        pieces.append(_poll(message.poll))
    pieces += [
        RichText.styled(f":{sticker.name}:", Style.EMOJI)
        for sticker in message.stickers
        if not _is_picture(sticker)
    ]
    return join(pieces, "\n") if len(pieces) != 1 else pieces[0]


def _poll(poll: discord.Poll) -> RichText:
    question = poll.question if isinstance(poll.question, str) else poll.question.text or ""
    answers = [f"• {answer.text}" for answer in poll.answers]
    return RichText("\n".join([f"📊 {question}", *answers]))


def _attachments(message: discord.Message) -> tuple[Attachment, ...]:
    sources = [message, *message.message_snapshots]
    files = [attachment(one) for source in sources for one in source.attachments]
    stickers = [_sticker(one) for source in sources for one in source.stickers if _is_picture(one)]
    return (*files, *stickers)


def _is_picture(sticker: discord.StickerItem) -> bool:
    return sticker.format is not discord.StickerFormatType.lottie


def _sticker(sticker: discord.StickerItem) -> Attachment:
    is_gif = sticker.format is discord.StickerFormatType.gif
    suffix, mime = (".gif", "image/gif") if is_gif else (".png", "image/png")
    return Attachment(AttachmentKind.STICKER, sticker.name + suffix, sticker.url, mime=mime)


def _mime(native: discord.Attachment) -> str:
    stated = (native.content_type or "").partition(";")[0].strip()
    return stated or mimetypes.guess_type(native.filename)[0] or "application/octet-stream"


def _kind(mime: str) -> AttachmentKind:
    return _KINDS.get(mime) or _KINDS.get(mime.partition("/")[0], AttachmentKind.FILE)


def _name(native: discord.Attachment) -> str:
    """As it was uploaded: Discord keeps Chinese names in the title and ASCII in the file name."""
    title = native.title
    name = f"{title}{PurePosixPath(native.filename).suffix}" if title else native.filename
    return name.removeprefix("SPOILER_")


@dataclass(frozen=True, slots=True)
class MessageNames:
    """`markup.Names` of one message: whom it mentions, and what its server knows."""

    message: discord.Message

    @property
    def guild(self) -> str:
        return str(self.message.guild.id) if self.message.guild else ""

    def user(self, id: str) -> str | None:
        mentioned = (one for one in self.message.mentions if one.id == int(id))
        return next((one.display_name for one in mentioned), None)

    def channel(self, id: str) -> str | None:
        guild = self.message.guild
        channel = guild.get_channel_or_thread(int(id)) if guild else None
        return channel.name if channel else None

    def role(self, id: str) -> str | None:
        guild = self.message.guild
        role = guild.get_role(int(id)) if guild else None
        return role.name if role else None
