"""A cog as small as one can be that posts, hears presses and links the talk under its posts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from bot.cog import Cog, Context, Host, Reply, command, listener, on_button
from bot.core.model import Button, ChannelId, Posted
from bot.core.richtext import RichText
from bot.services import Post


class Parties(Cog):
    name = "parties"

    def __init__(self, host: Host) -> None:
        super().__init__(host)
        self.said = Counter[str]()

    @command("party", "Ask everybody of the relay")
    async def party(self, ctx: Context) -> Reply:
        key, channels = self._here(ctx)
        asked = Post(
            RichText("Who comes?"),
            buttons=(Button("I do", "parties.come", "cake"),),
            thread="Party",
        )
        async with self.host.store.transaction() as connection:
            for channel in channels:
                await self.host.posts.say(connection, channel, asked, key=key)
            await self.host.posts.open_strand(connection, key, dict.fromkeys(channels, key))
        return Reply("asked")

    @command("party-over", "End the talk about it")
    async def over(self, ctx: Context) -> Reply:
        async with self.host.store.transaction() as connection:
            await self.host.posts.close_strand(connection, self._here(ctx)[0])
        return Reply("over")

    @command("asked", "Say in how many places everybody was asked")
    async def asked(self, ctx: Context) -> Reply:
        return Reply(str(self.said[self._here(ctx)[0]]))

    @listener("posted")
    async def count(self, post: Posted) -> None:
        self.said[post.key] += 1

    @on_button("come")
    async def come(self, ctx: Context, argument: str) -> Reply:
        key, channels = self._here(ctx)
        answered = Post(RichText(f"{ctx.person.name} comes."))
        async with self.host.store.transaction() as connection:
            for channel in channels:
                await self.host.posts.revise(connection, channel, answered, key=key)
        return Reply(f"{argument} for {ctx.person.name}")

    def _here(self, ctx: Context) -> tuple[str, Sequence[ChannelId]]:
        relay: Any = self.host.relays.of(ctx.channel)
        return f"party:{relay.id}", [member.channel for member in relay.channels]
