"""What people say: posts, edits, deletions and reactions, and looking at what was said."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from . import messages
from .routes_messages import clear, react, reply_part, unarchive, unreact
from .routes_webhooks import webhook_author
from .state import Channel, File, Payload
from .world import World


class Posts(World):
    def _at(self, channel: str, user: str) -> Channel:
        place = self.state.channels[channel]
        if place.guild_id and user not in self.state.guilds[place.guild_id].members:
            self.add_member(place.guild_id, user)
        return place

    async def post(
        self,
        channel: str,
        user: str,
        text: str = "",
        *,
        attachments: Iterable[File] = (),
        reply_to: str | None = None,
        embeds: list[Payload] | None = None,
        webhook_id: str | None = None,
        **fields: Any,
    ) -> Payload:
        """A message; `webhook_id` posts as that webhook, `fields` override message fields."""
        place = self._at(channel, user)
        author = self.state.users[user]
        extra: Payload = {} if reply_to is None else reply_part(place, reply_to)
        if webhook_id is not None:
            webhook = self.state.webhooks[webhook_id]
            author = webhook_author(webhook, author["username"], None)
            extra |= {"webhook_id": webhook_id, "application_id": webhook["application_id"]}
        unarchive(self.state, place)
        body = {"content": text, "embeds": embeds or []}
        files = dict(enumerate(attachments))
        return messages.create(self.state, place, author, body, files, extra=extra | fields)

    async def edit(self, channel: str, message_id: str, content: str) -> None:
        place = self.state.channels[channel]
        messages.edit(self.state, place, place.log.by_id[message_id], {"content": content})

    async def unfurl(self, channel: str, message_id: str, embeds: list[Payload]) -> None:
        """A link preview arriving: MESSAGE_UPDATE without an edit time."""
        place = self.state.channels[channel]
        message = place.log.by_id[message_id]
        message["embeds"] = embeds
        messages.announce(self.state, place, "MESSAGE_UPDATE", message)

    async def delete(self, channel: str, *message_ids: str) -> None:
        messages.delete(self.state, self.state.channels[channel], *message_ids)

    def react(self, channel: str, message_id: str, user: str, emoji: str) -> None:
        place = self._at(channel, user)
        react(self.state, place, place.log.by_id[message_id], user, emoji)

    def clear_reactions(self, channel: str, message_id: str, emoji: str = "") -> None:
        """As a moderator: everybody's, or everybody's of one emoji."""
        place = self.state.channels[channel]
        clear(self.state, place, place.log.by_id[message_id], emoji)

    def reactors(self, channel: str, message_id: str) -> dict[str, list[str]]:
        """Who holds each emoji there, in the order in which they came."""
        given = self.state.channels[channel].log.by_id[message_id].get("_reactors", {})
        return {emoji: list(users) for emoji, users in given.items() if users}

    def unreact(self, channel: str, message_id: str, user: str, emoji: str) -> None:
        place = self._at(channel, user)
        unreact(self.state, place, place.log.by_id[message_id], user, emoji)

    def messages(self, channel: str) -> list[Payload]:
        """The stored messages in posting order, ours and everybody's."""
        return list(self.state.channels[channel].log.by_id.values())

    def message(self, channel: str, message_id: str) -> Payload:
        return self.state.channels[channel].log.by_id[str(message_id)]
