"""Puts a message together again from its plan and what became of its sentences."""

from __future__ import annotations

import re
from collections.abc import Callable

from bot.core.language import HAN, LATIN
from bot.core.richtext import RichText, join
from bot.core.shield import MARK, Held, expand, mark, number, united
from bot.translate.attempt import Attempt
from bot.translate.openers import is_name
from bot.translate.plan import Line, Plan, Sentence
from bot.translate.punctuation import joint, tidy, tidy_edge
from bot.translate.styles import stretches, styled

_BESIDE_MARK = re.compile(rf"(?<={MARK.pattern})(?=\S)|(?<=\S)(?={MARK.pattern})")
_BLANK_AT_MARK = re.compile(rf"(?<={MARK.pattern}) +(?=\S)|(?<=\S) +(?={MARK.pattern})")
_CHINESE = re.compile(f"[{HAN}，。！？：；、“”（）]")
_FOREIGN = {"en": re.compile(f"[{HAN}]"), "zh": re.compile(f"[{LATIN}]")}
_CAPITAL = re.compile(r"(?!I\b)[A-Z](?:[a-z' ]|$)")
# Words that have a capital only where a sentence begins.
_SMALL = re.compile(
    r"(?:A|An|Be|The|This|That|These|Those|There|Here|It|He|She|We|You|They|My|Your|His|Her|Our|Their|Is"
    r"|Are|Was|Were|Am|Do|Does|Did|Don't|Have|Has|Had|Can|Can't|Could|Will|Would|Should|Shall|May"
    r"|Must|Let's|Let|See|What|What's|Where|When|Who|Why|How|Which|If|So|But|And|Or|Because|Then"
    r"|Please|Thanks|Thank|Sorry|Not|No|Just|Only|Also|Still|Today|Tomorrow|Tonight|Yesterday|Now"
    r"|Dinner|Lunch|Breakfast|Got|Sent|Going|Come|Go|Look|Take|Give|Tell|Long|Any|Anyone|Everyone|Everybody|Some|Someone|One|Two|Overtime|Working"
    r"|To|From|For|With|Without|In|On|At|By|Of|After|Before|Very|Really|So|Too|More|Most|All|Every"
    r"|Never|Always|Maybe|Old|New|Good|Great|Beautiful|Important|Best|Meetings?|Reply|Wish|Wishing"
    r"|Wait|Stop|Help|Make|Need|Want|Ask|Call|Send|Meet|Eat|Try|Use|Put|Bring|Get|Work|Class|Hurry)"
    r"(?![\w-])"
)
_LOWER = re.compile(r"[a-z][a-z']*(?=[\s,.:;!?*_~]|$)")
_WITHIN = re.compile(r"[A-Za-z0-9,;\U000f0000-\U000ffffd]\s?$")
_NOTHING = re.compile(r"(?!)")
_LETTER = re.compile(rf"[{HAN}{LATIN}0-9]")
_WORDS = {"email", "mention", "hashtag", "file", "version", "code"}
_NAMES = {"term", "guest", "name"}
_PAUSES = set("，、；：,;:")
_LINKS = {"link", "domain"}


class Composer:
    def __init__(self, plan: Plan, attempt: Attempt) -> None:
        self._plan = plan
        self._done = attempt.done
        self._given = attempt.given
        self._direction = attempt.direction
        self._target = attempt.direction.target
        self._held = plan.held
        self._is_partly_said = bool(attempt.done)
        self._contents = [_inserted(held) for held in plan.held]

        edges = [at for at, held in enumerate(plan.held) if held.kind == "markup"]
        self._opening, self._closing = frozenset(edges[::2]), frozenset(edges[1::2])

    def message(self) -> RichText:
        for at in sorted(self._plan.islands, reverse=True):  # the innermost have the highest
            self._contents[at] = self._line(self._plan.islands[at])
        for line in self._plan.lines:
            self._begin_large(line)
        return join((self._line(line) for line in self._plan.lines), "\n")

    def _begin_large(self, line: Line) -> None:
        """What a line begins with between marks of Markdown, as English writes it."""
        first = next((s.lead + s.body.text for s in line.sentences), "")[:1]
        if self._target == "en" and MARK.match(first) and self._is_emphasized(first):
            self._recase(number(first), _LOWER, str.upper)

    def _go_on_small(self, words: str) -> None:
        """Words between marks of Markdown that stand within a sentence: this is **very** good."""
        for found in MARK.finditer(words):
            is_within = bool(_WITHIN.search(words[max(0, found.start() - 2) : found.start()]))
            if is_within and self._is_emphasized(found.group()):
                self._recase(number(found.group()), _SMALL, str.lower)

    def _is_emphasized(self, sign: str) -> bool:
        held = self._held[number(sign)]
        return held.is_words and held.kind == "emphasis"

    def _recase(self, at: int, pattern: re.Pattern[str], change: Callable[[str], str]) -> None:
        said = self._contents[at]
        begin = len(said.text) - len(said.text.lstrip("*_~"))
        if pattern.match(said.text, begin):
            words = said.text[:begin] + change(said.text[begin]) + said.text[begin + 1 :]
            self._contents[at] = RichText(words, said.spans)

    def _line(self, line: Line) -> RichText:
        inside: list[RichText] = []
        for sentence in line.sentences:
            said = self._sentence(sentence)
            goes_on = bool(inside) and inside[-1].text.rstrip().endswith((",", "，"))
            source = self._direction.source
            is_phrase = self._given.get(sentence.body.text) == "phrasebook"
            is_phrase = is_phrase and not is_name(sentence.body.text, source)
            is_small = sentence.body.text in self._done and _SMALL.match(said.text) is not None
            self._append(inside, _going_on(said) if goes_on and (is_phrase or is_small) else said)
        words = join(inside)
        styles = [type(s)(0, len(words), s.style, s.value) for s in line.styles]
        words = RichText(words.text, united([*styles, *words.spans]))
        if self._target == "en":
            self._go_on_small(words.text)
        return expand(RichText(line.margin) + words + line.end, self._contents)

    def _append(self, before: list[RichText], right: RichText) -> None:
        """`right` after what is there, with the gap that the target language has there."""
        if before:
            left = before[-1]
            words = left.text.rstrip(" ")
            gap = joint(words, left.text[len(words) :], right.text, self._target)
            before[-1] = self._beside(left.cut(0, len(words)) + gap, right)
        before.append(right)

    def _sentence(self, sentence: Sentence) -> RichText:
        answer = self._done.get(sentence.body.text)
        if answer is None:
            return self._unsaid(self._kept(sentence))
        known = {words: self._said(self._done[words]) for words in self._stretches(sentence.body)}
        is_given = sentence.body.text in self._given
        said = answer if is_given else self._spaced(self._said(answer))
        body = styled(sentence.body, said, known)
        lead, tail = (tidy_edge(edge, self._target) for edge in (sentence.lead, sentence.tail))
        if self._target == "en" and lead.endswith((",", ":", ";")):
            lead += " "
        opening = self._beside(RichText(lead), body) + body
        closing = RichText(tail)
        return self._beside(opening, closing) + closing

    def _kept(self, sentence: Sentence) -> RichText:
        """As it is; beside words that were translated, with the target's stops and pauses."""
        body, tail = sentence.body, sentence.tail
        is_readers = not _FOREIGN.get(self._target, _NOTHING).search(body.text)
        if self._is_partly_said and not body.spans and is_readers:
            body = RichText(tidy_edge(body.text, self._target))
        if self._is_partly_said and tail.strip() in _PAUSES:
            tail = tidy_edge(tail, self._target)
        return RichText(sentence.lead) + body + tail

    def _unsaid(self, sentence: RichText) -> RichText:
        """As it was written: what only a translation would say is not in it."""
        marks = {number(found) for found in MARK.findall(sentence.text)}
        if all(self._held[at].said is None for at in marks):
            return sentence
        contents = {
            at: self._held[at].content if self._held[at].said is not None else RichText(mark(at))
            for at in marks
        }
        return expand(sentence, contents)

    def _stretches(self, body: RichText) -> list[str]:
        return [words for words in stretches(body) if words in self._done]

    def _said(self, answer: str) -> str:
        return self._direction.write(tidy(answer, self._target))

    def _spaced(self, answer: str) -> str:
        if not MARK.search(answer):
            return answer
        closed = _BLANK_AT_MARK.sub(self._closed, answer)
        return _BESIDE_MARK.sub(
            lambda edge: " " * self._are_apart(closed[edge.start() - 1], closed[edge.start()]),
            closed,
        )

    def _closed(self, blank: re.Match[str]) -> str:
        """No blank between Chinese words, one of which stands behind a mark."""
        left, right = blank.string[blank.start() - 1], blank.string[blank.end()]
        is_chinese = self._reads_chinese(left, -1) and self._reads_chinese(right, 0)
        return "" if is_chinese else blank.group()

    def _reads_chinese(self, character: str, edge: int) -> bool:
        if not MARK.match(character):
            return bool(_CHINESE.match(character))
        held = self._held[number(character)]
        said = _inserted(held).text
        return held.kind in _NAMES and bool(_CHINESE.match(said[edge:][:1]))

    def _beside(self, left: RichText, right: RichText) -> RichText:
        """`left`, with a blank where `right` needs one before it."""
        if left and right and self._are_apart(left.text[-1], right.text[0]):
            return left + " "
        return left

    def _are_apart(self, left: str, right: str) -> bool:
        """Whether a mark and the character beside it need a blank between them."""
        if left.isspace() or right.isspace():
            return False
        if self._target == "en" and self._is_outside(left, right):
            return True
        if MARK.match(left):
            kind = self._kind(self._held[number(left)], -1)
            # Apps take what follows for a part of the address, even a full-width stop.
            after_link = kind == "link" and not right.isascii() and not MARK.match(right)
            return after_link or (bool(kind) and bool(_LETTER.match(right)))
        if MARK.match(right):
            kind = self._kind(self._held[number(right)], 0)
            return kind == "picture" or (bool(kind) and bool(_LETTER.match(left)))
        return False

    def _is_outside(self, left: str, right: str) -> bool:
        """Whether words stand before a spoiler or behind it."""
        if MARK.match(left):
            return number(left) in self._closing and bool(_LETTER.match(right))
        is_opening = bool(MARK.match(right)) and number(right) in self._opening
        return is_opening and bool(_LETTER.match(left))

    def _kind(self, held: Held, edge: int) -> str:
        """What stands there, seen from its first character (0) or its last (-1)."""
        if held.is_words:
            return "word" if self._target == "en" else ""
        if held.kind in _LINKS:
            return "link"
        if held.kind in _NAMES:
            touching = _inserted(held).text[edge:][:1]
            is_chinese = self._target == "zh" and re.match(f"[{HAN}]", touching)
            return "" if is_chinese else "word"
        if held.kind in _WORDS:
            return "word"
        return "picture" if self._target == "en" and held.kind in {"emoji", "kaomoji"} else ""


def _going_on(said: RichText) -> RichText:
    """A phrase within a sentence: "OK, no problem"."""
    is_capital = _CAPITAL.match(said.text) is not None
    return RichText(said.text[0].lower() + said.text[1:], said.spans) if is_capital else said


def _inserted(held: Held) -> RichText:
    return held.content if held.said is None else RichText(held.said)
