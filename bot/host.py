"""What cogs are given, and how they are found and loaded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib import import_module

from bot.cog import Cog, Command
from bot.core.errors import FileUnavailable
from bot.core.model import Attachment, File, MessageId
from bot.core.ports import Clock, Files, Translator
from bot.dispatch import Dispatcher
from bot.i18n import N_
from bot.services import Posts, Preferences, RelayBook, Words
from bot.store.database import Database


class ProgramHost:
    """The `Host` of the running program."""

    def __init__(
        self,
        *,
        clock: Clock,
        relays: RelayBook,
        preferences: Preferences,
        posts: Posts,
        translator: Translator,
        wordbook: Words,
        store: Database,
        files: Mapping[str, Files],
        dispatcher: Dispatcher,
    ) -> None:
        self.clock = clock
        self.relays = relays
        self.preferences = preferences
        self.posts = posts
        self.translator = translator
        self.wordbook = wordbook
        self.store = store
        self._files = files
        self._dispatcher = dispatcher

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


async def load_cogs(names: Sequence[str], host: ProgramHost, dispatcher: Dispatcher) -> None:
    """Load each cog by its module's `setup`; one that fails stops the start."""
    dispatcher.attach(host)
    for name in names:
        await import_module(f"cogs.{name}").setup(host)
    for cog in dispatcher.cogs:
        await cog.load()
