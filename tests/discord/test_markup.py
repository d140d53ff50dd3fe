"""Discord's markdown and ours: what people write, what people see, and nothing lost between."""

from __future__ import annotations

import re
from dataclasses import dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.adapters.discord.markup import to_markdown, to_rich
from bot.core.richtext import RichText, Span, Style, join

RAW = (Style.CODE, Style.PRE, Style.EMOJI)
LOST_IN_RAW = (Style.BOLD, Style.ITALIC, Style.UNDERLINE, Style.STRIKE)


@dataclass(frozen=True, slots=True)
class Town:
    guild: str = "1"

    def user(self, id: str) -> str | None:
        return {"7": "小红", "8": "Bob_*"}.get(id)

    def channel(self, id: str) -> str | None:
        return {"9": "english"}.get(id)

    def role(self, id: str) -> str | None:
        return {"5": "mods"}.get(id)


def read(content: str) -> RichText:
    return to_rich(content, Town())


Styles = frozenset[tuple[Style, str]]


def styles(rich: RichText) -> list[tuple[str, Styles]]:
    """Each visible character with what it carries: white space shows no style.

    Inside an address, code or an emoji a style may be missing that would otherwise end early.
    """
    raw = [(found.start(), found.end()) for found in re.finditer(r"https?://[^\s<]+", rich.text)]
    raw += [(s.start, s.end) for s in rich.spans if s.style in RAW]
    shown: list[tuple[str, Styles]] = []
    for place, character in enumerate(rich.text):
        if not character.isspace():
            is_raw = any(start <= place < end for start, end in raw)
            carried = {(s.style, s.value) for s in rich.spans if s.start <= place < s.end}
            kept = {one for one in carried if one[0] not in LOST_IN_RAW} if is_raw else carried
            shown.append((character, frozenset(kept)))
    return shown


@pytest.mark.parametrize(
    ("content", "text", "style", "words"),
    [
        ("a **b** c", "a b c", Style.BOLD, "b"),
        ("a *b* c", "a b c", Style.ITALIC, "b"),
        ("a _b_ c", "a b c", Style.ITALIC, "b"),
        ("__b__", "b", Style.UNDERLINE, "b"),
        ("~~b~~", "b", Style.STRIKE, "b"),
        ("||谁||", "谁", Style.SPOILER, "谁"),
        ("`x_y`", "x_y", Style.CODE, "x_y"),
        ("``a`b``", "a`b", Style.CODE, "a`b"),
        ("> 你好\n> 再见\nok", "你好\n再见\nok", Style.QUOTE, "你好\n再见"),
        (">>> a\nb", "a\nb", Style.QUOTE, "a\nb"),
        ("-# quiet\nloud", "quiet\nloud", Style.SMALL, "quiet"),
        ("## Title\nbody", "Title\nbody", Style.BOLD, "Title"),
    ],
)
def test_markdown_is_read_as_discord_shows_it(
    content: str, text: str, style: Style, words: str
) -> None:
    rich = read(content)
    assert rich.text == text
    assert [(s.style, text[s.start : s.end]) for s in rich.spans] == [(style, words)]


def test_a_fence_keeps_its_language_and_its_markup() -> None:
    rich = read("see\n```py\n**x** = 1\n```\nok")
    assert rich.text == "see\n**x** = 1\nok"
    assert rich.spans == (Span(4, 13, Style.PRE, "py"),)


def test_a_masked_link_hides_its_address() -> None:
    rich = read("[这里](https://a.cn/x_y)")
    assert (rich.text, rich.spans) == ("这里", (Span(0, 2, Style.LINK, "https://a.cn/x_y"),))


@pytest.mark.parametrize(
    "content", ["https://a.cn/x_y_z*b*", "snake_case_name", "1 * 2 * 3", "5 < 6"]
)
def test_what_is_no_markup_stays_as_written(content: str) -> None:
    assert read(content) == RichText(content)


def test_an_escaped_mark_is_plain() -> None:
    assert read(r"\*not\* \_bold\_") == RichText("*not* _bold_")


def test_bold_italic_is_both() -> None:
    assert {s.style for s in read("***x***").spans} == {Style.BOLD, Style.ITALIC}


def test_mentions_read_as_names() -> None:
    rich = read("<@7> <@!7> <#9> <@&5> <@404>")
    assert rich.text == "@小红 @小红 #english @mods @unknown"
    assert {s.style for s in rich.spans} == {Style.MENTION}


def test_a_custom_emoji_reads_as_its_name() -> None:
    rich = read("hi <a:cat_hi:12>")
    assert rich.text == "hi :cat_hi:"
    assert rich.spans == (Span(3, 11, Style.EMOJI, "discord:a:12"),)


def test_a_timestamp_is_readable() -> None:
    assert read("at <t:1737000000:R>").text == "at 2025-01-16 04:00 UTC"


def test_a_bracketed_address_loses_its_brackets() -> None:
    assert read("<https://a.cn/b>").text == "https://a.cn/b"


@pytest.mark.parametrize("text", ["@everyone hi", "hello @here"])
def test_nobody_can_ping_everyone(text: str) -> None:
    written = to_markdown(RichText(text))
    assert "@everyone" not in written
    assert "@here" not in written
    assert read(written).text == text


@pytest.mark.parametrize(
    "text", ["# no title", "- no list", "> no quote", "12. no list", "-# loud"]
)
def test_plain_lines_do_not_become_blocks(text: str) -> None:
    written = to_markdown(RichText(text))
    assert "\\" in written
    assert read(written) == RichText(text)


def test_plain_chat_is_written_as_it_is() -> None:
    for text in ("今天吃什么？", "What's for dinner? :)", "看 https://a.cn/x_y?z=1"):
        assert to_markdown(RichText(text)) == text


def test_an_address_does_not_swallow_the_chinese_after_it() -> None:
    assert to_markdown(RichText("看https://a.cn/b，*好*")) == r"看<https://a.cn/b>，\*好\*"


def test_a_mention_is_native_only_at_home() -> None:
    rich = read("<@8>")
    assert to_markdown(rich, guild="1") == "<@8>"
    assert to_markdown(rich, guild="2") == r"@Bob\_\*"


def test_a_quote_inside_a_line_gets_a_line_of_its_own() -> None:
    rich = RichText("he said hi ok", (Span(8, 10, Style.QUOTE),))
    assert to_markdown(rich) == "he said \n> hi\n ok"


def test_a_link_of_another_scheme_is_its_words() -> None:
    assert to_markdown(RichText.styled("Li", Style.LINK, "tg://user?id=1")) == "Li"


NASTY = st.text(alphabet="ab1猫。！ *_~|`\\<>[]()#-@:/.+\n😀", max_size=12)
ADDRESS = st.sampled_from(["https://a.cn/x", "https://a.cn/b_c*d~~e?f=__g__#h", "https://例.cn/猫"])
WORDS = st.one_of(NASTY, ADDRESS, st.sampled_from(["@everyone", "http://", "1. ", "好"]))
PLAIN = WORDS.map(RichText)
CODE = st.text(alphabet="a猫 *_~|`\\@", min_size=1, max_size=6)
LEAVES = st.one_of(
    PLAIN,
    CODE.map(lambda text: RichText.styled(text, Style.CODE)),
    st.builds(RichText.styled, CODE, st.just(Style.PRE), st.sampled_from(["", "py"])),
    st.just(RichText.styled(":a_b:", Style.EMOJI, "discord::12")),
    st.just(RichText.styled("@Bob_*", Style.MENTION, "discord:1:@8")),
)
INLINE = [Style.BOLD, Style.ITALIC, Style.UNDERLINE, Style.STRIKE, Style.SPOILER]
NESTED = st.recursive(
    LEAVES,
    lambda inner: st.builds(
        lambda pieces, style: join(pieces).wrapped(style),
        st.lists(inner, min_size=1, max_size=3),
        st.sampled_from(INLINE),
    ),
    max_leaves=6,
)
LINKED = st.builds(
    lambda rich, address: RichText(
        rich.text, tuple(s for s in rich.spans if s.style in INLINE)
    ).wrapped(Style.LINK, address),
    st.one_of(NASTY.map(RichText), NESTED),
    st.sampled_from(["https://a.cn/x", "https://a.cn/b_c*(d)~|?e=1"]),
)
LINES = st.lists(st.one_of(NESTED, LINKED), min_size=1, max_size=4).map(join)
BLOCKS = st.one_of(
    LINES,
    LINES.map(lambda rich: rich.stripped().wrapped(Style.QUOTE)),
    NASTY.map(lambda text: RichText(" ".join(text.split())).wrapped(Style.SMALL)),
)
MESSAGES = st.lists(BLOCKS, min_size=1, max_size=3).map(
    lambda blocks: join(blocks, "\n").stripped()
)


@settings(max_examples=300, deadline=None)
@given(MESSAGES)
def test_what_is_written_reads_back_the_same(rich: RichText) -> None:
    back = read(to_markdown(rich, guild="1"))
    assert back.text == rich.text
    assert styles(back) == styles(rich)


OVERLAPPING = st.builds(
    lambda text, spans: RichText(
        text, tuple(Span(min(a, b), max(a, b), style) for a, b, style in spans)
    ),
    st.text(alphabet="ab猫 *_~|\\", min_size=8, max_size=8).filter(
        lambda text: text.strip() == text
    ),
    st.lists(
        st.tuples(st.integers(0, 8), st.integers(0, 8), st.sampled_from([*INLINE, Style.CODE])),
        max_size=5,
    ),
)


@settings(max_examples=300, deadline=None)
@given(OVERLAPPING)
def test_overlapping_styles_keep_every_letter_they_cover(rich: RichText) -> None:
    back = read(to_markdown(rich))
    assert back.text == rich.text
    lost = {Style.CODE, *LOST_IN_RAW, Style.SPOILER} if Style.CODE in kinds(rich) else set()
    for (_, kept), (_, wanted) in zip(styles(back), styles(rich), strict=True):
        assert {one for one in wanted if one[0] not in lost} <= kept


def kinds(rich: RichText) -> set[Style]:
    return {span.style for span in rich.spans}
