"""What the names and notes of items say: words without filler, the step of work that a name means, what a note rests on.

English and Korean in one reading. No dictionary of the language is used: a rule that needs one would be right on demos only.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

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


def normal(text: str) -> str:
    """Lower case, one form of every character."""
    return unicodedata.normalize("NFKC", text).casefold()


@lru_cache(maxsize=65_536)
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


def spoken_of(name: str, note: str) -> bool:
    """Whether a note names an item: the words of its name stand together in their order, of three or more with at most one between."""
    its = list(dict.fromkeys(words_of(name)))
    said = [word if word.isascii() or word in its else _PARTICLE.sub("", word) for word in words_of(note)]
    size = len(its) + (1 if len(its) >= 3 else 0)
    windows = (said[at : at + size] for at in range(max(len(said) - len(its) + 1, 0)))
    return any(its == [word for word in dict.fromkeys(window) if word in its] for window in windows)


@lru_cache(maxsize=65_536)
def note_words(text: str) -> frozenset[str]:
    """The words of a sentence, Korean ones also without their particle."""
    found = set(words_of(text))
    return frozenset(found | {_PARTICLE.sub("", word) for word in found if not word.isascii()})


def shared_words(one: str, other: str) -> list[str]:
    """The words that two names share, also where an ending differs (certificate, certification; 인증, 인증서)."""
    others = words_of(other)
    return [word for word in dict.fromkeys(words_of(one)) if any(_akin(word, each) for each in others)]


def _akin(one: str, other: str) -> bool:
    least = 7 if one.isascii() else 2
    return one == other or (len(one) >= least and len(other) >= least and one[:least] == other[:least]
                            and (one.isascii() or one.startswith(other) or other.startswith(one)))


@dataclass(frozen=True, slots=True)
class Step:
    """A name read as a step of work (position in :data:`STEPS`) on an object (its other words)."""

    rank: int
    word: str
    about: frozenset[str]


@lru_cache(maxsize=65_536)
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


@lru_cache(maxsize=4_096)
def team_pattern(team: str) -> re.Pattern[str]:
    """Where a note names ``team``: several words anywhere; one word only as a team ("Launch team", "from Search", "검색팀")."""
    name = re.escape(unicodedata.normalize("NFKC", team).strip())
    bare = re.sub(r"(?<!\s)\s*+(?:\bteam|팀)$", "", unicodedata.normalize("NFKC", team).strip(), flags=re.IGNORECASE)
    short = re.escape(bare)
    if re.search("[가-힣]", bare):
        alone = rf"|(?<![가-힣\w]){name}(?=에서|의 |이 |가 |와 |과 |로부터)" if len(bare) >= 3 else ""
        return re.compile(rf"(?<![가-힣\w]){short}\s*(?:팀|파트|실|측)" + alone)
    if re.search(r"[\s&/-]", bare):
        return re.compile(rf"\b{short}\b", re.IGNORECASE)
    after = r"\b(?:from|by|with|on|of|for|ask|asked) (?:the )?"
    return re.compile(rf"\b{short} team\b|\bteam {short}\b|{after}{short}\b(?! \w*(?:day|date|week))")
