"""What a change of our own standing in a chat means for what we say there. Pure."""

from __future__ import annotations

from telegram import Chat, ChatMember, ChatMemberAdministrator, ChatMemberRestricted
from telegram import ChatMemberUpdated as Change

from bot.i18n import N_

_ABSENT = (ChatMember.BANNED, ChatMember.LEFT)


def closed_for(change: Change) -> str | None:
    """Why the chat takes nothing from us any more; None where it may."""
    now = change.new_chat_member
    if now.status in _ABSENT:
        return N_("the bot was removed from the chat")
    if isinstance(now, ChatMemberRestricted) and not now.can_send_messages:
        return N_("the bot may not write in the chat")
    is_channel = change.chat.type == Chat.CHANNEL
    if is_channel and isinstance(now, ChatMemberAdministrator) and not now.can_post_messages:
        return N_("the bot may not post in the channel")
    return None
