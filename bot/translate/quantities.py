"""Reads prices, measures, shares and plain numbers of either language."""

from __future__ import annotations

import re
from fractions import Fraction

from bot.core.language import HAN
from bot.translate import measures, numerals
from bot.translate.figures import COUNTED, STEP
from bot.translate.reading import Keys, Reading, is_firm_number, key, keys_of, shown, value_of

_CUT = re.compile("折|优惠|减|降|省|便宜|少|低")


def verbatim(match: re.Match[str], target: str) -> Reading:
    """What nothing else says: a phone number, a room, a size."""
    return Reading((key(re.sub(r"\s", "", match.group())),), said=match.group())


_POWER = re.compile("的?(?:大?功率|快?充|闪充|超级|无线|灯|电|适配|氮化|音[响箱]|风扇|显卡)")
_POWERED = re.compile(r"(?:功率|功耗|瓦数)\D{0,4}$|(?:充电器|电源|灯|快充)(?:是|有)?$")
_HAN = re.compile(f"[{HAN}]")


def watts(match: re.Match[str], target: str) -> Reading | None:
    """65W of a charger; elsewhere in Chinese a w is ten thousand."""
    text, start, end = match.string, *match.span()
    is_power = _POWER.match(text, end) or _POWERED.search(text, max(0, start - 8), start)
    if match.group()[-1] in "wW" and not is_power and _HAN.search(text):
        return None
    number = match.group().rstrip("wWats瓦 ")
    said = f"{number}瓦" if target == "zh" else f"{number}W"
    return Reading((key(f"{value_of(number)} W"),), said=said)


_PARTS_OF_BOOKS = {
    **{"p": "第{}页", "pp": "第{}页", "vol": "第{}卷", "ch": "第{}章", "fig": "图{}"}
}


def nth(match: re.Match[str], target: str) -> Reading:
    """No. 5 is the name of a thing, p. 10 a page."""
    if not match["part"]:
        return verbatim(match, target)
    said = _PARTS_OF_BOOKS[match["part"].lower()].format(match["n"])
    keys = key(f"第{match['n']}") if said.startswith("第") else key(match["n"])
    return Reading((keys,), said=said if target == "zh" else match.group())


def place(match: re.Match[str], target: str) -> Reading:
    """2号楼3单元501 is Building 2, Unit 3, 501."""
    building = match["a"] or match["d"] or (match["g"] if match["f"] else None)
    unit = match["b"] or (None if match["f"] else match["g"])
    names = ("{}号楼", "{}单元", "{}") if target == "zh" else ("Building {}", "Unit {}", "{}")
    parts = zip(names, (building, unit, match["c"] or match["e"]), ("b", "u", ""), strict=True)
    told = [(name, value_of(part), sign) for name, part, sign in parts if part]
    said = ("" if target == "zh" else ", ").join(name.format(value) for name, value, _ in told)
    return Reading(tuple(key(f"{sign}{value}") for _, value, sign in told), said=said)


def share(match: re.Match[str], target: str) -> Reading:
    """Two thirds; "a quarter" may also be a quarter of an hour."""
    bottom = {"quarter": 4}.get(match["b"].lower()) or value_of(match["b"].lower())
    top = 1 if match["a"].lower() == "a" else value_of(match["a"].lower())
    said = f"{top}/{bottom}"
    if target == "zh" and top is not None and bottom is not None:
        said = f"{numerals.HAN_ONES[int(bottom)]}分之{numerals.HAN_ONES[int(top)]}"
    return Reading(
        (key(said if target == "en" else f"{top}/{bottom}", f"f{top}/{bottom}"),),
        match["a"].lower() != "a",
        said=said,
    )


def percent(match: re.Match[str], target: str) -> Reading | None:
    value = value_of(match["n"] or match["h"] or match["e"])
    if value is None:
        return None
    # What is off is not what is paid: 80% off is no 八折.
    if match["off"] or match["less"]:
        keys = key(f"off{value}")
    else:
        around = match.string[max(0, match.start() - 4) : match.end() + 4]
        keys = key(f"p{value}", *([f"off{value}"] if _CUT.search(around) else []))
    said = f"{numerals.grouped(value)}%"
    if match["off"]:
        is_chinese = target == "zh" and 0 < value < 100
        said = f"打{numerals.grouped((100 - value) / 10)}折" if is_chinese else f"{said} off"
    if match["most"]:
        said = f"{'最多' if target == 'zh' else 'up to '}{said}"
    return Reading((keys,), said=said)


def discount(match: re.Match[str], target: str) -> Reading | None:
    """八折 is 20% off, 七五折 is 25%; 五到七折 is 30-50%, and 七八折 is 20-30%."""
    is_either = not match["low"] and STEP.fullmatch(match["n"])
    told = [*match["n"]] if is_either else [one for one in match.group("low", "n") if one]
    values = [value for one in told if (value := value_of(one.replace(".", ""))) is not None]
    if not values or len(values) < len(told):
        return None
    off = sorted(100 - (value * 10 if value < 10 else value) for value in values)
    keys = tuple(key(f"off{one}", f"p{one}", f"p{100 - one}") for one in off)
    said = "-".join(map(numerals.grouped, off))
    return Reading(keys, said=f"{said}% off", is_joined=len(keys) > 1)


def fraction(match: re.Match[str], target: str) -> Reading | None:
    top, bottom = (value_of(match["a"] or match["c"]), value_of(match["b"] or match["d"]))
    if not top or not bottom:
        return None
    said = match.group() if match["c"] else f"{top}/{bottom}"
    return Reading((key(f"f{top}/{bottom}"),), said=said)


def half(match: re.Match[str], target: str) -> Reading:
    return Reading((key("f1/2", "p50", "off50"),), is_firm=False)


def and_half(match: re.Match[str], target: str) -> Reading | None:
    """一个半, 两年半, "an hour and a half", "two and a half weeks"."""
    written = match["n"] or match["e"].lower()
    if match["w"]:
        value = (value_of(written) or 0) + Fraction(1, 2)
        return Reading((key(value),), said=measures.served(numerals.grouped(value), match["w"]))
    word = match["u"] or match["hour"] or match["x"] or match["y"]
    value = Fraction(1) if written in {"a", "an"} else value_of(written)
    if value is None or (written in {"a", "an"} and not match["x"]):
        return None
    value += Fraction(1, 2)
    unit = measures.span(word or "")
    smaller = {"year": 12}.get(unit)
    keys = key(value, value * smaller) if smaller else key(value)
    seconds = {"hour": 3600, "day": 86_400, "week": 604_800}.get(unit)
    keys = key(f"d{value * seconds}") if seconds else keys
    said = numerals.grouped(value)
    return Reading((keys,), said=measures.said_span(said, unit, target) if word else said)


def price(match: re.Match[str], target: str) -> Reading:
    unit = measures.SIGNS[match["sign"].strip().upper()]
    written = shown(match["n"], target)
    is_plain = re.fullmatch(r"[\d.,]+", match["n"])
    said = match.group() if is_plain else f"{match['sign']}{written}"
    value = value_of(match["n"])
    keys = keys_of(match["n"]) if value is None else key(value)
    return Reading((keys,), unit=unit, said=said)


def split(match: re.Match[str], target: str) -> Reading | None:
    """三块五毛 is 3.5 yuan, 1米75 is 1.75 m, 七斤二两 is 7.2 jin."""
    whole, part = value_of(match["a"]), Fraction(1, 2)
    if (match["b"] or match["l"]) != "半":
        part = value_of(match["b"] or match["l"])
    if whole is None or part is None:
        return None
    is_in_cents = part >= 10 or (match["t"] or "").startswith("分")
    value = whole + part / (100 if is_in_cents else 10) + _cents(match["c"])
    unit = {"米": "m", "尺": "chi", "秒": "sec", None: "jin"}.get(match["u"], "CNY")
    if unit == "sec":
        return _lasting([(unit, value)], target)
    return Reading(
        (key(value),), unit=unit, said=measures.said(numerals.grouped(value), unit, target)
    )


def _cents(written: str | None) -> Fraction:
    return (value_of(written) or Fraction(0)) / 100 if written else Fraction(0)


def mao(match: re.Match[str], target: str) -> Reading | None:
    """五毛 is half a yuan."""
    tenths = value_of(match["a"])
    if tenths is None:
        return None
    value = tenths / 10 + _cents(match["b"])
    said = measures.said(numerals.grouped(value), "CNY", target)
    return Reading((key(value),), unit="CNY", said=said)


_PARTS = (("hr", ("h", "h2")), ("min", ("m", "m1", "m2", "m3")), ("sec", ("s", "s1", "s3")))


def lasting(match: re.Match[str], target: str) -> Reading | None:
    """1小时20分, 2h30m, 一刻钟, "half an hour": known by their seconds."""
    if match["part"]:
        return _lasting([("min", Fraction(15 if match["part"] == "一" else 45))], target)
    if match["half"]:
        said = "half an hour" if target == "en" else "半小时"
        said = f"more than {said}" if "多" in match["half"] else said
        return Reading((key("d1800"),), said=said)
    if of := match["of"] or match["von"]:
        return Reading((measures.half_key(of),), said=measures.half_of(of, target))
    if match["one"]:
        seconds = 3600 if match["one"].lower().endswith("hour") else 60
        return Reading((key(f"d{seconds}"),), is_firm=False)
    told = [(unit, next((match[n] for n in names if match[n]), "")) for unit, names in _PARTS]
    parts = [(unit, value) for unit, written in told if (value := value_of(written)) is not None]
    return _lasting(parts, target) if len(parts) > 1 else None


def _lasting(parts: list[tuple[str, Fraction]], target: str) -> Reading:
    seconds = sum(value * measures.LASTING[unit] for unit, value in parts)
    said = [measures.said(numerals.grouped(value), unit, target) for unit, value in parts]
    return Reading((key(f"d{seconds}"),), said=("" if target == "zh" else " ").join(said))


def feet(match: re.Match[str], target: str) -> Reading:
    parts = [part for part in (match["a"], match["b"] or match["c"]) if part]
    said = "".join(f"{part}{name}" for part, name in zip(parts, ("英尺", "英寸"), strict=False))
    keys = tuple(key(part) for part in parts)
    return Reading(keys, unit="ft", said=said if target == "zh" else match.group())


def below(match: re.Match[str], target: str) -> Reading | None:
    """Less than nothing: -5℃, 零下5度."""
    value = value_of(match["n"])
    if value is None:
        return None
    in_words = f"零下{match['n']}度" if target == "zh" else f"minus {match['n']} degrees"
    is_worded = (match["u"] or "") in {"度", "degree", "degrees"}
    said = in_words if is_worded else f"-{match['n']}{match['u'] or ''}"
    return Reading((key(-value),), unit="deg" if match["u"] else "", said=said)


_VAGUE = re.compile(f"[{numerals.HAN_DIGITS}]{{2}}")  # 三五斤
_THINGS = {"块", "度", "米", "foot", "feet", "pound", "pounds"}  # may be no measure at all


def measure(match: re.Match[str], target: str) -> Reading | None:
    count = match["n"] or match["e"] or match["m"]
    unit = measures.canonical(match["u"] or match["v"] or match["w"])
    value = value_of(count)
    if value is None or _VAGUE.fullmatch(count):
        return None
    word = match["u"] or match["v"] or match["w"]
    least = 3 if unit in {"day", "week", "month"} else 2  # 这两天
    is_firm = is_firm_number(count) or (value >= least and word not in _THINGS)
    written = shown(count, target)
    if unit in measures.LASTING:
        keys = key(f"d{value * measures.LASTING[unit]}")
        if match["m"]:  # five more minutes
            return Reading((keys,), is_firm, said=written)
        return Reading((keys,), is_firm, said=measures.said(written, unit, target))
    if unit in measures.MONEY and target == "en" and written.isdigit():
        written = f"{int(written):,}"
    said = measures.said(written, unit, target)
    sign = re.fullmatch(r"[\d.,]+\s?([a-z/]{1,4}|[℃℉]|°[a-z]|㎡|m²)", match.group(), re.IGNORECASE)
    if sign and (target == "en" or sign[1].lower() in measures.READ_EVERYWHERE):
        said = match.group()  # 80 kg is read in both languages, 150 lbs is not
    return Reading((keys_of(count),), is_firm, unit if is_firm else "", said)


def figure(match: re.Match[str], target: str) -> Reading:
    parts = re.findall(r"[\d.,]+", match.group())
    if re.search("[+×x*]", match.group()):  # a sum, or a size: nothing else says it
        return Reading((key(match.group()),), said=match.group())
    keys = tuple(keys_of(part) for part in parts if value_of(part) is not None)
    return Reading(keys, said=match.group(), is_joined=len(keys) > 1)


def ordinal(match: re.Match[str], target: str) -> Reading | None:
    written = match["n"] or match["h"]
    value = value_of(written)
    if value is None or value.denominator != 1:
        return None
    said = f"第{value}" if target == "zh" else f"{value}{numerals.ordinal_ending(value.numerator)}"
    keys = key(value, f"第{value}")
    return Reading((keys,), is_firm_number(written) or value > 3, said=said)


def number(match: re.Match[str], target: str) -> Reading | None:
    keys = keys_of(match.group())
    return Reading((keys,), said=shown(match.group(), target)) if keys else None


def crowd(match: re.Match[str], target: str) -> Reading | None:
    """2M views are millions, never metres."""
    value = value_of(match.group())
    return None if value is None else Reading((key(value),), said=shown(match.group(), target))


def about(match: re.Match[str], target: str) -> Reading | None:
    """十七八 is 17 or 18, 三四百 is 300 to 400, 两三天 is 2 or 3 days."""
    if match["d"]:
        low, high = int(match["d"]), int(match["e"])
        return (
            _either(Fraction(low), Fraction(high), match["v"], target) if high == low + 1 else None
        )
    tens, scale = value_of(match["a"] or "零"), value_of(match["c"] or "一")
    pair = [value_of(sign) for sign in match["b"]]
    is_counted = match["u"] or COUNTED.match(match.string[match.end() :])
    if not (match["a"] or match["c"] or is_counted) or tens is None or scale is None:
        return None
    low, high = ((tens + value) * scale for value in pair if value is not None)
    return _either(low, high, match["u"], target, key(pair[0] or 0))


def _either(
    low: Fraction, high: Fraction, word: str | None, target: str, also: Keys = frozenset()
) -> Reading:
    """`also` is how the first may be said in short: three or four hundred."""
    unit = measures.canonical(word or "")
    write = numerals.in_english if target == "en" else numerals.in_chinese
    factor = measures.LASTING.get(unit)
    keys = [key(n, f"d{n * factor}") if factor else key(n) for n in (low, high)]
    said = measures.said(f"{write(low)}-{write(high)}", unit, target)
    is_named = unit and unit not in measures.LASTING
    return Reading((keys[0] | also, keys[1]), True, unit if is_named else "", said, is_joined=True)


def odd(match: re.Match[str], target: str) -> Reading | None:
    value = value_of(match["n"])
    if value is None or (value < 20 and not match["s"]):
        return None
    value *= numerals.SCALES.get(match["s"], 1)
    said = f"over {numerals.in_english(value)}" if target == "en" else match.group()
    return Reading((key(value),), said=said)


def tenths(match: re.Match[str], target: str) -> Reading | None:
    """三成 is 30%."""
    value = value_of(match["n"])
    if value is None:
        return None
    value = value * 10 + (5 if match["half"] else 0)
    keys = key(f"p{value}", f"off{value}", f"f{Fraction(value, 100)}")
    before, after = match.string[: match.start()], match.string[match.end() :]
    is_share = before.endswith(_CHANGED) or after.startswith(("的", "左右", "以", "首付"))
    return Reading((keys,), is_share, said=f"{value}%")  # 八成是他: it is probably him


_CHANGED = (*"了涨跌降升占省减增加近约到有过超", "不到")


def plus(match: re.Match[str], target: str) -> Reading | None:
    """100+ people, 10万+."""
    value = value_of(match["n"])
    return None if value is None else Reading((key(value),), said=f"{shown(match['n'], target)}+")


def per(match: re.Match[str], target: str) -> Reading:
    """The hour in $50/hr, 斤 in 2.5元/斤."""
    name = measures.per(match["name"])
    return Reading((), unit=name, said=measures.said_per(name, target))


def score(match: re.Match[str], target: str) -> Reading:
    """3比2."""
    return Reading(
        (key(int(match["a"])), key(int(match["b"]))),
        said=f"{match['a']}-{match['b']}",
        is_joined=True,
    )


def times(match: re.Match[str], target: str) -> Reading | None:
    """10倍, 10x: many times as much, which "ten times" says too."""
    if match["g"]:
        value = 3 if match["g"].lower().startswith("tri") else 2
        return Reading((key(f"x{value}"),), is_firm=False)
    ends = [n for n in (match["n"] or match["e"], match["m"] or match["f"]) if n]
    values = [value for n in ends if (value := value_of(n)) is not None]
    if not values or len(values) < len(ends):
        return None
    is_worded = bool(match["n"])
    keys = tuple(key(f"x{v}", v) if is_worded else key(f"x{v}") for v in values)
    told = "-".join(numerals.grouped(v) for v in values)
    is_firm = is_firm_number(ends[0]) or values[0] >= 2
    return Reading(
        keys, is_firm, said=f"{told}倍" if target == "zh" else f"{told}x", is_joined=len(keys) > 1
    )


def han(match: re.Match[str], target: str) -> Reading | None:
    value = numerals.chinese(match.group())
    if value is None:
        return None
    around = match.string[max(0, match.start() - 1) : match.start()], match.string[match.end() :]
    is_vague = around[0] in {"几", "数", "双", "初"} or around[1].startswith(("几", "来"))
    is_firm = is_firm_number(match.group()) and not is_vague
    return Reading((key(value),), is_firm, said=shown(match.group(), target))


def words(match: re.Match[str], target: str) -> Reading | None:
    value = numerals.english(match.group())
    if value is None:
        return None
    return Reading(
        (key(value),), is_firm_number(match.group()), said=shown(match.group().lower(), target)
    )
