"""Who gets what."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.core.model import (
    Attachment,
    AttachmentKind,
    Author,
    ChannelId,
    ChannelOptions,
    Inbound,
    MessageId,
    PersonId,
    Place,
    Relay,
    RelayChannel,
    Strand,
)
from bot.core.relay import plan
from bot.core.richtext import RichText

EN, ZH, TW = (
    RelayChannel(ChannelId("east", "1"), "en"),
    RelayChannel(ChannelId("west", "2"), "zh"),
    RelayChannel(ChannelId("west", "3"), "zh-Hant"),
)
RELAY = Relay(1, "main", (EN, ZH, TW))
ANN = Author(PersonId("west", "ann"), "Ann")
HELLO = Inbound(
    MessageId(ZH.channel, "1"), ANN, RichText("hello"), datetime(2025, 1, 15, tzinfo=UTC)
)


def with_options(of: RelayChannel, **chosen: Any) -> Relay:
    changed = replace(of, options=ChannelOptions(**chosen))
    return replace(RELAY, channels=tuple(changed if m == of else m for m in RELAY.channels))


BOTS_TOO = with_options(ZH, bots=True)
PLACES = (Place(ZH.channel, "zh"), Place(EN.channel, "en"))


def test_a_message_goes_to_every_other_channel_in_the_relays_order() -> None:
    found = plan(HELLO, RELAY)
    assert found.to == (EN, TW)
    assert (found.origin, found.skipped) == (ZH, "")


def test_a_file_without_words_goes_too() -> None:
    cat = Attachment(AttachmentKind.IMAGE, "cat.png", "1")
    assert plan(replace(HELLO, text=RichText(), attachments=(cat,)), RELAY).to == (EN, TW)


def test_other_bots_messages_cross_where_that_is_chosen() -> None:
    by_bot = replace(HELLO, author=replace(ANN, is_bot=True))
    assert plan(by_bot, BOTS_TOO).to == (EN, TW)
    assert plan(by_bot, with_options(EN, bots=True)).skipped == "bot"


def test_a_channel_that_only_sends_gets_nothing() -> None:
    assert plan(HELLO, with_options(EN, mode="write")).to == (TW,)


def test_talk_in_a_strand_follows_no_direction_and_has_no_bots() -> None:
    strand = Strand(1, "question", PLACES)
    assert [one.channel for one in plan(HELLO, with_options(ZH, mode="read"), strand).to] == [
        EN.channel
    ]
    assert plan(replace(HELLO, author=replace(ANN, is_bot=True)), BOTS_TOO, strand).skipped == "bot"


@pytest.mark.parametrize(
    ("message", "relay", "why"),
    [
        (HELLO, None, "unlinked"),
        (replace(HELLO, author=replace(ANN, is_us=True, is_bot=True)), RELAY, "echo"),
        (replace(HELLO, author=replace(ANN, is_bot=True)), RELAY, "bot"),
        (HELLO, with_options(ZH, mode="read"), "one-way"),
        (replace(HELLO, author=replace(ANN, is_us=True, is_bot=True)), BOTS_TOO, "echo"),
        (HELLO, replace(RELAY, is_paused=True), "paused"),
        (replace(HELLO, text=RichText(" \n\u3000")), RELAY, "empty"),
        (replace(HELLO, text=RichText("\u200b\u2060 \ufe0f")), RELAY, "empty"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_some_messages_go_nowhere(message: Inbound, relay: Relay | None, why: str) -> None:
    found = plan(message, relay)
    assert (found.to, found.skipped) == ((), why)
