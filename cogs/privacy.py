"""/privacy: what is kept about you, all of it as a file, none of it any more, and nothing from now.

It answers everywhere, also in a private chat with the bot. A person is known per platform, and
every answer is about all communities there.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from bot.cog import Cog, Context, Host, Reply, command, on_button, repeating
from bot.core.errors import Refused
from bot.core.model import AttachmentKind, Button, File, PersonId
from bot.i18n import N_
from bot.services import Erased
from cogs._relay_lines import PLATFORMS

LOOK = timedelta(seconds=20)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_TICK = timedelta(microseconds=1)

NOTHING = N_("Catbridge keeps nothing about you on {platform}.")
KEPT = N_("Catbridge keeps this about you on {platform}, in all its communities:")
ONE = N_("• {what}: {count} ({until})")
ALSO = N_("• {what}: {kept}")
HOW = N_("“/privacy export” gives you all of it, “/privacy forget” erases it.")
PAUSED = N_("You are on pause: nothing you write crosses or is kept. “/privacy resume” ends that.")
EXPORTED = N_("Here is everything Catbridge keeps about you on {platform}.")
FILE_NAME = "catbridge-{platform}.json"
WARNING = N_(
    "This erases all that Catbridge keeps about you on {platform}, in all its communities: "
    "messages, questions, receipts, buddies, the rest. Copies of your messages on the other side "
    "are deleted as far as the platform allows. It can't be undone."
)
ERASE, ERASE_AND_PAUSE, KEEP = N_("Erase"), N_("Erase, and pause from now on"), N_("Keep it")
KEPT_IT = N_("Nothing was changed.")
NOT_YOURS = N_("This button is somebody else's. Type “/privacy forget” for what is kept about you.")
ERASED = N_("Erased. There were no copies on the other side to delete.")
ERASED_COPIES = N_(
    "Erased. Copies of your messages on the other side that are being deleted: {count}. "
    "Copies older than {days} days are not known to me any more, and some platforms let bots "
    "delete only what is new (Telegram: 48 hours); the moderators there can delete those."
)
OUTCOME = N_("How is it going?")
GOING = N_("{gone} deleted, {coming} still to be deleted.")
REFUSED = N_(
    "{gone} deleted, {coming} still to be deleted. {refused} could not be deleted: they are too "
    "old for that or out of my reach. Ask the moderators there to delete them."
)
PAUSE = N_("Also pause")
NOW_PAUSED = N_(
    "From now on nothing you write, change or react with in linked channels on {platform} crosses "
    "or is kept, and replies to you quote nothing. “/privacy resume” ends that."
)
RESUMED = N_("From now on your messages cross again.")
NOT_PAUSED = N_("You are not on pause: your messages cross.")


class Privacy(Cog):
    name = "privacy"
    group = "privacy"
    describe = N_("What is kept about you")
    stores = N_("Whether you are on pause, until you resume.")

    @command("show", N_("See what is kept about you, and for how long"))
    async def show(self, ctx: Context) -> Reply:
        lines = await self._listed(ctx)
        if not lines:
            return Reply(_said(ctx, NOTHING), is_secret=True)
        return Reply("\n".join([_said(ctx, KEPT), *lines, ctx.t(HOW)]), is_secret=True)

    @command("export", N_("Get everything that is kept about you as a file"), cooldown=10.0)
    async def export_all(self, ctx: Context) -> Reply:
        person = ctx.person.person
        kept = await self.host.privacy.export(person)
        content = json.dumps(kept, ensure_ascii=False, indent=2, default=str).encode()
        name = FILE_NAME.format(platform=person.platform)
        file = File(name, "application/json", AttachmentKind.FILE, content)
        return Reply(_said(ctx, EXPORTED), file=file, is_secret=True)

    @command("forget", N_("Erase everything that is kept about you"))
    async def erase(self, ctx: Context) -> Reply:
        lines = await self._listed(ctx)
        if not lines:
            return Reply(_said(ctx, NOTHING))
        owner = _owner(ctx.person.person)
        return Reply(
            _said(ctx, WARNING),
            buttons=(
                Button(ctx.t(ERASE), "erase", owner, "danger"),
                Button(ctx.t(ERASE_AND_PAUSE), "erase_and_pause", owner, "danger"),
                Button(ctx.t(KEEP), "keep", owner),
            ),
        )

    @command("pause", N_("From now on let nothing of yours cross, and keep nothing of it"))
    async def pause(self, ctx: Context) -> Reply:
        await self.host.privacy.pause(ctx.person.person)
        return Reply(_said(ctx, NOW_PAUSED))

    @command("resume", N_("Let your messages cross again"))
    async def resume(self, ctx: Context) -> Reply:
        was_paused = await self.host.privacy.resume(ctx.person.person)
        return Reply(ctx.t(RESUMED if was_paused else NOT_PAUSED))

    @on_button("erase")
    async def erase_now(self, ctx: Context, owner: str) -> Reply:
        _check(ctx, owner)
        reply = await self._erased(ctx)
        more = Button(ctx.t(PAUSE), "pause", owner)
        return Reply(reply.text, buttons=(*reply.buttons, more))

    @on_button("erase_and_pause")
    async def erase_and_pause(self, ctx: Context, owner: str) -> Reply:
        """Paused first: nothing slips in between."""
        _check(ctx, owner)
        paused = await self.pause(ctx)
        erased = await self._erased(ctx)
        return Reply(f"{erased.text}\n\n{paused.text}", buttons=erased.buttons)

    @on_button("keep")
    async def keep(self, ctx: Context, owner: str) -> Reply:
        _check(ctx, owner)
        return Reply(ctx.t(KEPT_IT))

    @on_button("pause")
    async def pause_too(self, ctx: Context, owner: str) -> Reply:
        _check(ctx, owner)
        return await self.pause(ctx)

    @on_button("outcome")
    async def outcome(self, ctx: Context, argument: str) -> Reply:
        copies, ticks = argument.split(".")
        erased = Erased(int(copies), _EPOCH + int(ticks) * _TICK)
        found = await self.host.privacy.taken_back(erased)
        values = {"gone": found.gone, "coming": found.coming, "refused": found.refused}
        return Reply(ctx.t(REFUSED if found.refused else GOING, **values))

    @repeating(LOOK)
    async def finish(self) -> None:
        await self.host.privacy.finish()

    async def _erased(self, ctx: Context) -> Reply:
        erased = await self.host.privacy.erase(ctx.person.person, ctx.person.name)
        if not erased.copies:
            return Reply(ctx.t(ERASED))
        days = self.host.privacy.days["ids_days"]
        argument = f"{erased.copies}.{(erased.at - _EPOCH) // _TICK}"
        return Reply(
            ctx.t(ERASED_COPIES, count=erased.copies, days=days),
            buttons=(Button(ctx.t(OUTCOME), "outcome", argument),),
        )

    async def _listed(self, ctx: Context) -> Sequence[str]:
        """A line for everything that is kept."""
        person, days = ctx.person.person, self.host.privacy.days
        holdings = await self.host.privacy.holdings(person)
        lines = [
            ctx.t(ONE, what=ctx.t(one.what), count=one.count, until=ctx.t(one.until, **days))
            for one in holdings
        ]
        told = {one.cog for one in holdings}
        lines += [
            ctx.t(ALSO, what=ctx.t(cog.describe), kept=ctx.t(cog.stores))
            for cog in self.host.cogs()
            if cog.name not in told and any((await cog.export(person)).values())
        ]
        if await self.host.privacy.is_paused(person):
            lines.append(ctx.t(PAUSED))
        return lines


def _said(ctx: Context, message: str) -> str:
    platform = ctx.channel.platform
    return ctx.t(message, platform=ctx.t(PLATFORMS.get(platform, platform.capitalize())))


def _check(ctx: Context, owner: str) -> None:
    """Where an answer is seen by all, anybody can press what is under it."""
    if owner != _owner(ctx.person.person):
        raise Refused(NOT_YOURS)


def _owner(person: PersonId) -> str:
    return hashlib.sha256(f"{person.platform}:{person.id}".encode()).hexdigest()[:12]


async def setup(host: Host) -> None:
    host.add_cog(Privacy(host))
