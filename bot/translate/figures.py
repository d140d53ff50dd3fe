"""What amounts look like: dates, times, prices, measures and numbers, in the order they are sought.

Every pattern is linear in the text, and none knows what it finds.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.core.language import HAN
from bot.translate import calendars, measures
from bot.translate.numerals import ENGLISH_NUMBER, HAN_DIGITS, HAN_UNITS

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")

_D = r"\d{1,18}(?:,\d{3}){0,6}(?:\.\d{1,9})?"
_H = rf"[{HAN_DIGITS}{HAN_UNITS}]{{1,20}}"
_ONES = "[一二三四五六七八九]"
_HAN_TAIL = (
    rf"[十百千万萬亿億](?:[\d{HAN_DIGITS}{HAN_UNITS}]{{0,12}}[{HAN_DIGITS}{HAN_UNITS}]|\d(?!\d))?"
)
_SCALE = r"(?:\s?(?:hundred|thousand|million|billion|trillion|mil|bn|dozen|grand|[kw])(?![a-z0-9]))"
_SHORT_SCALE = r"(?:[mb](?![a-z0-9]))"  # of money and of crowds: 12B is a room, 5m a length
_CROWD = r"(?:\s?[mb](?=\s(?:people|views?|users?|followers?|subs|fans|downloads|likes)))"
_NUMBER = rf"(?:{_D}(?:{_HAN_TAIL}|{_SCALE})?|{_H})"
_MONTH = (
    "(?=[ADFJMNOS])(?:Jan(?:uary)?|Feb(?:ruary)?|(?-i:Mar(?:ch)?)|Apr(?:il)?|(?-i:May)|June?|July?|Aug(?:ust)?"
    "|Sept?(?:ember)?|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)"
)
_DAY = r"(?:3[01]|[12]\d|0?[1-9])(?:st|nd|rd|th)?"
_HAN_DAY = f"(?:三十一?|[一二]?十{_ONES}?|{_ONES})"
_SHORT_YEAR = r"(?<![\d.])[0-39]\d"  # 24年5月, 98年底
_YEAR = r"(?<!\d)\d{4}|[〇零一二三四五六七八九]{4}"
_PERIOD = (
    r"(?:(?<![今明昨当每后最])[早晚](?=[\d一二两三四五六七八九十]))"
    "|早上|早晨|上午|中午|下午|傍晚|晚上|夜里|凌晨|半夜"
)
_NOON = r"[ap](?:\.\s?m\.?|m(?![a-z]))"
_HOUR = r"(?:2[0-4]|[01]?\d|[一二]?十[一二三四]?|[一二两三四五六七八九])"
_MINUTE = f"(?:零?\\d(?=分)|[0-5]\\d|[二三四五]?十{_ONES}?|零?{_ONES}(?=分))"
_EN_HOUR = r"(?:\d{1,2}|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)"
_ON = "|".join(f"(?<={word} )" for word in ("on", "by", "next", "this", "last", "every", "until"))
# Minutes that are told from an hour, and which way: quarter to, half past, 20 past.
_PAST = (
    r"(?:(?P<part>half|(?:a )?quarter|five|ten|twenty(?:[ -]five)?|[1-5]?\d)(?: ?min(?:ute)?s?)?"
    r" past"
    r"|(?P<left>(?:a )?quarter|\d{1,2} ?min(?:ute)?s?|(?:(?<=it's )|(?<=it’s )|(?<=at ))"
    r"(?:five|ten|twenty(?:[ -]five)?)) (?:to|before|till|til)"
    r"|(?P<gone>(?:a )?quarter|\d{1,2} ?min(?:ute)?s?) after) "
)
_STEPS = "(?:一二|一两|两三|二三|三四|四五|五六|六七|七八|八九)"
_COUNTED = (
    "多个厘公分克折块元斤只条件瓶盒包袋张本份人天串杯碗米根支把双套头口点岁层年月号小升次架台"
    "套位名片页颗袋桶排"
)
_MEASURED = "[天个個周月年岁歲块元斤次小分秒点號号人条只家度米公楼件位名倍杯瓶本章集层里遍趟句步]"
_NOT_TOGETHER = "(?!一[起定直样下会边共般])"  # 周五一起去
_PAID = rf"(?:[1-9]|{_ONES}|两)(?:\.?[1-9]|{_ONES})?"
_HOURS = rf"(?:{_D}|[{HAN_DIGITS}十百]{{1,4}})"

_SOURCES = {
    # Figures of speech, and what only looks like a number.
    "idiom": (
        r"万一|千万(?=[不别要记小])|百分百|二百五|三七二十一|九九八十一|十万八千里|千千万万|万万|一一"
        r"|半斤八两|一[分角毛]钱一分货|一分钱一分货|三三两两|双十[一二]|八九不离十|十有八九|一点(?![钟半整\d一二三四五六七八九零]|左右)|五五开|十一(?=假期|黄金周|长假)"
        r"|\bno one\b|\beach one\b|\bseconds?\b(?= (?:later|ago)\b)"
    ),
    "phone": (
        r"\+?\d{1,3}[ -]?\(\d{2,4}\)[ -]?\d{3,4}[ -]?\d{3,4}(?!\d)"
        r"|\+\d{1,3}(?:[ -]\d{2,5}){2,5}"
    ),
    "tag": r"(?<![A-Za-z0-9_#])#\d{1,6}(?![\d#])|(?<![A-Za-z0-9_#])\d{3,8}#(?![A-Za-z0-9_])",
    # What is one word whatever stands around it: 24H2, 1v1.
    "code": (
        r"(?<![A-Za-z0-9_.])(?:\d{1,4}(?-i:[A-JLN-VX-Z])\d{1,4}|\d{1,3}v\d{1,3}(?:v\d{1,3}){0,6})"
        r"(?![A-Za-z0-9_]|\.\d)"
    ),
    "watts": rf"(?<![A-Za-z0-9_.$¥￥]){_D}\s?(?:(?:w|watts?)(?![A-Za-z0-9])|瓦)",
    "place": (
        rf"(?:(?P<a>\d{{1,4}}|{_H})(?:号楼|[栋幢](?=\d|{_H}单元)))?第?(?P<b>\d{{1,4}}|{_H})单元(?:(?P<c>\d{{2,5}})室?)?"
        rf"|(?P<d>\d{{1,4}}|{_H})号楼(?:(?P<e>\d{{2,5}})室?)?"
        r"|\b(?:(?P<f>building)|unit) (?P<g>\d{1,4})(?![\d%-]|[.,:]\d)"
    ),
    "part_of_week": (
        rf"(?<![\d个{HAN_DIGITS}{HAN_UNITS}])(?P<work>工作日|(?:每个?)工作日)|(?P<which>[这上下本每]?)个?(?P<rest>周末)"
        r"|\b(?P<days>weekdays?|workdays?|working days)\b|\b(?<!long )(?P<ends>weekends?)\b"
    ),
    "days": (
        rf"{calendars.DAY_IN_CHINESE}(?P<a>{calendars.DAY_SIGN})\s?[到至–—~～-]\s?{calendars.DAY_IN_CHINESE}?"
        rf"(?P<b>{calendars.DAY_SIGN})(?![个次点點號号月年])"
        rf"|\b(?P<c>{calendars.DAY_IN_ENGLISH})\s?(?:[–—~-]|\b(?:to|thru|through|till|until)\b)\s?"
        rf"(?P<d>{calendars.DAY_IN_ENGLISH})\b"
    ),
    "weekdays": (
        rf"{calendars.DAY_IN_CHINESE}(?P<a>{calendars.DAY_SIGN}(?:[、/和及跟]?{calendars.DAY_IN_CHINESE}?"
        rf"{_NOT_TOGETHER}[一二三四五六日])+)(?![{HAN_DIGITS}百千万次个個天节回趟块元分点點号月年])"
        rf"|\b(?P<c>{calendars.DAY_IN_ENGLISH}(?:\s?(?:&|/|,|\band\b)\s?{calendars.DAY_IN_ENGLISH})+)\b"
    ),
    "weekday": (
        rf"{calendars.DAY_IN_CHINESE}(?P<a>{calendars.DAY_SIGN})"
        rf"(?!天(?!天)|{_NOT_TOGETHER}[{HAN_DIGITS}百千万日次个個小节回趟块元分围])"
        rf"|\b(?P<c>(?:mon|tues|wednes|thurs|fri|satur|sun)days?|(?-i:(?:Mon|Tues?|Wed|Thu(?:rs?)?|Fri)\b\.?"
        rf"|(?:{_ON})(?:Sat|Sun)\b|(?:Sat|Sun)\b(?=\s(?:at\s|night|morning|afternoon|evening|\d))))"
        r"(?![A-Za-z])"
    ),
    "zone": calendars.ZONE,
    "iso": r"(?<!\d)(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?!\d)",
    "part_of_month": (
        rf"(?P<m>1[0-2]|0?[1-9]|十[一二]?|{_ONES})月(?P<part>初|上旬|中旬?|下旬|底|末)(?![到文国学心间])"
        rf"|\b(?P<p>early|mid|late|(?:the )?(?:beginning|start|middle|end) of)[ -](?P<e>{_MONTH})\b"
    ),
    "zh_date": (
        rf"(?:(?P<year>{_YEAR}|{_SHORT_YEAR})\s?年)?(?P<month>1[0-2]|0?[1-9]|十[一二]?|{_ONES})\s?月份?"
        rf"(?:(?P<day>3[01]|[12]\d|0?[1-9]|{_HAN_DAY})\s?"
        rf"(?:(?P<to>[-–—~～至到])\s?(?P<until>3[01]|[12]\d|0?[1-9]|{_HAN_DAY})\s?)?[日号號])?"
        rf"|(?P<only>{_YEAR}|两千零{_ONES}|{_SHORT_YEAR}(?=\s?年[初底末]))\s?年(?P<edge>[初中底末](?!学))?"
    ),
    "en_date": (
        rf"\b(?P<m1>{_MONTH})\.? (?:the )?(?P<d1>{_DAY})(?![\d:])(?:,? (?P<y1>\d{{4}})(?!\d))?"
        rf"|(?<![\d:.,/])\b(?P<d2>{_DAY})(?: of)? (?P<m2>{_MONTH})\b(?:,? (?P<y2>\d{{4}})(?!\d))?"
        rf"|\b(?P<m3>{_MONTH}),? (?P<y3>\d{{4}})(?!\d)"
    ),
    "decade": (
        r"(?P<n>(?:19|20)?\d0|[一二三四五六七八九]十)年代|(?P<h>\d[05])后(?![天年来面悔退果续])"
        r"|(?P<age>\b(?:my|your|his|her|our|their) (?:early |mid |late )?)?"
        r"(?<![\d$])['’]?(?P<e>(?:19|20)\d0|[5-9]0|(?(age)\d0|(?<=the )\d0))['’]?s\b"
    ),
    "century": rf"(?P<n>\d{{1,2}}|{_H})世纪|\b(?P<e>\d{{1,2}})(?:st|nd|rd|th)[ -]century\b",
    "month": rf"\b{_MONTH}\b",
    "ish": r"(?<![\d.:])(?P<h>1[0-2]|[1-9])(?::(?P<m>[0-5]\d))?[ -]?ish\b",
    "clock": (
        rf"(?P<p>{_PERIOD})?(?<![\d:：])(?P<h>2[0-4]|[01]?\d)"
        rf"(?:[:：]|\.(?=[0-5]\d\s?{_NOON}))(?P<m>[0-5]\d)(?::[0-5]\d)?"
        rf"(?![\d:：])(?:\s?(?P<noon>{_NOON}))?"
    ),
    "noon": rf"(?<![\d.])(?P<h>\d{{1,2}})\s?(?P<noon>{_NOON})",
    "o_clock": (
        rf"\b(?:(?P<past>{_PAST})(?P<ph>{_EN_HOUR})(?!:?\d)(?:\s?o['’]?clock\b)?"
        rf"|(?P<h>{_EN_HOUR})\s?o['’]?clock\b)(?:\s?(?P<noon>{_NOON})|(?![a-z]))"
    ),
    "to_hour": (
        rf"差(?P<m>一刻|{_MINUTE}|\d{{1,2}})分?钟?(?:到)?(?P<h>{_HOUR})[点點]"
        rf"|(?<![\d.{HAN_DIGITS}])(?P<h2>{_HOUR})[点點]差(?P<m2>一刻|{_MINUTE}|\d{{1,2}})分?"
    ),
    "zh_hour": (
        rf"(?P<p>{_PERIOD})?(?<![\d.{HAN_DIGITS}])(?P<h>{_HOUR})[点點]"
        rf"(?:(?P<half>半)|(?P<quarter>[一三]刻)|过?(?P<m>{_MINUTE})分?|钟|整"
        rf"|(?!半|[一三]刻|(?!一[起定直样下会边共])[{HAN_DIGITS}\d水建意]))"
    ),
    "percent": (
        rf"(?P<most>\bup to )?(?:(?P<n>{_D})\s?(?:[%％]|per ?cent\b)"
        rf"|百分之(?P<h>{_H}点[{HAN_DIGITS}]{{1,4}}|{_NUMBER})"
        rf"|\b(?P<e>{ENGLISH_NUMBER}) percent\b"
        r")(?:\s?(?P<off>off)\b|(?=\s(?P<less>discount|cheaper|less|reduction)\b))?"
    ),
    "discount": (
        rf"打?(?:(?P<low>{_PAID})(?:折\s?打?)?[-–—~～到至])?(?P<n>{_PAID})折(?![扣叠腾])(?:优惠)?"
    ),
    "tenths": (
        rf"(?P<n>[1-9]|{_ONES}|两)成(?P<half>半)?"
        rf"(?!不变|[为就功本果绩熟交长员立都语了\d{HAN_DIGITS}])"
    ),
    "share": (
        r"\b(?P<a>one|a|two|three|four)[ -]"
        r"(?P<b>third|quarter|fourth|fifth|sixth|tenth)s?\b(?! (?:past|to|of an?\b))"
    ),
    "fraction": rf"(?P<b>{_H}|\d{{1,18}})分之(?P<a>{_H}|\d{{1,18}})"
    r"|(?<![\d/.])(?P<c>\d{1,18})/(?P<d>\d{1,18})(?![\d/])",
    "and_half": (
        rf"(?P<n>\d{{1,4}}|[{HAN_DIGITS}十百]{{1,4}})(?:个半(?P<hour>小时|钟头)?|(?P<u>{measures.SPAN})半|(?P<w>[{measures.SERVED}])半)"
        rf"(?![夜载路途生价工边])"
        rf"|\b(?P<e>\d{{1,4}}|an?|{ENGLISH_NUMBER})(?:[ -](?P<x>{measures.SPAN_IN_ENGLISH}))?"
        rf"[ -]and[ -]a[ -]half\b(?: (?P<y>{measures.SPAN_IN_ENGLISH})\b)?"
    ),
    # Hours with their minutes, 2h30m, and minutes with their seconds.
    "lasting": (
        rf"(?P<h>{_HOURS})\s?个?(?:小时|钟头)零?\s?(?P<m>{_HOURS})分钟?(?:(?P<s>{_HOURS})秒钟?)?"
        rf"|(?P<m1>{_HOURS})分钟?零?(?P<s1>{_HOURS})秒钟?"
        rf"|(?<![\d.])(?P<h2>{_D}|\b{ENGLISH_NUMBER})\s?(?:h|hrs?|hours?)(?:,|\s?and)?\s?"
        rf"(?P<m2>{_D}|{ENGLISH_NUMBER})\s?(?:m|mins?|minutes?)(?![a-z])"
        rf"|(?<![\d.])(?P<m3>{_D})\s?(?:m|mins?|minutes?)(?:,|\s?and)?\s?(?P<s3>{_D})"
        r"\s?(?:s|secs?|seconds?)(?![a-z])"
        r"|(?P<part>[一三])刻钟|(?P<half>半个?多?(?:小时|钟头)|\bhalf (?:an? |-)?hour\b)"
        rf"|\bhalf an? (?P<of>{measures.HALVED_IN_ENGLISH})\b|半(?P<von>{measures.HALVED})"
        r"|\b(?P<one>an hour|a minute)\b(?! (?:and|ago))"
    ),
    "half": r"\bhalf\b(?! a (?:million|billion|dozen))|一半|半(?=[个小天年月斤价英公磅打米里])",
    "price": (
        rf"(?P<sign>{measures.SIGN})\s?"
        rf"(?P<n>{_D}(?:{_HAN_TAIL}|(?i:{_SCALE}|{_SHORT_SCALE}))?)"
    ),
    # 三块五毛, 1米75, 七斤二两, 五毛.
    "split": (
        rf"(?P<a>{_NUMBER})\s?(?:(?P<u>块|秒(?=\d(?!\d))|元(?=\d?[\d{HAN_DIGITS}][角分])|米|尺)零?"
        rf"(?P<b>\d{{1,2}}|(?!一[{_COUNTED}]){_ONES}(?:{_ONES}(?![{_COUNTED}]))?)"
        rf"(?P<t>[毛角](?:(?P<c>\d|(?!一[{_COUNTED}]){_ONES})分?)?|分)?钱?|斤(?P<l>\d|{_ONES}|半)两)"
        rf"(?![{_COUNTED}]|(?!一[{_COUNTED}])[\d{HAN_DIGITS}{HAN_UNITS}])"
    ),
    "mao": (
        rf"(?P<a>[1-9]|{_ONES}|两)毛(?P<b>\d|{_ONES})?钱?"
        rf"(?![{HAN_DIGITS}\d巾笔衣线发病球肚孩党特豆不驴流])"
    ),
    "feet": (
        r"(?<!\d)(?P<a>\d)(?:['’′]\s?(?P<b>1[01]|\d)(?!\d)(?:[\"”″]|'')?"
        r"|\s?(?:ft\.?|feet|foot)\s?(?P<c>1[01]|\d)(?!\d)(?:\s?in(?:ch(?:es)?)?\b)?(?!\s?[a-z]*\d))"
    ),
    "vague": (
        rf"(?<![\d{HAN_DIGITS}{HAN_UNITS}无])(?:好?几|数)(?P<n>十?万|百万|千万|十?亿|[十百千])"
        r"(?:(?P<u>块钱?|元)|(?P<who>个?人)(?![民口类才生家间次均]))?"
        r"|(?P<many>成百上千|成千上万)[的个]?"
        rf"|(?<![马晚早网路线楼身以向在])上(?P<over>百(?![度分])|[千万亿])(?=个?{_MEASURED}|[种张户吨美])"
        r"|\b(?P<e>(?:tens|hundreds) of (?:thousands|millions)"
        r"|(?:dozen|hundred|thousand|[mb]illion)s"
        r"|(?P<few>(?:several|(?:quite )?a few) )(?:hundred )?"
        r"(?:dozen|hundred|thousand|[mb]illion))\b"
        r"(?: of\b(?! (?:the|them|us|you|those|these|my|our)\b))?"
    ),
    "plus": rf"(?<![\d.])(?P<n>{_D}(?:{_HAN_TAIL}|{_SCALE})?)\+(?![\d+]|\s\d)",
    "nth": r"\b(?-i:No)\. ?\d+|\b(?P<part>pp?|vol|ch|fig)\. ?(?P<n>\d{1,4})(?![\d.-])",
    "nine_to_five": rf"早(?P<a>\d{{1,2}}|{_ONES})晚(?P<b>\d{{1,2}}|{_ONES})(?![点點\d])",
    # 二十几岁, 10多万: at least that many.
    "odd": (
        rf"(?<![\d.{HAN_DIGITS}])(?P<n>\d{{1,5}}|{_H})(?:[几多]|来(?=[个块岁人斤天年元万亿]))"
        rf"(?P<s>[万亿]?)(?![{HAN_DIGITS}{HAN_UNITS}])"
    ),
    "per": (
        r"(?:(?<=[\d元块万刀kKmM\ufffc])(?<!km)|(?<=bucks)|(?<=dollars)|(?<=yuan)|(?<=rmb)|(?<=usd))"
        rf"/\s?(?P<name>{measures.PER_NAMES})(?![A-Za-z{HAN}])"
    ),
    "room": r"(?<![A-Za-z0-9_.])\d{1,6}(?-i:[A-FHIJN-VX-Z])(?![A-Za-z0-9])",
    "size": rf"(?<![\d.]){_D}\s?[x×]\s?{_D}(?!\d)",
    "crowd": rf"(?<![\d.]){_D}{_CROWD}",
    "below": (
        rf"(?:零下|\bminus\s|(?<![0-9a-z{HAN_DIGITS}{HAN_UNITS})\]’'_.\ufffc])[-−])(?P<n>{_D})"
        rf"\s?(?P<u>℃|℉|°[cf]|度|degrees?)?(?![\d-])"
    ),
    # Either of two neighbors: 十七八岁, 三四百块.
    "about": (
        rf"(?<![{HAN_DIGITS}{HAN_UNITS}第初])(?:(?P<a>(?:[二三四五六七八九]?十)?)(?P<b>{_STEPS})"
        rf"(?P<c>[十百千万亿]{{0,2}})(?P<u>{measures.UNIT})?(?![{HAN_DIGITS}{HAN_UNITS}])|(?P<d>\d)[、,，](?P<e>\d)(?={_MEASURED}))(?P<v>{measures.UNIT})?"
    ),
    "ordinal": rf"(?<!\d)(?P<n>\d+)(?:st|nd|rd|th)\b|第(?P<h>\d+|{_H})(?:名(?!字))?",
    "measure": (
        rf"(?P<n>{_H}点[{HAN_DIGITS}]{{1,4}}|{_NUMBER})(?:\s|-(?=[a-z]))?(?P<u>{measures.UNIT})"
        rf"|\b(?P<e>{ENGLISH_NUMBER})[ -](?P<v>{measures.UNIT})"
        rf"|(?P<m>{_D}|\b{ENGLISH_NUMBER})(?= (?:more|extra|full|whole|straight|business|long|good)"
        rf" (?P<w>{measures.UNIT}))"
    ),
    "score": r"(?<![\d.])(?P<a>\d{1,3})比(?P<b>\d{1,3})(?!\d)",
    "times": (
        rf"(?P<n>{_D}|{_H}(?:点[{HAN_DIGITS}]{{1,4}})?)(?:[-–~～到](?P<m>{_D}))?倍(?![增镜])"
        rf"|(?<![\d.])(?P<e>{_D})(?:[-–](?P<f>{_D}))?[ -]?x(?![A-Za-z0-9])"
        r"|\b(?P<g>twice|doubled?|tripled?)\b"
    ),
    "figure": (
        rf"(?<![\d.]){_D}(?:[-–—~～:：/+×x*]{_D}){{1,8}}"
        rf"(?!\d|[十百千万萬亿億]|{_SCALE}|[\d.]*[%％])"
    ),
    "spoken": rf"\b{ENGLISH_NUMBER} point {ENGLISH_NUMBER}(?: {ENGLISH_NUMBER})?",
    "number": rf"(?<![\d.]){_D}(?:{_HAN_TAIL}|个亿|个万|{_SCALE}|个(?=[，。！？,.!?~～\s]*$))?",
    "han": rf"{_H}(?:个亿|点[{HAN_DIGITS}]{{1,4}}(?=[倍万亿折岁寸折]))?",
    "words": rf"\b{ENGLISH_NUMBER}\b",
}
PATTERNS = {
    kind: re.compile(source, re.IGNORECASE if kind != "price" else re.NOFLAG)
    for kind, source in _SOURCES.items()
}
COUNTED, STEP = re.compile(_MEASURED), re.compile(_STEPS)
# Most chat holds no amount, and few sentences more than one kind of sign.
_POSSIBLE = re.compile(
    rf"[\d半周週{HAN_DIGITS}{HAN_UNITS}]|星期|[礼禮]拜|工作日|[京国东西地约敦港北湾本坡部洋治]时间"
    rf"|\b(?:{ENGLISH_NUMBER}|half\b|an hour|a minute|twice|double|triple|tens of"
    r"|week(?:day|end)|work(?:day|ing day)|hundred|thousand|[mb]illion|dozens"
    rf"|(?:a[ -])?quarter|{_MONTH}|{calendars.DAY_IN_ENGLISH}\b|(?-i:[A-Z]{{1,3}}[CT]\b)"
    r"|(?:beijing|china|eastern|pacific|central|local|york|london|tokyo|japan|korea|kong) time\b)",
    re.IGNORECASE,
)
_DIGIT, _LATIN = re.compile(r"\d"), re.compile("[A-Za-z]")
_DIGITAL = (
    frozenset(("per", "ish", "plus", "nth", "score"))
    | frozenset(
        (
            "phone",
            "tag",
            "code",
            "watts",
            "iso",
            "en_date",
            "clock",
            "noon",
            "feet",
            "room",
            "size",
            "crowd",
            "figure",
        )
    )
    | {"number"}
)
_NONE = frozenset[str]()
_LATIN_ONLY = frozenset(("month", "o_clock", "share", "spoken", "words"))
# A text without any of these characters, in small letters, holds none of the kind.
_SIGNS = {
    kind: frozenset(signs)
    for kind, signs in {
        "phone": "(+",
        "tag": "#",
        "watts": "w瓦",
        "iso": "-/.",
        "zh_date": "月年",
        "decade": "代后s",
        "part_of_month": "月abcdefghijklmnopqrstuvwxyz",
        "tenths": "成",
        "per": "/",
        "ish": "h",
        "plus": "+",
        "nth": ".",
        "nine_to_five": "早",
        "century": "纪y",
        "score": "比",
        "times": "倍xwb",
        "clock": ":：.",
        "noon": "m",
        "to_hour": "差",
        "zh_hour": "点點",
        "discount": "折",
        "fraction": "分/",
        "price": "$¥￥€£₩byd",
        "split": "块元米斤尺秒",
        "mao": "毛",
        "lasting": "时头分刻hm半",
        "feet": "'’′f",
        "size": "x×",
        "crowd": "mb",
        "below": "下m-−",
        "figure": "-–~～:：/+×x*",
        "ordinal": "第td",
    }.items()
}
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
# Nor one without any of these.
_STEMS = {
    "percent": ("%", "％", "分之", "cent"),
    "and_half": ("半", "half"),
    "o_clock": (" to ", "half", "clock", "past", "quarter", "min"),
    "days": ("周", "週", "期", "拜", *_DAYS),
    "weekdays": ("周", "週", "期", "拜", *_DAYS),
    "weekday": ("周", "週", "期", "拜", *_DAYS),
    "zone": (
        "时间",
        "time",
        "st",
        "dt",
        "gmt",
        "utc",
        "et",
        "pt",
        "ct",
        "mt",
        "hkt",
        "sgt",
        "msk",
        "pacific",
    ),
    "half": ("半", "half"),
    "vague": tuple(
        re.findall(
            r"\S+",
            "几 数 成百 成千 上百 上千 上万 上亿 dozen hundred thousand million billion",
        )
    ),
    "place": ("楼", "单元", "栋", "幢", "building", "unit"),
    "part_of_week": ("工作日", "周末", "weekday", "workday", "working day", "weekend"),
}


def sought(text: str) -> Iterator[tuple[str, re.Pattern[str]]]:
    """The patterns that could match something in `text`, in order."""
    if not _POSSIBLE.search(text):
        return
    folded = text.casefold()
    characters = frozenset(folded)
    lacking = _NONE if _DIGIT.search(text) else _DIGITAL
    lacking |= _NONE if _LATIN.search(text) else _LATIN_ONLY
    for kind, pattern in PATTERNS.items():
        signs, stems = _SIGNS.get(kind), _STEMS.get(kind)
        if kind in lacking or (signs and signs.isdisjoint(characters)):
            continue
        if stems is None or any(stem in folded for stem in stems):
            yield kind, pattern
