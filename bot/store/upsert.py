"""Insert or replace by key, in whichever dialect the connection speaks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Table
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.ext.asyncio import AsyncConnection


async def upsert(
    connection: AsyncConnection, table: Table, rows: Sequence[Mapping[str, Any]]
) -> None:
    """Rows whose primary key is there already replace it; keys must differ within `rows`."""
    if not rows:
        return
    insert = sqlite_insert if connection.dialect.name == "sqlite" else postgresql_insert
    new = insert(table)
    keys = [column.name for column in table.primary_key.columns]
    values = {name: new.excluded[name] for name in rows[0] if name not in keys}
    statement = new.on_conflict_do_update(index_elements=keys, set_=values)
    await connection.execute(statement, [dict(row) for row in rows])
