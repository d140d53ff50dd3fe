"""Tells whether a language model translated, or did something else: leaked, refused, obeyed."""

from __future__ import annotations

import re

from bot.translate.checks import fault

_RUN = 5  # words of the rules in a row are no accident
_REFUSAL = re.compile(
    r"\b(?:sorry|apologi[sz]e|unfortunately)\b.{0,60}\b(?:can(?:no|['’])t|unable|not able|won['’]t)"
    r"|\bI(?: can(?:no|['’])t|['’]m (?:unable|not able) to|(?: am|['’]m) not allowed to| won['’]t)"
    r" (?:\w+ )?(?:assist|help|comply|fulfil|translate|provide|process|do that|continue|share)"
    r"|\bas an? (?:AI|artificial|language model|assistant)\b"
    r"|(?:against|violates?) (?:my|our|the) (?:guidelines|polic|rules)"
    r"|(?:抱歉|对不起|很遗憾|不好意思).{0,20}(?:不能|无法|没法|不可以|不便)"
    r"|我(?:不能|无法|没法)(?:协助|帮助|提供|翻译|满足|完成|处理|回答|执行)"
    r"|作为(?:一个|一名|一款)?(?:AI|人工智能|语言模型|大模型|智能助手)"
    r"|违反.{0,12}(?:政策|准则|规定|规范)",
    re.IGNORECASE,
)
# What a person says who apologizes or speaks of rules: its translation may sound like a refusal.
_EXCUSE = re.compile(
    r"\b(?:sorry|apolog|unfortunately|can(?:no|['’])?t|unable|not able|not allowed|won['’]?t"
    r"|refuse|AI|assistant|language model|guideline|polic|rules?|violat)"
    r"|抱歉|对不起|遗憾|不好意思|不能|无法|没法|不可以|不便|帮不|做不|不会|人工智能|AI|语言模型|助手"
    r"|违反|政策|准则|规定|规范",
    re.IGNORECASE,
)
# What the rules become in Chinese, whoever translates them. One may be chance, two are not.
_RULES_IN_CHINESE = ("聊天桥", "翻译步骤", "翻译环节", "不可信", "不受信任", "每个 id")
_FRAME = re.compile(r'"(?:items|id|text|translation)"\s*:')


def evasion(source: str, answer: str, *, target: str, rules: str, number: str) -> str:
    """What the model did instead, in a word; "" where it seems to have translated."""
    if number in answer or (_FRAME.search(answer) and not _FRAME.search(source)):
        return "leak"
    if _quotes(answer, rules) and not _quotes(source, rules):
        return "leak"
    if sum(phrase in answer for phrase in _RULES_IN_CHINESE) > 1:
        return "leak"
    if _REFUSAL.search(answer) and not _EXCUSE.search(source):
        return "refusal"
    if answer.count("\n") > source.count("\n"):
        return "lines"  # a sentence has one: this is a poem, a list or an explanation
    return fault(source, answer, target=target)


def _quotes(text: str, rules: str) -> bool:
    """Whether `text` holds several words in a row from `rules`."""
    known = _words(rules)
    runs = {tuple(known[at : at + _RUN]) for at in range(len(known) - _RUN + 1)}
    words = _words(text)
    return any(tuple(words[at : at + _RUN]) in runs for at in range(len(words) - _RUN + 1))


def _words(text: str) -> list[str]:
    return re.findall(r"[^\W_]+", text.casefold())
