"""Pinyin as people read it: tones, words, and the characters with several readings."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.language import HAN
from bot.translate.pinyin import LONGEST, has_chinese, pinyin
from bot.translate.tables import rows

SAID = {
    # words stand together
    "你好吗": "nǐhǎo ma",
    "谢谢大家": "xièxie dàjiā",
    "我今天去了图书馆": "wǒ jīntiān qù le túshūguǎn",
    "重庆火锅太好吃了": "Chóngqìng huǒguō tài hǎochī le",
    "不好意思": "bùhǎoyìsi",
    "我的朋友": "wǒ de péngyou",
    "哈哈哈哈": "hāhāhāhā",
    "试试": "shìshì",
    "永远的神": "yǒngyuǎn de shén",
    # an apostrophe where syllables could be read otherwise
    "西安女儿": "Xī'ān nǚ'ér",
    "晚安": "wǎn'ān",
    "可爱": "kě'ài",
    "答案": "dá'àn",
    # 一 and 不 as they sound
    "一个": "yígè",
    "一样": "yíyàng",
    "一起": "yìqǐ",
    "一天": "yìtiān",
    "一百": "yìbǎi",
    "第一次": "dìyī cì",
    "统一": "tǒngyī",
    "万一": "wànyī",
    "一二三": "yī èr sān",
    "十一月一号": "shíyīyuè yīhào",
    "看一看": "kàn yi kàn",
    "星期一": "xīngqī yī",
    "不是": "búshì",
    "不对": "búduì",
    "不要": "búyào",
    "不行": "bùxíng",
    "不知道": "bùzhīdào",
    "行不行": "xíngbuxíng",
    "他都不来": "tā dōu bù lái",
    "不": "bù",
    "一": "yī",
    # 得
    "我得走了": "wǒ děi zǒu le",
    "你得去": "nǐ děi qù",
    "得快点": "děi kuài diǎn",
    "他跑得很快": "tā pǎo de hěn kuài",
    "不得不": "bùdébù",
    "得到": "dédào",
    "觉得": "juéde",
    "值得": "zhíde",
    # 还
    "我还没还你钱": "wǒ hái méi huán nǐ qián",
    "他还是没来": "tā háishì méi lái",
    "还书": "huán shū",
    "还他钱": "huán tā qián",
    # 行
    "我在银行排了一行": "wǒ zài yínháng pái le yìháng",
    "一行代码": "yìháng dàimǎ",
    "你行你上": "nǐ xíng nǐ shàng",
    # 长
    "他长得很高头发很长": "tā zhǎng de hěn gāo tóufa hěn cháng",
    "校长": "xiàozhǎng",
    "这么长": "zhème cháng",
    "长胖": "zhǎngpàng",
    # 都
    "都是成都的": "dōu shì Chéngdū de",
    "首都": "shǒudū",
    "我们都会说": "wǒmen dōu huì shuō",
    # 着 and 了
    "睡着了着急看着我": "shuìzháo le zháojí kànzhe wǒ",
    "他坐着": "tā zuò zhe",
    "受不了了解": "shòubuliǎo liǎojiě",
    "不了，谢谢": "bù le，xièxie",
    "我不了解你": "wǒ bù liǎojiě nǐ",
    "除了": "chúle",
    # 地 and 的
    "慢慢地走在地上": "mànmàn de zǒu zài dìshang",
    "高兴地说": "gāoxìng de shuō",
    "地铁": "dìtiě",
    "这是我的目的": "zhè shì wǒ de mùdì",
    "的确": "díquè",
    # others of chat
    "一只猫": "yì zhī māo",
    "只是": "zhǐshì",
    "两只": "liǎng zhī",
    "干什么呢": "gàn shénme ne",
    "干净": "gānjìng",
    "饼干": "bǐnggān",
    "认为": "rènwéi",
    "因为": "yīnwèi",
    "种草": "zhòngcǎo",
    "弹幕": "dànmù",
    "睡觉": "shuìjiào",
    "音乐": "yīnyuè",
    "快乐": "kuàilè",
    "有空": "yǒu kòng",
    "空调": "kōngtiáo",
    "中奖": "zhòngjiǎng",
    "重新": "chóngxīn",
    "好奇": "hàoqí",
    "出差": "chūchāi",
    "差不多": "chàbuduō",
    "便宜": "piányi",
    "方便": "fāngbiàn",
    "教书": "jiāoshū",
    "教室": "jiàoshì",
    "哪儿": "nǎr",
    "我等了一会儿": "wǒ děng le yíhuìr",
    "谁": "shéi",
    "高兴": "gāoxìng",
    "似乎": "sìhū",
    "小姐姐在朋友圈": "xiǎojiějie zài péngyouquān",
    # Traditional
    "為什麼": "wèishénme",
    "東西": "dōngxi",
    "頭髮": "tóufa",
    "發型": "fàxíng",
    "飛機場": "fēijīchǎng",
    "乾淨": "gānjìng",
    "他看著我笑": "tā kànzhe wǒ xiào",
    "這是名著": "zhè shì míngzhù",
    "臺北": "táiběi",
    # what is not Chinese stays
    "yyds 😂": "yyds 😂",
    "我有3只cat": "wǒ yǒu 3 zhī cat",
    "好😂好": "hǎo😂hǎo",
    "第1次：你好！": "dì 1 cì：nǐhǎo！",
    "你好\nhello": "nǐhǎo\nhello",
    "〇": "líng",
    "": "",
}
COMMON = (
    "的一是不了在人有我他这个们中来上大为和国地到以说时要就出会可也你对生能而子那得于着下自之年过发后作里"
    "用道行所然家种事成方多经么去法学如都同现当没动面起看定天分还进好小部其些主样理心她本前开但因只从想实日长"
)
TONED = re.compile(r"[a-zA-Zü'\u0300-\u030c ]+")


@pytest.mark.parametrize(("written", "said"), SAID.items(), ids=list(SAID))
def test_it_is_read_aloud_like_this(written: str, said: str) -> None:
    assert pinyin(written) == said


@given(st.text(st.characters(codec="utf-16"), max_size=60))
def test_whatever_is_written_gets_an_answer(text: str) -> None:
    assert isinstance(pinyin(text), str)


@given(st.text(COMMON, min_size=1, max_size=40))
def test_common_characters_all_become_toned_syllables(text: str) -> None:
    assert TONED.fullmatch(unicodedata.normalize("NFD", pinyin(text)))


@given(st.text("abc 1,。！😂\n", max_size=40))
def test_what_is_not_chinese_is_not_touched(text: str) -> None:
    assert pinyin(text) == text
    assert not has_chinese(text)


def test_ten_thousand_characters_are_the_most() -> None:
    assert pinyin("妈" * (LONGEST + 5)) == pinyin("妈" * LONGEST)
    assert len(pinyin("我今天去图书馆" * 5_000)) < LONGEST * 8


def test_no_word_is_in_our_table_twice() -> None:
    terms = [term for terms, _ in rows("pinyin") for term in terms.split("|")]
    assert [term for term, count in Counter(terms).items() if count > 1] == []


def test_each_reading_of_our_table_has_a_syllable_for_each_character() -> None:
    faults: list[str] = []
    for terms, reading in rows("pinyin"):
        for term in terms.split("|"):
            assert re.fullmatch(f"[{HAN}]+", term), term
            syllables = reading.replace("|", " ").split()
            if reading != "-" and len(syllables) != len(term):
                faults.append(term)
    assert faults == []
