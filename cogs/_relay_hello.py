"""What channels read when they are linked and when one of them goes: in every language there."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, cast

from bot.cog import Host
from bot.core.language import base
from bot.core.model import ChannelId, Relay, RelayChannel
from bot.core.richtext import RichText, join
from bot.i18n import N_, Language, listed, translate
from bot.services import Post
from cogs._relay_lines import LANGUAGES, PLATFORMS

HELLO = N_(
    "👋 “{name}” links this channel with {places}. What is written in one is read in the others, "
    "translated by a machine. Replies, edits and files cross too; so do deletions where the "
    "platform tells of them."
)
KEPT = N_(
    "Kept for that: the words of messages for {days} days; names and ids longer, so that replies "
    "and edits find their way."
)
OPT_OUT = N_("“/privacy pause” keeps what you write from crossing and from being kept.")
STAY_OUT = N_("Whoever wants to stay out writes in a channel that is not linked.")
FEATURES = N_(
    "On here besides: {names}. “/community show” lists them, and moderators switch them with "
    "“/community switch”."
)
NO_FEATURES = N_("Moderators switch more on with “/community switch”.")
GOODBYE = N_("👋 {place} has left “{name}”. Nothing new crosses to it or from it.")
LEFT = N_(
    "👋 This channel has left “{name}”. Nothing new crosses; what crossed before still follows "
    "edits and deletions."
)
ALONE = N_("This channel is the last one: “/relay link” gives a code for another.")
A_PLACE = N_("{platform} ({spoken})")


async def say_hello(host: Host, connection: Any, relay: Relay, key: str) -> None:
    """To every channel of it: one has just come."""
    for member in relay.channels:
        texts = [_hello(host, relay, member, language) for language in _spoken(relay, member)]
        await _say(host, connection, member.channel, texts, key)


async def say_goodbye(
    host: Host, connection: Any, relay: Relay, gone: RelayChannel, key: str, *, is_lost: bool
) -> None:
    """To those that stay, and to the one that goes if it can hear us; `relay` still holds it."""
    for member in relay.channels:
        if is_lost and member == gone:
            continue
        spoken = _spoken(relay, member)
        texts = [
            translate(LEFT, language, name=relay.name)
            if member == gone
            else _goodbye(relay, gone, language)
            for language in spoken
        ]
        await _say(host, connection, member.channel, texts, key)


async def _say(
    host: Host, connection: Any, channel: ChannelId, texts: Iterable[str], key: str
) -> None:
    text = join([RichText(one) for one in texts], "\n\n")
    await host.posts.say(connection, channel, Post(text), key=key)


def _spoken(relay: Relay, here: RelayChannel) -> list[Language]:
    """The channel's own language, then the others' there; never fewer than two."""
    spoken = {base(here.language): here.language}
    for language in (*(one.language for one in relay.channels), "zh", "en"):
        spoken.setdefault(base(language), language)
    return [cast("Language", language) for language in spoken.values()]


def _hello(host: Host, relay: Relay, here: RelayChannel, language: Language) -> str:
    others = [one for one in relay.channels if one != here]
    places = listed([_place(one, language) for one in others], language)
    commands = {command.name for command in host.commands()}
    on = [
        translate(cog.title or cog.name, language)
        for cog in host.cogs()
        if cog.is_optional and host.preferences.is_on(relay, cog.name)
    ]
    opt_out = OPT_OUT if "privacy pause" in commands else STAY_OUT
    sentences = [
        translate(HELLO, language, name=relay.name, places=places),
        translate(KEPT, language, days=host.text_days),
        translate(opt_out, language),
    ]
    if "community switch" in commands:
        sentences.append(translate(FEATURES if on else NO_FEATURES, language, names=on))
    return "\n".join(sentences)


def _goodbye(relay: Relay, gone: RelayChannel, language: Language) -> str:
    told = translate(GOODBYE, language, place=_place(gone, language), name=relay.name)
    return f"{told} {translate(ALONE, language)}" if len(relay.channels) == 2 else told


def _place(member: RelayChannel, language: Language) -> str:
    platform = member.channel.platform
    return translate(
        A_PLACE,
        language,
        platform=translate(PLATFORMS.get(platform, platform), language),
        spoken=translate(LANGUAGES[member.language], language),
    )
