"""Where somebody stands as a newcomer, as a buddy, and with theirs."""

from __future__ import annotations

from collections.abc import Sequence

from bot.cog import Context
from bot.community.buddy_desk import BEFORE
from bot.core.model import PersonId
from bot.store.buddy_rows import LOADING, Match, Newcomer, Volunteer
from cogs import _buddy_replies as say


def lines(
    ctx: Context,
    helping: Volunteer | None,
    looking: Newcomer | None,
    matches: Sequence[Match],
) -> list[str]:
    told: list[str] = []
    if helping and helping.state == "free":
        told.append(ctx.t(say.I_AM_BUDDY, load=helping.load, capacity=helping.capacity))
    if helping and helping.state == "paused":
        told.append(ctx.t(say.I_AM_PAUSED))
    if looking and looking.state == "waiting":
        told.append(ctx.t(say.I_WAIT))
    person = ctx.person.person
    return told + [_stands(ctx, match, person) for match in matches if match.state in LOADING]


def seated(ctx: Context, other: str, talks: int) -> str:
    """Said in a private chat in which so many introductions are talked about from now on."""
    told = [ctx.t(say.SEATED_MORE, count=talks, other=other)] if talks > 1 else []
    return "\n".join([*told, ctx.t(say.SEATED, other=other)])


def latest_other(matches: Sequence[Match], person: PersonId) -> PersonId | None:
    for match in reversed(matches):
        me = match.party(person)
        if me is not None:
            return match.other(me).person
    return None


def role(match: Match, person: PersonId) -> str:
    return "newcomer" if isinstance(match.party(person), Newcomer) else "buddy"


def _stands(ctx: Context, match: Match, person: PersonId) -> str:
    me = match.party(person)
    other = match.other(me).name if me else ""
    return ctx.t(say.I_AM_ASKED if match.state in BEFORE else say.I_HAVE, other=other)
