"""Texts that people post, and how to look at each character's styles."""

from __future__ import annotations

from hypothesis import strategies as st

from bot.core.richtext import RichText, Span, Style

FAMILY = "\U0001f468\u200d\U0001f469\u200d\U0001f467"  # three people joined into one picture
WAVE = "\U0001f44b\U0001f3fd"  # a hand and its skin tone
KEYCAP = "1\ufe0f\u20e3"
HEART = "\u2764\ufe0f"
FLAG = "\U0001f1e8\U0001f1f3"
ENGLAND = "\U0001f3f4\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f"
ACCENTED = "e\u0301"
WHOLE = [FAMILY, WAVE, KEYCAP, HEART, FLAG, ENGLAND, ACCENTED]

words = st.lists(
    st.sampled_from(["hello", "你好", "。", "，", ". ", " ", "\n", "a", "😀", *WHOLE]), max_size=12
).map("".join)


@st.composite
def rich_texts(draw: st.DrawFn) -> RichText:
    text = draw(words)
    if not text:
        return RichText()
    spans = draw(st.lists(_span(len(text)), max_size=3))
    return RichText(text, tuple(sorted(spans)))


@st.composite
def _span(draw: st.DrawFn, length: int) -> Span:
    start = draw(st.integers(0, length - 1))
    end = draw(st.integers(start + 1, length))
    style = draw(st.sampled_from([Style.BOLD, Style.SPOILER, Style.LINK]))
    return Span(start, end, style, "https://example.org/" if style is Style.LINK else "")


def styles_by_character(text: RichText) -> list[frozenset[tuple[Style, str]]]:
    return [
        frozenset((span.style, span.value) for span in text.spans if span.start <= at < span.end)
        for at in range(len(text))
    ]
