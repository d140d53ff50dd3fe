"""Translations that were made: once per message revision and language."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.model import Step, Translation
from bot.core.richtext import RichText
from bot.store.schema import messages, translations
from bot.store.upsert import upsert

Key = tuple[int, int, str]  # message row, revision, language


async def load(connection: AsyncConnection, messages: Iterable[int]) -> dict[Key, Translation]:
    wanted = sorted(set(messages))
    if not wanted:
        return {}
    rows = await connection.execute(
        select(translations).where(translations.c.message_id.in_(wanted))
    )
    return {
        (row.message_id, row.revision, row.language): Translation(
            text=RichText.from_json(row.content),
            source=row.source,
            target=row.language,
            engine=row.engine,
            label=row.label,
            steps=tuple(Step(*step) for step in row.steps),
        )
        for row in rows
        if row.content is not None
    }


async def save(connection: AsyncConnection, made: Sequence[tuple[Key, Translation]]) -> None:
    """What their authors deleted meanwhile is not kept."""
    latest = dict(made)
    if not latest:
        return
    deleted = await connection.scalars(
        select(messages.c.id).where(
            messages.c.id.in_({message for message, _, _ in latest}),
            messages.c.deleted_at.is_not(None),
        )
    )
    gone = set(deleted)
    rows = [
        {
            "message_id": message,
            "revision": revision,
            "language": language,
            "content": translation.text.to_json(),
            "source": translation.source,
            "engine": translation.engine,
            "label": translation.label,
            "steps": [[s.name, s.detail, s.milliseconds] for s in translation.steps],
        }
        for (message, revision, language), translation in latest.items()
        if message not in gone
    ]
    await upsert(connection, translations, rows)


async def forget(connection: AsyncConnection, messages: Iterable[int]) -> None:
    await connection.execute(
        delete(translations).where(translations.c.message_id.in_(sorted(set(messages))))
    )
