"""What is said around a comparison: the card, the results, and what an hour's pay buys."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from bot.community.spread import Spread, per_hour
from bot.community.topics import Topic
from bot.core.richtext import RichText, Style, join
from bot.i18n import N_, Language, pick, translate

CARD = N_("📊 Compare: {topic}")
HOW = N_("Anonymous: press the button to see how to answer. Results come in {hours} hours.")
CLOSED_CARD = N_("Closed. The results are in the channel.")
RESULT = N_("📊 Results: {topic}")
LINE = N_("• {side}: median {median} ({count} answers); the middle half says {low} to {high}")
LINE_ALIKE = N_("• {side}: {median}, almost everywhere ({count} answers)")
TOO_FEW = N_("• {side}: fewer than 3 answers in one currency, so nothing is shown")
HOUR_BUYS = N_("• {side}: 1 hour of the median wage ({wage}) buys {count} {items}")
HOURS_FOR = N_("• {side}: {topic} ({price}) takes {count} hours at the median wage ({wage})")
SIDES = {"en": N_("English side"), "zh": N_("Chinese side")}
RULE = "———"


def card(topic: Topic, language: str, *, hours: int | None) -> RichText:
    """For both sides, the channel's own language first; `hours` is None once it has closed."""
    return _both(language, lambda own: _card(topic, own, hours))


def result(topic: Topic, spreads: Sequence[Spread], pays: Sequence[Pay], language: str) -> RichText:
    return _both(language, lambda own: _result(topic, spreads, pays, own))


Pay = tuple[Spread, Topic, Spread]  # the wage, and what it is measured in


def _both(language: str, block: Callable[[Language], RichText]) -> RichText:
    own = pick(language)
    other: Language = "zh" if own == "en" else "en"
    return join([block(own), block(other)], f"\n{RULE}\n")


def _card(topic: Topic, language: Language, hours: int | None) -> RichText:
    title = translate(CARD, language, topic=topic.label.say(language))
    told = translate(HOW, language, hours=hours) if hours else translate(CLOSED_CARD, language)
    return join(
        [
            RichText.styled(title, Style.BOLD),
            RichText(topic.question.say(language)),
            RichText.styled(told, Style.SMALL),
        ],
        "\n",
    )


def _result(
    topic: Topic, spreads: Sequence[Spread], pays: Sequence[Pay], language: Language
) -> RichText:
    title = translate(RESULT, language, topic=topic.label.say(language))
    lines = [_line(spread, language) for spread in spreads]
    for side, name in SIDES.items():
        if side not in {spread.side for spread in spreads}:
            lines.append(translate(TOO_FEW, language, side=translate(name, language)))
    lines += [_pay(pay, language) for pay in pays]
    return join([RichText.styled(title, Style.BOLD), *map(RichText, lines)], "\n")


def _line(spread: Spread, language: Language) -> str:
    return translate(
        LINE if spread.low != spread.high else LINE_ALIKE,
        language,
        side=translate(SIDES[spread.side], language),
        count=spread.count,
        low=spread.low,
        median=spread.median,
        high=spread.high,
    )


def _pay(pay: Pay, language: Language) -> str:
    wage, topic, price = pay
    many = per_hour(wage, price) or 0.0
    return translate(
        HOUR_BUYS if many >= 1 else HOURS_FOR,
        language,
        side=translate(SIDES[price.side], language),
        wage=wage.median,
        price=price.median,
        topic=topic.label.say(language),
        items=topic.items.say(language),
        count=_short(many if many >= 1 else 1 / many),
    )


def _short(number: float) -> str:
    return f"{number:.1f}".removesuffix(".0") if number < 10 else f"{number:.0f}"
