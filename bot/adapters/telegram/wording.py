"""What a message says in words: its text, its caption, or what its poll, place or card would say.

Signs stand where words would need a language.
"""

from __future__ import annotations

from telegram import Contact, Location, Message, Poll, Venue

from bot.adapters.telegram import markup
from bot.core.richtext import RichText

_MAP = "https://www.openstreetmap.org/?mlat={lat:.5f}&mlon={lon:.5f}#map=16/{lat:.5f}/{lon:.5f}"


def words_of(message: Message) -> RichText:
    if message.text:
        return markup.read(message.text, message.entities)
    if message.caption:
        return markup.read(message.caption, message.caption_entities)
    return RichText(_told(message))


def _told(message: Message) -> str:
    if poll := message.poll:
        return _poll(poll)
    if venue := message.venue:
        return _venue(venue)
    if location := message.location:
        return f"📍 {_map(location)}"
    if contact := message.contact:
        return _contact(contact)
    if dice := message.dice:
        return f"{dice.emoji} {dice.value}"
    if game := message.game:
        return f"🎮 {game.title}\n{game.description}"
    return _moving_sticker(message)


def _moving_sticker(message: Message) -> str:
    """The emoji of a sticker that other platforms can't show."""
    sticker = message.sticker
    return sticker.emoji or "" if sticker and (sticker.is_animated or sticker.is_video) else ""


def _poll(poll: Poll) -> str:
    return "\n".join((f"📊 {poll.question}", *(f"○ {option.text}" for option in poll.options)))


def _venue(venue: Venue) -> str:
    return f"📍 {venue.title}\n{venue.address}\n{_map(venue.location)}"


def _map(place: Location) -> str:
    return _MAP.format(lat=place.latitude, lon=place.longitude)


def _contact(contact: Contact) -> str:
    name = " ".join(filter(None, (contact.first_name, contact.last_name)))
    return f"👤 {name} {contact.phone_number}"
