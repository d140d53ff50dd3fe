"""What is heard loses what would do harm where it is shown."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.core.cleaning import clean
from bot.core.model import Author, ChannelId, Inbound, MessageId, PersonId
from bot.core.richtext import RichText


def heard(name: str) -> Inbound:
    ref = MessageId(ChannelId("west", "1"), "1")
    author = Author(PersonId("west", "sam"), name)
    return Inbound(
        ref, author, RichText("hello"), datetime(2025, 1, 15, tzinfo=UTC), forwarded_from=name
    )


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("\u202eSam", "Sam"),
        ("Sam\u2067 \u202a", "Sam "),
        ("مها", "مها"),
        ("小雨", "小雨"),
        ("\u202e", "\u202e"),  # somebody is somebody, also without a name
    ],
)
def test_a_name_does_not_turn_round_what_stands_behind_it(name: str, kept: str) -> None:
    message = clean(heard(name))
    assert (message.author.name, message.forwarded_from) == (kept, kept)
