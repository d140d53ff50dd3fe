"""Whose a row is and where it was said: a person and a channel are two columns in every table."""

from __future__ import annotations

from sqlalchemy import ColumnElement, Table, and_

from bot.core.model import ChannelId, PersonId


def is_about(
    table: Table, person: PersonId, *, column: str = "", platform: str = "platform"
) -> ColumnElement[bool]:
    """By the table's own column for people, "person_id" or "person", where no other is named."""
    column = column or ("person_id" if "person_id" in table.c else "person")
    return and_(table.c[platform] == person.platform, table.c[column] == person.id)


def is_in(table: Table, channel: ChannelId, *, column: str = "channel") -> ColumnElement[bool]:
    return and_(table.c.platform == channel.platform, table.c[column] == channel.id)
