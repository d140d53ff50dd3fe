"""Telegram's entities and RichText, both ways."""

from hypothesis import given
from hypothesis import strategies as st
from telegram import MessageEntity

from bot.adapters.telegram import markup
from bot.core.richtext import RichText, Span, Style

FAMILY = "👨‍👩‍👧‍👦"
WORDS = st.text(st.sampled_from([*"ab 猫。\n", "😀", "\u200d", "👍", "🏽", "𠮷", "é"]), min_size=1)
VALUED = {
    Style.LINK: "https://example.org/?a=1&b=<2>",
    Style.PRE: "python",
    Style.MENTION: "telegram:42",
    Style.EMOJI: "telegram:5368324170671202286",
    Style.QUOTE: markup.EXPANDABLE,
}
STYLES = st.sampled_from([style for style in Style if style is not Style.SMALL])


@st.composite
def rich_texts(draw: st.DrawFn) -> RichText:
    words = draw(WORDS)
    spans: set[Span] = set()
    for style in draw(st.lists(STYLES, max_size=6)):
        start = draw(st.integers(0, len(words) - 1))
        end = draw(st.integers(start + 1, len(words)))
        spans.add(Span(start, end, style, VALUED.get(style, "")))
    return RichText(words, tuple(sorted(spans)))


def entities(sent: list[dict]) -> list[MessageEntity]:
    return [MessageEntity.de_json(entity, None) for entity in sent]


@given(rich_texts())
def test_what_is_written_is_read_again(text: RichText) -> None:
    words, sent = markup.write(text)
    assert markup.read(words, entities(sent)) == text


@given(rich_texts())
def test_entities_never_begin_or_end_inside_a_character(text: RichText) -> None:
    words, sent = markup.write(text)
    units = words.encode("utf-16-le")
    for entity in sent:
        start, end = entity["offset"] * 2, (entity["offset"] + entity["length"]) * 2
        assert units[:start].decode("utf-16-le") + units[start:end].decode("utf-16-le")


@given(st.text(), st.integers(2, 40))
def test_pieces_hold_everything_and_fit(words: str, limit: int) -> None:
    found = list(markup.pieces(RichText(words), limit))
    assert "".join(piece.text for piece in found) == words
    assert all(0 < markup.measure(piece) <= limit for piece in found)


def test_offsets_are_code_points_here_and_utf16_units_there() -> None:
    read = markup.read(f"{FAMILY} 猫", [MessageEntity("bold", 12, 1)])
    assert read.spans == (Span(8, 9, Style.BOLD),)
    assert markup.write(read)[1] == [{"type": "bold", "offset": 12, "length": 1}]


def test_a_long_text_is_measured_in_utf16_units() -> None:
    assert markup.measure(RichText("猫😀a")) == 4


def test_every_type_of_entity_is_read() -> None:
    user = {"id": 42, "is_bot": False, "first_name": "李"}
    given = {
        "bold": ({}, Style.BOLD, ""),
        "italic": ({}, Style.ITALIC, ""),
        "underline": ({}, Style.UNDERLINE, ""),
        "strikethrough": ({}, Style.STRIKE, ""),
        "spoiler": ({}, Style.SPOILER, ""),
        "code": ({}, Style.CODE, ""),
        "pre": ({"language": "python"}, Style.PRE, "python"),
        "blockquote": ({}, Style.QUOTE, ""),
        "expandable_blockquote": ({}, Style.QUOTE, "expandable"),
        "text_link": ({"url": "https://a.org/"}, Style.LINK, "https://a.org/"),
        "mention": ({}, Style.MENTION, ""),
        "text_mention": ({"user": user}, Style.MENTION, "telegram:42"),
        "custom_emoji": ({"custom_emoji_id": "77"}, Style.EMOJI, "telegram:77"),
    }
    for kind, (more, style, value) in given.items():
        entity = {"type": kind, "offset": 0, "length": 3, **more}
        assert markup.read("abc", entities([entity])).spans == (Span(0, 3, style, value),)


def test_links_tags_and_unknown_entities_stay_words() -> None:
    kinds = (
        "url",
        "hashtag",
        "cashtag",
        "bot_command",
        "email",
        "phone_number",
        "date_time",
        "new",
    )
    for kind in kinds:
        entity = {"type": kind, "offset": 0, "length": 3}
        assert markup.read("abc", entities([entity])) == RichText("abc")


def test_an_entity_beyond_the_text_is_cut_to_it() -> None:
    wide = [MessageEntity("bold", 1, 90), MessageEntity("italic", 40, 2)]
    assert markup.read("ab", wide).spans == (Span(1, 2, Style.BOLD),)


def test_a_mention_of_another_platform_is_plain_words() -> None:
    text = RichText.styled("@cat", Style.MENTION, "discord:42")
    assert markup.write(text) == ("@cat", [])


def test_the_quiet_line_is_italic() -> None:
    assert markup.write(RichText.styled("via", Style.SMALL))[1][0]["type"] == "italic"


def test_too_many_entities_leave_the_spoilers() -> None:
    words = "ab" * 120
    bold = tuple(Span(2 * at, 2 * at + 1, Style.BOLD) for at in range(119))
    text = RichText(words, (*bold, Span(238, 240, Style.SPOILER)))
    sent = markup.write(text)[1]
    assert len(sent) == 100
    assert sent[-1]["type"] == "spoiler"


def test_half_a_character_does_not_stop_a_message() -> None:
    words, _ = markup.write(RichText("a\ud83d"))
    assert words == "a\ufffd"


def test_a_piece_ends_after_a_line_where_there_is_one() -> None:
    found = [piece.text for piece in markup.pieces(RichText("one\ntwo\nthree"), 9)]
    assert found == ["one\ntwo\n", "three"]
