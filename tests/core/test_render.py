"""What the reader of one destination gets: fitted to its limits, nothing cut that is one sign."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.model import AttachmentKind, Author, File, PersonId, Translation
from bot.core.ports import Capabilities
from bot.core.render import EXCERPT, Quote, Said, bundle, excerpt, render, split
from bot.core.richtext import RichText, Span, Style
from tests.core.texts import ENGLAND, FAMILY, FLAG, WHOLE, rich_texts, styles_by_character

ANN = Author(PersonId("east", "ann"), "Ann")
BOB = Author(PersonId("east", "bob"), "Bob")


def utf16(text: RichText) -> int:
    return len(text.text.encode("utf-16-le")) // 2


def plain(limit: int = 100, caption: int = 40, files: int = 2, **can: bool) -> Capabilities:
    """Names stand in the text, as on Telegram."""
    return Capabilities(limit, caption, len, 1000, files_per_part=files, **can)


SHOWS_NAMES = plain(shows_authors=True, replies=True)


def picture(number: int = 1) -> File:
    return File(f"cat{number}.png", "image/png", AttachmentKind.IMAGE, b"cat")


def texts(said: Said, can: Capabilities) -> list[str]:
    return [part.text.text for part in render(said, can)]


def test_a_name_stands_above_the_words_where_it_is_not_shown_otherwise() -> None:
    [part] = render(Said(ANN, RichText("hello")), plain())
    assert part.text == RichText("Ann\nhello", (Span(0, 3, Style.BOLD),))


def test_a_name_is_not_said_twice() -> None:
    [part] = render(Said(ANN, RichText("hello")), SHOWS_NAMES)
    assert part.text == RichText("hello")
    assert part.author == ANN


def test_a_quote_a_heading_and_notes_stand_around_the_words() -> None:
    said = Said(
        ANN,
        RichText("hello"),
        notes=("not translated",),
        heading="Forwarded from Mei",
        quote=Quote("Bob", RichText("what?")),
    )
    assert texts(said, plain()) == [
        "Ann\n↩ Bob: what?\nForwarded from Mei\nhello\nnot translated",
    ]


def test_notes_and_headings_are_quieter_than_the_words() -> None:
    said = Said(ANN, RichText("hello"), notes=("not translated",), heading="Forwarded")
    [part] = render(said, SHOWS_NAMES)
    small = [part.text.cut(s.start, s.end).text for s in part.text.spans if s.style is Style.SMALL]
    assert small == ["Forwarded", "not translated"]


def test_a_quote_opens_what_it_quotes() -> None:
    quote = Quote("Bob", RichText("what?"), "https://example.org/1")
    [part] = render(Said(ANN, RichText("this"), quote=quote), SHOWS_NAMES)
    [link] = [span for span in part.text.spans if span.style is Style.LINK]
    assert part.text.cut(link.start, link.end).text == "↩ Bob"
    assert link.value == "https://example.org/1"


def test_a_quote_of_nothing_names_who_said_it() -> None:
    said = Said(ANN, RichText("this"), quote=Quote("Bob", RichText()))
    assert texts(said, SHOWS_NAMES) == ["↩ Bob\nthis"]


def test_a_quote_is_one_short_line() -> None:
    shown = excerpt(RichText("one\ntwo " + "three " * 40))
    assert shown.text.startswith("one two three")
    assert shown.text.endswith("…")
    assert len(shown) <= EXCERPT


def test_a_spoiler_stays_hidden_in_a_quote() -> None:
    text = RichText("it was the cat", (Span(11, 14, Style.SPOILER),))
    assert excerpt(text).text == "it was the ███"


@pytest.mark.parametrize("sign", WHOLE)
def test_a_quote_never_ends_inside_a_sign(sign: str) -> None:
    for before in range(len(sign) + 2):
        shown = excerpt(RichText("a" * (10 - before) + sign + "b" * 20), 12).text
        assert shown.count(sign) == 1 or not set(sign) & set(shown)


def test_only_the_first_part_replies() -> None:
    said = Said(ANN, RichText("word " * 60), reply_to="7")
    assert [part.reply_to for part in render(said, SHOWS_NAMES)] == ["7", None, None]


def test_the_translation_is_told_with_the_first_part_only() -> None:
    made = Translation(RichText("x"), "en", "zh", "engine")
    said = Said(ANN, RichText("word " * 60), original=RichText("y"), translation=made)
    parts = render(said, SHOWS_NAMES)
    assert [part.translation for part in parts] == [made, None, None]
    assert [part.original for part in parts] == [RichText("y"), None, None]


def test_a_caption_goes_with_the_picture() -> None:
    [part] = render(Said(ANN, RichText("my cat"), files=(picture(),)), plain())
    assert part.text.text == "Ann\nmy cat"
    assert part.files == (picture(),)


def test_a_caption_that_is_too_long_becomes_a_message_before_the_picture() -> None:
    said = Said(ANN, RichText("my cat " * 8), files=(picture(),))
    words, shown = render(said, plain())
    assert (words.files, shown.files) == ((), (picture(),))
    assert shown.text.text == "Ann"


def test_a_picture_without_words_needs_none() -> None:
    [part] = render(Said(ANN, RichText(), files=(picture(),)), SHOWS_NAMES)
    assert not part.text
    assert part.files == (picture(),)


def test_an_album_is_spread_over_as_many_messages_as_it_needs() -> None:
    files = tuple(picture(number) for number in range(5))
    parts = render(Said(ANN, RichText("cats"), files=files), plain())
    assert [len(part.files) for part in parts] == [2, 2, 1]
    assert tuple(file for part in parts for file in part.files) == files
    assert [part.text.text for part in parts] == ["Ann\ncats", "Ann", "Ann"]


def test_there_is_always_something_to_show() -> None:
    assert texts(Said(ANN, RichText()), SHOWS_NAMES) == ["…"]


def test_a_long_text_is_cut_after_a_sentence() -> None:
    text = RichText("One short sentence. Another one here. And the rest of it.")
    assert [piece.text for piece in split(text, 45, plain())] == [
        "One short sentence. Another one here.",
        "And the rest of it.",
    ]


def test_a_chinese_text_is_cut_after_a_sentence() -> None:
    text = RichText("今天天气很好。我们去公园看猫吧！你要一起来吗？我等你")
    assert [piece.text for piece in split(text, 18, plain())] == [
        "今天天气很好。我们去公园看猫吧！",
        "你要一起来吗？我等你",
    ]


def test_a_paragraph_is_a_better_place_to_cut_than_a_sentence() -> None:
    text = RichText("The first of them.\n\nNow two. And three. And four.")
    assert split(text, 32, plain())[0].text == "The first of them."


def test_a_text_without_any_break_is_cut_at_the_limit() -> None:
    pieces = split(RichText("x" * 250), 100, plain())
    assert [len(piece) for piece in pieces] == [100, 100, 50]


def test_the_limit_counts_in_the_destinations_own_unit() -> None:
    can = Capabilities(10, 10, utf16, 1000)
    pieces = split(RichText("😀" * 12), 10, can)
    assert [piece.text for piece in pieces] == ["😀" * 5, "😀" * 5, "😀" * 2]


@pytest.mark.parametrize("sign", WHOLE)
@pytest.mark.parametrize("before", range(10, 21))
def test_a_sign_is_never_cut(sign: str, before: int) -> None:
    text = "x" * before + sign + "y" * 30
    pieces = [piece.text for piece in split(RichText(text), 20, plain())]
    assert "".join(pieces) == text
    assert sum(piece.count(sign) for piece in pieces) == 1


def test_neighbouring_flags_are_cut_between_two_flags() -> None:
    pieces = split(RichText("x" + FLAG * 12), 10, plain())
    assert all(piece.text.removeprefix("x") == FLAG * (len(piece) // 2) for piece in pieces)


def test_a_custom_emoji_is_never_cut() -> None:
    text = RichText("x" * 16 + ":catjam:" + "y" * 20, (Span(16, 24, Style.EMOJI, "1"),))
    pieces = split(text, 20, plain())
    assert [piece.text for piece in pieces if piece.spans] == [":catjam:" + "y" * 12]


@pytest.mark.parametrize("joiner", ["\u200d", "\ufe0f", "\u0301", "\U0001f3fd"])
def test_endless_joining_does_not_make_endless_messages(joiner: str) -> None:
    assert len(split(RichText("a" + joiner * 3000), 1000, plain())) == 4


def test_a_family_longer_than_the_limit_still_comes_to_an_end() -> None:
    assert "".join(piece.text for piece in split(RichText(FAMILY * 3), 3, plain())) == FAMILY * 3


def test_englands_flag_is_one_sign() -> None:
    pieces = split(RichText("x" * 5 + ENGLAND), 10, plain())
    assert [piece.text for piece in pieces] == ["x" * 5, ENGLAND]


@given(rich_texts(), st.integers(8, 40))
def test_pieces_fit_and_together_say_everything(text: RichText, limit: int) -> None:
    pieces = split(text, limit, plain())
    assert all(0 < len(piece) <= limit for piece in pieces)
    said = "".join("".join(piece.text.split()) for piece in pieces)
    assert said == "".join(text.text.split())


@given(rich_texts(), st.integers(8, 40))
def test_every_style_survives_the_cuts(text: RichText, limit: int) -> None:
    def visible(piece: RichText) -> list[object]:
        styled = zip(piece.text, styles_by_character(piece), strict=True)
        return [one for one in styled if not one[0].isspace()]

    pieces = split(text, limit, plain())
    assert [one for piece in pieces for one in visible(piece)] == visible(text)


@given(rich_texts(), st.integers(0, 5), st.booleans())
def test_the_same_message_renders_the_same_way_every_time(
    text: RichText, count: int, shows: bool
) -> None:
    said = Said(ANN, text, files=tuple(picture(number) for number in range(count)))
    can = plain(20, 10, shows_authors=shows)
    assert render(said, can) == render(said, can)


@given(rich_texts(), st.integers(0, 5), st.booleans())
def test_every_part_fits_its_destination(text: RichText, count: int, shows: bool) -> None:
    said = Said(ANN, text, files=tuple(picture(number) for number in range(count)))
    can = plain(20, 10, shows_authors=shows)
    for part in render(said, can):
        assert len(part.text) <= (can.caption_limit if part.files else can.text_limit)
        assert len(part.files) <= can.files_per_part
        assert part.text or part.files


def test_several_texts_are_bundled_each_under_its_author() -> None:
    part = bundle([Said(ANN, RichText("hi")), Said(BOB, RichText("hello"))], SHOWS_NAMES)
    assert part is not None
    assert part.text.text == "Ann\nhi\n\nBob\nhello"
    assert part.author is None


def test_one_persons_texts_are_bundled_as_theirs() -> None:
    part = bundle([Said(ANN, RichText("hi")), Said(ANN, RichText("there"))], SHOWS_NAMES)
    assert part is not None
    assert (part.text.text, part.author) == ("hi\nthere", ANN)


def test_a_bundle_that_does_not_fit_is_none() -> None:
    assert bundle([Said(ANN, RichText("x" * 60))] * 2, SHOWS_NAMES) is None
