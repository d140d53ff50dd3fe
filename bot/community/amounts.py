"""Amounts of money as people type them: "2.5k", "1,200", "3万", "¥25", "三百块", "12 刀". Pure."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Literal

from bot.core.errors import Refused
from bot.i18n import N_

Currency = Literal["USD", "CNY"]

UNREADABLE = N_("I can't read that amount. Write it like 650, $12.50, 2.5k, 3万 or ¥1,200.")
ONLY_TWO = N_("Only dollars and yuan, please: put $ or ¥ before the number.")
BOTH = N_("Dollars or yuan? Please write only one of them.")

MOST_DIGITS = 15
SIGNS: dict[Currency, str] = {"USD": "$", "CNY": "¥"}
_WORDS: dict[Currency, tuple[str, ...]] = {  # longer ones first
    "USD": (
        *("us dollars", "us dollar", "dollars", "dollar", "bucks", "buck", "usd", "us$", "$"),
        *("美元", "美金", "美刀", "刀"),
    ),
    "CNY": (
        *("chinese yuan", "renminbi", "yuan", "kuai", "rmb", "cny", "cn¥", "¥"),
        *("人民币", "元钱", "块钱", "块", "元", "圆"),
    ),
}
_OTHER = re.compile(
    r"[€£₹₩₽฿]|(?<![a-z])(?:hk|nt|a|c|s|au|ca)\$|\b(?:eur|gbp|jpy|hkd|twd|ntd|cad|aud|sgd|euros?|pounds?|yen)\b"
    r"|港币|港元|台币|新台币|日元|欧元|英镑|加元|澳元"
)
_SOFT = re.compile(
    r"\b(?:about|around|roughly|approx\.?|only)\b|[~≈]|大概|大约|约|差不多|左右|上下|整$"
)
_ONE_BY_ONE = str.maketrans("零〇一二两三四五六七八九", "001223456789")
_SIMPLE = str.maketrans("萬億塊圓兩幣錢廣約", "万亿块圆两币钱广约")
_SCALES = {"亿": 10**8, "万": 10**4, "w": 10**4, "千": 1000, "k": 1000, "百": 100, "十": 10}
_TOKEN = re.compile(r"\d+(?:\.\d+)?|[亿万w千k百十]")
_NONE = 10**12  # larger than every scale: none was written yet


@dataclass(frozen=True, slots=True)
class Amount:
    """`cents` are hundredths: cents of a dollar, or fen."""

    cents: int
    currency: Currency

    def __str__(self) -> str:
        """As both languages read it: "$12.50", "¥2,500"."""
        whole, rest = divmod(self.cents, 100)
        return f"{SIGNS[self.currency]}{whole:,}" + (f".{rest:02d}" if rest else "")


def read_amount(text: str, otherwise: Currency) -> Amount:
    """`otherwise` is the currency where none is written. Raises `Refused` with one sentence."""
    plain = unicodedata.normalize("NFKC", text).lower().translate(_SIMPLE).strip()
    plain = _SOFT.sub(" ", plain)
    if _OTHER.search(plain):
        raise Refused(ONLY_TWO)
    found: set[Currency] = set()
    for currency, words in _WORDS.items():
        for word in words:
            if word in plain:
                found.add(currency)
                # "3块5" is three and a half: what follows a middle sign is a fraction.
                plain = re.sub(rf"(\d){re.escape(word)}(\d)$", r"\1.\2", plain)
                plain = plain.replace(word, " ")
    if len(found) > 1:
        raise Refused(BOTH)
    number = _number(plain)
    if number is None:
        raise Refused(UNREADABLE)
    return Amount(number, found.pop() if found else otherwise)


def _number(text: str) -> int | None:
    """In hundredths, or None where it is no single number."""
    bare = _ungrouped(text.strip())
    if not re.fullmatch(r"[\d.亿万w千k百十零〇一二两三四五六七八九\s]+", bare):
        return None
    if re.search(r"\d\s+\d", bare):
        return None
    bare = re.sub(r"\s", "", bare)
    if len(bare) > MOST_DIGITS:
        return None
    bare = re.sub(r"(?<![零〇一二两三四五六七八九\d])十", "一十", bare)
    bare = re.sub(r"(?<=[亿万千百])[零〇](?=.)", "0", bare).translate(_ONE_BY_ONE)
    return _sum(bare)


def _ungrouped(text: str) -> str:
    """Without the marks between thousands; a comma before one or two digits is a point."""
    if re.fullmatch(r"\D*\d{1,3}([, ]\d{3})+(\.\d+)?\D*", text):
        return re.sub(r"(?<=\d)[, ](?=\d)", "", text)
    return re.sub(r"(?<=\d),(?=\d{1,2}\D*$)", ".", text)


def _sum(text: str) -> int | None:
    """Of digits with scales: "1万2千", "3万5" (35,000), "12万3千", "2.5k"."""
    tokens = _TOKEN.findall(text)
    if "".join(tokens) != text:
        return None
    total = section = 0.0  # 万 and 亿 multiply all that stands before them: their section
    last, last_myriad = _NONE, _NONE
    number = ""
    for token in tokens:
        scale = _SCALES.get(token)
        if scale is None:
            if number:
                return None
            number = token
        elif scale >= 10**4:
            section += float(number or 0)
            if not section or scale >= last_myriad:
                return None
            total, section, number = total + section * scale, 0.0, ""
            last = last_myriad = scale
        else:
            if not number or scale >= last:
                return None
            section, number, last = section + float(number) * scale, "", scale
    is_short = len(number) == 1 and 100 <= last < _NONE  # 3万5
    return round((total + section + float(number or 0) * (last / 10 if is_short else 1)) * 100)
