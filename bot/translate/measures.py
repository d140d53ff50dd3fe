"""What amounts are counted in, in both languages: currencies and measures. Pure data."""

from __future__ import annotations

import re

# Canonical name → (as Chinese is given it, as English is given it, every way it is written).
# {} is the number. A sign stays in front of it.
_UNITS: dict[str, tuple[str, str, tuple[str, ...]]] = {
    "USD": ("{}美元", "${}", ("美元", "美金", "美刀", "刀", "dollars?", "bucks?", "usd", r"\$")),
    "CNY": (
        "{}元",
        "{} yuan",
        ("人民币", "块钱", "块", "元", "yuan", "rmb", "cny", "kuai", "[¥￥]"),
    ),
    "EUR": ("{}欧元", "€{}", ("欧元", "euros?", "eur", "€")),
    "GBP": ("{}英镑", "£{}", ("英镑", "pounds?", "quid", "gbp", "£")),
    "JPY": ("{}日元", "{} yen", ("日元", "yen", "jpy", "[¥￥]")),
    "KRW": ("{}韩元", "{} won", ("韩元", "won", "krw", "₩")),
    "HKD": ("{}港币", "HK${}", ("港币", "港元", "hkd", r"hk\$")),
    "TWD": ("{}台币", "NT${}", ("新台币", "台币", "twd", "ntd?", r"nt\$")),
    "kg": ("{}公斤", "{} kg", ("公斤", "千克", "kg", "kilos?", "kilograms?", "kgs")),
    "jin": ("{}斤", "{} jin", ("斤", "jin", "catt(?:y|ies)")),
    "g": ("{}克", "{} g", ("克", "g", "grams?")),
    "lb": ("{}磅", "{} lb", ("磅", "lbs?", "pounds?")),
    "oz": ("{}盎司", "{} oz", ("盎司", "oz", "ounces?")),
    "km": ("{}公里", "{} km", ("公里", "千米", "km", "kms", "kilomet(?:er|re)s?")),
    "m": ("{}米", "{} m", ("米", "m", "met(?:er|re)s?")),
    "cm": ("{}厘米", "{} cm", ("厘米", "公分", "cm", "centimet(?:er|re)s?")),
    "mm": ("{}毫米", "{} mm", ("毫米", "mm", "millimet(?:er|re)s?")),
    "mi": ("{}英里", "{} miles", ("英里", "miles?", "mi")),
    "ft": ("{}英尺", "{} ft", ("英尺", "ft", "feet", "foot", r"['’′](?=\s?\d)")),
    "in": ("{}英寸", "{} inches", ("英寸", "寸", "inch(?:es)?")),
    "sqm": ("{}平米", "{} m²", ("平方米", "平米", "㎡", "m²", "sqm", "square met(?:er|re)s?")),
    "sqft": ("{}平方英尺", "{} sq ft", ("平方英尺", "sq ?ft", "square f(?:ee|oo)t")),
    "mu": ("{}亩", "{} mu", ("亩", "mu")),
    "C": ("{}℃", "{}℃", ("摄氏度", "℃", "°c", "度", "degrees? celsius", "degrees?", "celsius")),
    "F": ("{}°F", "{}°F", ("华氏度", "℉", "°f", "度", "degrees? fahrenheit", "degrees?")),
    "deg": ("{}度", "{} degrees", ("度", "degrees?", "℃", "°c", "℉", "°f")),
    "l": ("{}升", "{} l", ("升", "l", "lit(?:er|re)s?")),
    "ml": ("{}毫升", "{} ml", ("毫升", "ml")),
    "mph": ("{}英里/小时", "{} mph", ("英里/小时", "mph", "miles per hour")),
    "kmh": ("{}公里/小时", "{} km/h", ("公里/小时", "km/h", "kmh", "kph")),
    "kB": ("{}KB", "{} KB", ("kb",)),
    "MB": ("{}MB", "{} MB", ("mb", "兆")),
    "GB": ("{}GB", "{} GB", ("gb", "(?-i:G)")),
    "TB": ("{}TB", "{} TB", ("tb",)),
    "fps": ("{}fps", "{} fps", ("fps", "帧")),
    "sec": ("{}秒", "{} seconds", ("秒钟?", "secs?", "seconds?")),
    "min": ("{}分钟", "{} minutes", ("分钟", "mins?", "minutes?")),
    "day": ("{}天", "{} days", ("天", "days?")),
    "week": (
        "{}周",
        "{} weeks",
        (r"周(?![年岁一二三四五六日天末])", "个?星期", "个?礼拜", "weeks?"),
    ),
    "month": ("{}个月", "{} months", ("个月", "months?")),
    "hr": ("{}小时", "{} hours", ("个?小时", "个?钟头", "h", "hrs?", "hours?")),
    "t": ("{}吨", "{} tons", ("吨", "tons?", "tonnes?")),
    "mg": ("{}毫克", "{} mg", ("毫克", "mg")),
    "chi": ("{}尺", "{} chi", ("尺", "chi")),
    "cent": ("{}美分", "{} cents", ("美分", "cents?")),
    "tsp": ("{}茶匙", "{} tsp", ("茶匙", "tsps?", "teaspoons?")),
    "tbsp": ("{}汤匙", "{} tbsp", ("汤匙", "tbsps?", "tablespoons?")),
    "Hz": ("{}Hz", "{} Hz", ("hz",)),
    "mAh": ("{}mAh", "{} mAh", ("mah",)),
    "Mbps": ("{}Mbps", "{} Mbps", ("mbps",)),
    "dB": ("{}dB", "{} dB", ("db",)),
    "kcal": ("{}大卡", "{} kcal", ("大卡", "千卡", "kcals?")),
}
READ_EVERYWHERE = frozenset(
    re.findall(
        r"\S+", "kg kgs g km m cm mm ml l ℃ ℉ °c °f ㎡ m² km/h kb mb gb tb fps hz mah mbps db"
    )
)
LASTING = {"sec": 1, "min": 60, "hr": 3600, "day": 86_400, "week": 604_800, "month": 2_592_000}
# What is told in the one and then in the other: 3 lb 4 oz.
PARTS = frozenset(
    (("lb", "oz"), ("m", "cm"), ("kg", "g"), ("km", "m"), ("ft", "in"), ("g", "mg"), ("l", "ml"))
)
MONEY = {"USD", "CNY", "EUR", "GBP", "JPY", "KRW", "HKD", "TWD"}
_MEASURING = {
    **{word: unit for unit, (_, _, words) in reversed(_UNITS.items()) for word in words},
    **{"pounds?": "lb", "度": "deg", "degrees?": "deg", "[¥￥]": "CNY"},
}
# After a number these are a word as often as a unit, or stand before it.
_UNSURE = {
    "chi",
    r"['’′](?=\s?\d)",
    "won",
    "l",
    "g",
    "mu",
    "ntd?",
    "mi",
    r"\$",
    "[¥￥]",
    "€",
    "£",
    "₩",
    r"hk\$",
    r"nt\$",
}
SIGNS = {
    **{"$": "USD", "US$": "USD", "¥": "CNY", "￥": "CNY", "€": "EUR", "£": "GBP", "₩": "KRW"},
    **{"HK$": "HKD", "NT$": "TWD", "RMB": "CNY", "CNY": "CNY", "USD": "USD"},
}
SIGN = r"(?:(?:US|HK|NT)?\$|[¥￥€£₩]|(?:RMB|CNY|USD)\s?)"


def _edged(word: str) -> str:
    """A Latin unit ends where its letters end."""
    return rf"{word}(?![A-Za-z²])" if re.search("[a-z]", word) else word


_LISTED = sorted({*_MEASURING} - _UNSURE, key=lambda word: (-len(word), word))
UNIT = "(?:" + "|".join(_edged(word) for word in _LISTED) + ")"
_CANONICAL = [(re.compile(word, re.IGNORECASE), _MEASURING[word]) for word in _LISTED]
# What people have so many and a half of → (in Chinese, in English, every way it is written).
_SPANS: dict[str, tuple[str, str, tuple[str, ...]]] = {
    "hour": ("{}小时", "{} hours", ("个?小时", "个?钟头", "hours?")),
    "year": ("{}年", "{} years", ("年", "years?")),
    "month": ("{}个月", "{} months", ("个月", "months?")),
    "week": ("{}周", "{} weeks", ("周", "个?星期", "个?礼拜", "weeks?")),
    "day": ("{}天", "{} days", ("天", "days?")),
    "minute": ("{}分钟", "{} minutes", ("分钟", "minutes?")),
    "jin": ("{}斤", "{} jin", ("斤", "jin")),
    "yuan": ("{}块", "{} yuan", ("块", "yuan")),
    "mile": ("{}英里", "{} miles", ("英里", "miles?")),
    "m": ("{}米", "{} m", ("米", "met(?:er|re)s?")),
}
# Half of one of them is an amount (how English calls it, how Chinese does).
_HALVED = {
    **{
        "mile": "英里",
        "jin": "斤",
        "kilo": "公斤",
        "kg": "公斤",
        "kilogram": "公斤",
        "km": "公里",
        "pound": "磅",
    },
    **{"year": "年", "month": "个月", "day": "天", "dozen": "打", "meter": "米", "liter": "升"},
}
HALVED_IN_ENGLISH = "|".join(_HALVED)
HALVED = "英里|斤(?!八两)|公斤|公里|磅(?!礴)|年(?!级)|个月|天(?!没|不|才|都)|打"
# What has a half more in Chinese: 两碗半.
_SERVED = {
    **{"碗": "bowls", "杯": "cups", "瓶": "bottles", "盒": "boxes", "页": "pages", "圈": "laps"},
    **{
        "勺": "spoons",
        "片": "slices",
        "场": "games",
        "节": "classes",
        "盘": "plates",
        "倍": "times",
    },
}
SERVED = "".join(_SERVED)
# Never said of a number that was only a number.
BODILY = frozenset(("lb", "kg", "g", "oz", "km", "mi", "m", "cm", "ft", "in", "C", "F", "Hz"))
SPAN, SPAN_IN_ENGLISH = (
    "(?:"
    + "|".join(w for *_, words in _SPANS.values() for w in words if w.isascii() is latin)
    + ")"
    for latin in (False, True)
)
_HALVES = {
    "am": r"早|上午|凌晨|半夜|(?:晚上|夜里)(?:12|十二|[123一二两三])[点:]"
    r"|(?<![a-z])a\.?m\b|morning|midnight|(?<!\d)(?:0?\d|1[01]):\d\d(?! ?p)",
    "pm": (
        r"下午|晚|傍晚|中午|夜|(?<![a-z])p\.?m\b|noon|evening|night"
        r"|(?<!\d)(?:1[2-9]|2[0-3])(?::|点)"
    ),
}
# What a price is for → (in Chinese, in English, how it is written, what else says so).
_PER = {
    "per hour": ("小时", "hour", "hr|hours?|h|小时"),
    "per month": ("月", "month", "mo|months?|月"),
    "per year": ("年", "year", "yr|years?|年"),
    "per day": ("天", "day", "days?|天|日"),
    "per week": ("周", "week", "wk|weeks?|周"),
    "per night": ("晚", "night", "nights?|晚"),
    "per person": ("人", "person", "person|pp|head|人|位"),
    "per piece": ("件", "piece", "pcs?|piece|item|件|个"),
    "per jin": ("斤", "jin", "jin|斤"),
    "per kg": ("公斤", "kg", "kg|公斤|千克"),
    "per lb": ("磅", "lb", "lbs?|pound|磅"),
    "per gallon": ("加仑", "gallon", "gal|gallon|加仑"),
    "per cup": ("杯", "cup", "cup|杯"),
    "per m²": ("平米", "m²", "sqm|m²|平米?|平方米?|㎡"),
}
PER_NAMES = "|".join(
    sorted((w for *_, words in _PER.values() for w in words.split("|")), key=len)[::-1]
)
_ELSE = {"per hour": "hourly", "per person": "each|people|per head", "per piece": "each|一"}
_WRITTEN = {unit: re.compile(words, re.IGNORECASE) for unit, words in _HALVES.items()} | {
    unit: re.compile("|".join(rf"(?<![A-Za-z]){_edged(w)}" for w in words), re.IGNORECASE)
    for unit, (_, _, words) in _UNITS.items()
}
_WRITTEN |= {
    name: re.compile(rf"(?<![A-Za-z])(?:{words}|{_ELSE.get(name, words)})", re.IGNORECASE)
    for name, (_, _, words) in _PER.items()
}


_DEALS = re.compile(
    r"[钱價价费費租薪资資贵貴宜卖賣买買花付赚賺收欠亏虧借还還捐罚罰奖獎刀毛角分元块塊]|[券票股币幣]"
    r"|\b(?:pay|paid|cost|price|salar|wage|rent|buy|bought|sell|sold|spen|worth|earn|ma[kd]e|ow|fee|bet|fine"
    r"|charge|cheap|expensive|money|cash|budget|tip|ticket|fund|loan|tax|lend|lent|borrow|donat|raise)",
    re.IGNORECASE,
)

_NO_DEALS = re.compile("[单單公]元|元[旦素宵]|花[园園名儿]")


def is_about_money(text: str) -> bool:
    """Whether `text` may be about money at all, a unit of it named or not."""
    text = _NO_DEALS.sub("", text)
    return bool(_DEALS.search(text)) or any(_WRITTEN[unit].search(text) for unit in MONEY)


def canonical(word: str) -> str:
    """The name of the unit that `word` writes, or ""."""
    folded = word.strip().lower() if word.strip() != "G" else "gb"
    return next((unit for pattern, unit in _CANONICAL if pattern.fullmatch(folded)), "")


def said(number: str, unit: str, target: str) -> str:
    """The number with its unit, as the target language writes both."""
    if unit not in _UNITS:
        return number
    in_chinese, in_english, _ = _UNITS[unit]
    if number == "1" and unit in LASTING:
        in_english = in_english.removesuffix("s")
    return (in_chinese if target == "zh" else in_english).format(number)


def span(word: str) -> str:
    """The name of what `word` says that there are so many and a half of, or ""."""
    folded = word.lower()
    return next(
        (n for n, (*_, words) in _SPANS.items() if any(re.fullmatch(w, folded) for w in words)), ""
    )


def said_span(number: str, name: str, target: str) -> str:
    in_chinese, in_english, _ = _SPANS[name]
    return (in_chinese if target == "zh" else in_english).format(number)


def alike(unit: str) -> frozenset[str]:
    """Those that may be meant by the same word: 度 is one of three."""
    degrees = frozenset(("C", "F", "deg"))
    pounds = frozenset(("lb", "GBP"))
    return next((group for group in (degrees, pounds) if unit in group), frozenset((unit,)))


def half_key(word: str) -> frozenset[str]:
    return frozenset((f"half {_HALVED.get(word.lower(), word)}",))


def per(word: str) -> str:
    """The name of what something is counted by."""
    folded = word.lower()
    return next(name for name, (*_, words) in _PER.items() if re.fullmatch(words, folded))


def said_per(name: str, target: str) -> str:
    return f"/{_PER[name][0 if target == 'zh' else 1]}"


def half_of(word: str, target: str) -> str:
    """Half a mile, 半英里."""
    known = {chinese: english for english, chinese in reversed(_HALVED.items())}
    english = word.lower() if word.isascii() else known[word]
    if target == "zh":
        return f"半{_HALVED[english]}"
    return f"half a {english}"


def served(number: str, word: str) -> str:
    return f"{number} {_SERVED[word]}"


def times_written(unit: str, text: str) -> int:
    """How often `text` names the unit, in any way."""
    return len(_WRITTEN[unit].findall(text))
