"""Every table, in one place. Rules that must hold are constraints here, not code elsewhere."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    false,
    text,
)

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Instant(TypeDecorator[datetime]):
    """Aware UTC as microseconds since 1970: sorts and compares the same on every database."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        return None if value is None else (value - _EPOCH) // timedelta(microseconds=1)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        return None if value is None else _EPOCH + timedelta(microseconds=value)


metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# SQLite numbers rows itself only in a column that is plainly INTEGER.
_Id = BigInteger().with_variant(Integer(), "sqlite")

_Json = JSON(none_as_null=True)  # absent is NULL, which queries can ask for

RowId, Json = _Id, _Json  # for the tables of cogs

relays = Table(
    "relays",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("name", String(100), nullable=False, unique=True),
    Column("is_from_file", Boolean, nullable=False),
    Column("paused_at", Instant),
)

relay_channels = Table(
    "relay_channels",
    metadata,
    Column("platform", String(16), primary_key=True),
    Column("channel", String(100), primary_key=True),
    Column("relay_id", _Id, ForeignKey("relays.id", ondelete="CASCADE"), nullable=False),
    Column("position", Integer, nullable=False),
    Column("language", String(16), nullable=False),
    Column("declared_as", String(100)),  # the id in the file, where the channel has moved since
    Column("options", _Json),  # what differs from the defaults
)

# What a community has chosen, as small JSON values named "cog.what".
preferences = Table(
    "preferences",
    metadata,
    Column("relay_id", _Id, ForeignKey("relays.id", ondelete="CASCADE"), primary_key=True),
    Column("name", String(100), primary_key=True),
    Column("value", _Json),
)

# Our own posts by the names cogs gave them; `native_id` and `thread` once they have been said, and
# `more` for what did not fit into one message. A channel that moved counts its messages anew: then
# `moved_at` says when, and the ids are gone. One that `is_inside` was said in its `thread`; the
# thread of one that was seated is a private chat.
posts = Table(
    "posts",
    metadata,
    Column("key", String(100), primary_key=True),
    Column("platform", String(16), primary_key=True),
    Column("channel", String(100), primary_key=True),
    Column("native_id", String(64)),
    Column("thread", String(100)),
    Column("is_inside", Boolean, nullable=False, server_default=false()),
    Column("seated_at", Instant),
    Column("strand_id", _Id, ForeignKey("strands.id", ondelete="SET NULL")),
    Column("ordered_at", Instant, nullable=False),
    Column("more", _Json),
    Column("moved_at", Instant),
    Index(None, "platform", "channel", "native_id"),
    Index(None, "platform", "thread"),
    Index(None, "strand_id"),
)

# Conversations beside the channels' own; their places are the posts that name them.
strands = Table(
    "strands",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("key", String(100), nullable=False, unique=True),
    Column("opened_at", Instant, nullable=False),
    Column("closed_at", Instant),
)

# What was heard. `content` and `attachments` go when delivery and edits no longer need them.
messages = Table(
    "messages",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("platform", String(16), nullable=False),
    Column("channel", String(100), nullable=False),
    Column("native_id", String(64), nullable=False),
    Column("author_id", String(64), nullable=False),
    Column("author_name", String(256), nullable=False),
    Column("author_avatar", Text),
    Column("author_is_bot", Boolean, nullable=False),
    Column("content", _Json),
    Column("attachments", _Json),
    Column("reply_to", String(64)),  # another native id in the same channel
    Column("forwarded_from", String(256)),
    Column("revision", Integer, nullable=False, server_default=text("0")),
    Column("sent_at", Instant, nullable=False),
    Column("heard_at", Instant, nullable=False),
    Column("edited_at", Instant),
    Column("deleted_at", Instant),
    Column("strand_id", _Id, ForeignKey("strands.id", ondelete="SET NULL")),
    UniqueConstraint("platform", "channel", "native_id"),
    Index(None, "heard_at"),
    Index(None, "strand_id"),
    Index(None, "author_id", "platform"),
)

# What is to be said. A lane is one destination channel; within it ids are the order.
outbox = Table(
    "outbox",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("lane", String(120), nullable=False),
    Column("action", String(8), nullable=False),  # send | edit | delete | post
    Column("message_id", _Id, ForeignKey("messages.id", ondelete="CASCADE")),
    Column("language", String(16), nullable=False),
    Column("prior", String(16), nullable=False, server_default=text("''")),
    Column("revision", Integer, nullable=False, server_default=text("0")),
    Column("post", _Json),  # what a post says until it has been said; it has no message
    Column("state", String(8), nullable=False),  # pending | sending | sent | dropped | dead
    Column("attempts", Integer, nullable=False, server_default=text("0")),
    Column("due_at", Instant, nullable=False),
    Column("uncertain_since", Instant),  # an earlier attempt may have been delivered
    Column("parts", _Json),  # native ids of the parts that certainly were delivered
    Column("reason", Text),  # of the last failure
    Column("created_at", Instant, nullable=False),
    Column("settled_at", Instant),
    Index(
        "ix_outbox_waiting",
        "lane",
        "id",
        sqlite_where=text("state IN ('pending', 'sending')"),
        postgresql_where=text("state IN ('pending', 'sending')"),
    ),
    Index(
        "ix_outbox_dead",
        "lane",
        sqlite_where=text("state = 'dead'"),
        postgresql_where=text("state = 'dead'"),
    ),
    Index(None, "message_id"),
    Index(None, "settled_at"),
)

# Which of our messages stands for which original. One of ours may stand for several (a bundle).
copies = Table(
    "copies",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("platform", String(16), nullable=False),
    Column("channel", String(100), nullable=False),
    Column("native_id", String(64), nullable=False),
    Column("message_id", _Id, ForeignKey("messages.id", ondelete="CASCADE"), nullable=False),
    Column("part", Integer, nullable=False),
    Column("revision", Integer, nullable=False),
    Index(None, "platform", "channel", "native_id"),
    Index(None, "message_id"),
)

# Made once per revision and language, however many destinations read it.
translations = Table(
    "translations",
    metadata,
    Column("message_id", _Id, ForeignKey("messages.id", ondelete="CASCADE"), primary_key=True),
    Column("revision", Integer, primary_key=True),
    Column("language", String(16), primary_key=True),
    Column("content", _Json),
    Column("source", String(16), nullable=False),
    Column("engine", String(64)),
    Column("label", String(32), nullable=False),
    Column("steps", _Json, nullable=False),
)

cursors = Table(
    "cursors",
    metadata,
    Column("platform", String(16), primary_key=True),
    Column("stream", String(100), primary_key=True),
    Column("value", String(100), nullable=False),
)

# A daily job ran, or was skipped: the row decides, the alarm clock only rings.
job_runs = Table(
    "job_runs",
    metadata,
    Column("job", String(100), primary_key=True),
    Column("local_date", String(10), primary_key=True),
    Column("ran_at", Instant, nullable=False),
)

# The sandbox page's rooms. `revision` numbers every change to any row, so that a page can ask for
# what it missed; an emptied row stays so that the numbers never go back.
sandbox_messages = Table(
    "sandbox_messages",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),  # its first revision
    Column("revision", BigInteger, nullable=False, unique=True),
    Column("room", String(100), nullable=False),
    Column("key", String(64)),  # the page's own: a repeated request finds its first row
    Column("person", String(120), nullable=False),
    Column("is_ours", Boolean, nullable=False),
    Column("sent_at", Instant, nullable=False),
    Column("edited_at", Instant),
    Column("deleted_at", Instant),
    Column("body", _Json, nullable=False),
    UniqueConstraint("room", "key"),
    Index(None, "room", "id"),
    Index(None, "person"),
)
