"""The cogs' vocabulary as Discord's own slash commands, each group carried by a real `Cog`."""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from itertools import groupby
from typing import Any

import discord
import structlog
from discord import app_commands
from discord.app_commands import locale_str
from discord.ext import commands

from bot.adapters.discord.inbound import attachment, author, channel_id
from bot.adapters.discord.replies import answer
from bot.adapters.discord.rest import Rest
from bot.adapters.discord.rights import is_mod
from bot.adapters.discord.rules import check_commands
from bot.arguments import read_arguments
from bot.cog import Command, Kind, Member, Parameter, Reply, Value
from bot.core.errors import DeliveryError, Refused
from bot.core.model import ChannelId, MessageId
from bot.dispatch import Dispatcher, Invocation
from bot.i18n import N_, Language, pick, translate

log = structlog.get_logger(__name__)

LOCALES: Mapping[discord.Locale, Language] = {
    discord.Locale.chinese: "zh",
    discord.Locale.taiwan_chinese: "zh-Hant",
}
_TYPES: Mapping[Kind, Any] = {
    Kind.STR: str,
    Kind.INT: int,
    Kind.BOOL: bool,
    Kind.MEMBER: discord.User,
    Kind.DURATION: str,
    Kind.ATTACHMENT: discord.Attachment,
}
_NAMES = frozenset(
    {
        app_commands.TranslationContextLocation.command_name,
        app_commands.TranslationContextLocation.group_name,
        app_commands.TranslationContextLocation.parameter_name,
    }
)
_FILLED_IN = frozenset({"integration_types", "contexts"})
_FOR_MODS = discord.Permissions(manage_channels=True)

Carried = app_commands.Command[Any, ..., Any] | app_commands.Group | app_commands.ContextMenu


class Catalogue(app_commands.Translator):
    """Descriptions and choices in the languages that Discord knows and we speak."""

    async def translate(
        self,
        string: locale_str,
        locale: discord.Locale,
        context: app_commands.TranslationContextTypes,
    ) -> str | None:
        language = LOCALES.get(locale)
        is_menu = isinstance(context.data, app_commands.ContextMenu)
        if language is None or (context.location in _NAMES and not is_menu):
            return None
        said = translate(string.message, language)
        return None if said == string.message else said


class Carrier(commands.Cog):
    """Carries a top-level command, a group or a message's menu entry into the tree and out."""

    def __init__(self, bot: commands.Bot, carried: Carried) -> None:
        self.bot = bot
        self.carried = carried
        self.kind = discord.AppCommandType.chat_input
        if isinstance(carried, app_commands.ContextMenu):
            self.kind = carried.type
        self.__cog_name__ = f"{self.kind.name} {carried.name}"

    async def cog_load(self) -> None:
        self.bot.tree.add_command(self.carried)

    async def cog_unload(self) -> None:
        self.bot.tree.remove_command(self.carried.name, type=self.kind)


class Commands:
    """Renders the dispatcher's commands, keeps them in sync, and hands uses of them over."""

    def __init__(
        self, dispatcher: Dispatcher, rest: Rest, settle: Callable[[ChannelId], Awaitable[None]]
    ) -> None:
        """`settle` waits until what people wrote there before a command is durable."""
        self._dispatcher = dispatcher
        self._rest = rest
        self._settle = settle

    async def load(self, bot: commands.Bot) -> None:
        """Raises ValueError for a text that Discord would refuse, and all commands with it."""
        ours = [c for c in self._dispatcher.commands if not c.platforms or "discord" in c.platforms]
        groups = {c.group or c.name: c.describe or c.name for c in self._dispatcher.cogs}
        check_commands(ours, groups)
        await bot.tree.set_translator(Catalogue())
        for word, members in groupby(sorted(ours, key=lambda c: c.path[0]), lambda c: c.path[0]):
            carried = self._rendered(word, list(members), groups.get(word, word))
            await bot.add_cog(Carrier(bot, carried))
        for command in ours:
            if command.menu:
                await bot.add_cog(Carrier(bot, self._menu(command)))

    async def sync(self, bot: commands.Bot) -> None:
        """Register the commands where they differ from what Discord has."""
        path = f"/applications/{bot.application_id}/commands"
        wanted = [
            await command.get_translated_payload(bot.tree, Catalogue())
            for command in bot.tree.get_commands()
        ]
        try:
            registered = await self._rest.call("GET", path, query="with_localizations=true")
            if not _are_same(wanted, registered):
                await self._rest.call("PUT", path, body=wanted)
        except DeliveryError as error:
            log.error(N_("The commands could not be registered on Discord"), reason=error.reason)

    def _rendered(self, word: str, members: Sequence[Command], describe: str) -> Carried:
        if len(members) == 1 and members[0].path == (word,):
            return self._command(members[0])
        group = app_commands.Group(
            name=word,
            description=locale_str(describe),
            default_permissions=_FOR_MODS if all(m.is_for_mods for m in members) else None,
        )
        for member in members:
            group.add_command(self._command(member))
        return group

    def _command(self, command: Command) -> app_commands.Command[Any, ..., Any]:
        async def use(interaction: discord.Interaction, **given: Any) -> None:
            await answer(self._rest, interaction, self._run(interaction, command, given))

        described = {p.name: locale_str(p.describe.text) for p in command.parameters}
        choices = {
            p.name: [
                app_commands.Choice(name=locale_str(c.label), value=c.value)
                for c in p.describe.choices
            ]
            for p in command.parameters
            if p.describe.choices
        }
        use.__signature__ = _signature(command.parameters)  # type: ignore[attr-defined]
        if described:
            app_commands.describe(**described)(use)
        if choices:
            app_commands.choices(**choices)(use)
        rendered = app_commands.Command[Any, ..., Any](
            name=command.path[-1], description=locale_str(command.describe), callback=use
        )
        if command.is_for_mods and len(command.path) == 1:
            rendered.default_permissions = _FOR_MODS
        return rendered

    def _menu(self, command: Command) -> app_commands.ContextMenu:
        async def use(interaction: discord.Interaction, message: discord.Message) -> None:
            there = MessageId(channel_id(message.channel.id), str(message.id))
            await answer(self._rest, interaction, self._ask_about(interaction, command, there))

        entry = app_commands.ContextMenu(name=locale_str(command.menu), callback=use)
        if command.is_for_mods:
            entry.default_permissions = _FOR_MODS
        return entry

    async def _ask_about(
        self, interaction: discord.Interaction, command: Command, message: MessageId
    ) -> Reply:
        """Nobody else sees which message somebody asks about."""
        return replace(await self._run(interaction, command, {}, message), is_private=True)

    async def _run(
        self,
        interaction: discord.Interaction,
        command: Command,
        given: Mapping[str, Any],
        reply_to: MessageId | None = None,
    ) -> Reply:
        locale = str(interaction.locale)
        try:
            arguments = _arguments(command.parameters, given)
        except Refused as error:
            return Reply(translate(error.message, pick(locale), **error.values))
        channel = channel_id(interaction.channel_id or 0)
        await self._settle(channel)
        return await self._dispatcher.run(
            Invocation(
                path=command.path,
                channel=channel,
                person=author(interaction.user),
                is_mod=is_mod(interaction),
                locale=locale,
                arguments=arguments,
                reply_to=reply_to,
                is_direct=interaction.guild_id is None,
            )
        )


def _signature(parameters: Sequence[Parameter]) -> inspect.Signature:
    kind = inspect.Parameter.KEYWORD_ONLY
    first = inspect.Parameter("interaction", inspect.Parameter.POSITIONAL_OR_KEYWORD)
    rest = [
        inspect.Parameter(
            p.name,
            kind,
            annotation=_type(p),
            default=inspect.Parameter.empty if p.is_required else None,
        )
        for p in parameters
    ]
    return inspect.Signature([first.replace(annotation=discord.Interaction), *rest])


def _type(parameter: Parameter) -> Any:
    low, high = parameter.describe.minimum, parameter.describe.maximum
    kind = _TYPES[parameter.kind]
    is_bounded = (low is not None or high is not None) and not parameter.describe.choices
    if parameter.kind in (Kind.STR, Kind.INT) and is_bounded:
        return app_commands.Range[kind, low, high]
    return kind


def _arguments(parameters: Sequence[Parameter], given: Mapping[str, Any]) -> dict[str, Value]:
    return {p.name: _value(p, given[p.name]) for p in parameters if given.get(p.name) is not None}


def _value(parameter: Parameter, given: Any) -> Value:
    if isinstance(given, discord.Attachment):
        return attachment(given)
    if isinstance(given, discord.User | discord.Member):
        return Member(author(given).person, given.display_name)
    if parameter.kind is Kind.DURATION:
        return read_arguments([parameter], given)[parameter.name]
    return given


def _are_same(wanted: Sequence[Any], registered: Sequence[Any]) -> bool:
    by_name = {_key(command): command for command in registered}
    return len(wanted) == len(registered) and all(
        _is_within(command, by_name.get(_key(command))) for command in wanted
    )


def _key(command: Any) -> tuple[int, str]:
    """A message's menu entry may have the name of a command."""
    return command.get("type") or 1, command["name"]


def _is_within(ours: Any, theirs: Any) -> bool:
    """Discord adds ids and leaves out what is empty; permissions come back as text."""
    if isinstance(ours, dict):
        known = theirs if isinstance(theirs, dict) else {}
        return all(
            _is_within(value, known.get(key))
            for key, value in ours.items()
            if value is not None or key not in _FILLED_IN
        )
    if isinstance(ours, list) and ours:
        return (
            isinstance(theirs, list)
            and len(ours) == len(theirs)
            and all(map(_is_within, ours, theirs))
        )
    return str(ours or "") == str(theirs or "")
