"""How a question looks: the card that both sides read alike, and the notices about it. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from bot.core.asks import Ask, Consent, State, in_language
from bot.core.language import base
from bot.core.model import Button
from bot.core.richtext import RichText, Style, join
from bot.i18n import N_, pick, translate
from bot.services import Post

CARD = 1500  # characters of questions and answers: Discord shows 2,000 with all the rest
READERS = 1000  # of these, for the language of the channel
TITLE = 70

SOMEONE = N_("Someone")
ASKS = {
    "en": N_("No. {number} · {name} from the English side asks:"),
    "zh": N_("No. {number} · {name} from the Chinese side asks:"),
}
TITLED = N_("No. {number} · {question}")
HOW_TO_ANSWER = N_("Answer in the thread, or reply to this message.")
UNTRANSLATED = N_("This question could not be translated.")
SOLVED_WITH = {
    "en": N_("Solved. The best answer, by {name} from the English side:"),
    "zh": N_("Solved. The best answer, by {name} from the Chinese side:"),
}
SOLVED_BY = {
    "en": N_("Solved. {name} from the English side had the best answer."),
    "zh": N_("Solved. {name} from the Chinese side had the best answer."),
}
SOLVED = N_("Solved.")
STATES = {
    State.SOLVED: SOLVED,
    State.ARCHIVED: SOLVED,
    State.EXPIRED: N_("Its time is over. Thank you for the answers!"),
    State.UNANSWERED: N_("No answer yet."),
    State.REPEATED: N_("Asked once more as No. {successor}."),
    State.MERGED: N_("This is being asked already: see No. {successor}."),
    State.CLOSED: N_("Closed by the moderators."),
}

CHOOSE = N_("Choose the best answer")
AGREE = N_("Yes, archive it")
DECLINE = N_("No thanks")
REPEAT = N_("Ask once more")

MAY_WE_KEEP = N_(
    "{name}, your answer to No. {number} was chosen as the best. May it be kept in this "
    "community's archive, under your name and in both languages, where everyone here can find it?"
)
KEPT = N_("{name}'s answer to No. {number} is in the archive now. Thank you!")
NOT_KEPT = N_("{name}'s answer to No. {number} is not archived. Thank you for helping!")
STILL_TO_CHOOSE = N_(
    "{name}, the time of No. {number} is over, and nobody's answer has been chosen. Thanks to "
    "everyone who wrote! For one more day you can press “{button}” and pick one."
)
TIME_IS_OVER = N_("The time of No. {number} is over. Thanks to everyone who wrote!")
NOBODY_ANSWERED = N_(
    "No answer yet: {name}, nobody could answer No. {number} in its time. You can ask it once more."
)
ASKED_AGAIN = N_("No. {number} is asked once more, as No. {successor}.")


def card(ask: Ask, language: str, chinese: str) -> Post:
    """The question and all that became of it, in the channel's language and below in the other.

    `chinese` is the script of the Chinese half where the channel's language is English.
    """
    other = chinese if base(language) == "en" else "en"
    mine = _length(ask, language)
    first = _block(ask, language, min(mine, READERS))
    is_same = in_language(ask.texts, language) == in_language(ask.texts, other)
    second = _block(ask, other, CARD - min(mine, READERS), without_question=is_same)
    lines = [first, second]
    if is_same:
        lines.append(_small(both(UNTRANSLATED, language, chinese)))
    if ask.state is State.OPEN:
        lines.append(_small(both(HOW_TO_ANSWER, language, chinese)))
    return Post(
        join(lines, "\n\n"),
        buttons=(_choose(ask, chinese),) if ask.can_be_answered else (),
        thread=title(ask, language),
    )


def title(ask: Ask, language: str) -> str:
    question = " ".join(in_language(ask.texts, language).split())
    return translate(TITLED, pick(language), number=ask.number, question=clipped(question, TITLE))


def consent(ask: Ask, language: str, chinese: str) -> Post:
    """Asks the author of the chosen answer, or says what they decided."""
    state = ask.choice.consent if ask.choice else Consent.REFUSED
    words = {Consent.ASKED: MAY_WE_KEEP, Consent.GIVEN: KEPT, Consent.REFUSED: NOT_KEPT}[state]
    buttons = (
        Button(labelled(AGREE, chinese), "ask.agree", str(ask.id), "primary"),
        Button(labelled(DECLINE, chinese), "ask.decline", str(ask.id)),
    )
    name = _name(ask.choice.name if ask.choice else "", language)
    text = both(words, language, chinese, "\n", name=name, number=ask.number)
    return Post(RichText(text), buttons=buttons if state is Consent.ASKED else ())


def over(ask: Ask, language: str, chinese: str) -> Post:
    """Tells the asker that the time is over, and what they can do."""
    name = _name(ask.name, language)
    values: dict[str, object] = {"name": name, "number": ask.number, "successor": ask.successor}
    if ask.state is State.UNANSWERED:
        words, buttons = (
            NOBODY_ANSWERED,
            (Button(labelled(REPEAT, chinese), "ask.repeat", str(ask.id)),),
        )
    elif ask.state is State.REPEATED:
        words, buttons = ASKED_AGAIN, ()
    elif ask.can_be_answered:
        words, buttons = STILL_TO_CHOOSE, (_choose(ask, chinese),)
        values["button"] = labelled(CHOOSE, chinese)
    else:
        words, buttons = TIME_IS_OVER, ()
    return Post(RichText(both(words, language, chinese, "\n", **values)), buttons=buttons)


def found(ask: Ask, language: str, *, most: int = CARD) -> RichText:
    """An archived question and its answer for one reader, the other language small below."""
    other = "zh" if base(language) == "en" else "en"
    return join(
        [_block(ask, language, most * 3 // 5), _small(_said(ask, other, most * 2 // 5))], "\n"
    )


def both(
    message: str, language: str, chinese: str, separator: str = " / ", **values: object
) -> str:
    """The sentence in the channel's language and in the other."""
    other = chinese if base(language) == "en" else "en"
    said = [translate(message, pick(one), **values) for one in (language, other)]
    return separator.join(dict.fromkeys(said))


def labelled(message: str, chinese: str) -> str:
    """A button that both sides read."""
    return both(message, "en", chinese)


def clipped(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"


def _block(ask: Ask, language: str, most: int, *, without_question: bool = False) -> RichText:
    """All of it in one language."""
    reader = pick(language)
    side = ask.side if ask.side in ASKS else "en"
    name = _name(ask.name, language)
    heading = translate(ASKS[side], reader, number=ask.number, name=name)
    lines = [RichText.styled(heading, Style.BOLD)]
    question, answer = _shares(ask, language, most)
    if not without_question:
        lines.append(RichText(question))
    lines += [RichText.styled(line, Style.BOLD) for line in _outcome(ask, language)]
    if answer:
        lines.append(RichText(answer))
    return join(lines, "\n")


def _outcome(ask: Ask, language: str) -> Sequence[str]:
    reader, choice = pick(language), ask.choice
    if ask.state not in STATES:
        return ()
    if choice is None or choice.side not in SOLVED_BY:
        return (translate(STATES[ask.state], reader, successor=ask.successor),)
    words = SOLVED_WITH if choice.texts else SOLVED_BY
    return (translate(words[choice.side], reader, name=_name(choice.name, language)),)


def _said(ask: Ask, language: str, most: int) -> str:
    return "\n".join(part for part in _shares(ask, language, most) if part)


def _shares(ask: Ask, language: str, most: int) -> tuple[str, str]:
    """Question and answer within so many characters; the question gives way first."""
    question = in_language(ask.texts, language)
    answer = in_language(ask.choice.texts, language) if ask.choice else ""
    if len(question) + len(answer) <= most:
        return question, answer
    for_question = max(most // 3, most - len(answer)) if answer else most
    question = clipped(question, for_question)
    return question, clipped(answer, most - len(question))


def _length(ask: Ask, language: str) -> int:
    answer = in_language(ask.choice.texts, language) if ask.choice else ""
    return len(in_language(ask.texts, language)) + len(answer)


def _choose(ask: Ask, chinese: str) -> Button:
    return Button(labelled(CHOOSE, chinese), "ask.choose", str(ask.id), "primary")


def _name(name: str, language: str) -> str:
    return clipped(name, 60) or translate(SOMEONE, pick(language))


def _small(text: str) -> RichText:
    return RichText.styled(text, Style.SMALL)
