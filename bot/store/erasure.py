"""Erases what the bridge itself keeps about a person, and takes their copies back bit by bit.

A message's row stays without its author and its words until `ids_days` are over: its copies are
found by it, and its id keeps it from being heard again.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import and_, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.model import PersonId
from bot.store import outbox as orders
from bot.store import sandbox, translations
from bot.store.messages import BATCH, copies_of
from bot.store.outbox import Action, Order, State
from bot.store.schema import copies, messages, outbox
from bot.store.whose import is_about

FORGOTTEN = ""  # stands where an author's id did
HIDDEN = "█"


@dataclass(frozen=True, slots=True)
class Outcome:
    """Of the copies of what one person wrote: still there, and refused for good among them."""

    left: int
    refused: int


async def erase(
    connection: AsyncConnection, person: PersonId, names: Collection[str], now: datetime
) -> int:
    """Everything in the bridge's own tables; how many copies are to be taken back.

    `names` are those the person is known by here.
    """
    ids = list(await connection.scalars(select(messages.c.id).where(_wrote(person))))
    for start in range(0, len(ids), BATCH):
        await translations.forget(connection, ids[start : start + BATCH])
    await connection.execute(
        update(messages)
        .where(_wrote(person))
        .values(
            author_id=FORGOTTEN,
            author_name="",
            author_avatar=None,
            content=None,
            attachments=None,
            forwarded_from=None,
            deleted_at=now,
        )
    )
    is_here = messages.c.platform == person.platform
    await connection.execute(
        update(messages)
        .where(is_here, messages.c.forwarded_from.in_(sorted(names)))
        .values(forwarded_from=None)
    )
    await sandbox.forget(connection, [person], now)
    await _hide_in_posts(connection, person, names)
    made = select(func.count()).select_from(copies).join(messages)
    return await connection.scalar(made.where(_forgotten_at(now))) or 0


async def take_back(connection: AsyncConnection, now: datetime, *, most: int) -> int:
    """Order the deletion of copies of forgotten messages; how many messages it was for.

    `most` at once: a lane that had thousands of deletions to do would carry nothing else.
    """
    ordered = select(outbox.c.id).where(
        outbox.c.message_id == messages.c.id, outbox.c.action == Action.DELETE
    )
    copied = select(copies.c.id).where(copies.c.message_id == messages.c.id)
    found = await connection.scalars(
        select(messages.c.id)
        .where(messages.c.author_id == FORGOTTEN, copied.exists(), ~ordered.exists())
        .order_by(messages.c.id.desc())
        .limit(most)
    )
    ids = list(found)
    made = await copies_of(connection, ids)
    for row in ids:
        planned = {order.lane: order for order in await orders.lanes_of(connection, row)}
        for copy, _ in made[row]:  # also where nobody knows any more how it got there
            planned.setdefault(copy.channel, Order(copy.channel, Action.SEND, "en", row))
        deletions = [replace(order, action=Action.DELETE) for order in planned.values()]
        await orders.enqueue(connection, deletions, now)
    return len(ids)


async def outcome(connection: AsyncConnection, at: datetime) -> Outcome:
    """How far the taking back has come for the erasure of this instant."""
    there = select(func.count()).select_from(copies).join(messages).where(_forgotten_at(at))
    refused = select(outbox.c.id).where(
        outbox.c.message_id == messages.c.id,
        outbox.c.action == Action.DELETE,
        outbox.c.state == State.DEAD,
        outbox.c.lane == copies.c.platform + ":" + copies.c.channel,
    )
    return Outcome(
        await connection.scalar(there) or 0,
        await connection.scalar(there.where(refused.exists())) or 0,
    )


async def _hide_in_posts(
    connection: AsyncConnection, person: PersonId, names: Collection[str]
) -> None:
    """What our own posts say that wait or were refused: their length stays, as their marks need."""
    hidden = _pattern({*names, person.id})
    rows = await connection.execute(
        select(outbox.c.id, outbox.c.post).where(outbox.c.post.is_not(None))
    )
    for row in rows.all():
        post = _changed(row.post, lambda text: hidden.sub(_blot, text))
        if post.get("room"):
            post["room"] = {**post["room"], "people": _without(post["room"]["people"], person)}
        if post != row.post:
            await connection.execute(update(outbox).where(outbox.c.id == row.id).values(post=post))


def _pattern(words: Collection[str]) -> re.Pattern[str]:
    """Whole words where they begin or end in letters that make words: Ann, not Annual."""
    said = [
        (r"(?<![a-zA-Z0-9])" if word[0].isascii() and word[0].isalnum() else "")
        + re.escape(word)
        + (r"(?![a-zA-Z0-9])" if word[-1].isascii() and word[-1].isalnum() else "")
        for word in sorted(words, key=len, reverse=True)
        if word
    ]
    return re.compile("|".join(said) or r"(?!)")


def _blot(found: re.Match[str]) -> str:
    return HIDDEN * len(found[0])


def _changed(post: Mapping[str, Any], change: Callable[[str], str]) -> dict[str, Any]:
    """The same post with its words changed, and what its links, buttons and places are called."""
    new = dict(post)
    if "text" in post:
        words, spans = post["text"]["text"], post["text"]["spans"]
        marked = [[*span[:3], change(span[3])] for span in spans]
        new["text"] = {**post["text"], "text": change(words), "spans": marked}
    if "buttons" in post:
        new["buttons"] = [[change(label), *rest] for label, *rest in post["buttons"]]
    if "thread" in post:
        new["thread"] = change(post["thread"])
    if post.get("room"):
        new["room"] = {**post["room"], "title": change(post["room"]["title"])}
    return new


def _without(people: Sequence[Sequence[str]], person: PersonId) -> list[Sequence[str]]:
    """Nobody is asked into a room who wants to be forgotten."""
    return [one for one in people if tuple(one) != (person.platform, person.id)]


def _wrote(person: PersonId) -> Any:
    return is_about(messages, person, column="author_id")


def _forgotten_at(at: datetime) -> Any:
    return and_(messages.c.author_id == FORGOTTEN, messages.c.deleted_at == at)
