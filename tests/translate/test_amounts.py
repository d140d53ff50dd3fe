from __future__ import annotations

import time
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
        ("周六下午3点见，周三不行", ["3 p.m. on Saturday", "Wednesday"]),
        ("周一到周五9点到18点", ["Monday to Friday, 9:00 to 18:00"]),
        ("星期一至星期四，礼拜五～礼拜天", ["Monday to Thursday", "Friday to Sunday"]),
        ("晚上8点（北京时间），美东时间早上8点", ["8 p.m. (Beijing time)", "8 a.m. Eastern time"]),
        ("晚上12点到1点，晚上2点", ["12 a.m. to 1:00", "2 a.m."]),
        ("上午12点，中午1点半", ["12 p.m.", "1:30 p.m."]),
        ("晚上8点到10点", ["8 to 10 p.m."]),
        ("晚上10点到凌晨2点", ["10 p.m. to 2 a.m."]),
        ("5到10块，5块到10块，¥20–30", ["5 to 10 yuan", "5 to 10 yuan", "¥20-¥30"]),
        ("3-5万，两三千，1到2千万", ["30,000-50,000", "2,000-3,000", "10 to 20 million"]),
        ("20~25℃，-5~5℃，零下5到5度", ["20-25℃", "-5 to 5℃", "-5 to 5 degrees"]),
        ("三到五天，20-30分钟，10-15%", ["3 to 5 days", "20-30 minutes", "10-15%"]),
        ("5月1号到5号，5月1日-6月3日", ["May 1 to 5", "May 1-June 3"]),
        ("十七八岁，三四百块，二十七八个", ["17-18", "300-400 yuan", "27-28"]),
        ("七斤二两，三块五毛，47块5，5块零5分", ["7.2 jin", "3.5 yuan", "47.5 yuan", "5.05 yuan"]),
        ("三块五毛二，五毛钱，两毛五", ["3.52 yuan", "0.5 yuan", "0.25 yuan"]),
        ("1米75厘米，10块3斤", ["1 m 75 cm", "10 yuan", "3 jin"]),
        ("两万三，一百零五，一米八", ["23,000", "105", "1.8 m"]),
        (
            "1小时20分，半个小时，一刻钟，5分钟",
            ["1 hour 20 minutes", "half an hour", "15 minutes", "5 minutes"],
        ),
        ("8点到10路车那里", ["8:00", "10"]),
        (
            "每周二、四，周六周日，周一三五",
            ["Tuesday and Thursday", "Saturday and Sunday", "Monday, Wednesday and Friday"],
        ),
        ("早8点到晚10点，今晚8点半一起", ["8 a.m. to 10 p.m.", "8:30"]),
        ("星期五晚上7点半一起吃饭", ["7:30 p.m. on Friday"]),
        ("零点五公斤，百分之三点五", ["0.5 kg", "3.5%"]),
        ("2个亿，两个亿", ["200 million", "200 million"]),
        ("5比3赢了", ["5-3"]),
        (
            "80年代，我是90后，21世纪，2024年底，两千零八年",
            ["the 80s", "post-90s", "21st century", "the end of 2024", "2008"],
        ),
        ("两三天，七八个人，2、3天，一两次", ["2-3 days", "7-8", "2-3 days", "1-2"]),
        ("三块钱两个，8.2元一升，两块五一斤", ["3 yuan", "8.2 yuan", "2.5 yuan"]),
        ("12车08F，16G内存，144Hz", ["12", "08F", "16G", "144Hz"]),
        ("快了10倍，两碗半，2尺1，2吨", ["10x", "2.5 bowls", "2.1 chi", "2 tons"]),
        ("半年，半公斤，半斤虾", ["half a year", "half a kilo", "half a jin"]),
        ("涨了三成，一点五倍，11秒8，1亿3千万", ["30%", "1.5x", "11.8 seconds", "130 million"]),
        ("五点差一刻，3点零5分，3点过5分", ["4:45", "3:05", "3:05"]),
        ("几十万，10万+，早9晚5", ["hundreds of thousands", "100,000+", "9 a.m. to 5 p.m."]),
        ("6月初，8月中旬，3月底", ["early June", "mid-August", "late March"]),
        ("2.5元/斤，￥59.9/件", ["2.5 yuan/jin", "￥59.9/piece"]),
        ("晚上8:00-9:30", ["8:00-9:30 p.m."]),
        ("礼拜天一起吃，周五一起玩", ["Sunday", "Friday"]),
        ("半个多小时", ["more than half an hour"]),
        ("北京時間晚上8點半，週一到週五", ["8:30 p.m. Beijing time", "Monday to Friday"]),
        ("三塊五毛，兩個半小時，5個月，3萬", ["3.5 yuan", "2.5 hours", "5 months", "30,000"]),
        ("3个月，第3天，第90分钟，10天，这两天", ["3 months", "3rd", "90th", "10 days"]),
        ("打5-7折，五到七折，5折到7折", ["30-50% off", "30-50% off", "30-50% off"]),
        ("七八折，两三折，七五折", ["20-30% off", "70-80% off", "25% off"]),
        ("5月1-3号，五月一号到三号，1-2小时", ["May 1-3", "May 1 to 3", "1-2 hours"]),
        ("2024年5月1-3日", ["May 1-3, 2024"]),
        ("十几万，数万", ["over 100,000", "tens of thousands"]),
        ("24年5月，98年5月3日，24年底", ["May 2024", "May 3, 1998", "the end of 2024"]),
        ("24H2，1v1，3v3，2x4", ["24H2", "1v1", "3v3", "2x4"]),
        ("2号楼3单元501，4单元", ["Building 2, Unit 3, 501", "Unit 4"]),
        ("工作日9点到6点，下周末", ["9:00 to 6:00 on weekdays", "next weekend"]),
        ("好几百，几千块，数百", ["several hundred", "several thousand yuan", "several hundred"]),
        ("上千人，成百上千", ["over 1,000", "hundreds or thousands"]),
        ("成百上千人，几十万人", ["hundreds or thousands of", "hundreds of thousands of people"]),
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
        ("10am-6pm, 3-5pm, 11-1pm", ["上午10点-晚上6点", "下午3点-5点", "上午11点-下午1点"]),
        ("5 to 7pm, 18:00-20:00", ["下午5点到晚上7点", "18:00-20:00"]),
        ("quarter to 5, half past 7, a quarter past three pm", ["4点45", "7点半", "下午3点15"]),
        ("20 past 3 or 10 minutes to 5", ["3点20", "4点50"]),
        ("a 5 min break, a 2-hour film, 90 mins", ["5分钟", "2小时", "90分钟"]),
        ("2h30m, 2 hours and 30 minutes, 5m 20s", ["2小时30分钟", "2小时30分钟", "5分钟20秒"]),
        ("half an hour", ["半小时"]),
        ("7pm EST, 8:30 PST, 7-9pm ET", ["晚上7点 EST", "8:30 PST", "晚上7点-9点 ET"]),
        ("7 pm Beijing time, 10:30 GMT+8", ["北京时间晚上7点", "10:30 GMT+8"]),
        (
            "Mon-Fri 9-5, 9-5 Mon–Fri, Mon to Thu",
            ["周一到周五9点-5点", "周一到周五9点-5点", "周一到周四"],
        ),
        ("on Sat at 5pm, Friday", ["周六", "下午5点", "周五"]),
        ("3-5 days, three to five days", ["3-5天", "3到5天"]),
        (
            "$5-10k, $5 to $10, 20-30k, 1-2 million",
            ["$5000-$1万", "$5到$10", "2万-3万", "100万-200万"],
        ),
        ("May 1-5, Nov 21-Dec 3", ["5月1日-5日", "11月21日-12月3日"]),
        ("3 lb 4 oz, 6 ft 2, 6 foot 2 inches", ["3磅4盎司", "6英尺2英寸", "6英尺2英寸"]),
        ("between 5 and 10 people", ["5-10"]),
        ("10x better, 2-3x faster", ["10倍", "2-3倍"]),
        ("in his 40s, the 80s, 1990s, 21st century", ["40多岁", "80年代", "1990年代", "21世纪"]),
        ("off Sat and Sun, on Tuesdays & Thursdays", ["周六和周日", "周二和周四"]),
        ("2 or 3 days, seven or eight of us", ["2-3天", "7-8"]),
        ("half a mile, two thirds of them", ["半英里", "三分之二"]),
        ("one point two billion, $1.5M, $65K", ["12亿", "$150万", "$6.5万"]),
        ("2 tons, 50 cents, 50 Mbps, 2 tsp", ["2吨", "50美分", "50 Mbps", "2茶匙"]),
        ("it's ten to five", ["4点50"]),
        ("five minutes, two hours", ["5分钟", "2小时"]),
        ("$50/hr, 1,200/mo", ["$50/小时", "1,200/月"]),
        ("early June, the end of May, March to May", ["6月初", "5月底", "3到5月"]),
        ("100+ people, 10k+ views, tens of thousands", ["100+", "1万+", "几万"]),
        ("10ish, 7:30ish, 1:30-3pm, noon ET", ["10点左右", "7点半左右", "下午1:30-3点", "ET"]),
        ("No. 5, half a pound", ["No. 5", "半磅"]),
        ("10 days, 3 more weeks, a 6-month stay", ["10天", "3", "6个月"]),
        ("10km/h, 15 bucks/hr, $15/h", ["10km/h", "15美元/小时", "$15/小时"]),
        ("5.30pm, the '90s, May 1st-5th", ["下午5:30", "90年代", "5月1日-5日"]),
        ("-10 to -5°C, minus 5 to minus 2 degrees", ["-10到-5°C", "-5到零下2度"]),
        ("minus 5 degrees to minus 2 degrees", ["零下5度到零下2度"]),
        ("24H2, 1v1 me, 3v3, a 2x4", ["24H2", "1v1", "3v3", "2x4"]),
        ("weekdays 9-6, on weekends", ["工作日9点-6点", "周末"]),
        ("thousands, several hundred, a few thousand people", ["几千", "几百", "几千"]),
        ("dozens of us, hundreds of people, a few million", ["几十", "几百", "几百万"]),
        ("several hundred thousand, hundreds of millions", ["几十万", "几亿"]),
    ],
)
def test_a_chinese_reader_is_told_the_same_amount(text: str, said: list[str]) -> None:
    assert [amount.said for amount in amounts(text, "zh") if amount.is_firm] == said


@pytest.mark.parametrize(
    "text",
    [
        *(
            "周一围来了",
            "一成不变",
            "八成是他",
            "三毛流浪记",
            "一级棒",
            "十分好看",
            "两天没见",
            "加倍努力",
        ),
        *("万一下雨呢", "一点也不", "一下子就好了", "一心一意", "一起去吧", "三心二意", "几十个人"),
        *(
            "千万别来",
            "双十一快乐",
            "百分百同意",
            "我一个人",
            "一周三次",
            "乱七八糟",
            "二百五",
            "半斤八两",
        ),
        *("no one knows", "wait a second", "one of them", "first of all", "in May", "a bit of it"),
        *(
            "the sun is out",
            "he sat down",
            "mon ami",
            "CT scan",
            "one on one",
            "an hour ago",
            "half asleep",
        ),
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
    ("打5-7折", "30-50% off"),
    ("5月1-3号", "May 1-3"),
    ("第十章", "Chapter 10"),
    ("第五名", "fifth place"),
    ("打七八折", "20-30% off"),
    ("住了三天半", "stayed three and a half days"),
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
    ("上午10点到下午6点", "10am-6pm"),
    ("要3到5天", "It takes between 3 and 5 days"),
    ("要3天到5天", "It takes 3-5 days"),
    ("比分3:2", "The score was 3 to 2"),
    ("比分是3比2", "We won 3-2"),
    ("从5美元涨到10美元", "It went from $5 to $10"),
    ("3-5万", "30 to 50 thousand"),
    ("周一到周五", "Monday through Friday"),
    ("周三见", "See you on Wednesday"),
    ("晚上12点", "at 12 a.m."),
    ("美东时间晚上7点", "7pm EST"),
    ("晚上8点（北京时间）", "8 p.m. Beijing time"),
    ("4点45见", "See you at a quarter to five"),
    ("差一刻5点", "quarter to 5"),
    ("休息5分钟", "Take five minutes"),
    ("一小时二十分钟", "80 minutes"),
    ("等了半个小时", "I waited for 30 minutes"),
    ("三四百块", "three or four hundred yuan"),
    ("十七八岁", "17 or 18 years old"),
    ("他6英尺2英寸", "He's 6 ft 2"),
    ("三块五毛", "3.50 yuan"),
    ("两三天", "two or three days"),
    ("七八个人", "seven or eight people"),
    ("全班的三分之二", "two thirds of the class"),
    ("快了10倍", "ten times faster"),
    ("两倍", "twice as much"),
    ("半英里", "half a mile"),
    ("80年代", "the eighties, or the 80s"),
    ("30多度", "over 30 degrees"),
    ("我们5比3赢了", "We won 5 to 3"),
    ("2个亿", "200 million"),
    ("工资涨了三成", "My pay went up 30%"),
    ("时薪50美元/小时", "$50 an hour"),
    ("几十万人", "hundreds of thousands of people"),
    ("3月到5月", "from March to May"),
    ("再等5分钟", "Wait five more minutes"),
    ("三个月", "three months"),
    ("14天", "2 weeks"),
    ("周二和周四", "on Tuesdays and Thursdays"),
    ("24年5月去的", "I went in May 2024"),
    ("住了24年5个月", "lived there for 24 years and 5 months"),
    ("工作日营业", "open on weekdays"),
    ("周末愉快", "Have a nice weekend"),
    ("我住4单元", "I live in Unit 4"),
    ("我要3个", "I want 3"),
    ("来了几千人", "Thousands of people came"),
    ("几百块", "a few hundred yuan"),
    ("上千人", "over a thousand people"),
    ("成百上千人", "hundreds of people"),
    ("几十个人", "dozens of people"),
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
    ("要3-5天", "It takes 3 5 days"),
    ("要3-5天", "It takes 3 and 5 days"),
    ("要3-5天", "It takes 5 days"),
    ("要3-5天", "It takes 35 days"),
    ("要3-5天", "It takes 5-3 days"),
    ("It takes 3-5 days", "要35天"),
    ("we won 3-2", "我们赢了3 2"),
    ("10am-6pm", "上午10点，晚上6点"),
    ("3-5万", "3-50,000"),
    ("5到10块", "5 yuan, 10"),
    ("周一到周五上班", "I work on Monday and Friday"),
    ("周三见", "See you on Thursday"),
    ("See you on Tue", "周四见"),
    ("晚上12点", "at 12 p.m."),
    ("晚上8点（北京时间）", "at 8 p.m."),
    ("7pm EST", "晚上7点"),
    ("7pm EST", "晚上7点PST"),
    ("quarter to 5", "到5点"),
    ("休息5分钟", "Take 5 hours off"),
    ("2h30m", "2长30m"),
    ("1小时20分", "1 hour 20"),
    ("七斤二两", "seven jin and two jin"),
    ("三块五毛", "3 yuan 5 yuan"),
    ("半个小时", "an hour"),
    ("他捐了100万", "He donated 1000,000"),
    ("从150斤减到了128斤", "from 150 jin to 128 kilos"),
    ("一个半小时", "half an hour and a half"),
    ("两三天就好", "two days"),
    ("two thirds of the class", "全班二分之二"),
    ("$1.5M", "1.5美元"),
    ("$3 for two", "两美元三"),
    ("144 Hz", "144华氏度"),
    ("a 12-pack of soda", "汽水12磅"),
    ("the code is 483920", "代码是483920年"),
    ("2024年", "2024 years"),
    ("30多度", "30 degrees"),
    ("he's 5 ft 9 in", "他五点九岁了"),
    ("10x better", "10点"),
    ("2个亿", "2 billion"),
    ("三块钱", "five yuan"),
    ("工资涨了三成", "My pay went up three percent"),
    ("五点差一刻", "A quarter past five"),
    ("几十万", "tens of thousands"),
    ("6月初回来", "June comes back"),
    ("half a pound of shrimp", "半斤虾"),
    ("$50/hr", "$50美元"),
    ("5+ years", "五岁"),
    ("No. 5", "不行。五点"),
    ("1亿3千万", "100 million 30 million"),
    ("March to May", "五月"),
    ("年终奖3个月", "the third of the year"),
    ("放10天", "ten weeks off"),
    ("第90分钟绝杀", "90 minutes of killing"),
    ("休息五分钟", "a break of ten minutes"),
    ("三四百块", "three or four yuan"),
    ("打5-7折", "5-30% off"),
    ("第十章", "First chapter"),
    ("等了三天半", "I waited three and a half"),
    ("from 9 to 5", "从9到5号到5"),
    ("9点到6点", "9:6 to 6"),
    ("24年5月去的", "I went for 24 years in May"),
    ("open on weekdays", "周日开"),
    ("open on weekends", "工作日开"),
    ("周末营业", "open on weekdays"),
    ("我住4单元", "I live in 4 yuan"),
    ("我要3个", "I want 3 one"),
    ("1v1", "1比1"),
    ("Windows 11 24H2", "Windows 11 24小时2"),
    ("来了几千人", "Two thousand people came"),
    ("好几百人", "Several thousand people"),
    ("上千人", "One person"),
    ("thousands of people", "几千万人"),
    ("dozens of people", "几百人"),
]


@pytest.mark.parametrize(("zh", "en"), SAME)
def test_the_same_amount_in_another_way_is_the_same(zh: str, en: str) -> None:
    assert (fault(zh, en), fault(en, zh)) == ("", "")


@pytest.mark.parametrize(("source", "answer"), OTHER)
def test_a_lost_changed_or_made_up_amount_is_noticed(source: str, answer: str) -> None:
    assert fault(source, answer) in {"number", "unit"}


def test_a_price_may_be_named_where_one_is_meant() -> None:
    assert fault("月薪3万", "30,000 yuan a month") == ""
    assert fault("I live in unit 3", "我住在3块钱") == "unit"


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


@pytest.mark.parametrize(
    "unit", ["one ", "one hundred and ", "twenty-", "5 and ", "1", "一", "$5 to ", "周一到"]
)
def test_hostile_amounts_are_searched_in_linear_time(unit: str) -> None:
    begin = time.process_time()
    amounts(unit * (20_000 // len(unit)))
    assert time.process_time() - begin < 3
