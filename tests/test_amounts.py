"""Amounts as people type them, and what many of them come to."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.community.amounts import Amount, Currency, read_amount
from bot.community.spread import FEWEST, Spread, per_hour, quantile, rounded, spreads
from bot.community.topics import WAGE, topics
from bot.core.errors import Refused

TOLERATED = {
    **{"650": "$650", "$12.50": "$12.50", "1,200": "$1,200", "1 200": "$1,200", "12,50": "$12.50"},
    **{"2.5k": "$2,500", "3万": "$30,000", "3w": "$30,000", "3万5": "$35,000", "1万2千": "$12,000"},
    **{
        "2千5": "$2,500",
        "１２０": "$120",
        "about $20": "$20",
        "5 bucks": "$5",
        "$1,200.50": "$1,200.50",
    },
    **{"￥2500": "¥2,500", "¥25": "¥25", "25块": "¥25", "25塊錢": "¥25", "3块5": "¥3.50"},
    **{"三百块": "¥300", "两千五": "$2,500", "十五元": "¥15", "二十五": "$25", "一百零五": "$105"},
    **{"十二万三千": "$123,000", "12 美元": "$12", "RMB 88": "¥88", "1200元左右": "¥1,200"},
    **{"大概三萬": "$30,000", "15刀": "$15", "1万0500": "$10,500", "US$7": "$7"},
}


@pytest.mark.parametrize(("text", "amount"), TOLERATED.items())
def test_an_amount_is_read_however_it_is_written(text: str, amount: str) -> None:
    assert str(read_amount(text, "USD")) == amount


@pytest.mark.parametrize(
    "text", ["", "abc", "-5", "100-200", "1.2.3", "1e5", "5 5", "万", "3万2亿"]
)
def test_what_is_no_amount_is_refused(text: str) -> None:
    with pytest.raises(Refused, match="can't read"):
        read_amount(text, "USD")


@pytest.mark.parametrize("text", ["€20", "HK$20", "NT$300", "20 EUR", "500日元", "20 pounds"])
def test_other_currencies_are_refused(text: str) -> None:
    with pytest.raises(Refused, match="Only dollars and yuan"):
        read_amount(text, "CNY")


def test_two_currencies_are_refused() -> None:
    with pytest.raises(Refused, match="only one of them"):
        read_amount("$5块", "USD")


@given(st.text(max_size=40))
@example("十" * 20)
@example("万亿万")
@example("²")
def test_any_text_is_an_amount_or_refused(text: str) -> None:
    try:
        assert read_amount(text, "CNY").cents >= 0
    except Refused:
        return


@given(st.integers(0, 10**11), st.sampled_from(["USD", "CNY"]))
def test_what_is_shown_is_read_back(cents: int, currency: Currency) -> None:
    amount = Amount(cents, currency)
    other: Currency = "CNY" if currency == "USD" else "USD"
    assert read_amount(str(amount), other) == amount


@pytest.mark.parametrize(
    ("ordered", "share", "value"),
    [([5], 0.5, 5), ([1, 3], 0.5, 2), ([1, 2, 3, 4, 5], 0.25, 2), ([10, 20, 40], 0.75, 30)],
)
def test_a_quantile_lies_between_two_values(ordered: list[int], share: float, value: float) -> None:
    assert quantile(ordered, share) == value


@given(st.lists(st.tuples(st.sampled_from(["en", "zh"]), st.integers(1, 10**9)), max_size=30))
def test_few_answers_show_nothing_and_many_their_middle(answers: list[tuple[str, int]]) -> None:
    made = {each.side: each for each in spreads((s, Amount(c, "USD")) for s, c in answers)}
    for side in ("en", "zh"):
        cents = sorted(amount for other, amount in answers if other == side)
        if len(cents) < FEWEST:
            assert side not in made
            continue
        spread = made[side]
        assert spread.count == len(cents)
        assert spread.low.cents <= spread.median.cents <= spread.high.cents
        assert rounded(cents[0]) <= spread.low.cents
        assert spread.high.cents <= rounded(cents[-1])
        assert Spread.from_json(spread.to_json()) == spread


def test_each_currency_of_a_side_stands_for_itself() -> None:
    dollars = [("zh", Amount(cents, "USD")) for cents in (700, 800, 900, 1000)]
    yuan = [("zh", Amount(cents, "CNY")) for cents in (5000, 6000, 7000)]
    shown = [(each.count, str(each.median)) for each in spreads([*yuan, *dollars])]
    assert shown == [(4, "$8.50"), (3, "¥60")]


def test_pay_is_measured_in_its_own_currency_only() -> None:
    def spread(cents: int, currency: Currency) -> Spread:
        amount = Amount(cents, currency)
        return Spread("en", 3, amount, amount, amount)

    assert per_hour(spread(2000, "USD"), spread(400, "USD")) == 5
    assert per_hour(spread(2000, "USD"), spread(400, "CNY")) is None


def test_the_topics_are_whole() -> None:
    assert WAGE in topics()
    assert 12 <= len(topics()) <= 25  # Discord shows up to 25 choices
    for topic in topics().values():
        assert len(topic.key) <= 32
        assert len(f"{topic.label.en} {topic.label.zh}") <= 100
        for words in (topic.label, topic.question, topic.items):
            assert words.en.isascii(), topic.key
            assert any("\u4e00" <= sign <= "\u9fff" for sign in words.zh), topic.key
        assert topic.question.zh.endswith(("？", "。"))
        for low, high in topic.bounds.values():
            assert 0 < low < high
