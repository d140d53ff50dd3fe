"""/glossary: the words that a community wants translated its own way, or not at all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from bot.cog import Choice, Cog, Context, Describe, Host, Reply, command, on_button
from bot.community import glossary_sheet
from bot.community.glossary import BOTH, LONGEST, MOST, WAYS, entries_of, key_of, way_of
from bot.community.glossary_sheet import LARGEST, Sheet
from bot.core.errors import FileUnavailable, Refused, Transient
from bot.core.model import (
    Attachment,
    AttachmentKind,
    Button,
    File,
    MessageId,
    PersonId,
    Relay,
)
from bot.core.richtext import RichText, Style, join
from bot.i18n import N_
from bot.store import glossary
from bot.store.glossary import Entry

SOURCE = N_("The word as people write it")
TARGET = N_("Its translation; “=” or nothing leaves the word as it is")
DIRECTION = N_("Which way; found by its script if you leave it out")
SHEET = N_("A table: word, translation, direction (CSV or TSV, up to 1 MB)")

WRONG = N_("“{word}” can't be in the glossary: {reason}.")
FULL = N_("A community's glossary holds up to {most} terms. Take some out first.")
ADDED = N_("From now on “{source}” is translated as “{target}” ({way}).")
KEPT = N_("From now on “{source}” stays as it is ({way}).")
REMOVED = N_("“{source}” is no longer in the glossary.")
NOT_THERE = N_("“{source}” is not in the glossary.")
NOTHING = N_("The glossary is empty. “/glossary add” puts the first word in.")
HEADING = N_("Glossary: {count} (page {page} of {pages})")
LINE = N_("• {source} → {target} ({way})")
KEPT_LINE = N_("• {source}, stays as it is ({way})")
EARLIER, LATER = N_("‹ Back"), N_("More ›")
IMPORTED = N_("Done. Read: {count}; new: {new}.")
NOT_IMPORTED = N_("Nothing was taken in, because some lines can't be read:")
FAULT = N_("• line {lines}: {reason}")
TOO_LARGE = N_("That file is too large; 1 MB is the most.")
UNREADABLE = N_("That file could not be downloaded. Please attach it again.")
EXPORTED = N_("The glossary as a table ({count}). “/glossary import” reads it again.")

ON_A_PAGE = 20


class Glossary(Cog):
    name = "glossary"
    group = "glossary"
    describe = N_("The community's own words in translations")
    is_optional = True
    title = N_("the community's own words")
    stores = N_("Which terms of the glossary you added.")

    @command("add", N_("Say how a word is to be translated, or that it stays"), for_mods=True)
    async def add(
        self,
        ctx: Context,
        source: Annotated[str, Describe(SOURCE, minimum=1, maximum=LONGEST)],
        target: Annotated[str, Describe(TARGET, maximum=LONGEST)] = "",
        direction: Annotated[
            str, Describe(DIRECTION, choices=tuple(Choice(way, WAYS[way]) for way in WAYS))
        ] = "",
    ) -> Reply:
        relay = ctx.relay()
        try:
            entries = entries_of(source, target, direction)
        except Refused as refused:
            reason = ctx.t(refused.message, **refused.values)
            raise Refused(WRONG, word=source[:LONGEST], reason=reason) from None
        await self._put(relay, entries, ctx.person.person)
        first = entries[0]
        told = ADDED if first.target else KEPT
        way = ctx.t(WAYS[BOTH if len(entries) > 1 else way_of(first)])
        return Reply(
            ctx.t(told, source=first.source, target=first.target, way=way), is_private=False
        )

    @command("remove", N_("Take a word out of the glossary"), for_mods=True)
    async def remove(
        self, ctx: Context, source: Annotated[str, Describe(SOURCE, minimum=1, maximum=LONGEST)]
    ) -> Reply:
        relay = ctx.relay()
        async with self.host.store.transaction() as connection:
            gone = await glossary.remove(connection, relay.id, key_of(source))
            self.host.wordbook.renew(connection, relay.id)
        if not gone:
            raise Refused(NOT_THERE, source=source)
        return Reply(ctx.t(REMOVED, source=gone[0].source), is_private=False)

    @command("list", N_("Show the glossary"), for_mods=True)
    async def list(self, ctx: Context) -> Reply:
        return await self._page(ctx, 0)

    @on_button("page", for_mods=True)
    async def page(self, ctx: Context, argument: str) -> Reply:
        return await self._page(ctx, int(argument[:6]) if argument.isdecimal() else 0)

    @command("import", N_("Take in a table of words, all of it or nothing"), for_mods=True)
    async def take_in(self, ctx: Context, table: Annotated[Attachment, Describe(SHEET)]) -> Reply:
        relay = ctx.relay()
        sheet = glossary_sheet.read(await self._fetched(ctx, table))
        if sheet.faults:
            return Reply(_faults(ctx, sheet))
        new = await self._put(relay, sheet.entries, ctx.person.person)
        told = ctx.t(IMPORTED, count=len(sheet.entries), new=new)
        return Reply(told, is_private=False)

    @command("export", N_("Get the glossary as a file"), for_mods=True)
    async def hand_out(self, ctx: Context) -> Reply:
        relay = ctx.relay()
        entries = await self._entries(relay)
        if not entries:
            raise Refused(NOTHING)
        written = glossary_sheet.write(entries)
        file = File(glossary_sheet.NAME, glossary_sheet.MIME, AttachmentKind.FILE, written)
        return Reply(ctx.t(EXPORTED, count=len(entries)), file=file)

    async def export(self, person: PersonId) -> Mapping[str, Any]:
        async with self.host.store.reading() as connection:
            added = await glossary.added_by(connection, person)
        terms = [
            {"source": one.source, "target": one.target, "direction": way_of(one)} for one in added
        ]
        return {"terms": terms} if terms else {}

    async def forget(self, person: PersonId) -> None:
        async with self.host.store.transaction() as connection:
            await glossary.forget_adder(connection, person)

    async def _put(self, relay: Relay, entries: Sequence[Entry], by: PersonId) -> int:
        """How many of them are new. Raises `Refused` where they are too many."""
        async with self.host.store.transaction() as connection:
            now = self.host.clock.now()
            new = await glossary.put(connection, relay.id, entries, by, now)
            if new and await glossary.count(connection, relay.id) > MOST:
                raise Refused(FULL, most=MOST)  # and nothing of it is written
            self.host.wordbook.renew(connection, relay.id)
        return new

    async def _entries(self, relay: Relay) -> Sequence[Entry]:
        async with self.host.store.reading() as connection:
            return await glossary.entries(connection, relay.id)

    async def _page(self, ctx: Context, number: int) -> Reply:
        entries = await self._entries(ctx.relay())
        if not entries:
            return Reply(ctx.t(NOTHING))
        pages = -(-len(entries) // ON_A_PAGE)
        at = min(number, pages - 1)
        heading = ctx.t(HEADING, count=len(entries), page=at + 1, pages=pages)
        lines = [RichText.styled(heading, Style.BOLD)]
        lines += [RichText(_line(ctx, entry)) for entry in entries[at * ON_A_PAGE :][:ON_A_PAGE]]
        buttons: list[Button] = []
        if at > 0:
            buttons.append(Button(ctx.t(EARLIER), "page", str(at - 1)))
        if at + 1 < pages:
            buttons.append(Button(ctx.t(LATER), "page", str(at + 1)))
        return Reply(join(lines, "\n"), buttons=tuple(buttons))

    async def _fetched(self, ctx: Context, table: Attachment) -> bytes:
        if table.size > LARGEST:
            raise Refused(TOO_LARGE)
        try:
            file = await self.host.fetch(MessageId(ctx.channel, ""), table, limit=LARGEST)
        except (FileUnavailable, Transient):
            raise Refused(UNREADABLE) from None
        return file.content


def _line(ctx: Context, entry: Entry) -> str:
    told = LINE if entry.target else KEPT_LINE
    way = ctx.t(WAYS[way_of(entry)])
    return ctx.t(told, source=entry.source, target=entry.target, way=way)


def _faults(ctx: Context, sheet: Sheet) -> str:
    """Every line that can't be read, by what is wrong with it."""
    told = [ctx.t(NOT_IMPORTED)]
    for (message, values), lines in sheet.faults.items():
        reason = ctx.t(message, **dict(values))
        told.append(ctx.t(FAULT, lines=glossary_sheet.numbers(lines), reason=reason))
    return "\n".join(told)


async def setup(host: Host) -> None:
    host.add_cog(Glossary(host))
