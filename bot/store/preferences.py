"""What communities have chosen."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.schema import preferences
from bot.store.upsert import upsert


async def load(connection: AsyncConnection) -> dict[tuple[int, str], Any]:
    """(relay row, name) → value, for all."""
    rows = await connection.execute(select(preferences))
    return {(row.relay_id, row.name): row.value for row in rows}


async def put(connection: AsyncConnection, relay: int, name: str, value: Any) -> None:
    await upsert(connection, preferences, [{"relay_id": relay, "name": name, "value": value}])
