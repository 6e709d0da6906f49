"""Dates, numbers and Korean particles as people write them.

Formats that a catalogue placeholder may name (``{value|format}``):

=============  ======================================  =====================  =====================
format         value                                   English                Korean
=============  ======================================  =====================  =====================
``date``       date, datetime, Timestamp, NaT, None    ``20 Nov (Fri)``       ``11월 20일(금)``
``fulldate``   the same                                ``20 Nov 2026``        ``2026년 11월 20일``
``month``      the same                                ``Nov 2026``           ``2026년 11월``
``num``        number                                  ``1,234`` / ``2.5``    ``1,234`` / ``2.5``
``index``      a ratio near 1                          ``0.95``               ``0.95``
``signed``     number                                  ``+10`` / ``−3``       ``+10`` / ``−3``
``days``       working days                            ``1 working day``      ``영업일 1일``
``pct``        share 0–1                               ``31%``                ``31%``
``은는`` …      any text or number                      nothing                the particle alone
``plural,…``   a count                                 ``plural,item,items``  always the first word
``margin``     working days between two dates          ``1 working day``      ``영업일 기준 1일``
``team``       the name of a team                      the name               the name, with 팀 where it does not say so
``word``       a key of the catalogue                  that entry             that entry
=============  ======================================  =====================  =====================

Particles (``은는 이가 을를 과와 으로``) print only the particle for the value, because the value itself
often stands inside quotation marks: ``“{name}”{name|은는}``. After ``team`` and ``word`` a particle stands in the
format (``{team|team,이가}``) and is printed behind what they print.
"""

from __future__ import annotations

import datetime as dt
import math
import re
import unicodedata
from typing import Any

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_WEEKDAYS_EN = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_WEEKDAYS_KO = ("월", "화", "수", "목", "금", "토", "일")
_MISSING = "–"

_PARTICLES = {"은는": ("은", "는"), "이가": ("이", "가"), "을를": ("을", "를"), "과와": ("과", "와"), "으로": ("으로", "로")}

# How the last sound of a digit or Latin letter ends when read aloud in Korean: "" vowel, "l" ㄹ, "c" another consonant.
_DIGIT_ENDING = {"0": "c", "1": "l", "2": "", "3": "c", "4": "", "5": "", "6": "c", "7": "l", "8": "l", "9": ""}
# Read letter by letter (API → 에이피아이, URL → 유알엘): only L, M, N and R end in a consonant.
_LETTER_ENDING = {"l": "l", "m": "c", "n": "c", "r": "l"}
# Read as a word ("server" → 서버, "launch" → 런치): endings that keep a final consonant in Korean.
_WORD_ENDING = (("ng", "c"), ("ck", "c"), ("sk", ""), ("rk", ""), ("nk", ""), ("lk", ""), ("l", "l"), ("le", "l"), ("m", "c"), ("n", "c"),
                ("p", "c"), ("k", "c"), ("b", "c"), ("ot", "c"), ("et", "c"), ("it", "c"), ("at", "c"), ("ut", "c"),
                ("me", "c"), ("ne", "c"))

# A team whose name says already what it is: 인프라팀, 결제파트, Data Team, Migration TF(이관).
_UNIT = re.compile(
    r"(?:팀|파트|실|그룹|본부|부문|부서|(?<![내외전])부|단|연구소|센터|담당|스쿼드|"
    r"(?<![A-Za-z])(?:TFT?|Team|Squad|Group))(?:\s?\([^()]*\))?\s*$", re.IGNORECASE)


def _ending(text: str) -> str:
    """How ``text`` ends when read in Korean: ``""`` vowel, ``"l"`` ㄹ, ``"c"`` another consonant."""
    text = unicodedata.normalize("NFC", text).rstrip()
    if re.search(r"[\w가-힣]\s*\([^()]*\)$", text):  # "Identity(인증)는": the words before the bracket are read
        text = re.sub(r"(?<!\s)\s*+\([^()]*\)$", "", text)
    end = next((at for at in range(len(text), 0, -1) if text[at - 1].isalnum() or text[at - 1] == "%"), 0)
    if not end or text[end - 1] == "%":  # 퍼센트
        return ""
    text = text[:end]
    last = text[-1]
    if "가" <= last <= "힣":
        final = (ord(last) - 0xAC00) % 28
        return "" if final == 0 else "l" if final == 8 else "c"
    if last.isdigit():
        return _DIGIT_ENDING.get(last, "")  # 0 is read 영, 십, 백, 천 or 만: always a consonant
    word = re.search(r"(?<![A-Za-z])[A-Za-z]+$", text)
    if word is None:
        return ""
    letters = word[0]
    if letters.isupper() or len(letters) == 1:
        return _LETTER_ENDING.get(letters[-1].lower(), "")
    return next((kind for tail, kind in _WORD_ENDING if letters.lower().endswith(tail)), "")


def particle(text: object, pair: str) -> str:
    """The Korean particle of ``pair`` (은는, 이가, 을를, 과와, 으로) that follows ``text``.

    Raises ``KeyError`` for an unknown pair.
    """
    after_consonant, after_vowel = _PARTICLES[pair]
    ending = _ending(str(text))
    if pair == "으로" and ending == "l":
        return after_vowel
    return after_consonant if ending else after_vowel


def _as_date(value: Any) -> dt.date | None:
    if value is None or value != value:  # NaT and NaN differ from themselves
        return None
    return value.date() if isinstance(value, dt.datetime) else value


def format_date(value: Any, lang: str, how: str = "date") -> str:
    """A date as people say it; ``how`` is ``date``, ``fulldate``, ``month`` or ``day`` (no weekday)."""
    day = _as_date(value)
    if day is None:
        return _MISSING
    if lang == "ko":
        return {
            "date": f"{day.month}월 {day.day}일({_WEEKDAYS_KO[day.weekday()]})",
            "fulldate": f"{day.year}년 {day.month}월 {day.day}일",
            "month": f"{day.year}년 {day.month}월",
            "day": f"{day.month}월 {day.day}일",
        }[how]
    name = _MONTHS[day.month - 1]
    return {
        "date": f"{day.day} {name} ({_WEEKDAYS_EN[day.weekday()]})",
        "fulldate": f"{day.day} {name} {day.year}",
        "month": f"{name} {day.year}",
        "day": f"{day.day} {name}",
    }[how]


def format_range(start: Any, finish: Any, lang: str) -> str:
    """Two inclusive dates as one range: ``6–20 Nov``, ``30 Nov – 4 Dec``, ``11월 6일~20일``."""
    first, last = _as_date(start), _as_date(finish)
    if first is None or last is None or first == last:
        return format_date(first or last, lang, "day")
    if lang == "ko":
        if first.year != last.year:
            return f"{format_date(first, lang, 'fulldate')}~{format_date(last, lang, 'fulldate')}"
        end = f"{last.day}일" if first.month == last.month else format_date(last, lang, "day")
        return f"{format_date(first, lang, 'day')}~{end}"
    if first.year != last.year:
        return f"{format_date(first, lang, 'fulldate')} – {format_date(last, lang, 'fulldate')}"
    if first.month == last.month:
        return f"{first.day}–{last.day} {_MONTHS[last.month - 1]}"
    return f"{format_date(first, lang, 'day')} – {format_date(last, lang, 'day')}"


def format_number(value: Any) -> str:
    """A number with thousands separators and at most one decimal; missing is an en dash."""
    if value is None or value != value:
        return _MISSING
    number = float(value)
    if math.isinf(number):
        return "∞" if number > 0 else "−∞"
    rounded = round(number, 1)
    text = f"{abs(rounded):,.0f}" if rounded == int(rounded) else f"{abs(rounded):,.1f}"
    return ("−" if rounded < 0 else "") + text


def format_likely(value: float | None, lang: str = "en") -> str:
    """A share of simulated runs, which is never certain: ``<1%``, ``31%``, ``>99%``."""
    if value is None or value != value:
        return _MISSING
    low, high = ("1% 미만", "99% 초과") if lang == "ko" else ("<1%", ">99%")
    return low if value < 0.005 else high if value > 0.995 else f"{value:.0%}"


def apply_format(value: Any, how: str | None, lang: str) -> str:
    """``value`` in the format ``how`` (see the module's table); plain text without one. What words itself does so first."""
    if hasattr(value, "worded"):
        value = value.worded(lang)
    if how is None:
        return str(value)
    if how in _PARTICLES:
        return particle(value, how) if lang == "ko" else ""
    if how in ("date", "fulldate", "month", "day"):
        return format_date(value, lang, how)
    if how == "num":
        return format_number(value)
    if how == "index":
        return f"{float(value):.2f}"
    if how == "signed":
        return ("+" if float(value) > 0 else "") + format_number(value)
    if how in ("days", "margin"):
        number = format_number(value)
        if lang == "ko":
            return f"영업일 {'기준 ' if how == 'margin' else ''}{number}일"
        return f"{number} working {'day' if number in ('1', '−1') else 'days'}"
    if how == "pct":
        return _MISSING if value is None or value != value else f"{float(value):.0%}"
    if how == "likely":
        return format_likely(value, lang)
    if how == "team":
        return str(value) if lang != "ko" or _UNIT.search(str(value)) else f"{value} 팀"
    if how.startswith("plural,"):
        _, one, many = how.split(",")
        return one if lang == "ko" or value == 1 else many
    raise KeyError(f"unknown format {how!r}")
