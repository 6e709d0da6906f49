"""What the names and notes of items say: words without filler, the step of work that a name means, what a note rests on.

English and Korean in one reading. No dictionary of the language is used: a rule that needs one would be right on demos only.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, wraps
from typing import Final, TypeVar

T = TypeVar("T")

# Steps of work on one object, in the order in which they follow each other.
STEPS: Final[tuple[tuple[str, ...], ...]] = (
    ("requirements", "requirement", "analysis", "기획", "요구사항", "분석", "요구분석"),
    ("design", "designing", "설계", "디자인"),
    ("build", "building", "development", "develop", "developing", "implementation", "implement", "implementing", "coding", "construction",
     "개발", "구현", "구축", "제작", "시공"),
    ("integration", "integrate", "통합", "연동"),
    ("test", "testing", "tests", "qa", "uat", "verification", "validation", "테스트", "시험", "검증"),
    ("deployment", "deploy", "deploying", "launch", "launching", "release", "rollout", "배포", "출시", "오픈", "런칭", "릴리스", "릴리즈"),
)
_STEP_OF: Final = {word: rank for rank, words in enumerate(STEPS) for word in words}
_KOREAN_STEPS: Final = tuple(sorted((word for word in _STEP_OF if "가" <= word[0] <= "힣"), key=len, reverse=True))
_FILLER: Final = frozenset((
    "a", "an", "and", "the", "of", "for", "to", "in", "on", "at", "by", "with", "from", "into", "or", "as", "is", "be",
    "phase", "stage", "task", "work", "step", "item", "및", "와", "과", "등", "의", "을", "를", "단계", "작업", "업무"))
_WORD: Final = re.compile(r"[a-z0-9]+|[가-힣]+|[^\W\d_a-z가-힣]+")
# Endings that a Korean noun takes in a sentence, the longer first.
_PARTICLE: Final = re.compile(
    r"(?<=[가-힣]{2})(에서는|으로부터|로부터|까지|부터|에서|에게|으로|이나|이라|라는|은|는|이|가|을|를|의|에|로|와|과|도)$")

_ASSUMED: Final = re.compile(
    r"\bassum(?:e|es|ed|ing|ption|ptions)\b|\b(?:counts?|counting|rel(?:y|ies|ying)|banks?) on\b|\bwe expect\b|\bexpected to\b"
    r"|\b(?:taken|estimated|extrapolated) from\b|\btb[cd]\b|\bto be (?:confirmed|decided|determined)\b|\bnot (?:yet )?confirmed\b"
    r"|\bunconfirmed\b|\bhopefully\b|\bas last (?:year|time)\b|\bprovided that\b"
    r"|전제|가정|예상|미확정|미확인|미정|추정|(?:라고|다고|으로|로) (?:봄|본다|보고 있음)|확인 필요|확정 전|기준(?:임)?\s*[.]?$",
    re.IGNORECASE)
_NEEDS: Final = re.compile(
    r"\b(?:needs?|needed|requires?|required|waits?|waiting|awaits?|awaiting|blocked|depends?|depending|comes? from|provided by|delivered by"
    r"|asked|no (?:answer|reply|response)|pending|after|once|hand-?over from|input from|until)\b"
    r"|받아야|필요|대기|요청|문의|회신|제공|의존|선행|이후|완료 후|받은 후|끝나야|전달", re.IGNORECASE)


_LONGEST_KEPT: Final = 200  # characters of a name whose reading is kept; longer ones would fill the memory


def _kept(read: Callable[[str], T]) -> Callable[[str], T]:
    """``read``, its answers for names of a usual length kept."""
    keeping = lru_cache(maxsize=65_536)(read)
    return wraps(read)(lambda text: keeping(text) if len(text) <= _LONGEST_KEPT else read(text))


def normal(text: str) -> str:
    """Lower case, one form of every character."""
    return unicodedata.normalize("NFKC", text).casefold()


@_kept
def words_of(text: str) -> tuple[str, ...]:
    """The words of a name that mean something: lower case, plural s and Korean particles off, fillers left out."""
    found = []
    for word in _WORD.findall(normal(text)):
        if word in _FILLER:
            continue
        if word.isascii():
            found.append(word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") and word not in _STEP_OF else word)
        else:
            found.append(word)
    return tuple(found)


class Note:
    """A sentence heard once: ``words`` are those of :func:`words_of`, Korean ones also without their particle."""

    def __init__(self, text: str) -> None:
        self._said = words_of(text)
        self._bare = [word if word.isascii() else _PARTICLE.sub("", word) for word in self._said]
        self._at: dict[str, list[int]] = defaultdict(list)
        for place, (word, bare) in enumerate(zip(self._said, self._bare, strict=True)):
            for each in {word, bare}:
                self._at[each].append(place)
        self.words = frozenset(self._at)

    def speaks_of(self, its: Sequence[str]) -> bool:
        """Whether words of a name stand together in their order, of three or more with at most one between."""
        its = list(dict.fromkeys(its))
        size = len(its) + (1 if len(its) >= 3 else 0)
        return any(its == self._among(its, slice(place, place + size)) for place in self._at.get(its[0], ())) if its else False

    def _among(self, its: list[str], part: slice) -> list[str]:
        said = (word if word in its else bare for word, bare in zip(self._said[part], self._bare[part], strict=True))
        return [word for word in dict.fromkeys(said) if word in its]


def shared_words(one: str, other: str) -> list[str]:
    """The words that two names share, also where an ending differs (certificate, certification; 인증, 인증서)."""
    others = _by_beginning(other)
    return [word for word in dict.fromkeys(words_of(one)) if any(_akin(word, each) for each in others.get(_beginning(word), ()))]


@_kept
def _by_beginning(name: str) -> Mapping[str, Sequence[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for word in dict.fromkeys(words_of(name)):
        found[_beginning(word)].append(word)
    return found


def _beginning(word: str) -> str:
    """What words must have in common that differ in their endings only."""
    return word[: 7 if word.isascii() else 2]


def _akin(one: str, other: str) -> bool:
    """Whether words that begin alike are one word with another ending: in Korean the longer holds the whole shorter one."""
    least = 7 if one.isascii() else 2
    return one == other or (len(one) >= least and len(other) >= least
                            and (one.isascii() or one.startswith(other) or other.startswith(one)))


@dataclass(frozen=True, slots=True)
class Step:
    """A name read as a step of work (position in :data:`STEPS`) on an object (its other words)."""

    rank: int
    word: str
    about: frozenset[str]


@_kept
def step_of(name: str) -> Step | None:
    """The step of work that ``name`` means; None where it names none, or more than one."""
    ranks: list[tuple[int, str]] = []
    about = []
    for word in words_of(name):
        if word in _STEP_OF:
            ranks.append((_STEP_OF[word], word))
            continue
        tail = next((step for step in _KOREAN_STEPS if word.endswith(step) and len(word) >= len(step) + 2), None)
        if tail is None:
            about.append(word)
        else:
            ranks.append((_STEP_OF[tail], tail))
            about.append(word[: -len(tail)])
    return Step(*ranks[0], frozenset(about)) if len(ranks) == 1 else None


def rests_on_something(note: str) -> bool:
    """Whether a note says that the work rests on something that nobody has confirmed."""
    return bool(_ASSUMED.search(unicodedata.normalize("NFKC", note).strip()))


def says_it_needs(note: str) -> bool:
    """Whether a note speaks of waiting for, needing or asking for something."""
    return bool(_NEEDS.search(note))


def bare_team(team: str) -> str:
    """A team's name without the word "team"."""
    return re.sub(r"(?<!\s)\s*+(?:\bteam|팀)$", "", unicodedata.normalize("NFKC", team).strip(), flags=re.IGNORECASE)


@lru_cache(maxsize=4_096)
def team_pattern(team: str) -> re.Pattern[str]:
    """Where a note names ``team``: several words anywhere; one word only as a team ("Launch team", "from Search", "검색팀")."""
    name = re.escape(unicodedata.normalize("NFKC", team).strip())
    bare = bare_team(team)
    short = re.escape(bare)
    if re.search("[가-힣]", bare):
        alone = rf"|(?<![가-힣\w]){name}(?=에서|의 |이 |가 |와 |과 |로부터)" if len(bare) >= 3 else ""
        return re.compile(rf"(?<![가-힣\w]){short}\s*(?:팀|파트|실|측)" + alone)
    if re.search(r"[\s&/-]", bare):
        return re.compile(rf"\b{short}\b", re.IGNORECASE)
    after = r"\b(?:from|by|with|on|of|for|ask|asked) (?:the )?"
    return re.compile(rf"\b{short} team\b|\bteam {short}\b|{after}{short}\b(?! \w*(?:day|date|week))")
