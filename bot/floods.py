"""Other bots whose messages may cross are stopped where they answer each other without an end.

Two bridges in one channel would carry each other's copies for ever.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from bot.core.model import ChannelId, Inbound, MessageId, RelayChannel
from bot.core.relay import BOTS_A_MINUTE, Plan, is_flood
from bot.i18n import N_
from bot.store import messages, relays
from bot.store.database import Connection
from bot.store.outbox import Action, Order

STOPPED = N_(
    "⚠️ Other bots wrote more than {most} messages here in a minute; perhaps two bridges answer "
    "each other. From now on bots' messages stay here. A moderator can let them cross again with "
    "“/relay options bots on”."
)
STOPPED_IN_THE_FILE = N_(
    "⚠️ Other bots wrote more than {most} messages here in a minute; perhaps two bridges answer "
    "each other. Bots' messages stay here until Catbridge is started again. The option “bots” is "
    "in the configuration file."
)


@dataclass(slots=True)
class Floods:
    """`held` does not cross. Channels in `stopped` have lost the option with this transaction."""

    held: set[MessageId] = field(default_factory=set[MessageId])
    stopped: list[Order] = field(default_factory=list[Order])


async def find(
    connection: Connection, plans: Mapping[MessageId, Plan], heard: Sequence[Inbound]
) -> Floods:
    """Before what was heard is recorded, and by what is recorded: also after a restart."""
    found = Floods()
    by_bots = [one for one in heard if one.author.is_bot and plans[one.ref].to]
    if not by_bots:
        return found
    known = [(one, member) for one in await relays.load(connection) for member in one.channels]
    for channel in dict.fromkeys(one.ref.channel for one in by_bots):
        theirs = [one for one in by_bots if one.ref.channel == channel]
        for relay, member in known:
            if member.channel == channel:
                await _find_in(connection, theirs, member, found, in_file=relay.from_file)
    return found


async def _find_in(
    connection: Connection,
    heard: Sequence[Inbound],
    here: RelayChannel,
    found: Floods,
    *,
    in_file: bool,
) -> None:
    earliest = min(one.sent_at for one in heard) - timedelta(minutes=1)
    times: list[datetime] = await messages.sent_by_bots(connection, here.channel, earliest)
    lets_bots = here.options.bots
    for message in heard:
        if lets_bots and is_flood(message.sent_at, times):
            lets_bots = False
            await relays.set_options(connection, here.channel, replace(here.options, bots=False))
            found.stopped.append(_notice(here.channel, here.language, in_file=in_file))
        if not lets_bots:
            found.held.add(message.ref)
        times.append(message.sent_at)


def _notice(channel: ChannelId, language: str, *, in_file: bool) -> Order:
    told = STOPPED_IN_THE_FILE if in_file else STOPPED
    post = {"message": told, "values": {"most": BOTS_A_MINUTE}}
    return Order(channel, Action.POST, language, post=post)
