from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.translate.amounts import amounts, fault
from bot.translate.numerals import chinese, english, in_chinese, in_english


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("三万五", 35_000),
        ("一百零二", 102),
        ("一百二", 120),
        ("二〇二四", 2024),
        ("三千五", 3500),
        ("十四亿", 1_400_000_000),
        ("1亿2千万", 120_000_000),
        ("两百", 200),
        ("3万5千", 35_000),
        ("一万零五", 10_005),
        ("十", 10),
        ("三四百", None),
        ("猫", None),
        ("", None),
    ],
)
def test_chinese_numerals_have_their_value(text: str, value: int | None) -> None:
    assert chinese(text) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("twelve thousand", 12_000),
        ("half a million", 500_000),
        ("one hundred and twenty", 120),
        ("nineteen ninety-five", 1995),
        ("twenty-five", 25),
        ("a dozen", 12),
        ("cat", None),
    ],
)
def test_english_numerals_have_their_value(text: str, value: int | None) -> None:
    assert english(text) == value


def test_large_numbers_are_said_as_each_language_says_them() -> None:
    assert [in_chinese(Fraction(n)) for n in (2500, 65_000, 1_234_567)] == [
        *("2500", "6.5万", "1,234,567")
    ]
    assert [in_english(Fraction(n)) for n in (2500, 65_000, 1_400_000_000)] == [
        *("2,500", "65,000", "1.4 billion")
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("月薪三万，房租五千", ["30,000", "5,000"]),
        ("房租2500块", ["2,500 yuan"]),
        ("花了一百二十块", ["120 yuan"]),
        ("3块5", ["3.5 yuan"]),
        ("300刀", ["$300"]),
        ("￥200", ["￥200"]),
        ("晚上8点见", ["8 p.m."]),
        ("下午3点半", ["3:30 p.m."]),
        ("凌晨两点", ["2 a.m."]),
        ("19:30见", ["19:30"]),
        ("12月25号", ["December 25"]),
        ("2024年1月15日", ["January 15, 2024"]),
        ("十二月二十五号", ["December 25"]),
        ("今天37℃", ["37℃"]),
        ("60公斤，1米75", ["60 kg", "1.75 m"]),
        ("人口14亿", ["1.4 billion"]),
        ("打八折", ["20% off"]),
        ("百分之五十", ["50%"]),
        ("3k", ["3,000"]),
        ("2w粉丝", ["20,000"]),
        ("一万二", ["12,000"]),
        ("第3名", ["3rd"]),
        ("３０块", ["30 yuan"]),
        ("1234567元", ["1,234,567 yuan"]),
        ("比分3:2", ["3:2"]),
        ("8848米", ["8848 m"]),
        ("一个半小时", ["1.5 hours"]),
        ("10多万，二十几岁，十几个人，坐K100来的", ["over 100,000", "over 20", "100"]),
        ("两年半", ["2.5 years"]),
        ("三个半月", ["3.5"]),
    ],
)
def test_an_english_reader_is_told_the_same_amount(text: str, said: list[str]) -> None:
    assert [amount.said for amount in amounts(text, "en") if amount.is_firm] == said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("the rent is $2,500 and I make 3k", ["$2,500", "3000"]),
        ("at 7pm", ["晚上7点"]),
        ("at 7:30 pm", ["晚上7:30"]),
        ("at 6 a.m. sharp", ["早上6点"]),
        ("half past seven", ["7点半"]),
        ("at 19:30 on 12/05", ["19:30", "12/05"]),
        ("98°F, like 37℃", ["98°F", "37℃"]),
        ("80 kg and 1.85m tall", ["80 kg", "1.85m"]),
        ("half a million people", ["50万"]),
        ("two thousand dollars", ["2000美元"]),
        ("5 bucks", ["5美元"]),
        ("call 555-123-4567", ["555-123-4567"]),
        ("on Nov 21, 2026", ["2026年11月21日"]),
        ("the 1st of May", ["5月1日"]),
        ("6'2\"", ["6英尺2英寸"]),
        ("5 ft 10 in", ["5英尺10英寸"]),
        ("$17.7 trillion", ["$17.7万亿"]),
        ("3.5 billion people", ["35亿"]),
        ("1/2 cup, 24/7", ["1/2", "24/7"]),
        ("65k a year", ["6.5万"]),
        ("the 2nd place", ["第2"]),
        ("twenty-five people", ["25"]),
        ("12.5%", ["12.5%"]),
        ("room 12B, code 4471#", ["12B", "4471#"]),
        ("8.3M people, 5m long", ["830万", "5m"]),
        ("call +1 (555) 010-9999", ["+1 (555) 010-9999"]),
        ("a 4x100 relay", ["4x100"]),
        ("150 lbs, 6 feet", ["150磅", "6英尺"]),
        ("30% off, 5% less, up to 75% off", ["打7折", "5%", "最多打2.5折"]),
        ("an hour and a half", ["1.5小时"]),
    ],
)
def test_a_chinese_reader_is_told_the_same_amount(text: str, said: list[str]) -> None:
    assert [amount.said for amount in amounts(text, "zh") if amount.is_firm] == said


@pytest.mark.parametrize(
    "text",
    [
        *("万一下雨呢", "一点也不", "一下子就好了", "一心一意", "一起去吧", "三四个人", "几十个人"),
        *("千万别来", "双十一快乐", "百分百同意", "我一个人", "星期三见", "乱七八糟", "二百五"),
        *("no one knows", "wait a second", "one of them", "first of all", "in May", "a bit of it"),
    ],
)
def test_what_only_sounds_like_an_amount_is_not_asked_for(text: str) -> None:
    assert [amount for amount in amounts(text) if amount.is_firm] == []


SAME = [
    ("我有3只猫", "I have three cats"),
    ("我在北京工作，月薪3万", "I work in Beijing, 30,000 a month"),
    ("月薪三万", "30k a month"),
    ("晚上8点见", "See you at 8 p.m."),
    ("晚上8点见", "See you at 20:00"),
    ("下午3点半开会", "The meeting is at half past three in the afternoon"),
    ("十二月二十五号", "December 25th"),
    ("5月1日放假", "We're off on the 1st of May"),
    ("50%的人", "Fifty percent of people"),
    ("打八折", "20% off"),
    ("打七五折", "25% off"),
    ("二十几岁", "20-something"),
    ("10多万", "over 100,000"),
    ("两百多块", "more than two hundred yuan"),
    ("全场两折", "80% off"),
    ("打八折", "80% of the price"),
    ("优惠20%", "20% off"),
    ("降价30%", "30% cheaper"),
    ("少了5%", "5% less"),
    ("半价", "50% off"),
    ("等了一个半小时", "I waited an hour and a half"),
    ("等了一个半小时", "I waited 1.5 hours"),
    ("等了一个半小时", "I waited 90 minutes"),
    ("两个半小时", "two and a half hours"),
    ("三个半月", "three and a half months"),
    ("住了两年半", "I lived there for two and a half years"),
    ("买了一斤半", "I bought one and a half jin"),
    ("两百万次观看", "2M views"),
    ("凌晨2:30", "at 02:30"),
    ("300刀", "300 dollars"),
    ("我花了￥200", "I spent 200 yuan"),
    ("买了2斤苹果", "I bought 2 jin of apples"),
    ("今天37度", "It's 37℃ today"),
    ("第3名", "third place"),
    ("大概20到30个人", "About 20-30 people"),
    ("1米75", "1.75 meters"),
    ("一百二十个人", "120 people"),
    ("二〇二四年", "2024"),
    ("三分之一", "one third"),
    ("我们五月见", "See you in May"),
    ("三四个人", "three or four people"),
    ("两点半", "2:30"),
    ("三分之一", "a third"),
    ("差一刻三点", "2:45"),
    ("5到10美元", "$5 to $10"),
    ("我付了5美元，他付了10美元", "I paid $5 and he paid $10"),
    ("零下5度", "minus 5 degrees"),
    ("零下5度", "-5℃"),
    ("今天-5℃", "It's -5°C today"),
]
OTHER = [
    ("月薪3万", "3,000 a month"),
    ("这个手机要5999元", "This phone is 599 yuan"),
    ("一万二", "120,000"),
    ("晚上8点见", "See you at 9 p.m."),
    ("打八折", "Eight off"),
    ("打八折", "80% off"),
    ("二十几岁", "Two years old"),
    ("10多万", "10 to million"),
    ("30% off today", "今天打三折"),
    ("up to 70% off", "最多打七折"),
    ("up to 70% off", "涨到70%"),
    ("等了一个半小时", "I waited for half an hour"),
    ("two and a half weeks", "两个星期"),
    ("one and a half years ago", "半年前"),
    ("三个半月", "three months"),
    ("两年半了", "Half a year"),
    ("2M views", "两米"),
    ("call at 2", "凌晨两点打电话"),
    ("12月25号", "The 25th is Christmas"),
    ("300刀", "300 knives"),
    ("我花了￥200", "I spent 200"),
    ("我重60公斤", "I weigh 60"),
    ("电话是13800138000", "The phone is 13,800"),
    ("他走了", "He left at 5"),
    ("3个人2只猫", "3 people and 3 cats"),
    ("2w粉丝", "2 fans"),
    ("一百二十块", "100 yuan"),
    ("晚上8点见", "See you at 8 in the morning"),
    ("2+2", "22"),
    ("Room 12B", "12号房"),
    ("价格降了三分之一", "The price dropped three points"),
    ("the rent is $1,950 and utilities are about $180", "房租1950美元，水电大概180年"),
    ("+1 (555) 010-9999", "1（555）0109999"),
    ("今天零下5度", "It's 5 degrees today"),
]


@pytest.mark.parametrize(("zh", "en"), SAME)
def test_the_same_amount_in_another_way_is_the_same(zh: str, en: str) -> None:
    assert (fault(zh, en), fault(en, zh)) == ("", "")


@pytest.mark.parametrize(("source", "answer"), OTHER)
def test_a_lost_changed_or_made_up_amount_is_noticed(source: str, answer: str) -> None:
    assert fault(source, answer) in {"number", "unit"}


@given(st.integers(0, 10**9), st.sampled_from(["zh", "en"]))
def test_what_is_said_of_a_number_has_its_value(number: int, target: str) -> None:
    (amount,) = amounts(f"{number:,}", target)
    (again,) = amounts(amount.said, "en" if target == "zh" else "zh")
    assert amount.keys == again.keys


@given(
    st.text(alphabet="0123456789.,:/-点半月日号年万亿千百十一二三$¥%块折第 kmabout", max_size=60)
)
def test_no_text_is_beyond_reading(text: str) -> None:
    for target in ("zh", "en"):
        found = amounts(text, target)
        assert all(a.end <= b.start for a, b in pairwise(found))
