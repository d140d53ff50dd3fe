"""What is said to newcomers and their buddies, in the language of where they write.

A community may play: then an English-speaking newcomer is assigned a “Chinese spy”, as in January
2025, and a Chinese one an American pen pal under cover. A sentence's Chinese entry says its own
side's part of the joke.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import datetime
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.community.interests import name as interest_name
from bot.community.matching import Facts
from bot.core.model import Button, Room
from bot.core.richtext import RichText, Style, join
from bot.i18n import N_, Language, translate
from bot.services import Post
from bot.store.buddy_rows import Match, Newcomer, Party, Volunteer

TITLE = "新人伙伴 · Welcome buddy"
SPY_TITLES = {
    "en": "Your Chinese spy has been assigned 🕵️ · 你的中国间谍已就位",
    "zh": "你的美国卧底笔友已就位 🕵️ · Your American pen pal under cover has been assigned",
}
PRIVATE = "Talk in private / 私下聊"
FIND, LOOKING = "Find me a buddy / 给我找个伙伴", "Just looking / 先看看"
BACK = "I'm back / 我回来了"
_BREAKERS = Path(__file__).parent / "icebreakers.tsv"
SHOWN = 3

GREET = N_("Welcome, {name}! Would you like a buddy from the other side to show you around?")
GREET_SPY = N_("Welcome, {name}! Your Chinese spy 🕵️ is awaiting orders. Shall we call them in?")
PROPOSE_NEWCOMER = N_(
    "{name}, we thought of {other} as your buddy, {because}. Would you like to be introduced?"
)
PROPOSE_NEWCOMER_SPY = N_(
    "{name}, a Chinese spy 🕵️ has been found for you, cover name {other}, {because}. "
    "Shall we arrange a meeting?"
)
PROPOSE_VOLUNTEER = N_(
    "{name}, {other} is new and would like a buddy. We thought of you, {because}. "
    "Would you like to be introduced?"
)
PROPOSE_VOLUNTEER_SPY = N_(
    "{name}, a mission for an American pen pal under cover 🕵️: {other} is new. We thought of you, "
    "{because}. Do you accept?"
)
ACCEPT, NOT_NOW = N_("Accept"), N_("Not now")
WAITING = N_("Thank you! You will be introduced as soon as the answer has come.")
CAME_ABOUT = N_("You both said yes: the introduction is below, or in a new thread with your names.")
FELL_THROUGH = N_("This introduction didn't come about. We are looking for somebody else for you.")
NOT_NEEDED = N_("This introduction isn't needed any more. Thank you for being there!")
MEET = N_("{name}, meet {other}! Write here in your own language; {other} reads it in theirs.")
LIKES = N_("{name} likes {interests}.")
SPEAKS = N_("{name} speaks {languages}.")
CLOCKS = N_("It is {mine} for you and {theirs} for {name}.")
TO_BEGIN = N_("Something to begin with:")
NUDGE = N_("{name}, a small hello is enough to begin. {other} may be waiting for it too.")
DID_YOU_TALK = N_("{name}, a week ago we introduced you to {other}. Did you talk?")
YES, NO, ANOTHER = N_("Yes, we talked"), N_("Not yet"), N_("Find me another")
CLOSED = N_("Thank you! This introduction ends here. You can go on talking in the channel.")
FORGOTTEN = N_("This introduction has ended.")
STEPPED_BACK = N_(
    "{name}, your buddy has to step back. It is nothing you did; we are looking for somebody new."
)
MOVED_ON = N_("{name}, your newcomer doesn't need a buddy any more. Thank you for being there!")
PAUSED = N_(
    "{name}, two introductions went unanswered, so you get no new ones for now. "
    "Come back whenever you like."
)
QUIET = N_(
    "{name}, two introductions went unanswered, so we have stopped looking for now. "
    "Press the button when you have time."
)
WELCOME_BACK = N_(
    "Welcome back, {name}! You get no newcomers for now. Press the button when you have time."
)
NOBODY = N_(
    "{name}, nobody on the other side is free right now. You stay in the queue. Meanwhile, say "
    "hello right here: the other side reads it."
)
LONG_WAIT = N_(
    "For the moderators: {name} has been waiting {hours} hours for a buddy, and nobody on the "
    "other side is free. “/buddy join” makes somebody a buddy."
)

BECAUSE = N_("because {reasons}")
AWAKE, AWAKE_ONE = (
    N_("you are both awake {hours} hours a day at the same time"),
    N_("you are both awake one hour a day at the same time"),
)
LIKE, ALSO_LIKE = N_("you both like {interests}"), N_("both like {interests}")
KNOW, ALSO_KNOW = N_("you both know {languages}"), N_("both know {languages}")
IDLE, IDLE_ONE = (
    N_("{name} has had nobody for {days} days"),
    N_("{name} has had nobody for a day"),
)
YOU_IDLE, YOU_IDLE_ONE = (
    N_("you have had nobody for {days} days"),
    N_("you have had nobody for a day"),
)
HAS_TIME, YOU_HAVE_TIME = N_("{name} has time for somebody new"), N_("you have time for it")
AND, LAST_AND = N_("{first} and {last}"), N_("{first}, and {last}")
LANGUAGES = {
    "en": N_("English"),
    "zh": N_("Chinese"),
    "yue": N_("Cantonese"),
    "ja": N_("Japanese"),
    "ko": N_("Korean"),
    "es": N_("Spanish"),
    "fr": N_("French"),
    "de": N_("German"),
}


def explain(facts: Facts, reader: Language, *, volunteer: str, to_volunteer: bool = False) -> str:
    """Why these two were matched; `volunteer` is the name of the one who helps."""
    reasons: list[str] = []
    if facts.hours:
        said = AWAKE_ONE if facts.hours == 1 else AWAKE
        reasons.append(translate(said, reader, hours=facts.hours))
    if facts.interests:
        liked = listed([interest_name(i, _side(reader)) or i for i in facts.interests], reader)
        reasons.append(translate(ALSO_LIKE if reasons else LIKE, reader, interests=liked))
    if facts.languages:
        known = spoken(facts.languages, reader)
        reasons.append(translate(ALSO_KNOW if reasons else KNOW, reader, languages=known))
    if facts.days:
        one, more = (YOU_IDLE_ONE, YOU_IDLE) if to_volunteer else (IDLE_ONE, IDLE)
        said = one if facts.days == 1 else more
        reasons.append(translate(said, reader, name=volunteer, days=facts.days))
    if not reasons:
        said = YOU_HAVE_TIME if to_volunteer else HAS_TIME
        reasons.append(translate(said, reader, name=volunteer))
    return translate(BECAUSE, reader, reasons=_and(reasons, reader))


def _and(parts: Sequence[str], reader: Language) -> str:
    if len(parts) == 1:
        return parts[0]
    comma = "，" if _side(reader) == "zh" else ", "
    said = LAST_AND if len(parts) > 2 else AND
    return translate(said, reader, first=comma.join(parts[:-1]), last=parts[-1])


def listed(words: Sequence[str], reader: Language) -> str:
    return "、".join(words) if _side(reader) == "zh" else _and(words, reader)


def spoken(languages: Sequence[str], reader: Language) -> str:
    return listed([translate(LANGUAGES.get(one, one), reader) for one in languages], reader)


def greeting(newcomer: Newcomer, reader: Language, *, is_spy: bool, is_open: bool = True) -> Post:
    said = GREET_SPY if is_spy else GREET
    buttons = (
        Button(FIND, "buddy.find", str(newcomer.id), "primary"),
        Button(LOOKING, "buddy.looking", str(newcomer.id)),
    )
    text = RichText(translate(said, reader, name=newcomer.name))
    return Post(text, buttons=buttons if is_open else ())


def proposal(match: Match, party: Party, reader: Language, *, is_spy: bool) -> Post:
    is_volunteer = party is match.volunteer
    plain, spy = (
        (PROPOSE_VOLUNTEER, PROPOSE_VOLUNTEER_SPY)
        if is_volunteer
        else (PROPOSE_NEWCOMER, PROPOSE_NEWCOMER_SPY)
    )
    because = explain(
        Facts.from_json(match.facts),
        reader,
        volunteer=match.volunteer.name,
        to_volunteer=is_volunteer,
    )
    text = _to(party, spy if is_spy else plain, reader, match, because=because)
    number = str(match.id)
    return Post(
        text,
        buttons=(
            Button(translate(ACCEPT, reader), "buddy.accept", number, "primary"),
            Button(translate(NOT_NOW, reader), "buddy.decline", number),
        ),
    )


def introduction(
    match: Match,
    party: Party,
    reader: Language,
    *,
    likes: Sequence[str],
    zones: tuple[str, str],
    now: datetime,
    is_spy: bool,
) -> Post:
    """`likes` are the other's interests as the reader reads them; `zones` are
    the party's and the other's."""
    other = match.other(party)
    title = SPY_TITLES[match.newcomer.side] if is_spy else TITLE
    lines = [RichText.styled(title, Style.BOLD), _to(party, MEET, reader, match)]
    about: list[str] = []
    if likes:
        about.append(translate(LIKES, reader, name=other.name, interests=listed(likes, reader)))
    if other.languages:
        languages = spoken(other.languages, reader)
        about.append(translate(SPEAKS, reader, name=other.name, languages=languages))
    mine, theirs = (_clock(now, zone) for zone in zones)
    about.append(translate(CLOCKS, reader, mine=mine, theirs=theirs, name=other.name))
    lines.append(RichText(("" if _side(reader) == "zh" else " ").join(about)))
    lines.append(RichText(translate(TO_BEGIN, reader)))
    lines += [RichText(f"• {one}") for one in breakers(match, _side(reader))]
    first, second = match.newcomer.name[:35], match.volunteer.name[:35]
    here = [one.person for one in match.parties if one.channel == party.channel]
    return Post(
        join(lines, "\n"),
        buttons=(Button(PRIVATE, "buddy.private", str(match.id), opens_private=True),),
        thread=f"{first} · {second}",
        room=Room(f"{first} · {second} #{match.id}", tuple(here)),
    )


def breakers(match: Match, side: str) -> list[str]:
    """Three of them, by the match's seed; the same ones for both."""
    chosen = random.Random(f"{match.seed}:{match.id}").sample(_breakers(), SHOWN)
    return [english if side == "en" else chinese for english, chinese in chosen]


def nudge(match: Match, party: Party, reader: Language) -> Post:
    return Post(_to(party, NUDGE, reader, match))


def question(match: Match, party: Party, reader: Language) -> Post:
    number = str(match.id)
    buttons = [
        Button(translate(YES, reader), "buddy.talked", f"{number}:yes", "primary"),
        Button(translate(NO, reader), "buddy.talked", f"{number}:no"),
    ]
    if isinstance(party, Newcomer):
        buttons.append(Button(translate(ANOTHER, reader), "buddy.another", number))
    return Post(_to(party, DID_YOU_TALK, reader, match), buttons=tuple(buttons))


def paused(volunteer: Volunteer, reader: Language) -> Post:
    button = Button(BACK, "buddy.back", str(volunteer.id), "primary")
    return Post(addressed(volunteer, PAUSED, reader), buttons=(button,))


def back(volunteer: Volunteer, reader: Language) -> Post:
    button = Button(BACK, "buddy.back", str(volunteer.id), "primary")
    return Post(addressed(volunteer, WELCOME_BACK, reader), buttons=(button,))


def quiet(newcomer: Newcomer, reader: Language) -> Post:
    button = Button(FIND, "buddy.find", str(newcomer.id), "primary")
    return Post(addressed(newcomer, QUIET, reader), buttons=(button,))


def addressed(party: Party, message: str, reader: Language, **values: object) -> RichText:
    """The sentence with the person's name as a mention of them."""
    return RichText(translate(message, reader, name=f"@{party.name}", **values))


def _to(party: Party, message: str, reader: Language, match: Match, **values: object) -> RichText:
    return addressed(party, message, reader, other=match.other(party).name, **values)


def _clock(now: datetime, zone: str) -> str:
    return f"{now.astimezone(ZoneInfo(zone)):%H:%M}"


def _side(reader: Language) -> str:
    return "en" if reader == "en" else "zh"


@cache
def _breakers() -> list[tuple[str, str]]:
    lines = _BREAKERS.read_text(encoding="utf-8").splitlines()
    return [(line.split("\t")[0], line.split("\t")[1]) for line in lines if line]
