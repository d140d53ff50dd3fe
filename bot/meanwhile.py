"""What a platform that keeps its messages may have changed while nobody heard: what to look for."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import structlog

from bot.core.model import ChannelId, Edited
from bot.i18n import N_
from bot.store import messages
from bot.store.database import Database, StoreUnavailable

log = structlog.get_logger(__name__)

FOLLOWED = 100  # messages of a channel, the newest
FOLLOWED_FOR = timedelta(days=1)


async def last_known(database: Database, channel: ChannelId, now: datetime) -> Sequence[Edited]:
    """What was heard there of late, each as it read last; nothing while it can't be read.

    Then the next start looks for it.
    """
    since = now - FOLLOWED_FOR
    try:
        async with database.reading() as connection:
            return await messages.last_known(connection, channel, since=since, limit=FOLLOWED)
    except StoreUnavailable as error:
        log.warning(
            N_("The database can't be read: changes made meanwhile are not followed"),
            channel=str(channel),
            reason=error.reason,
        )
        return ()
