"""Who gets what."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.core.model import (
    Attachment,
    AttachmentKind,
    Author,
    ChannelId,
    Inbound,
    MessageId,
    PersonId,
    Relay,
    RelayChannel,
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


def test_a_message_goes_to_every_other_channel_in_the_relays_order() -> None:
    found = plan(HELLO, RELAY)
    assert found.to == (EN, TW)
    assert (found.origin, found.skipped) == (ZH, "")


def test_a_file_without_words_goes_too() -> None:
    cat = Attachment(AttachmentKind.IMAGE, "cat.png", "1")
    assert plan(replace(HELLO, text=RichText(), attachments=(cat,)), RELAY).to == (EN, TW)


@pytest.mark.parametrize(
    ("message", "relay", "why"),
    [
        (HELLO, None, "unlinked"),
        (replace(HELLO, author=replace(ANN, is_us=True, is_bot=True)), RELAY, "echo"),
        (replace(HELLO, author=replace(ANN, is_bot=True)), RELAY, "bot"),
        (HELLO, replace(RELAY, is_paused=True), "paused"),
        (replace(HELLO, text=RichText(" \n\u3000")), RELAY, "empty"),
        (replace(HELLO, text=RichText("\u200b\u2060 \ufe0f")), RELAY, "empty"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_some_messages_go_nowhere(message: Inbound, relay: Relay | None, why: str) -> None:
    found = plan(message, relay)
    assert (found.to, found.skipped) == ((), why)
