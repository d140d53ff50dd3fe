"""Which language a chat line is written in, by its script: pure, and never a guess about topic.

Detection libraries fail on chat ("lol" is Spanish, "哈哈" Korean); counting scripts does better.
Text is expected without its links, mentions and emoji: `shield.bare` removes them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

HAN = (
    "\u2e80-\u2fdf\u3005\u3007\u3021-\u3029\u3400-\u4dbf\u4e00-\u9fff"
    "\uf900-\ufaff\U00020000-\U000323af"
)
LATIN = "A-Za-z\uff21-\uff3a\uff41-\uff5a\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f\u1e00-\u1eff"

_HAN = re.compile(f"[{HAN}]")
_WORD = re.compile(f"[{LATIN}]+(?:['’][{LATIN}]+)*")
_COUNTED = re.compile(r"(?<=\d)[A-Za-z]{1,2}(?![A-Za-z])")  # 2w块, 175cm: no words of English
_KANA = re.compile("[\u3041-\u3096\u30a1-\u30fa\uff66-\uff6f\uff71-\uff9d]")
_SCRIPTS = {
    "ko": re.compile("[\u1100-\u11ff\u3131-\u318e\uac00-\ud7a3]"),
    "ru": re.compile("[\u0400-\u04ff]"),
    "ar": re.compile("[\u0600-\u06ff]"),
    "th": re.compile("[\u0e01-\u0e5b]"),
    "hi": re.compile("[\u0900-\u097f]"),
    "he": re.compile("[\u0590-\u05ff]"),
    "el": re.compile("[\u0370-\u03ff]"),
}
_ANY_OTHER = re.compile("|".join(each.pattern for each in (_KANA, *_SCRIPTS.values())))
# Chinese grammar words: with one of them, English words inside are guests.
_GRAMMAR = re.compile(
    "[的了是不我你他她它们這这那吗嗎吧呢啊呀就都也很还還有在没沒个個么麼什怎给給被把]"
    "|^(?:谢谢|謝謝|感谢|感謝|欢迎|歡迎|恭喜)(?=[A-Z])"
)

_OTHER = {"en": "zh", "zh": "en"}

_NET_CHINESE = frozenset(
    ("yyds", "xswl", "awsl", "zqsg", "nsdd", "dbq", "yysy", "u1s1", "ssfd", "xdm", "plmm", "gkd")
)
_PINYIN_GREETINGS = re.compile(
    r"(?:n[iǐ] ?h[aǎ]o|xi[eè] ?xi[eè]|w[oǒ] [aà]i n[iǐ]|z[aà]i ?ji[aà]n|w[aǎ]n ?[aā]n"
    r"|ji[aā] ?y[oó]u|du[iì] ?b[uù] ?q[iǐ]|m[eé]i ?gu[aā]n ?xi|z[aǎ]o ?sh[aà]ng ?h[aǎ]o)",
    re.IGNORECASE,
)

_TRADITIONAL = frozenset(
    "們個這來時為說國會對沒過後從還學見開關長門問間東車軍書聽讀寫買賣錢銀電話誰請謝讓認識該語課"
    "師樂樣點麼幾兒歲頭髮麵飯館貓魚鳥馬龍雞醫藥愛親難過邊遠進運動風飛視覺觀現發給經結網紅綠線"
    "級統計訂設許證試詢議論譯讚貴費資質賽贏輸軟體實際號處裡裏嗎嚇壓廣應張強當習業極機權歡氣漢灣"
    "無熱爾獨環產畫異療種積穩窩節範簡續總聯職聲腦膽與興舊舉華萬著葉蘋蘭衛術複訊記訴調談謂識護"
    "變貝負財販賀賓賴趕趙跡轉輕較載輩農遊達違選適遲鄉鄰鈴鐵鏡長閉閒陽陰陳陸隊階雖雙雜雲零須順顆"
    "題願類顯驗驚體魯鮮麗黃齊龜"
)
_SIMPLIFIED = frozenset(
    "们个这来时为说国会对没过从还学见开关长门问间东车军书听读写买卖钱银电话谁请谢让认识该语课"
    "师乐样点么几儿岁头发饭馆猫鱼鸟马龙鸡医药爱亲难边远进运动风飞视觉观现给经结网红绿线级统计"
    "订设许证试询议论译赞贵费资质赛赢输软体实际号处吗吓压广应张强当习业极机权欢气汉湾无热尔独"
    "环产画异疗种积稳窝节范简续总联职声脑胆与兴旧举华万叶苹兰卫术复讯记诉调谈谓护变贝负财贩贺宾"
)
TRADITIONAL_ONLY = _TRADITIONAL - _SIMPLIFIED
SIMPLIFIED_ONLY = _SIMPLIFIED - _TRADITIONAL


def base(language: str) -> str:
    """The language without its script or region: zh for zh-Hant, en for en-GB."""
    return language.partition("-")[0].lower()


def is_traditional(language: str) -> bool:
    """Whether readers of this language code expect Traditional characters."""
    return language.lower() in {"zh-hant", "zh-tw", "zh-hk", "zh-mo", "zt"}


def detect(text: str, prior: str = "und") -> str:
    """A language code, or "und" where no letters are; `prior` breaks a tie of zh and en."""
    han, words = len(_HAN.findall(text)), _WORD.findall(text)
    other = _other_script(text, han + len(words))
    if other:
        return other
    if not han:
        return _latin(text, words)
    words = _WORD.findall(_COUNTED.sub("", text)) if words else words
    if _GRAMMAR.search(text):
        return "zh" if han >= len(words) else "en"
    if han == 2 * len(words):
        return base(prior) if base(prior) in {"zh", "en"} else "zh"
    return "zh" if han > 2 * len(words) else "en"


def dominant(stretches: Iterable[str], prior: str, reader: str) -> str:
    """The language to translate from: the whole text's, or the other one where a stretch in it
    stands in a text that the reader can otherwise read."""
    listed = list(stretches)
    found = detect(" ".join(listed), prior)
    if found != reader or base(prior) == reader:
        return found
    other = _OTHER.get(reader, base(prior))
    return other if any(is_foreign(stretch, reader) for stretch in listed) else found


def is_foreign(text: str, reader: str) -> bool:
    """Whether a reader of Chinese or English needs this stretch translated: a name or a word of
    the other language is a guest, a phrase is not."""
    if reader == "zh":
        longest = max((len(_WORD.findall(run)) for run in _HAN.split(text)), default=0)
        return longest > (2 if _HAN.search(text) else 1)
    if reader != "en":
        return False
    if not _WORD.search(text):
        return bool(_HAN.search(text))
    runs = re.findall(f"[{HAN}]+", text)
    return any(len(run) > 4 or (len(run) > 1 and _GRAMMAR.search(run)) for run in runs) or (
        bool(runs) and detect(text) == "zh"
    )


def is_translatable(text: str, language: str) -> bool:
    """Whether `text` holds letters that a model of `language` could read."""
    if language in {"zh", "ja"}:
        return bool(_HAN.search(text) or _KANA.search(text))
    if language in _SCRIPTS:
        return bool(_SCRIPTS[language].search(text))
    return bool(_WORD.search(text))


def is_mixed(text: str) -> bool:
    """Whether Han and Latin stand side by side."""
    return bool(_HAN.search(text) and _WORD.search(text))


def is_worded(text: str) -> bool:
    """Whether Han or Latin is in it at all."""
    return bool(_HAN.search(text) or _WORD.search(text))


def chinese_script(text: str) -> str:
    """ "Hant" or "Hans" by the characters only one of them has, "" where there are none."""
    traditional = sum(map(TRADITIONAL_ONLY.__contains__, text))
    simplified = sum(map(SIMPLIFIED_ONLY.__contains__, text))
    if traditional == simplified:
        return ""
    return "Hant" if traditional > simplified else "Hans"


def han_share(text: str) -> float:
    """Han characters among Han characters and Latin words."""
    han, words = len(_HAN.findall(text)), len(_WORD.findall(text))
    return han / (han + words) if han + words else 0.0


def _other_script(text: str, known: int) -> str:
    if not _ANY_OTHER.search(text):
        return ""
    if len(_KANA.findall(text)) * 3 > known:
        return "ja"
    for code, script in _SCRIPTS.items():
        if len(script.findall(text)) > known:
            return code
    return ""


def _latin(text: str, words: list[str]) -> str:
    if not words:
        return "und"
    folded = text.strip(" .,!?~。，！？～").lower()
    if folded in _NET_CHINESE or _PINYIN_GREETINGS.fullmatch(folded):
        return "zh"
    return "en"
