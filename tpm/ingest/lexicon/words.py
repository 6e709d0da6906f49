"""Words in cells: states, priorities, levels, flags, totals. The words are data in ``words.toml``."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, Final

from tpm.ingest.lexicon.headers import key
from tpm.model import Constraint, State

_LONGEST_STATUS: Final = 60  # characters; a longer cell is a sentence, of which the first words count
_STATUS_END: Final = re.compile(r"[(\[:,;—–\n]")  # what stands before it may be the whole status: "Blocked: waits for legal"
_LONGEST_RELATION: Final = 60  # characters of a word of relation with what stands around it
_RANKED: Final = re.compile(r"^\s*+(?:p|prio|priority|level)?\s*+[-:]?\s*+(\d)\b", re.I)


@cache
def table() -> Mapping[str, Any]:
    """The words as written in ``words.toml``."""
    return tomllib.loads((Path(__file__).parent / "words.toml").read_text(encoding="utf-8"))


@cache
def _index(section: str) -> Mapping[str, str]:
    """Compared word → entry of a section whose entries are lists of words."""
    return {key(word) or word: name for name, words in table()[section].items() for word in words}


@cache
def _whole(section: str, entry: str = "words") -> frozenset[str]:
    words = table()[section][entry]
    return frozenset(key(word) or word for word in words) | frozenset(word.casefold() for word in words)


def _is(section: str, text: str, entry: str = "words") -> bool:
    words = _whole(section, entry)
    return text.strip().casefold() in words or ((plain := key(text)) != "" and plain in words)


@cache
def _state_words() -> tuple[Mapping[str, State], tuple[tuple[str, State], ...]]:
    states = table()["states"]
    whole = {key(word) or word: State(name) for name, group in states.items() for word in group["words"]}
    parts = tuple((key(part), State(name)) for name, group in states.items() for part in group["parts"])
    return whole, parts


@lru_cache(maxsize=8192)
def state_of(text: str) -> State | None:
    """What a status means, or None for a word that is not known."""
    whole, parts = _state_words()
    wanted = key(text) or text.strip()
    if wanted in whole:
        return whole[wanted]
    if (end := _STATUS_END.search(text)) is not None and (head := key(text[: end.start()])) in whole:
        return whole[head]
    if len(text) > _LONGEST_STATUS:
        return None
    return next((state for part, state in parts if part in wanted), None)


@lru_cache(maxsize=4096)
def priority_rank(text: str) -> float | None:
    """1 (highest) to 5 (lowest), or None."""
    found = _index("priorities").get(key(text))
    if found is None and (number := _RANKED.match(text)):
        found = number[1] if "1" <= number[1] <= "5" else None
    if found is None:
        words = [_index("priorities").get(key(part)) for part in re.split(r"[\s\-/:()]+", text) if part]
        found = next((word for word in words if word), None)
    return float(found) if found else None


@lru_cache(maxsize=4096)
def level_of(text: str) -> float | None:
    """Probability or impact as a word → 1 to 5, or None."""
    found = _index("levels").get(key(text))
    if found is None:
        numbered = re.match(r"^\s*([1-5])\s*[-–.:)(]", text)
        return float(numbered[1]) if numbered else None
    return float(found)


@lru_cache(maxsize=4096)
def flag_of(text: str) -> bool | None:
    """Yes or no, or None for anything else."""
    if _is("flags", text, "yes"):
        return True
    return False if _is("flags", text, "no") else None


def is_answer(text: str) -> bool:
    """The word stands in cells, not over them: a state, a level, yes or no."""
    return state_of(text) is not None or level_of(text) is not None or priority_rank(text) is not None or flag_of(text) is not None


def is_everyone(text: str) -> bool:
    """An owner cell that names all: "All", "전체"."""
    return _is("everyone", text)


@lru_cache(maxsize=8192)
def is_weekday(text: str) -> bool:
    """The word names a day of the week."""
    return _is("weekdays", text)


@lru_cache(maxsize=4096)
def in_figures(text: str) -> str | None:
    """A duration in words with its number in figures: "Two days." → "2 days."; None where it begins with no number word."""
    whole = key(text)
    if (span := _index("spans").get(whole)) is not None:
        return span
    words = text.split()
    for count in (3, 2, 1):
        number = _index("numerals").get(key(" ".join(words[:count])))
        if number is not None and len(words) > count:
            return " ".join([number, *words[count:]])
    return None


@cache
def empty_words() -> frozenset[str]:
    """Whole cells, in lower case, that say "nothing": a dash, "n/a", "없음"."""
    return frozenset(word.casefold() for word in table()["empty"]["words"])


def is_empty_word(text: str) -> bool:
    """The cell says "nothing", or is blank."""
    plain = text.strip().casefold()
    return not plain or plain in empty_words()


@lru_cache(maxsize=4096)
def is_unscheduled(text: str) -> bool:
    """The date is not fixed yet: "TBD", "미정"."""
    return _is("unscheduled", text)


def is_team_name(text: str) -> bool:
    """The name says itself that it is a team's: "Team Web", "플랫폼팀", "Payments squad"."""
    words = _whole("teams")
    parts = [part for part in re.split(r"[\s_\-·/()]+", text.casefold()) if part]
    return (len(parts) > 1 and bool({parts[0], parts[-1]} & words)) or text.strip().endswith(_team_ends())


@cache
def _team_ends() -> tuple[str, ...]:
    return tuple(table()["teams"]["ends"])


@cache
def surnames() -> frozenset[str]:
    """The first syllables of Korean names."""
    return frozenset(table()["people"]["surnames"])


def is_project_start(text: str) -> bool:
    """The label of the project's start in a form above a table."""
    return _is("project_start", text)


def is_status_date(text: str) -> bool:
    """The label, above a table, of the day that its data describe."""
    return _is("status_date", text)


def is_active_header(text: str) -> bool:
    """The header of a column that says whether a row takes part in the plan."""
    return _is("active_headers", text)


@cache
def _total_words() -> tuple[frozenset[str], tuple[str, ...], re.Pattern[str]]:
    totals = table()["totals"]
    return (_whole("totals"), tuple(totals["starts"]), re.compile("|".join(map(re.escape, totals["parts"]))))


def is_total(text: str) -> bool:
    """A row that adds up others, by its name."""
    plain = text.strip().casefold()
    if len(plain) > 80:
        return False
    whole, starts, parts = _total_words()
    return plain in whole or plain.rstrip(" :.").replace(" ", "") in whole or plain.startswith(starts) or parts.search(plain) is not None


@lru_cache(maxsize=8192)
def is_caption(text: str) -> bool:
    """A legend's title or another explanation, by the whole cell."""
    return _is("captions", text)


@cache
def _milestone_words() -> tuple[tuple[str, ...], re.Pattern[str]]:
    words = table()["milestones"]
    return tuple(words["starts"]), re.compile("|".join(map(re.escape, words["parts"])))


_APART = "\x00"  # stands between texts that are searched at once
_LONGEST_TOTAL: Final = 24  # characters; the longest word that is a total as a whole has 18


def _any_in(parts: Sequence[str], text: str) -> bool:
    """Any of ``parts`` stands in ``text``. Looking for one character is fifty times as fast, and a long text often lacks one."""
    return any(all(char in text for char in part) and part in text for part in parts)


def totals_among(texts: Sequence[str | None]) -> list[int]:
    """Positions of the texts that are totals; all are searched at once, because hardly any is."""
    whole, starts, _ = _total_words()
    joined = _APART.join(filter(None, texts)).casefold()
    short = _APART.join([text for text in map(str.strip, filter(None, texts)) if len(text) <= _LONGEST_TOTAL]).casefold()
    if not _any_in((*table()["totals"]["parts"], *starts), joined) and whole.isdisjoint(
        short.replace(" ", "").replace(":", "").split(_APART)
    ):
        return []
    return [position for position, text in enumerate(texts) if text and is_total(text)]


def milestones_among(texts: Sequence[str]) -> list[int]:
    """Positions of the names that say "milestone" themselves."""
    starts, _ = _milestone_words()
    if not _any_in((*table()["milestones"]["parts"], *starts), _APART.join(texts).casefold()):
        return []
    return [position for position, text in enumerate(texts) if is_milestone_name(text)]


def is_milestone_name(text: str) -> bool:
    """A name that says "milestone" itself."""
    plain = text.strip().casefold()
    starts, parts = _milestone_words()
    return plain.startswith(starts) or parts.search(plain) is not None


def raid(text: str, entry: str) -> bool:
    """Whether a cell is one of the words of ``[raid]`` under ``entry``: risk, opportunity, closed, occurred."""
    return _is("raid", text, entry)


def strategy_of(text: str) -> str | None:
    """avoid, reduce, share, transfer, accept, exploit or enhance, by the first word that says so."""
    for part in re.split(r"[\s/,;:\-–(]+", text)[:4]:
        if (found := _index("strategies").get(key(part))) is not None:
            return found
    return None


@cache
def _relations() -> tuple[Mapping[str, str], re.Pattern[str], re.Pattern[str]]:
    """Word of relation → way, and the patterns of such a word before and behind a reference."""
    of_noun = {"predecessor": "before", "successor": "after"}
    ways = {" ".join(word.casefold().split()): of_noun.get(way, way) for way, words in table()["relations"].items() for word in words}
    words = "|".join(re.escape(word).replace(r"\ ", r"\s") for word in sorted(ways, key=len, reverse=True))
    before = re.compile(rf"(?:this\s)?({words})(?:\s?[:：]\s?|\s|$)", re.I)
    behind = re.compile(rf"(?<=[\w)\]])(?:\s|(?<=[\d)\]])|\s?[(\[])({words})[)\]]?$", re.I)
    return ways, before, behind


@lru_cache(maxsize=8192)
def relation_of(text: str) -> str | None:
    """What a word says of the item behind it: ``after`` ("blocks"), ``before`` ("is blocked by"), ``none`` ("relates to"), "" (a noun)."""
    plain, relations = " ".join(text.casefold().split()).strip(" :"), table()["relations"]
    return "" if plain in (*relations["predecessor"], *relations["successor"]) else _relations()[0].get(plain)


def link_end_of(word: str) -> str | None:
    """S or F for a word of "Finish-to-Start"; None for any other."""
    return _index("link_ends").get(key(word))


@lru_cache(maxsize=8192)
def relation_before(text: str) -> tuple[str, str] | None:
    """(way, the rest) of a text that begins with a word of relation; None for any other."""
    ways, before, _ = _relations()
    match = before.match(text)
    return (ways[" ".join(match[1].casefold().split())], text[match.end() :].strip()) if match else None


@lru_cache(maxsize=8192)
def relation_behind(text: str) -> tuple[str, str] | None:
    """(way, the rest) of a text that ends with a word of relation ("K-1 이후", "K-3 (blocks)"); None for any other."""
    ways, _, behind = _relations()
    match = behind.search(text, max(len(text) - _LONGEST_RELATION, 0))
    return (ways[" ".join(match[1].casefold().split())], text[: match.start()].strip()) if match else None


def constraint_of(text: str) -> Constraint | None:
    """The date constraint that a cell names."""
    found = _index("constraints").get(key(text))
    return Constraint(found) if found else None


@cache
def months() -> Mapping[str, int]:
    """Month name without accents and case → 1 to 12."""
    return {key(word): int(number) for number, words in table()["months"].items() for word in words}
