"""What is said where messages were missed: to everybody who would have read them."""

from __future__ import annotations

from bot.core.model import Missed, Relay, Strand
from bot.core.relay import readers
from bot.i18n import N_
from bot.store.outbox import Action, Order

MISSED = N_("{count} messages from {channel} were missed while the bridge was down.")
MISSED_ONE = N_("One message from {channel} was missed while the bridge was down.")
MISSED_SOME = N_("Some messages from {channel} were missed while the bridge was down.")


def lines(event: Missed, relay: Relay | None, strand: Strand | None) -> list[Order]:
    if relay is None or relay.is_paused:
        return []
    values: dict[str, object] = {"channel": str(event.channel)}
    message = MISSED_SOME
    if event.count == 1:
        message = MISSED_ONE
    elif event.count is not None:
        message, values["count"] = MISSED, event.count
    places = (
        [(place.lane, place.language) for place in strand.places if place.lane != event.channel]
        if strand
        else [(one.channel, one.language) for one in readers(relay, event.channel)]
    )
    return [
        Order(channel, Action.POST, language, post={"message": message, "values": values})
        for channel, language in places
    ]
