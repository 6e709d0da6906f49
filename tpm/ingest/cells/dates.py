"""Dates as people write them → days.

A cell is read as a span [first day, last day]: "Q3 2026" as a start is 1 July, as a finish 30 September. Whether 03/04
is March or April is decided a column at a time (:func:`column_order`), because one cell cannot know. Dates without a
year take it from their context. Times of day and time zones are cut to the day.
"""

from __future__ import annotations

import calendar
import datetime as dt
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from typing import Final, Literal

from tpm.ingest.lexicon.words import is_weekday, months

Order = Literal["dmy", "mdy", "ymd"]
Span = tuple[dt.date, dt.date]
_TELLING: Final = 20_000  # different texts that are asked which order they follow
_LONGEST: Final = 90  # characters; a longer text is no date
EARLIEST, LATEST = dt.date(1970, 1, 1), dt.date(2150, 1, 1)  # a plan outside is a typing error or an empty date cell
_SERIAL_EPOCH: Final = dt.date(1899, 12, 30)
_SERIALS: Final = (29_221, 80_000)  # Excel's day numbers of 1980 to 2119; smaller numbers are day counts or weeks
_MILLISECONDS: Final = (3.15e11, 4.7e12)  # of 1980 to 2118

_WEEKDAY: Final = re.compile(
    r"\(?\b(?:mon|tue|tues|wed|thu|thur|thurs|fri|sat|sun)(?:day|nesday|rsday|urday|sday)?\b\.?\)?,?|\([월화수목금토일月火水木金土]\)|[월화수목금토일]요일",
    re.I,
)
_TIME: Final = re.compile(
    r"(?:(?<=\d)T\s*+|(?<!\s)\s++)?(?:(?:오전|오후|午前|午後|上午|下午|am|pm)\s*+)?\d{1,2}:\d{2}(?::\d{2})?(?:\.\d+)?\s*+(?:[^\W\d_]{1,3}\.?(?:\s?[^\W\d_]\.)?(?!\w))?"
    r"\s*+(?:Z|UTC|GMT|KST)?\s*+(?:[+-]\d{1,2}(?::?\d{2})?)?\s*+(?:\([A-Z][\w +:\-]{1,40}\))?\s*$",
    re.I,
)
_ENDING: Final = re.compile(r"(?<!\s)\s*+(?:까지|부터|예정|\(est\.?\)|\(예정\))$")
_ENDINGS: Final = ("까지", "부터", "예정", ")")
_DIGIT: Final = re.compile(r"\d")
_NUMBERS: Final = re.compile(r"\d\s*[-./]\s*\d")  # what can be read in several orders
_FIRST_WORD: Final = re.compile(r"[A-Za-z]{4,}(?![^\W\d_])")  # shorter ones are checked by the patterns themselves
_OPENERS: Final = (  # how dates begin that do not begin with a month: a part of a period, a weekday, a word for a week
    *("early", "beginning", "start", "mid", "late", "end", "eo"),
    *("mon", "tue", "wed", "thu", "fri", "sat", "sun"),
    *("week", "semana", "semaine", "woche"),
)
_NUMERIC: Final = re.compile(r"^(\d{1,4})\s*[-./_]\s*(\d{1,2})\s*[-./_]\s*(\d{1,4})\s*\.?$")
_PAIR: Final = re.compile(r"^(\d{1,2})\s*[./_-]\s*(\d{1,2})\.?$")
_BESIDE: Final = re.compile(  # "Mo. 02.03.2026", "02/03/26 (lun)"
    r"^\(?([^\W\d_][\w\-]{0,13})?[.,)]{0,2}\s*+(\d[\d\-./_]{1,9}\d)[.,]?\s*+\(?([^\W\d_][\w\-]{0,13})?\.?\)?$"
)
_HOUR: Final = re.compile(  # "17h00", "오전 9시 30분", "klo 8.00", and what stands before a time that is gone
    r"(?<!\s)\s++(?:(?:오전|오후|午前|午後|上午|下午)\s*+)?(?:\d{1,2}\s?(?:h|시|時|点)\s?(?:\d{1,2}\s?(?:분|分|min|m)?)?"
    r"|(?:klo|kl\.?|um|at|ore|alle)(?:\s\d{1,2}(?:\.\d{2})?(?:\sUhr)?)?|à|às|a las|о|в|오전|오후|午前|午後|上午|下午|Uhr)\s*+$",
    re.I,
)
_YEAR_MONTH: Final = re.compile(r"^((?:19|20)\d{2})\s*[-./]\s*(\d{1,2})$|^(\d{1,2})\s*[-./]\s*((?:19|20)\d{2})$")
_COMPACT: Final = re.compile(r"^((?:19|20)\d{2})(\d{2})(\d{2})$")
_CJK: Final = re.compile(r"^(?:(\d{2,4})\s*[년年]\s*)?(\d{1,2})\s*[월月]\s*(?:(\d{1,2})\s*[일日]?)?\s*(초|중순|중|말|하순|상순)?\.?$")
_DAY_NAME: Final = re.compile(
    r"^(\d{1,2})(?:st|nd|rd|th|º|\.)?[\s\-/]*+(?:of|de|do)?[\s\-/.]*+([^\W\d_]{3,12})\.?(?:[\s\-/,.']*+(?:de|of|del)?\s*+'?(\d{4}|\d{2}))?$",
    re.U,
)
_NAME_DAY: Final = re.compile(r"^([^\W\d_]{3,12})\.?[\s\-/]*(\d{1,2})(?:st|nd|rd|th)?(?:[\s,.\-/]+'?(\d{4}|\d{2}))?$", re.U)
_NAME_YEAR: Final = re.compile(
    r"^(?:(early|mid|late|end of|end|beginning of|start of|mid-)\s*+-?\s*+)?([^\W\d_]{3,12})\.?"
    r"(?:[\s\-/,.']*+(?:de|of)?\s*+'?((?:19|20)\d{2}|(?<=['\-/ ])\d{2}))?$",
    re.I | re.U,
)
_QUARTER: Final = re.compile(
    r"^(?:(?:fy|cy)?\s*+'?((?:20)?\d{2})\s*+년?[\s\-/]*+)?(?:q\s*([1-4])|([1-4])\s*(?:q|분기|사분기|/4분기))(?:[\s\-/,]*+(?:fy|cy)?\s*+'?((?:20)?\d{2}))?$",
    re.I,
)
_HALF: Final = re.compile(
    r"^(?:((?:20)?\d{2})\s*+년?[\s\-/]*+)?(?:h\s*([12])|([12])\s*h|(상반기|하반기))(?:[\s\-/,]*+'?((?:20)?\d{2}))?$", re.I
)
_WEEK: Final = re.compile(
    r"^(?:((?:19|20)\d{2})[\s\-/]*)?(?:w|wk|week|cw|kw|s|sem|semana|semaine|woche)\s*+\.?\s*+(\d{1,2})(?:[\s\-/,]+((?:19|20)\d{2}))?$|^(?:((?:19|20)\d{2})년?\s*)?(\d{1,2})\s*주차$",
    re.I,
)
_WEEK_OF_MONTH: Final = re.compile(r"^(?:(\d{2,4})\s*년\s*)?(\d{1,2})\s*월\s*(?:제?\s*([1-6])\s*주차?|(첫|둘|셋|넷|다섯)째\s*주)$")
_NTH: Final = ("첫", "둘", "셋", "넷", "다섯")
_PART_OF: Final = re.compile(  # "early Q2", "end of 2026", "EOQ2", "2분기 말"
    r"^(?:(?P<part>early|beginning\s+of|start\s+of|mid|middle\s+of|late|end\s+of|end|eo(?=[mqhy]))\s*+-?\s*+(?:(?<=eo)[my]\s*+)?(?P<rest>[^\d\n]*+\d.*+)"
    r"|(?P<before>.+(?:분기|반기|년))\s*(?P<after>초|중순|중|말))$",
    re.I,
)
_YEAR_ALONE: Final = re.compile(r"^((?:19|20)\d{2})\s*년?$")
_THIRD: Final = {"초": 0, "early": 0, "beginning": 0, "start": 0, "중": 1, "중순": 1, "mid": 1, "middle": 1, "말": 2,
                 "late": 2, "end": 2, "eo": 2}
_RANGE: Final = re.compile(r"(?:(?<!\s)\s++)?(?:~|∼|～|–|—|→|\bto\b|\bthrough\b|부터)\s*+|(?<!\s)\s++-\s++", re.I)
_LONE_DAY: Final = re.compile(r"^(\d{1,2})(?:st|nd|rd|th)?\s*+일?(?:\s*+,?\s*+((?:19|20)\d{2}))?$")
_YEAR_IN_TEXT: Final = re.compile(r"(?<!\d)(20[0-4]\d|19[89]\d)(?!\d)")


@dataclass(frozen=True, slots=True)
class Reading:
    """How texts of a column are read: ``order`` of ambiguous numbers, and the year of dates without one."""

    order: Order = "ymd"
    year: int = 2000


def _year(text: str) -> int:
    number = int(text)
    return number if number > 99 else 2000 + number if number < 70 else 1900 + number


def _day(year: int, month: int, day: int) -> Span | None:
    try:
        found = dt.date(year, month, day)
    except ValueError:
        return None
    return (found, found) if EARLIEST <= found < LATEST else None


def _month(year: int, month: int, part: str = "") -> Span | None:
    if not 1 <= month <= 12 or not EARLIEST.year <= year < LATEST.year:
        return None
    last = calendar.monthrange(year, month)[1]
    first_day, last_day = {
        "early": (1, 10),
        "beginning of": (1, 10),
        "start of": (1, 10),
        "초": (1, 10),
        "상순": (1, 10),
        "mid": (11, 20),
        "mid-": (11, 20),
        "중순": (11, 20),
        "중": (11, 20),
        "late": (21, last),
        "end": (21, last),
        "end of": (21, last),
        "말": (21, last),
        "하순": (21, last),
    }.get(part.lower(), (1, last))
    return dt.date(year, month, first_day), dt.date(year, month, last_day)


def from_serial(number: float) -> Span | None:
    """A spreadsheet's day number, or milliseconds since 1970, as a span of one day, or None when it is no plausible date."""
    if _MILLISECONDS[0] <= number < _MILLISECONDS[1]:
        day = dt.date(1970, 1, 1) + dt.timedelta(days=int(number // 86_400_000))
        return day, day
    if number >= 19_700_101 and float(number).is_integer() and (match := _COMPACT.match(str(int(number)))):  # 20260305
        return _day(*map(int, match.groups()))
    if not _SERIALS[0] <= number <= _SERIALS[1]:
        return None
    day = _SERIAL_EPOCH + dt.timedelta(days=int(number))
    return day, day


@lru_cache(maxsize=65536)
def parse(text: str, reading: Reading) -> Span | None:
    """The span of days that ``text`` names, or None when it is no date."""
    if len(text) > _LONGEST or not text:
        return None
    if text.isascii() and len(text) == 10 and text[4] == text[7] == "-":  # the commonest form, without the rest of the work
        try:
            day = dt.date.fromisoformat(text)
        except ValueError:
            return None
        return (day, day) if EARLIEST <= day < LATEST else None
    plain = unicodedata.normalize("NFKC", text).strip().strip("'\"`´").replace("’", "'")
    if (first := _FIRST_WORD.match(plain)) and not _begins_a_date(first[0].casefold()):
        return None
    if not _DIGIT.search(plain) and "반기" not in plain and not _NAME_YEAR.match(plain):
        return None
    return _single(plain, reading) or _range(plain, reading)


def _begins_a_date(word: str) -> bool:
    return word in months() or word.startswith(_OPENERS) or is_weekday(word)


def is_date(text: str) -> bool:
    """Whether ``text`` is a date in any order; the order of day and month decides only which."""
    return parse(text, Reading("dmy")) is not None or (_NUMBERS.search(text) is not None and parse(text, Reading("ymd")) is not None)


def is_range(text: str, reading: Reading) -> bool:
    """The text names two dates, not one."""
    if not text or len(text) > _LONGEST or parse(text, reading) is None:
        return False
    plain = unicodedata.normalize("NFKC", text).strip()
    return _single(plain, reading) is None and len([part for part in _RANGE.split(plain) if part and part.strip()]) == 2


def is_period(text: str) -> bool:
    """The text is a caption of a calendar column: a week, a month, a quarter, a half."""
    span = parse(text.strip(), Reading("ymd")) if text and len(text) < 20 else None
    return span is not None and (span[1] - span[0]).days >= 4


def _same_month(text: str, first: dt.date) -> Span | None:
    """The end of "March 2 – 6" or "3월 2일 ~ 6일", which names its day alone."""
    match = _LONE_DAY.match(text)
    return _day(int(match[2]) if match[2] else first.year, first.month, int(match[1])) if match and int(match[1]) >= first.day else None


def _range(plain: str, reading: Reading) -> Span | None:
    parts = [part for part in _RANGE.split(plain) if part and part.strip()]
    if len(parts) == 1 and plain.count("-") == 1 and all("/" in half or "." in half for half in plain.split("-")):
        parts = plain.split("-")  # "3/1-3/7", "30.09.-6.10."
    if len(parts) != 2:
        return None
    texts = parts[0].strip(), parts[1].strip()
    stated = [_YEAR_IN_TEXT.search(text) for text in texts]  # "Mar 2 – Mar 6, 2026": a year said once counts for both ends
    first = _single(texts[0], Reading(reading.order, int(stated[1][1])) if stated[1] and not stated[0] else reading)
    if first is None:
        return None
    near = Reading(reading.order, first[0].year)
    last = _single(texts[1], near) or _same_month(texts[1], first[0])
    if last is None:
        return None
    if last[1] < first[0]:  # "Dec 1 – Mar 1" without years crosses the year's end
        try:
            last = (last[0].replace(year=last[0].year + 1), last[1].replace(year=last[1].year + 1))
        except ValueError:
            return None
    return first[0], last[1]


def _single(plain: str, reading: Reading) -> Span | None:
    plain = _WEEKDAY.sub(" ", plain) if not _NAME_YEAR.match(plain) else plain
    plain = (_TIME.sub("", plain) if ":" in plain else plain).strip().rstrip(",").strip()
    if plain.endswith(_ENDINGS):
        plain = _ENDING.sub("", plain)
    for read in (_read_numbers, _read_cjk, _read_names, _read_periods, _read_part):
        found = read(plain, reading)
        if found is not None:
            return found
    bare = _bare(plain)
    return _single(bare, reading) if bare != plain else None


def _bare(plain: str) -> str:
    """``plain`` without a weekday or a time of day beside the date, in any language."""
    beside = _BESIDE.match(plain)
    if beside is not None and is_weekday(beside[1] or beside[3] or ""):
        return beside[2]
    words = _HOUR.sub("", plain).split()
    for count in (2, 1):
        if len(words) > count and is_weekday(" ".join(words[:count]).strip("(),.:")):
            return " ".join(words[count:])
        if len(words) > count and is_weekday(" ".join(words[-count:]).strip("(),.:")):
            return " ".join(words[:-count])
    return " ".join(words)


def _read_numbers(plain: str, reading: Reading) -> Span | None:
    if match := _NUMERIC.match(plain):
        first, middle, last = match.groups()
        if len(first) == 4:
            return _day(int(first), int(middle), int(last))
        if len(first) > 2 or len(last) == 3 or len(first if reading.order == "ymd" and len(last) <= 2 else last) == 1:
            return None  # "1.2.3" is an outline number
        if reading.order == "ymd" and len(last) <= 2:
            return _day(_year(first), int(middle), int(last))
        day, month = (int(first), int(middle)) if reading.order != "mdy" else (int(middle), int(first))
        return _day(_year(last), month, day) or _day(_year(last), day, month)
    if match := _YEAR_MONTH.match(plain):
        return _month(int(match[1] or match[4]), int(match[2] or match[3]))
    if match := _COMPACT.match(plain):
        return _day(*map(int, match.groups()))
    if match := _PAIR.match(plain):
        first, last = int(match[1]), int(match[2])
        month, day = (last, first) if reading.order == "dmy" else (first, last)
        return _day(reading.year, month, day) or _day(reading.year, day, month)
    if plain.isascii() and plain.replace(".", "", 1).isdigit() and len(plain) >= 5:
        return from_serial(float(plain))
    return None


def week_of_month(year: int, month: int, number: int) -> Span | None:
    """Monday to Friday of the ``number``-th calendar week that has a day of the month; the first begins with the month."""
    if not 1 <= month <= 12:
        return None
    first = dt.date(year, month, 1)
    monday = first - dt.timedelta(days=first.weekday()) + dt.timedelta(weeks=number - 1)
    friday = max(monday + dt.timedelta(days=4), first)
    return max(monday, first), friday


def _read_cjk(plain: str, reading: Reading) -> Span | None:
    if match := _WEEK_OF_MONTH.match(plain):
        number = int(match[3]) if match[3] else _NTH.index(match[4]) + 1
        return week_of_month(_year(match[1]) if match[1] else reading.year, int(match[2]), number)
    match = _CJK.match(plain)
    if match is None:
        return None
    year = _year(match[1]) if match[1] else reading.year
    return _day(year, int(match[2]), int(match[3])) if match[3] else _month(year, int(match[2]), match[4] or "")


def _fold(name: str) -> str:
    return "".join(char for char in unicodedata.normalize("NFKD", name.casefold()) if not unicodedata.combining(char))


def _read_names(plain: str, reading: Reading) -> Span | None:
    if (match := _DAY_NAME.match(plain)) and (month := months().get(_fold(match[2]))):
        day = int(match[1])
        return _day(_year(match[3]) if match[3] else reading.year, month, day) if day <= 31 else None
    if (match := _NAME_DAY.match(plain)) and (month := months().get(_fold(match[1]))):
        day = int(match[2])
        if match[3] is None and (day > 31 or re.search(r"[-'/]\s*\d\d$", plain)):
            return _month(_year(match[2]), month)  # "Mar-24" is March 2024
        return _day(_year(match[3]) if match[3] else reading.year, month, day)
    if (match := _NAME_YEAR.match(plain)) and (month := months().get(_fold(match[2]))):
        return _month(_year(match[3]) if match[3] else reading.year, month, match[1] or "")
    return None


def _read_periods(plain: str, reading: Reading) -> Span | None:
    if match := _QUARTER.match(plain):
        year = _year(match[1] or match[4]) if match[1] or match[4] else reading.year
        quarter = int(match[2] or match[3])
        first, last = _month(year, quarter * 3 - 2), _month(year, quarter * 3)
        return (first[0], last[1]) if first and last else None
    if match := _HALF.match(plain):
        year = _year(match[1] or match[5]) if match[1] or match[5] else reading.year
        second = (match[2] or match[3]) == "2" or match[4] == "하반기"
        first, last = _month(year, 7 if second else 1), _month(year, 12 if second else 6)
        return (first[0], last[1]) if first and last else None
    if match := _WEEK.match(plain):
        year = int(match[1] or match[3] or match[4] or reading.year)
        try:
            monday = dt.date.fromisocalendar(year, int(match[2] or match[5]), 1)
        except ValueError:
            return None
        return monday, monday + dt.timedelta(days=4)
    return None


def _read_part(plain: str, reading: Reading) -> Span | None:
    """A third of a year, a half, a quarter or a month: "early Q2" is April, "end of 2026" its last four months."""
    match = _PART_OF.match(plain)
    if match is None:
        return None
    part, rest = (match["part"] or match["after"]).casefold().split()[0], (match["rest"] or match["before"]).strip()
    if year := _YEAR_ALONE.match(rest):
        whole: Span | None = (dt.date(int(year[1]), 1, 1), dt.date(int(year[1]), 12, 31))
    else:
        whole = _read_periods(rest, reading) or _read_names(rest, reading)
    if whole is None or (months := (whole[1].year - whole[0].year) * 12 + whole[1].month - whole[0].month + 1) == 0:
        return None
    if months < 3:
        return _month(whole[0].year, whole[0].month, ("early", "mid", "late")[_THIRD[part]])
    first, last = (_month(whole[0].year, whole[0].month + months // 3 * _THIRD[part] + step) for step in (0, months // 3 - 1))
    return (first[0], last[1]) if first and last else None


@dataclass(frozen=True, slots=True)
class OrderEvidence:
    """What the texts of a column say about the order of day and month."""

    order: Order | None  # None: every cell reads either way
    conflict: bool = False  # some cells only read one way, some only the other
    ambiguous: int = 0  # cells that read both ways
    yearless: bool = False  # some dates carry no year


def column_order(texts: Iterable[str]) -> OrderEvidence:
    """How a column of texts orders day and month; ``order`` None where the column has no say."""
    triples: list[tuple[int, int, int]] = []
    yearless = False
    for text in islice(texts, _TELLING):
        for part in _RANGE.split(text[:_LONGEST]):
            plain = _TIME.sub("", _WEEKDAY.sub(" ", part.replace("’", "'").strip(" '`´"))).strip()
            if (" " in plain or "(" in plain) and (_NUMERIC.match(alone := _bare(plain)) or _PAIR.match(alone)):
                plain = alone
            if match := _NUMERIC.match(plain):
                if len(match[1]) <= 2:
                    triples.append((int(match[1]), int(match[2]), int(match[3])))
            elif match := _PAIR.match(plain):
                yearless = yearless or not _YEAR_IN_TEXT.search(text)
                triples.append((int(match[1]), int(match[2]), 2000))
            elif not yearless and not _YEAR_IN_TEXT.search(text):
                yearless = parse(plain, Reading()) != parse(plain, Reading(year=2004))
    if _year_first(triples):
        return OrderEvidence("ymd", False, 0, yearless)
    day_first = sum(first > 12 >= second for first, second, _ in triples)
    month_first = sum(second > 12 >= first for first, second, _ in triples)
    ambiguous = sum(first <= 12 and second <= 12 and first != second for first, second, _ in triples)
    order: Order | None = "dmy" if day_first > month_first else "mdy" if month_first else None
    return OrderEvidence(order, bool(day_first and month_first), ambiguous, yearless)


def _year_first(triples: list[tuple[int, int, int]]) -> bool:
    """Two-digit years stand first ("24/3/5"): the first numbers hardly vary and cannot be months, the last ones are days."""
    if not triples or any(third > 31 or second > 12 for _, second, third in triples):
        return False
    firsts, thirds = {first for first, _, _ in triples}, {third for *_, third in triples}
    if min(firsts) <= 12 or max(firsts) > 60:
        return False
    return len(firsts) < len(thirds) or min(firsts) > max(thirds)


def years_in(text: str) -> list[int]:
    """Four-digit years that a text mentions."""
    return [int(found) for found in _YEAR_IN_TEXT.findall(text)]
