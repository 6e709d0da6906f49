"""Which country's holidays a team keeps: as set, as its calendar says, else as a column of places says.

A plan rarely defines calendars, but often has a column Site, Location or 거점. A place is read only where it is a country or one of the
cities below; an unknown place says nothing.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Final

import numpy as np
import pandas as pd

from tpm.calendars import compile_calendar
from tpm.i18n import Language
from tpm.insight.cross_team.base import Base, Days, Flags, Texts
from tpm.model import CalendarSpec

_COLUMNS: Final = frozenset(("site", "location", "office", "country", "region", "city",
                             "거점", "근무지", "사업장", "위치", "지역", "국가", "사이트", "소재지"))
_PLACES: Final[Mapping[str, tuple[str, ...]]] = {
    "KR": ("korea", "south korea", "republic of korea", "kr", "seoul", "busan", "pangyo", "suwon", "daejeon", "incheon", "한국", "대한민국",
           "서울", "부산", "판교", "수원", "대전", "인천", "분당", "성남"),
    "US": ("us", "usa", "united states", "san jose", "san francisco", "mountain view", "sunnyvale", "santa clara", "palo alto", "seattle",
           "new york", "austin", "boston", "chicago", "los angeles", "california", "미국", "새너제이", "산호세", "샌프란시스코",
           "시애틀", "뉴욕", "오스틴", "보스턴", "캘리포니아"),
    "JP": ("japan", "jp", "tokyo", "osaka", "일본", "도쿄", "오사카"),
    "CN": ("china", "cn", "beijing", "shanghai", "shenzhen", "중국", "베이징", "상하이", "선전"),
    "IN": ("india", "in", "bangalore", "bengaluru", "hyderabad", "pune", "mumbai", "인도", "벵갈루루"),
    "GB": ("uk", "gb", "united kingdom", "london", "영국", "런던"),
    "DE": ("germany", "de", "berlin", "munich", "독일", "베를린", "뮌헨"),
    "FR": ("france", "fr", "paris", "프랑스", "파리"),
    "SG": ("singapore", "sg", "싱가포르"),
    "TW": ("taiwan", "tw", "taipei", "hsinchu", "대만", "타이베이"),
    "VN": ("vietnam", "vn", "hanoi", "ho chi minh city", "베트남", "하노이", "호치민"),
    "CA": ("canada", "ca", "toronto", "vancouver", "캐나다", "토론토", "밴쿠버"),
    "AU": ("australia", "au", "sydney", "melbourne", "호주", "시드니"),
    "PL": ("poland", "pl", "warsaw", "krakow", "폴란드", "바르샤바"),
    "IL": ("israel", "il", "tel aviv", "이스라엘", "텔아비브"),
}
_COUNTRY_OF: Final = {place: code for code, places in _PLACES.items() for place in places}


def countries_of(base: Base) -> Texts:
    """ISO code of the country whose public holidays each row's team keeps; None where nothing says so."""
    out = np.full(len(base.ids), None, dtype=object)
    for name in base.plan.attributes.columns:
        if str(name).strip().casefold() in _COLUMNS:
            code, places = pd.factorize(base.plan.attributes[name].to_numpy(dtype=object))
            found = np.array([*(_COUNTRY_OF.get(str(place).strip().casefold()) for place in places), None], dtype=object)[code]
            out = np.where(pd.isna(out), found, out)
            break
    team = base.text("team")
    kept = np.array([calendar.spec.country for calendar in base.calendars.calendars], dtype=object)
    default, own = kept[0], kept[base.calendars.row]
    own[pd.isna(team) | (base.calendars.row == 0)] = None
    out = np.where(pd.isna(own), out, own)
    out[pd.isna(out)] = default
    return out


def on_holiday(days: Days, country: Texts) -> Flags:
    """Whether each day is a public holiday of its country that no weekend hides."""
    out = np.zeros(len(days), dtype=bool)
    for code in sorted({each for each in country.tolist() if each}):
        here = (country == code) & ~np.isnat(days)
        if here.any():
            first, last = days[here].min().item(), days[here].max().item()
            out[here] = ~compile_calendar(CalendarSpec(code, country=code), first, last).is_working(days[here])
    weekday = (days.astype("datetime64[D]").astype(np.int64) + 3) % 7
    return out & (weekday < 5)


def holiday_name(country: str, day: dt.date, lang: Language) -> str:
    """What a public holiday is called, in ``lang`` where the source has it; empty where the day is none."""
    import holidays  # takes 0.1 s: only where a holiday is told

    known = holidays.country_holidays(country, years=day.year)
    language = next((each for each in known.supported_languages if each.startswith(lang)), None)
    named = known if language is None else holidays.country_holidays(country, years=day.year, language=language)
    return str(named.get(day) or "")
