"""Traditional and Simplified characters, by OpenCC's tables."""

from __future__ import annotations

from functools import cache
from itertools import pairwise

from opencc import OpenCC

from bot.core.richtext import RichText
from bot.core.shield import Held, collapse, expand, guards


@cache
def _table(name: str) -> OpenCC:
    return OpenCC(name)


def simplified(text: str) -> str:
    return _table("tw2sp").convert(text)


def simplified_each(text: str) -> str:
    """Sign by sign: the result is as long as `text`, and no word is exchanged for another."""
    return "".join(map(_simplified_sign, text))


@cache
def _simplified_sign(sign: str) -> str:
    plain = _table("t2s").convert(sign)
    return plain if len(plain) == 1 else sign


def traditional(text: str) -> str:
    """As Taiwan writes, with its words."""
    return _table("s2twp").convert(text)


def rewritten(text: RichText, *, to_traditional: bool) -> RichText:
    """The same message in the other script, with its styles; links and names stay."""
    convert = traditional if to_traditional else simplified
    held: list[Held] = []
    skeleton = collapse(text, guards(text), held)
    edges = sorted({0, len(skeleton), *(e for s in skeleton.spans for e in (s.start, s.end))})
    answer, moved = "", {0: 0}
    for start, end in pairwise(edges):
        answer += convert(skeleton.text[start:end])
        moved[end] = len(answer)
    spans = tuple(type(s)(moved[s.start], moved[s.end], s.style, s.value) for s in skeleton.spans)
    return expand(RichText(answer, spans), [each.content for each in held])
