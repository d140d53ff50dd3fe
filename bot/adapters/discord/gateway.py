"""The live connection: discord.py's events, turned into ours and handed to the ear at once."""

from __future__ import annotations

import asyncio

import aiohttp
import discord
import structlog
from discord.ext import commands

from bot.adapters.discord import components, inbound
from bot.adapters.discord.commands import Commands
from bot.adapters.discord.history import newest_message, read_past
from bot.adapters.discord.inbound import PLATFORM, Us, channel_id
from bot.adapters.discord.ingest import Ear
from bot.adapters.discord.newcomers import Newcomers
from bot.adapters.discord.proxies import proxy_for
from bot.adapters.discord.replies import answer
from bot.adapters.discord.rest import Rest
from bot.adapters.discord.rights import is_mod
from bot.adapters.discord.standing import (
    GONE,
    LEFT,
    Stand,
    closed,
    perhaps_open,
    places_of,
    threads_in,
)
from bot.cog import Reply
from bot.core.model import ChannelId, MessageId
from bot.core.ports import Clock
from bot.dispatch import Dispatcher, Press
from bot.i18n import N_
from bot.intake import Intake

log = structlog.get_logger(__name__)

_GUILDS_ARRIVE_WITHIN = 0.5  # seconds between two of them at the start
_RETRY_HISTORY = 5.0


def intents(*, with_members: bool) -> discord.Intents:
    wanted = discord.Intents.none()
    wanted.guilds = wanted.guild_messages = wanted.guild_reactions = True
    wanted.message_content = True
    wanted.members = with_members
    return wanted


class Gateway(commands.Bot):
    """Keeps no messages and no members: what is heard goes straight on."""

    def __init__(
        self,
        *,
        us: Us,
        with_members: bool,
        intake: Intake,
        dispatcher: Dispatcher,
        rest: Rest,
        clock: Clock,
        catch_up_limit: int,
        stand: Stand,
    ) -> None:
        super().__init__(
            command_prefix=(),
            help_command=None,
            intents=intents(with_members=with_members),
            max_messages=None,
            member_cache_flags=discord.MemberCacheFlags.none(),
            chunk_guilds_at_startup=False,
            guild_ready_timeout=_GUILDS_ARRIVE_WITHIN,
            enable_debug_events=with_members,  # `on_socket_raw_receive`
            allowed_mentions=discord.AllowedMentions.none(),
            proxy=proxy_for(rest.api_base),
        )
        self.us = us
        self.is_online = False
        self.ear = Ear(intake)
        self._intake = intake
        self._dispatcher = dispatcher
        self._rest = rest
        self._clock = clock
        self._stand = stand
        self._limit = catch_up_limit
        self._commands = Commands(dispatcher, rest, self.ear.settle)
        self._newcomers = Newcomers()
        self._session_began = asyncio.Event()
        self._catching_up: asyncio.Task[None] | None = None
        self._read_up_on: set[ChannelId] = set()  # in this session, or about to be
        self._late: asyncio.TaskGroup | None = None

    async def setup_hook(self) -> None:
        await self._commands.load(self)

    async def sync(self) -> None:
        await self._commands.sync(self)

    async def on_connect(self) -> None:
        """A new session: Discord brings nothing of what was said since the last one ended."""
        if self._catching_up is not None:
            self._catching_up.cancel()
        channels = self._intake.channels(PLATFORM)
        self._read_up_on = set(channels)
        self.ear.hold(channels)

    async def on_ready(self) -> None:
        self.is_online = True
        self._session_began.set()

    async def on_resumed(self) -> None:
        self.is_online = True

    async def on_disconnect(self) -> None:
        self.is_online = False

    async def follow_sessions(self) -> None:
        """Catch up whenever a session begins, until cancelled."""
        async with asyncio.TaskGroup() as group:
            self._late = group
            while True:
                await self._session_began.wait()
                self._session_began.clear()
                self._catching_up = group.create_task(self._catch_up_all())

    async def on_message(self, message: discord.Message, /) -> None:
        channel = channel_id(message.channel.id)
        if not self._intake.is_bridged(channel):
            return
        if channel not in self._read_up_on and self._late is not None:
            self._read_up_on.add(channel)
            self.ear.hold([channel])
            self._late.create_task(self._catch_up(channel))
        event = None if inbound.is_echo(message, self.us) else inbound.inbound(message, self.us)
        if event is None:
            self.ear.pass_over(channel, message.id)
        else:
            self.ear.hear(channel, event, message=message.id)

    async def on_raw_message_edit(self, event: discord.RawMessageUpdateEvent) -> None:
        channel = channel_id(event.channel_id)
        if self._intake.is_bridged(channel) and (edited := inbound.edited(event, self.us)):
            self.ear.hear(channel, edited)

    async def on_raw_message_delete(self, event: discord.RawMessageDeleteEvent) -> None:
        channel = channel_id(event.channel_id)
        if self._intake.is_bridged(channel):
            self.ear.hear(channel, inbound.deleted(event.channel_id, [event.message_id]))

    async def on_raw_bulk_message_delete(self, event: discord.RawBulkMessageDeleteEvent) -> None:
        channel = channel_id(event.channel_id)
        if self._intake.is_bridged(channel):
            self.ear.hear(channel, inbound.deleted(event.channel_id, event.message_ids))

    async def on_raw_reaction_add(self, event: discord.RawReactionActionEvent) -> None:
        self._on_reaction(event, is_added=True)

    async def on_raw_reaction_remove(self, event: discord.RawReactionActionEvent) -> None:
        self._on_reaction(event, is_added=False)

    def _on_reaction(self, event: discord.RawReactionActionEvent, *, is_added: bool) -> None:
        channel = channel_id(event.channel_id)
        if self._intake.is_bridged(channel) and event.user_id != self.us.user_id:
            self.ear.hear(channel, inbound.reacted(event, is_added=is_added))

    async def on_raw_reaction_clear(self, event: discord.RawReactionClearEvent) -> None:
        self._on_cleared(event)

    async def on_raw_reaction_clear_emoji(self, event: discord.RawReactionClearEmojiEvent) -> None:
        self._on_cleared(event)

    def _on_cleared(
        self, event: discord.RawReactionClearEvent | discord.RawReactionClearEmojiEvent
    ) -> None:
        channel = channel_id(event.channel_id)
        if self._intake.is_bridged(channel):
            self.ear.hear(channel, inbound.cleared(event))

    async def on_member_join(self, member: discord.Member) -> None:
        if member.pending:
            self._newcomers.wait(member)
        else:
            self._welcome(member)

    async def on_raw_member_remove(self, event: discord.RawMemberRemoveEvent) -> None:
        if not self._newcomers.forget(event.guild_id, event.user.id):
            for channel in self._channels_of(event.guild_id):
                self.ear.hear(channel, inbound.left(event.user, channel, self._clock.now()))

    async def on_socket_raw_receive(self, received: str) -> None:
        member = self._newcomers.accepted(received)
        if member is not None:
            self._welcome(member)

    def _welcome(self, member: discord.Member) -> None:
        for channel in self._channels_of(member.guild.id):
            self.ear.hear(channel, inbound.joined(member, channel, self._clock.now()))

    def _channels_of(self, guild: int) -> list[ChannelId]:
        """Every relay's channel of the server; not the threads that hang in them."""
        return [
            channel
            for channel in self._intake.channels(PLATFORM)
            if self._guild_of(channel) == guild and not self._intake.is_thread_of_ours(channel)
        ]

    async def on_guild_remove(self, guild: discord.Guild) -> None:
        closed(self._stand, places_of(guild), LEFT)

    async def on_guild_channel_delete(self, channel: discord.abc.GuildChannel) -> None:
        closed(self._stand, [channel.id], GONE)

    async def on_raw_thread_delete(self, event: discord.RawThreadDeleteEvent) -> None:
        closed(self._stand, [event.thread_id], GONE)

    async def on_guild_join(self, guild: discord.Guild) -> None:
        perhaps_open(self._stand, places_of(guild))

    async def on_guild_channel_update(
        self, _before: discord.abc.GuildChannel, after: discord.abc.GuildChannel
    ) -> None:
        perhaps_open(self._stand, [after.id, *threads_in(after)])

    async def on_guild_role_update(self, _before: discord.Role, after: discord.Role) -> None:
        perhaps_open(self._stand, places_of(after.guild))

    async def on_interaction(self, interaction: discord.Interaction) -> None:
        """Buttons, also those of messages from before a restart; commands go through the tree."""
        if interaction.type is discord.InteractionType.component and (press := _press(interaction)):
            await answer(self._rest, interaction, self._pressed(press))

    async def _pressed(self, press: Press) -> Reply | None:
        await self.ear.settle(press.channel)
        return await self._dispatcher.press(press)

    def _guild_of(self, channel: ChannelId) -> int | None:
        guild = getattr(self.get_channel(int(channel.id)), "guild", None)
        return guild.id if guild else None

    async def _catch_up_all(self) -> None:
        async with asyncio.TaskGroup() as group:
            for channel in self._intake.channels(PLATFORM):
                group.create_task(self._catch_up(channel))

    async def _catch_up(self, channel: ChannelId) -> None:
        """Live events of the channel wait until this succeeds, or the channel proves closed."""
        while True:
            try:
                await self._read_up(channel)
                return
            except (discord.Forbidden, discord.NotFound) as error:
                log.warning(
                    N_("A Discord channel can't be read; may the bot see its history?"),
                    channel=str(channel),
                    code=error.code,
                )
                self.ear.release(channel, 0)
                return
            except (discord.HTTPException, aiohttp.ClientError, OSError) as error:
                log.warning(
                    N_("A Discord channel can't be read yet; trying again"),
                    channel=str(channel),
                    error=repr(error),
                )
                await self._clock.sleep(_RETRY_HISTORY)

    async def _read_up(self, channel: ChannelId) -> None:
        native = int(channel.id)
        found = self.get_channel(native)
        place = found if isinstance(found, discord.abc.Messageable) else None
        place = place or self.get_partial_messageable(native)
        cursor = await self._intake.cursor(PLATFORM, channel.id)
        if cursor is None and self._intake.is_thread_of_ours(channel):
            cursor = channel.id  # of the post it hangs under: all that was said in it came later
        if cursor is None:
            await self.ear.begin(channel, await newest_message(place))
            return
        known = await self._intake.last_known(channel)
        past = await read_past(
            place, channel, after=int(cursor), limit=self._limit, us=self.us, known=known
        )
        await self.ear.catch_up(channel, past.events, past.newest)


def _press(interaction: discord.Interaction) -> Press | None:
    """None for a component that is not ours."""
    named = components.pressed(str((interaction.data or {}).get("custom_id", "")))
    if named is None:
        return None
    action, argument = named
    channel = channel_id(interaction.channel_id or 0)
    message = interaction.message
    return Press(
        action=action,
        argument=argument,
        channel=channel,
        person=inbound.author(interaction.user),
        is_mod=is_mod(interaction),
        locale=str(interaction.locale),
        message=MessageId(channel, str(message.id)) if message else None,
    )
