"""Who is told of a message's way: in which language, by which clock, from which channel."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.community.explain_cards import ENGINES
from bot.core.model import ChannelId
from bot.core.richtext import RichText, Style
from bot.i18n import N_, Language, listed, translate
from cogs._relay_lines import HERE, LANGUAGES, PLATFORMS

ASIDE = N_("a thread or private chat on {platform}")

_GAP = "\0"  # stands where a linked place goes


@dataclass(frozen=True, slots=True)
class Reader:
    """Who is told, where, and by which clock. `members` are the channels of their relay."""

    language: Language
    zone: str
    now: datetime
    here: ChannelId
    members: frozenset[ChannelId] = field(default_factory=frozenset[ChannelId])

    def t(self, message: str, **values: object) -> str:
        return translate(message, self.language, **values)

    def reason(self, words: str | None) -> str:
        """Ours in the reader's language; a platform's own words as they are."""
        return self.t(words) if words else ""

    def engine(self, name: str) -> str:
        return self.t(ENGINES.get(name, name))

    def time(self, at: datetime) -> str:
        """With its date where that is not today's."""
        local, today = at.astimezone(ZoneInfo(self.zone)), self.now.astimezone(ZoneInfo(self.zone))
        return f"{local:%H:%M:%S}" if local.date() == today.date() else f"{local:%Y-%m-%d %H:%M:%S}"

    def place(self, channel: ChannelId) -> str:
        platform = self.t(PLATFORMS.get(channel.platform, channel.platform))
        if channel == self.here:
            return self.t(HERE)
        if channel not in self.members:
            return self.t(ASIDE, platform=platform)
        return f"{platform} {channel.id}"

    def spoken(self, language: str) -> str:
        return self.t(LANGUAGES.get(language, language))

    def listed(self, words: list[str]) -> str:
        return listed(words, self.language)

    def linked(
        self, message: str, place: ChannelId, link: str | None, **values: object
    ) -> RichText:
        """The sentence, with its `{place}` leading to a message there."""
        before, _, after = self.t(message, place=_GAP, **values).partition(_GAP)
        words = self.place(place)
        shown = RichText.styled(words, Style.LINK, link) if link else RichText(words)
        return RichText(before) + shown + after
