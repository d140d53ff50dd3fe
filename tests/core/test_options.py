"""When it is quiet, who is told of comings, and what hidden originals look like."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.comings import Coming, Comings, told
from bot.core.model import Author, Button, ChannelId, Joined, Left, PersonId, Relay, RelayChannel
from bot.core.options import AttachmentKind, ChannelOptions
from bot.core.ports import Capabilities
from bot.core.relay import BOTS_A_MINUTE, is_flood, readers
from bot.core.render import Said, bundle, render
from bot.core.richtext import RichText, Span, Style

NOON = datetime(2025, 1, 15, 12, tzinfo=UTC)
WISH = ChannelOptions(join_lines=True)
EN, ZH, TW = (
    RelayChannel(ChannelId("east", "1"), "en", WISH),
    RelayChannel(ChannelId("west", "2"), "zh"),
    RelayChannel(ChannelId("west", "3"), "zh-Hant", WISH),
)
RELAY = Relay(1, "main", (EN, ZH, TW))
ANN, BOB = (Author(PersonId("west", name.lower()), name) for name in ("Ann", "Bob"))
PRESS = Button("Original", "relays.original")


@pytest.mark.parametrize(
    ("start", "end", "at", "is_quiet"),
    [
        ("22:00", "08:00", "21:59", False),
        ("22:00", "08:00", "22:00", True),
        ("22:00", "08:00", "00:00", True),
        ("22:00", "08:00", "07:59", True),
        ("22:00", "08:00", "08:00", False),
        ("13:00", "14:30", "14:29", True),
        ("13:00", "14:30", "14:30", False),
        ("13:00", "14:30", "12:59", False),
        (None, "08:00", "07:00", False),
        ("22:00", None, "23:00", False),
        ("22:00", "22:00", "22:00", False),
    ],
)
def test_quiet_hours_may_pass_midnight(
    start: str | None, end: str | None, at: str, is_quiet: bool
) -> None:
    options = ChannelOptions(quiet_from=start, quiet_to=end)
    assert options.is_quiet_at(time.fromisoformat(at)) is is_quiet


def with_modes(**modes: str) -> Relay:
    channels = (
        replace(member, options=ChannelOptions(mode=modes.get(member.language[:2], "both")))  # type: ignore[arg-type]
        for member in (EN, ZH)
    )
    return Relay(1, "main", tuple(channels))


@pytest.mark.parametrize(
    ("mine", "theirs", "crosses"),
    [
        ("both", "both", True),
        ("write", "both", True),
        ("write", "read", True),
        ("both", "read", True),
        ("read", "both", False),
        ("read", "read", False),
        ("both", "write", False),
        ("write", "write", False),
    ],
)
def test_a_channel_reads_what_one_that_sends_has_said(
    mine: str, theirs: str, crosses: bool
) -> None:
    found = readers(with_modes(en=mine, zh=theirs), EN.channel)
    assert [one.channel for one in found] == [ZH.channel] * crosses


def test_bots_that_write_too_fast_are_a_flood() -> None:
    times = [NOON - timedelta(seconds=s) for s in range(BOTS_A_MINUTE)]
    assert is_flood(NOON, times)
    assert not is_flood(NOON, times[1:])
    assert not is_flood(NOON + timedelta(seconds=52), times)


def came(who: Author, to: RelayChannel = ZH) -> Coming:
    return Joined(to.channel, who, NOON)


def went(who: Author, of: RelayChannel = ZH) -> Coming:
    return Left(of.channel, who, NOON)


@pytest.mark.parametrize(
    ("what", "joined", "left"),
    [
        ([came(ANN), came(BOB)], ("Ann", "Bob"), ()),
        ([came(ANN), went(BOB)], ("Ann",), ("Bob",)),
        ([came(ANN), came(ANN)], ("Ann",), ()),
        ([came(ANN), went(ANN)], (), ()),
        ([went(ANN), came(ANN)], (), ()),
        ([came(ANN), went(ANN), came(ANN)], ("Ann",), ()),
        ([came(replace(ANN, is_bot=True))], (), ()),
        ([came(ANN), came(ANN, EN)], (), ()),
        ([came(ANN, EN)], (), ()),
        ([came(ANN, RelayChannel(ChannelId("west", "else"), "zh"))], (), ()),
    ],
)
def test_a_channel_is_told_who_came_and_went_elsewhere(
    what: list[Coming], joined: tuple[str, ...], left: tuple[str, ...]
) -> None:
    found = told(RELAY, what)
    assert found.get(EN.channel, Comings()) == Comings(joined, left)


def test_nobody_is_told_of_people_on_pause() -> None:
    assert told(RELAY, [came(ANN)], private={ANN.person}) == {}


def test_only_channels_that_want_it_are_told() -> None:
    assert set(told(RELAY, [came(ANN)])) == {EN.channel, TW.channel}


def test_nothing_is_told_while_the_relay_is_paused() -> None:
    assert told(replace(RELAY, is_paused=True), [came(ANN)]) == {}


def test_a_channel_that_only_receives_tells_nothing_of_its_people() -> None:
    silent = replace(ZH, options=ChannelOptions(mode="read"))
    assert told(replace(RELAY, channels=(EN, silent)), [came(ANN)]) == {}


def can(text_limit: int = 60, caption_limit: int = 60) -> Capabilities:
    return Capabilities(text_limit, caption_limit, len, 1000)


def said(text: str, original: str, **how: object) -> Said:
    return Said(ANN, RichText(text), original=RichText(original), **how)  # type: ignore[arg-type]


def test_an_original_stands_under_a_spoiler_below_the_translation() -> None:
    (part,) = render(said("你好", "hello", shows_original=True), can())
    assert part.text.text == "Ann\n你好\nhello"
    assert Span(7, 12, Style.SPOILER) in part.text.spans


def test_an_original_that_does_not_fit_follows_as_a_whole() -> None:
    parts = render(said("x" * 40, "hello there, all of you", shows_original=True), can())
    assert [part.text.text for part in parts] == ["Ann\n" + "x" * 40, "hello there, all of you"]
    assert parts[1].text.spans == (Span(0, 23, Style.SPOILER),)


def test_spoilers_inside_an_original_do_not_end_its_own() -> None:
    original = RichText("it was Bob", (Span(7, 10, Style.SPOILER), Span(0, 2, Style.BOLD)))
    (part,) = render(replace(said("是他", "", shows_original=True), original=original), can())
    inside = [span for span in part.text.spans if span.start >= 7]
    assert inside == [Span(7, 17, Style.SPOILER), Span(7, 9, Style.BOLD)]


@given(text=st.text("ab \n", min_size=1, max_size=200), original=st.text("xy ", max_size=200))
def test_no_part_is_longer_than_what_fits(text: str, original: str) -> None:
    parts = render(said(text, original, shows_original=True), can())
    assert all(len(part.text) <= 60 for part in parts)
    shown = "".join(part.text.text for part in parts)
    assert shown.count("x") == original.count("x")
    assert shown.count("y") == original.count("y")


def test_the_button_is_under_the_last_of_the_words() -> None:
    parts = render(said("x" * 100, "hello", buttons=(PRESS,)), can())
    assert [part.buttons for part in parts] == [(), (PRESS,)]


def test_a_bundle_shows_each_original_and_one_button() -> None:
    both = [said("一", "one", shows_original=True), said("二", "two", shows_original=True)]
    part = bundle([replace(one, buttons=(PRESS,)) for one in both], can())
    assert part is not None
    assert part.text.text == "Ann\n一\none\n二\ntwo"
    assert part.buttons == (PRESS,)


def test_an_unknown_kind_of_file_is_not_let_in_by_a_list() -> None:
    options = ChannelOptions(attachments=frozenset({AttachmentKind.IMAGE}))
    assert [kind for kind in AttachmentKind if options.carries(kind)] == [AttachmentKind.IMAGE]
    assert all(map(ChannelOptions().carries, AttachmentKind))
