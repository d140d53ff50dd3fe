"""How Chinese is read aloud: pinyin with tone marks, word by word. It never raises.

Readings come from pypinyin; `words/pinyin.tsv` corrects what it gets wrong in chat. 一 and 不 are
written as they sound. Whatever is not Chinese stays as it is.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache

from bot.core.language import HAN
from bot.translate.script import simplified_each
from bot.translate.tables import rows

LONGEST = 10_000  # characters; what is behind them is left out
LONGEST_WORD = 8
_USUAL = "-"
_RUN = re.compile(f"([{HAN}]+)")
_TONES = {"\u0304": 1, "\u0301": 2, "\u030c": 3, "\u0300": 4}
_PEOPLE = frozenset("我你您他她它们咱谁")  # before 得 they must
_COUNTED = frozenset("一二两三四五六七八九十百千万半几这那哪每")
_DIGITS = frozenset("零〇一二三四五六七八九十百千万亿")
_NOT_SO_BOUND = frozenset("对再从都也就可我你他她")  # before 不了 they are no verb
_NO_WORDS = frozenset({"不了", "行不行"})  # in pypinyin, read otherwise than in chat
_LETTERED = "著"  # 着 in Taiwan, but for these words
_LETTERS = frozenset("名作显称土专编论原巨译遗述录者")


@dataclass(slots=True)
class _Syllable:
    character: str
    said: str
    opens: bool  # a word of its own begins here
    is_set: bool = False  # by our table: leave it


def pinyin(text: str) -> str:
    """“你好，world” is “nǐ hǎo，world”. Long texts are cut at `LONGEST`."""
    said = ""
    for piece in _RUN.split(text[:LONGEST]):
        if not piece:
            continue
        before = said[-1:]
        words = _read(piece, before) if _RUN.fullmatch(piece) else piece
        said += f" {words}" if before.isalnum() and words[:1].isalnum() else words
    return said


def has_chinese(text: str) -> bool:
    return bool(_RUN.search(text))


def _read(han: str, before: str) -> str:
    """One run of Han characters; `before` is the sign in front of it."""
    plain = _in_simplified(han)
    syllables: list[_Syllable] = []
    at = 0
    while at < len(plain):
        found = _word_at(plain, at)
        syllables += found
        at += len(found)
    _decide_alone(plain, syllables, before)
    _sandhi(syllables)
    return _joined(syllables)


def _in_simplified(han: str) -> str:
    plain = simplified_each(han).replace("乾", "干").replace("干坤", "乾坤")
    signs = list(plain)
    for at, sign in enumerate(signs):
        around = {*plain[at - 1 : at], *plain[at + 1 : at + 2]}
        if sign == _LETTERED and at and not around & _LETTERS:
            signs[at] = "着"
    return "".join(signs)


def _word_at(text: str, at: int) -> list[_Syllable]:
    """The longest word that is known here, ours before theirs; else one character."""
    ours, theirs = _table(), _phrases()
    for length in range(min(LONGEST_WORD, len(text) - at), 1, -1):
        word = text[at : at + length]
        if word in ours:
            return _ours(word, ours[word])
        if word in theirs and word not in _NO_WORDS:
            said = [each[0] for each in theirs[word]]
            return [_Syllable(c, s, not n) for n, (c, s) in enumerate(zip(word, said, strict=True))]
    character = text[at]
    if character in ours:
        return _ours(character, ours[character])
    return [_Syllable(character, _alone(character), opens=True)]


def _ours(word: str, reading: str) -> list[_Syllable]:
    if reading == _USUAL:
        known = [each[0] for each in _phrases().get(word, ())]
        said = known or [_table().get(character, "") or _alone(character) for character in word]
        return [_Syllable(c, s, not n) for n, (c, s) in enumerate(zip(word, said, strict=True))]
    opened = [(s, not n) for part in reading.split("|") for n, s in enumerate(part.split())]
    return [_Syllable(c, s, o, True) for c, (s, o) in zip(word, opened, strict=True)]


def _decide_alone(text: str, syllables: list[_Syllable], before: str) -> None:
    """Characters with several readings that stand in no word, by what is beside them."""
    for at, one in enumerate(syllables):
        last, following = text[at - 1 : at], text[at + 1 : at + 2]
        is_alone = one.opens and (at + 1 == len(syllables) or syllables[at + 1].opens)
        if one.is_set or not is_alone:
            continue
        match one.character:
            case "得":
                one.said = "děi" if not last or last in _PEOPLE else "de"
            case "地" if len(text) > 2 and last and last == text[at - 2 : at - 1]:
                one.said = "de"
            case "只" if last in _COUNTED or (not last and before.isdigit()):
                one.said = "zhī"
            case "了" if last == "不" and at > 1 and text[at - 2] not in _NOT_SO_BOUND:
                one.said = "liǎo"
            case "还" if following in {"你", "我", "他", "她"} and text[at + 2 : at + 3] == "钱":
                one.said = "huán"
            case _:
                pass


def _sandhi(syllables: list[_Syllable]) -> None:
    for at, one in enumerate(syllables):
        if one.is_set or one.character not in "一不":
            continue
        last = syllables[at - 1].character if at else ""
        after = syllables[at + 1] if at + 1 < len(syllables) else None
        follows = _tone(after.said) if after else 0
        is_between_twins = after is not None and last == after.character
        if one.character == "不":
            one.said = "bu" if is_between_twins else "bú" if follows == 4 else "bù"
        elif is_between_twins:
            one.said = "yi"
        elif after is None or _is_figure(last, after) or (after.opens and not one.opens):
            one.said = "yī"
        else:
            one.said = "yí" if follows in {0, 4} else "yì"


def _is_figure(last: str, after: _Syllable) -> bool:
    """第一, 十一, 一二三 and 一月, where 一 only counts."""
    is_of_many = last in _DIGITS or after.character in _DIGITS - {"百", "千", "万", "亿"}
    return last in {"第", "初", "周"} or is_of_many or after.character in {"月", "号"}


def _tone(said: str) -> int:
    marks = (_TONES.get(mark, 0) for mark in unicodedata.normalize("NFD", said))
    return next(filter(None, marks), 0)


def _joined(syllables: list[_Syllable]) -> str:
    said = ""
    for at, one in enumerate(syllables):
        if at and (one.opens and not _is_doubled(syllables, at)):
            said += " "
        elif said and _begins_open(one.said):
            said += "'"
        said += one.said
    return said


def _is_doubled(syllables: list[_Syllable], at: int) -> bool:
    """试试 and 慢慢 are one word, 哈哈哈哈 too."""
    one, last = syllables[at], syllables[at - 1]
    stands_alone = at + 1 == len(syllables) or syllables[at + 1].opens
    return one.character == last.character and last.opens and stands_alone


def _begins_open(said: str) -> bool:
    return unicodedata.normalize("NFD", said)[:1] in {"a", "e", "o"}


@cache
def _table() -> dict[str, str]:
    """Our own words; a reading wins over the usual one."""
    listed = [(term, reading) for terms, reading in rows("pinyin") for term in terms.split("|")]
    return dict(sorted(listed, key=lambda each: each[1] != _USUAL))


@cache
def _phrases() -> dict[str, list[list[str]]]:
    """Loaded when first asked for: it takes half a second, and sixty megabytes from then on."""
    from pypinyin.phrases_dict import phrases_dict

    return phrases_dict


@cache
def _alone(character: str) -> str:
    from pypinyin import Style, lazy_pinyin

    said = lazy_pinyin(character, style=Style.TONE)
    return said[0] if said else character
