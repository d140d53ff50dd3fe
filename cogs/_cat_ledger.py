"""How the cat tax stands on each side, and what is kept about one person. It names no debtors."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

from bot.cog import Context, Host, Reply
from bot.community import cat_words as words
from bot.community.cat_calls import monday
from bot.community.collage import MIME, collage
from bot.community.stamp import numbered
from bot.core.model import AttachmentKind, File, PersonId, Relay
from bot.core.richtext import RichText, Style, join
from bot.i18n import N_
from bot.preferences import SIDES
from bot.store import cat_calendar, cat_reactions, cats
from bot.store.cats import Receipt
from cogs._cat_rounds import Rounds

OFFICE = N_("The cat tax office")
COUNTS = N_("{side}: {recent} this week, {ever} in all")
SIDE_NAMES = {"en": N_("English side"), "zh": N_("Chinese side")}
NEWEST = N_("Newest: {receipts}")
YOURS = N_("Yours: {receipts}")
NONE_YET = N_("You have no receipt yet. There is no hurry, and no pet is perfectly fine.")
VOID = N_("{number} (void)")
VOID_BECAUSE = N_("{number} (void: {reason})")

NEWEST_SHOWN = 3
MOST_OF_YOURS = 12


class Ledger:
    def __init__(self, host: Host, rounds: Rounds) -> None:
        self._host = host
        self._rounds = rounds

    async def standing(self, ctx: Context, relay: Relay, its_side: str) -> Reply:
        """`its_side` says whose Monday begins the week."""
        zone = self._host.preferences.zone(relay, its_side)
        since = monday(self._host.clock.now(), zone)
        async with self._host.store.reading() as connection:
            counts = await cats.counts(connection, relay.id, since)
            newest = await cats.newest(connection, relay.id, NEWEST_SHOWN)
            theirs = await cats.of_person(connection, ctx.person.person, relay.id)
        lines = [RichText.styled(f"🐾 {ctx.t(OFFICE)}", Style.BOLD)]
        for each in SIDES:
            recent, ever = counts.get(each, (0, 0))
            told = ctx.t(COUNTS, side=ctx.t(SIDE_NAMES[each]), recent=recent, ever=ever)
            lines.append(RichText(told))
        if newest:
            shown = tuple(f"{numbered(one.number or 0)} {one.name}" for one in newest)
            lines.append(RichText(ctx.t(NEWEST, receipts=shown)))
        lines.append(RichText(_yours(ctx, theirs)))
        return Reply(join(lines, "\n"), image=await self._picture_of(newest))

    async def _picture_of(self, newest: Sequence[Receipt]) -> File | None:
        framed = list((await self._rounds.framed(newest)).values())
        if not framed:
            return None
        content = await asyncio.to_thread(collage, framed, words.NEWEST_TITLE, "")
        return File("cats.jpg", MIME, AttachmentKind.IMAGE, content)

    async def of(self, person: PersonId) -> Mapping[str, Any]:
        """All that is kept about this person."""
        async with self._host.store.reading() as connection:
            theirs = await cats.of_person(connection, person)
            reactions = await cat_reactions.by(connection, person)
            joined = await cat_calendar.joined(connection, person)
        return {
            "receipts": [_exported(one) for one in theirs],
            "reactions": [{"receipt": number, "emoji": emoji} for number, emoji in reactions],
            "communities_joined": joined,
        }


def _yours(ctx: Context, theirs: Sequence[Receipt]) -> str:
    said = [
        _named(ctx, one)
        for one in reversed(theirs)
        if one.number is not None and one.state in (*cats.PAID, "void")
    ]
    if not said:
        return ctx.t(NONE_YET)
    more = ["…"] if len(said) > MOST_OF_YOURS else []
    return ctx.t(YOURS, receipts=(*said[:MOST_OF_YOURS], *more))


def _named(ctx: Context, receipt: Receipt) -> str:
    number = numbered(receipt.number or 0)
    if receipt.state != "void":
        return number
    if receipt.void_reason:
        return ctx.t(VOID_BECAUSE, number=number, reason=receipt.void_reason)
    return ctx.t(VOID, number=number)


def _exported(receipt: Receipt) -> Mapping[str, Any]:
    return {
        "number": receipt.number,
        "kind": receipt.kind,
        "state": receipt.state,
        "name": receipt.name,
        "channel": str(receipt.channel),
        "message": receipt.native_id,
        "brought_at": receipt.heard_at.isoformat(),
        "paid_at": receipt.paid_at.isoformat() if receipt.paid_at else None,
        "void_reason": receipt.void_reason,
    }
