"""What became of a message, in lines that people read. Pure: the same story reads the same."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from bot.core.model import ChannelId
from bot.core.richtext import RichText, Style
from bot.i18n import N_
from bot.store.outbox import Action, State
from bot.store.traces import Failure, Traced
from cogs._trace_reader import Reader
from cogs._trace_story import Journey, OurPost, Said, Skipped, Story
from cogs._trace_translation import languages, made

HEADLINE = N_("Message from {name}, written in {place}")
SOMEBODY = N_("somebody")
IS_COPY = N_("You asked about a copy. This is the story of the original.")
ZONE = N_("Times are those of {zone}.")
HEARD = N_("heard, {seconds} s after it was written")
EDITED = N_("edited by its author")
DELETED = N_("deleted by its author")

ARRIVED = N_("arrived in {place}")
PARTS = N_("in {count} messages")
TOGETHER = N_("together with {count} more in one message")
FAILED_ONCE = N_("the way to {place} failed: {reason}")
FAILED_OFTEN = N_("the way to {place} failed {times} times until {until}: {reason}")
GIVEN_UP = N_("given up for {place}, which refuses it: {reason}")
REFUSED = N_("{place} refuses it: {reason}")
DROPPED = N_("not carried over to {place}: it was no longer wanted by then")
SENDING = N_("Being sent to {place} right now.")
WAITS = N_("Waits for {place}; the next try is at {due}.")
BEHIND = N_("Waits for {place}. Ahead of it in the queue: {count}.")
BLOCKED = N_("The first of those has failed since {since}: {reason}. The next try is at {due}.")
CHANGES: Mapping[Action, Mapping[State, str]] = {
    Action.EDIT: {
        State.SENT: N_("the change arrived in {place}"),
        State.DROPPED: N_("the change was not needed in {place}"),
        State.DEAD: N_("the change was refused by {place}: {reason}"),
    },
    Action.DELETE: {
        State.SENT: N_("the copy in {place} was deleted"),
        State.DROPPED: N_("there was no copy to delete in {place}"),
        State.DEAD: N_("the copy in {place} could not be deleted: {reason}"),
    },
}
CHANGE_WAITS = N_("What its author changed waits for {place} too; the next try is at {due}.")

SKIPPED = {
    "bot": N_("Not carried over: another bot wrote it."),
    "echo": N_("Not carried over: the bridge said it itself."),
    "empty": N_("Not carried over: there is nothing in it to read, and no file."),
    "paused": N_("Not carried over: the relay was paused then."),
    "flood": N_("Not carried over: bots wrote too much here within a minute."),
    "one-way": N_("Not carried over: the options of the channels let nothing through this way."),
    "unlinked": N_("Not carried over: this channel was not linked then."),
    "over": N_("Not carried over: the conversation in this thread was over."),
}
OTHERWISE = N_("Not carried over: {reason}.")
NOWHERE = N_("Carried nowhere: there was no other place for it then.")
UNKNOWN = N_(
    "Nothing is kept of this message. Perhaps it is too long ago, the bridge was not linked here "
    "or not running then, or its author keeps out of the bridge."
)
LEFT_OUT = N_("Not for {place}: it was not linked then, or the channels' options leave it out.")
OURS = N_("The bridge said this itself.")
ORDERED = N_("ordered for {place}")
SAID = N_("Said in {place}.")
NOT_SAID = N_("Not said in {place} yet.")


Step = tuple[datetime, RichText]


def told(found: Story | OurPost | Skipped | None, reader: Reader) -> list[RichText]:
    """The whole of it, line by line: what happened in order, then what is still to come."""
    match found:
        case None:
            return [RichText(reader.t(UNKNOWN))]
        case Skipped():
            return [RichText(f"{reader.time(found.at)} · {_why(found.reason, reader)}")]
        case OurPost():
            return _post(found, reader)
        case Story():
            return _story(found, reader)


def waiting(row: Traced, reader: Reader) -> list[RichText]:
    """Why it has not arrived yet."""
    if row.state is State.SENDING and not row.ahead:
        return [reader.linked(SENDING, row.lane, None)]
    if row.head is None:
        return [reader.linked(WAITS, row.lane, None, due=reader.time(row.due_at))]
    lines = [reader.linked(BEHIND, row.lane, None, count=row.ahead)]
    failing = row.head.failures[-1:]
    lines += [
        RichText(
            reader.t(
                BLOCKED,
                since=reader.time(one.first_at),
                reason=reader.reason(one.reason),
                due=reader.time(row.head.due_at),
            )
        )
        for one in failing
    ]
    return lines


def failures(row: Traced, reader: Reader) -> list[Step]:
    return [(one.first_at, _failure(one, row.lane, reader)) for one in row.failures]


def _story(story: Story, reader: Reader) -> list[RichText]:
    name = story.author or reader.t(SOMEBODY)
    lines = [reader.linked(HEADLINE, story.origin, story.link, name=name).wrapped(Style.BOLD)]
    if story.is_copy:
        lines.append(RichText(reader.t(IS_COPY)))
    seconds = round((story.heard_at - story.sent_at).total_seconds(), 1)
    steps = [(story.heard_at, RichText(reader.t(HEARD, seconds=max(0, seconds))))]
    if story.edited_at is not None:
        steps.append((story.edited_at, RichText(reader.t(EDITED))))
    if story.deleted_at is not None:
        steps.append((story.deleted_at, RichText(reader.t(DELETED))))
    for journey in story.journeys:
        steps += _steps(journey, reader)
    lines += _timed(steps, reader)
    lines += [line for language in languages(story) for line in made(story, language, reader)]
    for journey in story.journeys:
        lines += _open(journey, reader)
    lines += [reader.linked(LEFT_OUT, channel, None) for channel in story.left_out]
    if story.skipped:
        lines.append(RichText(_why(story.skipped, reader)))
    elif not story.journeys:
        lines.append(RichText(reader.t(NOWHERE)))
    return [*lines, RichText(reader.t(ZONE, zone=reader.zone))]


def _post(post: OurPost, reader: Reader) -> list[RichText]:
    lines = [RichText.styled(reader.t(OURS), Style.BOLD)]
    steps = [(one.ordered_at, reader.linked(ORDERED, one.channel, None)) for one in post.places]
    steps += [step for one in post.places for row in one.waits for step in failures(row, reader)]
    lines += _timed(steps, reader)
    lines += [line for one in post.places for line in _said(one, reader)]
    return [*lines, RichText(reader.t(ZONE, zone=reader.zone))]


def _said(one: Said, reader: Reader) -> list[RichText]:
    if one.is_there:
        return [reader.linked(SAID, one.channel, one.link)]
    lines = [reader.linked(NOT_SAID, one.channel, None)]
    for row in one.waits:
        if row.state in (State.PENDING, State.SENDING):
            lines += waiting(row, reader)
        elif row.state is State.DEAD:
            lines.append(reader.linked(REFUSED, row.lane, None, reason=reader.reason(row.reason)))
    return lines


def _timed(steps: list[Step], reader: Reader) -> list[RichText]:
    """What happened at the same time stays in the order it was found in."""
    ordered = sorted(steps, key=lambda step: step[0])
    return [RichText(f"{reader.time(at)} · ") + line for at, line in ordered]


def _steps(journey: Journey, reader: Reader) -> list[Step]:
    sent = journey.sent
    steps = failures(sent, reader)
    if sent.settled_at is not None and sent.state is State.SENT:
        steps.append((sent.settled_at, _arrived(journey, reader)))
    elif sent.settled_at is not None:
        ending = GIVEN_UP if sent.state is State.DEAD else DROPPED
        steps.append((sent.settled_at, _ended(ending, sent, reader)))
    for row in journey.later:
        steps += failures(row, reader)
        ending = CHANGES.get(row.action, {}).get(row.state)
        if ending is not None and row.settled_at is not None:
            steps.append((row.settled_at, _ended(ending, row, reader)))
    return steps


def _arrived(journey: Journey, reader: Reader) -> RichText:
    first, *more = journey.shown or (None,)
    line = reader.linked(ARRIVED, journey.sent.lane, first)
    if journey.together:
        return line + _aside(reader.t(TOGETHER, count=journey.together), reader)
    if not more:
        return line
    line += _aside(reader.t(PARTS, count=len(more) + 1), reader)
    for number, link in enumerate(more, start=2):
        line += " "
        line += RichText.styled(str(number), Style.LINK, link) if link else str(number)
    return line


def _aside(words: str, reader: Reader) -> str:
    return f" ({words})" if reader.language == "en" else f"（{words}）"


def _ended(message: str, row: Traced, reader: Reader) -> RichText:
    return reader.linked(message, row.lane, None, reason=reader.reason(row.reason))


def _failure(one: Failure, lane: ChannelId, reader: Reader) -> RichText:
    if one.times == 1:
        return reader.linked(FAILED_ONCE, lane, None, reason=reader.reason(one.reason))
    until = reader.time(one.last_at)
    return reader.linked(
        FAILED_OFTEN, lane, None, reason=reader.reason(one.reason), times=one.times, until=until
    )


def _open(journey: Journey, reader: Reader) -> list[RichText]:
    lines: list[RichText] = []
    if journey.sent.state in (State.PENDING, State.SENDING):
        lines += waiting(journey.sent, reader)
    for row in journey.later:
        if row.state in (State.PENDING, State.SENDING):
            due = reader.time(row.due_at)
            lines.append(reader.linked(CHANGE_WAITS, row.lane, None, due=due))
    return lines


def _why(reason: str, reader: Reader) -> str:
    sentence = SKIPPED.get(reason)
    return reader.t(sentence) if sentence else reader.t(OTHERWISE, reason=reason)
