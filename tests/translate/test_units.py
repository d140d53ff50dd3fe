"""Measures and big numbers are told in what the other side counts with."""

from __future__ import annotations

import pytest

from bot.translate.units import MOST, unit_notes


@pytest.mark.parametrize(
    ("text", "term", "english", "chinese"),
    [
        ("买了5斤苹果", "5斤", "2.5 kg (5.51 lb)", "2.5 公斤"),
        ("三斤半", "三斤半", "1.75 kg (3.86 lb)", "1.75 公斤"),
        ("半斤", "半斤", "0.25 kg (0.55 lb)", "0.25 公斤"),
        ("我一百二十斤", "一百二十斤", "60 kg (132 lb)", "60 公斤"),
        ("二两白酒", "二两", "100 g (3.53 oz)", "100 克"),
        ("月薪3万", "3万", "30,000", "3 万"),
        ("月薪2w", "2w", "20,000", "2 万"),
        ("两万五", "两万五", "25,000", "2.5 万"),
        ("一亿三千万人", "一亿三千万", "130,000,000", "1.3 亿"),
        ("30多万", "30多万", "300,000+", "30 万+"),
        ("1.5亿", "1.5亿", "150,000,000", "1.5 亿"),
        ("80平的房子", "80平", "80 m² (861 sq ft)", "80 平方米"),
        ("十亩地", "十亩", "6,670 m² (1.65 acres)", "6,670 平方米"),
        ("走了五里地", "五里地", "2.5 km (1.55 miles)", "2.5 公里"),
        ("零下5℃", "零下5℃", "23 °F", "-5 摄氏度"),
        ("发烧38度", "38度", "100 °F (if it is a temperature)", "38 摄氏度（如果说的是气温）"),
        ("¥30一杯", "¥30", "30 yuan (Chinese currency)", "30 元人民币"),
        ("3万块钱", "3万块钱", "30,000 yuan (Chinese currency)", "3 万 元人民币"),
        ("才30块", "30块", "30 yuan (Chinese currency)", "30 元人民币"),
        ("我一米七五", "一米七五", "175 cm (5 ft 9 in)", "175 厘米"),
        ("身高1米65", "1米65", "165 cm (5 ft 5 in)", "165 厘米"),
        ("她一米七", "一米七", "170 cm (5 ft 7 in)", "170 厘米"),
        ("花了5360元", "5360元", "5,360 yuan (Chinese currency)", "5,360 元人民币"),
        ("跑了六万多公里", "六万多公里", "37,300+ miles", "12 万+ 里"),
        ("才一美元", "一美元", "1 US dollar", "1 美元"),
        ("5刀", "5刀", "5 US dollars", "5 美元"),
    ],
)
def test_a_chinese_measure_is_explained(text: str, term: str, english: str, chinese: str) -> None:
    (note,) = unit_notes(text, "zh")
    assert note.term == term
    assert (note.meaning_en, note.meaning_zh) == (english, chinese)


@pytest.mark.parametrize(
    ("text", "term", "english", "chinese"),
    [
        ("it's 75°F out", "75°F", "23.9 °C", "23.9 ℃"),
        (
            "75 degrees today",
            "75 degrees",
            "23.9 °C (if it is Fahrenheit)",
            "23.9 ℃（如果是华氏度）",
        ),
        ("bake at 350 degrees F", "350 degrees F", "177 °C", "177 ℃"),
        ("-10°C", "-10°C", "14 °F", "-10 ℃"),
        ("5 miles away", "5 miles", "8.05 km", "8.05 公里"),
        ("65 mph", "65 mph", "105 km/h", "每小时 105 公里"),
        ("I'm 5'10\"", "5'10\"", "178 cm (5 ft 10 in)", "178 厘米"),
        ("she's 5 ft 4", "5 ft 4", "163 cm (5 ft 4 in)", "163 厘米"),
        ("six inches", "six inches", "15.2 cm", "15.2 厘米"),
        ("a 5 gallon pot", "5 gallon", "18.9 liters", "18.9 升"),
        ("900 sq ft", "900 sq ft", "83.6 m²", "83.6 平方米"),
        ("$5", "$5", "5 US dollars", "5 美元"),
        ("$1.5k", "$1.5k", "1,500 US dollars", "1,500 美元"),
        ("20 bucks", "20 bucks", "20 US dollars", "20 美元"),
        ("2.5 million people", "2.5 million", "2,500,000", "250 万"),
        ("30k steps", "30k", "30,000", "3 万"),
        ("3 Billion", "3 Billion", "3,000,000,000", "30 亿"),
    ],
)
def test_an_english_measure_is_explained(text: str, term: str, english: str, chinese: str) -> None:
    (note,) = unit_notes(text, "en")
    assert (note.term, note.meaning_en, note.meaning_zh) == (term, english, chinese)


def test_pounds_may_be_a_weight() -> None:
    (note,) = unit_notes("it weighs 10 lbs", "en")
    assert note.meaning_en == "4.54 kg (as a weight)"
    assert "9.07 斤" in note.meaning_zh


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("三两天就好", "zh"),
        ("半斤八两", "zh"),
        ("3块蛋糕", "zh"),
        ("我们一块吃饭", "zh"),
        ("千万别", "zh"),
        ("十万火急", "zh"),
        ("万一下雨", "zh"),
        ("4k屏", "zh"),
        ("65w快充", "zh"),
        ("2026年11月21日", "zh"),
        ("100度电", "zh"),
        ("电话 13812345678", "zh"),
        ("180度转弯", "zh"),
        ("in 2020", "en"),
        ("room 101", "en"),
        ("180 degrees turn", "en"),
        ("the water is 25 degrees", "en"),
        ("v1.2.3", "en"),
        ("mp3 in b5", "en"),
        ("5 people", "en"),
        ("5斤", "ja"),
    ],
)
def test_an_ordinary_number_is_not_explained(text: str, language: str) -> None:
    assert unit_notes(text, language) == []


def test_each_measure_is_told_and_only_once() -> None:
    found = unit_notes("5'10\", 15 miles, 5 miles, 10 lbs and 5 miles", "en")
    assert [note.term for note in found] == ["5'10\"", "15 miles", "5 miles", "10 lbs"]


def test_a_wall_of_numbers_gets_a_few_notes_only() -> None:
    assert len(unit_notes(" ".join(f"{number} miles" for number in range(1, 500)), "en")) == MOST


def test_a_long_number_is_no_number() -> None:
    assert unit_notes("9" * 100_000 + "斤", "zh") == []
    assert unit_notes("1,000" * 20_000 + " miles", "en") == []
