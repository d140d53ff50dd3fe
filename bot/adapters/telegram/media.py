"""Files in both directions: what a message carries, and by which method a file goes out."""

from __future__ import annotations

from typing import NamedTuple, Protocol

from telegram import Message, Sticker

from bot.adapters.telegram.pictures import fits_a_photo
from bot.core.model import Attachment, AttachmentKind, File

_PHOTOS = {"image/jpeg", "image/png", "image/webp"}
_GIF = "image/gif"
_MP4 = "video/mp4"
_VOICES = {"audio/ogg", "audio/mpeg", "audio/mp4", "audio/x-m4a"}
_AUDIOS = _VOICES - {"audio/ogg"}
_STILL = {AttachmentKind.IMAGE, AttachmentKind.STICKER, AttachmentKind.ANIMATION}


class Method(NamedTuple):
    name: str
    field: str
    hides: bool = False  # it can be sent as a spoiler


PHOTO = Method("sendPhoto", "photo", hides=True)
VIDEO = Method("sendVideo", "video", hides=True)
ANIMATION = Method("sendAnimation", "animation", hides=True)
VOICE = Method("sendVoice", "voice")
AUDIO = Method("sendAudio", "audio")
DOCUMENT = Method("sendDocument", "document")


def method_for(file: File) -> Method:
    """How Telegram shows this file best; what it would refuse to show goes as a document."""
    mime = file.mime.partition(";")[0].strip().lower()
    match file.kind:
        case kind if kind in _STILL and mime == _GIF:
            return ANIMATION
        case kind if kind in _STILL and mime in _PHOTOS:
            return PHOTO if fits_a_photo(file.content) else DOCUMENT
        case AttachmentKind.ANIMATION if mime == _MP4:
            return ANIMATION
        case AttachmentKind.VIDEO if mime == _MP4:
            return VIDEO
        case AttachmentKind.VOICE if mime in _VOICES:
            return VOICE
        case AttachmentKind.AUDIO if mime in _AUDIOS:
            return AUDIO
        case _:
            return DOCUMENT


class _Stored(Protocol):
    file_id: str
    file_size: int | None


def attachments(message: Message) -> tuple[Attachment, ...]:
    """What the message carries: at most one file, as Telegram sends each of an album alone."""
    found = _picture(message) or _recording(message) or _sticker(message.sticker)
    # An animation is also there as a document, for clients that don't know animations.
    if found is None and (document := message.document):
        name = document.file_name or "file"
        found = _attachment(AttachmentKind.FILE, document, name, document.mime_type)
    return (found,) if found else ()


def _picture(message: Message) -> Attachment | None:
    hidden = bool(message.has_media_spoiler)
    if message.photo:
        largest = max(message.photo, key=lambda size: size.width * size.height)
        return _attachment(AttachmentKind.IMAGE, largest, "photo.jpg", "image/jpeg", hidden)
    if film := message.animation:
        name = film.file_name or "animation.mp4"
        return _attachment(AttachmentKind.ANIMATION, film, name, film.mime_type or _MP4, hidden)
    if film := message.video:
        name = film.file_name or "video.mp4"
        return _attachment(AttachmentKind.VIDEO, film, name, film.mime_type or _MP4, hidden)
    if film := message.video_note:
        return _attachment(AttachmentKind.VIDEO, film, "video_note.mp4", _MP4)
    return None


def _recording(message: Message) -> Attachment | None:
    if voice := message.voice:
        mime = voice.mime_type or "audio/ogg"
        return _attachment(AttachmentKind.VOICE, voice, "voice.ogg", mime)
    if audio := message.audio:
        mime = audio.mime_type or "audio/mpeg"
        return _attachment(AttachmentKind.AUDIO, audio, audio.file_name or "audio.mp3", mime)
    return None


def _sticker(sticker: Sticker | None) -> Attachment | None:
    if sticker is None:
        return None
    if sticker.is_animated:
        return _attachment(AttachmentKind.FILE, sticker, "sticker.tgs", "application/x-tgsticker")
    if sticker.is_video:
        return _attachment(AttachmentKind.FILE, sticker, "sticker.webm", "video/webm")
    return _attachment(AttachmentKind.STICKER, sticker, "sticker.webp", "image/webp")


def _attachment(
    kind: AttachmentKind, stored: _Stored, name: str, mime: str | None, is_spoiler: bool = False
) -> Attachment:
    mime = mime or "application/octet-stream"
    return Attachment(kind, name, stored.file_id, stored.file_size or 0, mime, is_spoiler)
