"""What people call the kinds of files."""

from __future__ import annotations

from bot.core.options import AttachmentKind
from bot.i18n import N_

KINDS = {
    AttachmentKind.IMAGE: N_("picture"),
    AttachmentKind.ANIMATION: N_("animation"),
    AttachmentKind.VIDEO: N_("video"),
    AttachmentKind.AUDIO: N_("audio"),
    AttachmentKind.VOICE: N_("voice message"),
    AttachmentKind.STICKER: N_("sticker"),
    AttachmentKind.FILE: N_("other file"),
}
