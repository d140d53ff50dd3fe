"""What cogs are given, and how they are found and loaded."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from importlib import import_module

from bot.cog import Cog, Command
from bot.core.errors import DeliveryError, FileUnavailable, Problem
from bot.core.model import Attachment, ChannelId, Copy, Cursor, File, MessageId, Relay
from bot.core.ports import Chat, Checks, Clock, Files, Links, Locates, Translator
from bot.dispatch import Dispatcher
from bot.i18n import N_
from bot.services import Posts, Preferences, Privacy, RelayBook, Words
from bot.store.database import Database

UNREACHABLE = N_("This channel's platform can't be reached now.")
TRY_AGAIN = N_("Try again in a minute.")


class ProgramHost:
    """The `Host` of the running program."""

    def __init__(
        self,
        *,
        clock: Clock,
        relays: RelayBook,
        preferences: Preferences,
        posts: Posts,
        privacy: Privacy,
        translator: Translator,
        wordbook: Words,
        store: Database,
        files: Mapping[str, Files],
        dispatcher: Dispatcher,
        checks: Mapping[str, Checks] | None = None,
        chats: Mapping[str, Chat] | None = None,
        doctor: Callable[[Relay], Awaitable[Sequence[Problem]]] | None = None,
        text_days: int = 2,
    ) -> None:
        self.clock = clock
        self.relays = relays
        self.preferences = preferences
        self.posts = posts
        self.privacy = privacy
        self.translator = translator
        self.wordbook = wordbook
        self.store = store
        self._files = files
        self._dispatcher = dispatcher
        self._checks = checks or {}
        self._chats = chats or {}
        self._doctor = doctor
        self.text_days = text_days

    def add_cog(self, cog: Cog) -> None:
        self._dispatcher.add(cog)

    def cogs(self) -> Sequence[Cog]:
        return self._dispatcher.cogs

    def commands(self) -> Sequence[Command]:
        return self._dispatcher.commands

    async def fetch(self, ref: MessageId, attachment: Attachment, *, limit: int) -> File:
        """Raises `Transient` where a later try may do better, else `FileUnavailable`."""
        files = self._files.get(ref.channel.platform)
        if files is None:
            raise FileUnavailable(N_("it can't be downloaded now"))
        return await files.fetch(attachment, limit=limit)

    async def problems(self, channel: ChannelId) -> Sequence[Problem]:
        """What keeps the bridge from working there; nothing where the platform can't say."""
        checks = self._checks.get(channel.platform)
        try:
            return await checks.problems(channel) if checks else []
        except DeliveryError:
            return [Problem(str(channel), UNREACHABLE, TRY_AGAIN)]

    async def findings(self, relay: Relay) -> Sequence[Problem]:
        """All that a look at this relay tells: what is wrong, worth knowing, in order."""
        return await self._doctor(relay) if self._doctor else []

    async def newest(self, channel: ChannelId) -> Cursor | None:
        """Where hearing begins if nothing older is to be heard. Raises `DeliveryError`."""
        checks = self._checks.get(channel.platform)
        return await checks.newest(channel) if checks else None

    async def recent(self, channel: ChannelId, limit: int = 50) -> Sequence[str]:
        """What people last wrote there; nothing where it can't be read."""
        checks = self._checks.get(channel.platform)
        try:
            return await checks.recent(channel, limit) if checks else []
        except DeliveryError:
            return []

    def link(self, ref: MessageId) -> str | None:
        """The address that opens this message in its own app, or None."""
        chat = self._chats.get(ref.channel.platform)
        return chat.link(Copy(ref.channel, ref.id)) if isinstance(chat, Links) else None

    def locate(self, text: str, channel: ChannelId) -> MessageId | None:
        """The message that a link of any platform, or a bare id in `channel`, leads to.

        A link may stand in <>, which on Discord keep it from being shown as a card.
        """
        written = text.strip().removeprefix("<").removesuffix(">")
        here = self._chats.get(channel.platform)
        others = (chat for chat in self._chats.values() if chat is not here)
        for chat in (here, *others):
            found = chat.locate(written, channel) if isinstance(chat, Locates) else None
            if found is not None:
                return found
        return None


async def load_cogs(names: Sequence[str], host: ProgramHost, dispatcher: Dispatcher) -> None:
    """Load each cog by its module's `setup`; one that fails stops the start."""
    dispatcher.attach(host)
    for name in names:
        await import_module(f"cogs.{name}").setup(host)
    for cog in dispatcher.cogs:
        await cog.load()
