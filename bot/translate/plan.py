"""Takes a message apart into lines and sentences; what is not words keeps its place."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from bot.core import sentences
from bot.core.language import is_mixed, is_worded
from bot.core.model import Term
from bot.core.richtext import RichText, Span, Style
from bot.core.shield import MARK, Guard, Held, collapse, number
from bot.translate.direction import Direction
from bot.translate.terms import term_guards

_MARGIN = re.compile(
    r"\s*(?:>\s?)*(?:[-*+–—>•·●▪◦]\s+|\d{1,3}[.)．]\s+|\d{1,3}、(?!\d)|[(（]\d{1,2}[)）]\s*|[•●▪◦])?"
)
_LEAD_PAUSE = re.compile(r"[,，:：、;；|·\s–—-]*")
_PAUSES = " .!?！？。…~～"
_CLAUSE_PAUSES = " ,，、;；:："
_GREETING, _CLAUSE = "greeting", "clause"
_CALLED = {"mention", "term", "name"}  # marks for whom people call on
_SMILES = {"emoji", "kaomoji"}
_CALLING = rf"(?:[\s,，]|{MARK.pattern})*"
_CALLED_FIRST, _CALLED_LAST = re.compile(_CALLING), re.compile(f"{_CALLING}$")
_COMMAS = {"zh": "，", "en": ", "}
_WHOLE_LINE = {Style.QUOTE, Style.SMALL}
_ISLANDS = {Style.SPOILER: "spoiler", Style.LINK: "link"}
_DENIALS = frozenset(
    (
        *("not", "no", "never", "don't", "doesn't", "didn't", "isn't", "aren't", "wasn't", "won't"),
        *("can't", "cannot", "couldn't", "shouldn't", "wouldn't", "without", "do not", "nobody"),
        *("不", "没", "别", "不要", "没有", "不能", "不会", "不是", "不可以", "禁止", "未", "勿"),
        *("請勿", "请勿", "沒", "沒有", "別", "不會"),
    )
)
_DEEPEST = 4  # spoilers in links in spoilers…
_MOST_MARKS = 9  # in one sentence that are to become slots

# These never belong to a sentence; the next ones do where the words beside them ask for them.
_LOOSE = {"emoji", "kaomoji", "markup", "emphasis", "control", "slot"}
_NAMING = {"mention", "link", "domain", "hashtag", "code"}
_FEELING = re.compile(
    "[\U0001f600-\U0001f64f\U0001f910-\U0001f92f\U0001f970-\U0001f97a\U0001f480\U0001f44d-\U0001f44f"
    "\U0001f389\U0001f525]"
)
_A_FEW = 3.0  # Han characters, or two or three words
_LINKING = re.compile(
    r"\s*(?:(?:of|in|on|at|to|for|with|and|or|but|from|by|that|who|which|is|was|are|were|than|as)\b"
    r"|[的和跟与或在是到给对把被])|\s*[,.!?，。！？、]"
)
_GOES_ON = re.compile(
    r"(?:(?:is|was|are|were|has|had|and|or|will|would|said|says|does|did|doesn|isn|wasn|works?|fails?"
    r"|looks?|seems?|means?|just|also)\b|['’]s\b|[是在来去也的和跟说都会要有没把被给很最就让坏挂])"
)
_LEADS_TO = re.compile(
    r"(?:\b(?:with|to|for|from|by|of|at|in|on|and|or|is|are|was|ask|tell|about|than|like|see|saw|meet"
    r"|met|love|call|called|use|using|run|open|read|watch|check|via|the|a|my|your|this|that)"
    r"|[和跟给让叫找问是像比被把对请约用看读跑])\s*$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Sentence:
    """`body` is what may be translated; `lead` and `tail` stand before and after it as they are."""

    lead: str
    body: RichText
    tail: str


@dataclass(frozen=True, slots=True)
class Line:
    margin: str  # indentation and bullet
    sentences: tuple[Sentence, ...]
    end: str  # white space
    styles: tuple[Span, ...] = ()  # of the whole line


@dataclass(frozen=True, slots=True)
class Plan:
    lines: tuple[Line, ...]
    held: tuple[Held, ...]
    islands: dict[int, Line] = field(default_factory=dict[int, Line])  # by number of their mark
    parts: frozenset[str] = frozenset()  # bodies that are a few words of a sentence, never a whole

    def sentences(self) -> Iterator[Sentence]:
        for line in (*self.lines, *self.islands.values()):
            yield from line.sentences


def plan(
    text: RichText, direction: Direction, terms: Sequence[Term], protected: Sequence[Guard]
) -> Plan:
    """`terms` are the community's own words, `protected` the text's `guards`."""
    return _Planner(direction).plan(text, terms, protected)


class _Planner:
    def __init__(self, direction: Direction) -> None:
        self._direction = direction
        self._held: list[Held] = []
        self._islands: dict[int, Line] = {}
        self._parts: set[str] = set()

    def plan(self, text: RichText, terms: Sequence[Term], protected: Sequence[Guard]) -> Plan:
        own = term_guards(text.text, terms, protected, self._direction)
        found = _runs(sorted([*protected, *own], key=lambda guard: guard.start))
        skeleton = collapse(text, found, self._held)
        lines = tuple(self._line(line, depth=0) for line in skeleton.lines())
        return Plan(lines, tuple(self._held), self._islands, frozenset(self._parts))

    def _line(self, line: RichText, *, depth: int) -> Line:
        start, stop = _inked(line.text)
        whole = tuple(span for span in line.spans if _covers(span, start, stop))
        rest = replace(line, spans=tuple(span for span in line.spans if span not in whole))
        rest = self._set_apart(rest.cut(start, stop), depth)
        return Line(
            line.text[:start],
            tuple(self._sentences(rest)),
            line.text[stop:],
            _clipped(whole, start, stop),
        )

    def _set_apart(self, line: RichText, depth: int) -> RichText:
        """Spoilers and links in a line become marks whose words are translated on their own."""
        found = _island_guards(line)
        held, first = self._held, len(self._held)
        skeleton = collapse(line, found, held, is_words=depth < _DEEPEST)
        for at in range(first, first + len(found)):
            held[at] = replace(held[at], content=_hidden(held[at].content))
            if depth < _DEEPEST:
                self._islands[at] = self._line(held[at].content, depth=depth + 1)
        return self._emphasized(skeleton, depth)

    def _emphasized(self, line: RichText, depth: int) -> RichText:
        """Words between two marks of Markdown become a mark, and keep theirs around them."""
        pairs = self._pairs(line.text) if depth < _DEEPEST else []
        denials = [pair for pair in pairs if _denies(line.text, *pair)]
        if denials:
            return self._emphasized(_unmarked(line, denials), depth)
        if not pairs:
            return line
        held, first = self._held, len(self._held)
        found = [Guard(start, end, "emphasis") for start, end in pairs]
        skeleton = collapse(line, found, held, is_words=True)
        are_parts = is_worded(MARK.sub("", skeleton.text))
        for at in range(first, first + len(found)):
            content = held[at].content
            inner = self._line(content.cut(1, len(content) - 1), depth=depth + 1)
            opening, closing = content.text[0], content.text[-1]
            margin, end = f"{opening}{inner.margin}", f"{inner.end}{closing}"
            self._islands[at] = replace(inner, margin=margin, end=end)
            if are_parts:
                self._parts.update(sentence.body.text for sentence in inner.sentences)
        return skeleton

    def _pairs(self, line: str) -> list[tuple[int, int]]:
        """The outermost stretches from an opening mark to its closing one."""
        waiting: list[tuple[str, int]] = []
        found: list[tuple[int, int]] = []
        for mark in MARK.finditer(line):
            if self._kind(mark.group()) != "emphasis":
                continue
            sign = self._held[number(mark.group())].content.text
            if waiting and waiting[-1][0] == sign:
                _, start = waiting.pop()
                while found and found[-1][0] >= start:
                    found.pop()
                found.append((start, mark.end()))
            else:
                waiting.append((sign, mark.start()))
        return found

    def _sentences(self, line: RichText) -> Iterator[Sentence]:
        at = 0
        for piece, kind in self._pieces(line.text):
            start, stop = self._greeted(piece) if kind == _GREETING else self._inside(piece, kind)
            body, tail = line.cut(at + start, at + stop), piece[stop:]
            if kind == _GREETING:
                is_smiling = any(self._kind(found) in _SMILES for found in MARK.findall(tail))
                tail = tail if is_smiling else _paused(tail, self._direction.source)
            else:
                body = self._with_guests(body)
            yield Sentence(piece[:start], body, tail)
            at += len(piece)

    def _inside(self, piece: str, kind: str) -> tuple[int, int]:
        start = self._body_start(piece)
        stop = self._body_stop(piece)
        return start, max(start, len(piece[:stop].rstrip(_CLAUSE_PAUSES)) if kind else stop)

    def _pieces(self, line: str) -> Iterator[tuple[str, str]]:
        for sentence in sentences.split(line):
            for piece in self._between(sentence):
                *greetings, rest = self._greetings(piece)
                yield from ((greeting, _GREETING) for greeting in greetings)
                clauses = self._clauses(rest)
                yield from ((clause, _CLAUSE if len(clauses) > 1 else "") for clause in clauses)

    def _greetings(self, piece: str) -> Iterator[str]:
        """Those that `piece` begins with, each with its pause, and last whatever follows."""
        start = self._body_start(piece)
        end, begin = self._opening(piece[start:])
        words, rest = piece[start : start + end], piece[start + begin :]
        called = all(self._kind(mark) in _CALLED for mark in MARK.findall(words))
        if not end or not called or not is_worded(rest) or self._is_phrase(piece[start:]):
            yield piece
            return
        yield piece[: start + begin]
        yield from self._greetings(rest)

    def _opening(self, piece: str) -> tuple[int, int]:
        """An emoji is a pause too."""
        return self._direction.opening(MARK.sub(self._as_pause, piece))

    def _as_pause(self, found: re.Match[str]) -> str:
        return "~" if self._kind(found.group()) in _SMILES else found.group()

    def _is_phrase(self, piece: str) -> bool:
        return self._direction.phrase(piece.strip(_PAUSES)) is not None

    def _greeted(self, piece: str) -> tuple[int, int]:
        """Without whoever is called on by a mark, before or after it: "hi @Mei, "."""
        start = self._body_start(piece)
        end, _ = self._opening(piece[start:])
        words = piece[start : start + end]
        first, last = _CALLED_FIRST.match(words), _CALLED_LAST.search(words)
        return start + (first.end() if first else 0), start + (last.start() if last else end)

    def _between(self, sentence: str) -> list[str]:
        """Apart before a spoiler's edge, and after a face that ends what was said: people write
        😂 for a full stop."""
        cuts = {0, len(sentence)}
        for found in MARK.finditer(sentence):
            if self._kind(found.group()) == "markup":
                cuts.add(found.start())
            elif self._is_feeling(found.group()) and _is_stop(sentence, found.end()):
                cuts.add(_blank(sentence, found.end()))
        return [sentence[a:b] for a, b in pairwise(sorted(cuts))]

    def _is_feeling(self, mark: str) -> bool:
        kind, held = self._kind(mark), self._held[number(mark)]
        return kind == "kaomoji" or (kind == "emoji" and bool(_FEELING.match(held.content.text)))

    def _clauses(self, sentence: str) -> list[str]:
        """Apart where one is in the reader's language and another is not, else together."""
        if not is_mixed(sentence):
            return [sentence]
        clauses = sentences.clauses(sentence)
        wanted = {self._direction.wants(MARK.sub(" ", c)) for c in clauses if is_worded(c)}
        return clauses if len(wanted) > 1 else [sentence]

    def _with_guests(self, body: RichText) -> RichText:
        words = MARK.sub(" ", body.text)
        if not is_mixed(words) or not self._direction.wants(words):
            return body
        if self._direction.phrase(body.text) is not None:
            return body
        found = self._direction.guests(body.text)
        if len(found) + len(MARK.findall(body.text)) > _MOST_MARKS:
            return body
        return collapse(body, found, self._held)

    def _body_start(self, piece: str) -> int:
        start = _blank(piece, 0)
        at = start
        while at < len(piece) and MARK.match(piece[at]) and self._is_loose_before(piece, at):
            start = at = _blank(piece, at + 1)
        pause = _LEAD_PAUSE.match(piece, start)
        return pause.end() if pause and MARK.search(piece[:start]) else start

    def _is_loose_before(self, piece: str, at: int) -> bool:
        kind, rest = self._kind(piece[at]), piece[at + 1 :].lstrip()
        if kind == "code" and "\n" not in self._held[number(piece[at])].content.text:
            return not is_worded(rest[:1])
        return kind in _LOOSE or (kind in _NAMING and not _GOES_ON.match(rest))

    def _body_stop(self, piece: str) -> int:
        stop = len(piece.rstrip())
        while stop:
            last = len(piece[:stop].rstrip(_PAUSES)) if piece[stop - 1] in _PAUSES else stop
            if not last or not MARK.match(piece[last - 1]):
                break
            if not self._is_loose_after(piece, last - 1, is_last=last == stop):
                break
            stop = len(piece[: last - 1].rstrip())
        return stop

    def _is_loose_after(self, piece: str, at: int, *, is_last: bool) -> bool:
        kind, before = self._kind(piece[at]), piece[:at]
        if kind in _LOOSE:
            return is_last or kind in {"emoji", "kaomoji"}
        if kind == "code" and is_worded(before.rstrip()[-1:]):
            return False
        return is_last and kind in _NAMING and not _LEADS_TO.search(before)

    def _kind(self, mark: str) -> str:
        held = self._held[number(mark)]
        return "" if held.is_words else held.kind


def _paused(tail: str, language: str) -> str:
    """Whoever a mark calls on goes with the greeting, and a pause is after both."""
    called = "".join(MARK.findall(tail))
    after = MARK.split(tail)[-1]
    return f"{called and ' '}{called}{after if after.strip() else _COMMAS[language]}"


def _denies(line: str, start: int, end: int) -> bool:
    """I do **not** agree: without its no, the rest would say the opposite."""
    is_denial = line[start + 1 : end - 1].strip().casefold().replace("’", "'") in _DENIALS
    return is_denial and is_worded(line[end:].lstrip()[:1])


def _unmarked(line: RichText, pairs: Sequence[tuple[int, int]]) -> RichText:
    """Without the marks around these words."""
    signs = [at for start, end in pairs for at in (start, end - 1)]
    words = "".join(line.text[a + 1 : b] for a, b in pairwise([-1, *signs, len(line)]))

    def moved(at: int) -> int:
        return at - bisect_left(signs, at)

    spans = (replace(span, start=moved(span.start), end=moved(span.end)) for span in line.spans)
    return RichText(words, tuple(spans))


def _runs(found: list[Guard]) -> list[Guard]:
    """Emoji that touch are one: 😂😂😂 takes one slot, and is not pulled apart."""
    runs: list[Guard] = []
    for guard in found:
        last = runs[-1] if runs else None
        if last and last.kind == guard.kind == "emoji" and last.end == guard.start:
            runs[-1] = replace(last, end=guard.end)
        else:
            runs.append(guard)
    return runs


def _inked(text: str) -> tuple[int, int]:
    margin = _MARGIN.match(text)
    start = margin.end() if margin else 0
    stop = len(text.rstrip())
    if text[:start].strip() == "*":  # * note *
        stop = len(text[:stop].removesuffix(" *").rstrip())
    return start, max(start, stop)


def _covers(span: Span, start: int, stop: int) -> bool:
    return span.style in _WHOLE_LINE or (span.start <= start and span.end >= stop)


def _clipped(spans: tuple[Span, ...], start: int, stop: int) -> tuple[Span, ...]:
    return tuple(replace(span, start=0, end=stop - start) for span in spans)


def _island_guards(line: RichText) -> list[Guard]:
    found: list[Guard] = []
    for span in sorted(line.spans):
        if span.style not in _ISLANDS or span.start >= span.end:
            continue
        if found and span.start < found[-1].end:
            found[-1] = replace(found[-1], end=max(found[-1].end, span.end))
        else:
            found.append(Guard(span.start, span.end, _ISLANDS[span.style]))
    return found


def _hidden(content: RichText) -> RichText:
    """A stretch that is partly a spoiler becomes one wholly."""
    others = tuple(span for span in content.spans if span.style is not Style.SPOILER)
    if len(others) == len(content.spans):
        return content
    return RichText(content.text, others).wrapped(Style.SPOILER)


def _is_stop(sentence: str, at: int) -> bool:
    before, after = sentence[:at], sentence[at:]
    is_long = sentences.weight(MARK.sub("", before)) >= _A_FEW and is_worded(after)
    return is_long and not _LINKING.match(after)


def _blank(text: str, at: int) -> int:
    while at < len(text) and text[at].isspace():
        at += 1
    return at
