"""How relays fare, by what the database knows: what waits, what failed, what was last heard."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from bot.core.errors import Problem, Severity
from bot.core.model import Relay, RelayChannel
from bot.findings import in_order, note, warning
from bot.i18n import N_
from bot.store import outbox, pulse
from bot.store.database import Database
from bot.store.outbox import Waiting

LONG = timedelta(minutes=10)  # for something to wait
SILENCE = timedelta(days=3)

PAUSED = N_("The relay is paused: nothing crosses.")
RESUME = N_("Let a moderator write there: /relay resume")
ALONE = N_("The relay links only one channel so far: nothing crosses.")
LINK = N_("Write /relay link there, and /relay join with its code in the other channel.")
READS_ONLY = N_("What is written here does not cross: a moderator chose so.")
WRITES_ONLY = N_("Nothing is brought here: a moderator chose so.")
CHOOSE = N_("Change that with /relay options.")
IS_CLOSED = N_("Deliveries fail: {reason}. {count} wait, the oldest for {minutes} min.")
MEND = N_("Mend what is said of this channel; they are tried again every minute, in order.")
IS_OLD = N_("Deliveries that wait: {count}, the oldest for {minutes} min.")
LET_RUN = N_("Is the bridge running? Its log says what it does: docs/operating.md explains it.")
ARE_DEAD = N_("Deliveries that were refused for good and given up: {count}.")
OUTBOX = N_("python -m bot outbox shows why; outbox retry tries one again, outbox drop ends it.")
SILENT = N_("Nothing was heard here for {days} days.")
NEVER = N_("Nothing was ever heard here.")
TRY = N_("Write something there; if that does not cross, look at what is said of this channel.")
LAST = N_("Last heard {heard}, last delivered {said}.")


async def of_relays(database: Database, relays: Iterable[Relay], now: datetime) -> list[Problem]:
    """Raises `StoreUnavailable`."""
    known = list(relays)
    members = [member for relay in known for member in relay.channels]
    channels = [member.channel for member in members]
    async with database.reading() as connection:
        queues = await outbox.status(connection, [str(channel) for channel in channels])
        heard = await pulse.last_heard(connection, channels)
        said = await pulse.last_said(connection, channels)
    found = [problem for relay in known for problem in _relay(relay)]
    for member in members:
        channel = member.channel
        found += _options(member)
        queue = queues.get(str(channel), Waiting())
        found += _queue(str(channel), queue, now)
        found.append(_pulse(str(channel), heard.get(channel), said.get(channel), now))
    return found


def _relay(relay: Relay) -> Sequence[Problem]:
    key = f"relay:{relay.name}"
    found: list[Problem] = []
    if relay.is_paused:
        found.append(warning(key, "relay.paused", PAUSED, RESUME))
    if len(relay.channels) < 2:
        found.append(warning(key, "relay.alone", ALONE, LINK))
    return found


def _options(member: RelayChannel) -> Sequence[Problem]:
    key, options = str(member.channel), member.options
    if not options.sends:
        return [note(key, "channel.mode", READS_ONLY, CHOOSE)]
    if not options.receives:
        return [note(key, "channel.mode", WRITES_ONLY, CHOOSE)]
    return []


def _queue(key: str, queue: Waiting, now: datetime) -> list[Problem]:
    found: list[Problem] = []
    waited = now - queue.oldest if queue.oldest else timedelta(0)
    values = {"count": queue.waiting, "minutes": round(waited.total_seconds() / 60)}
    if queue.waiting and queue.reason:
        severity = Severity.BROKEN if waited > LONG else Severity.WARNING
        reasons = values | {"reason": queue.reason}
        found.append(Problem(key, IS_CLOSED, MEND, reasons, severity, "lane.failing"))
    elif waited > LONG:
        found.append(warning(key, "lane.waiting", IS_OLD, LET_RUN, values))
    if queue.dead:
        found.append(warning(key, "lane.dead", ARE_DEAD, OUTBOX, {"count": queue.dead}))
    return found


def _pulse(key: str, heard: datetime | None, said: datetime | None, now: datetime) -> Problem:
    if heard is None:
        return note(key, "channel.silent", NEVER, TRY)
    if now - heard > SILENCE:
        return note(key, "channel.silent", SILENT, TRY, {"days": (now - heard).days})
    values = {"heard": _shown(heard), "said": _shown(said) if said else "—"}
    return in_order(key, "channel.heard", LAST, values)


def _shown(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC"
