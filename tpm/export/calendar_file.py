"""The milestones as a calendar file (iCalendar, RFC 5545): one all-day event each, the same event next week.

An event keeps its identity (``UID``) as long as the plan's name without dates and version numbers and the item's id stay the same, and its
``SEQUENCE`` grows with the status date, so that importing next week's file moves the events instead of adding new ones. No clock is read.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections.abc import Hashable, Iterable, Mapping
from typing import Any, Final

import numpy as np

from tpm.i18n import Language, format_date, t
from tpm.insight.review import Rag, Review
from tpm.insight.review.table import milestone_table

_LINE_OCTETS: Final = 75  # RFC 5545, 3.1, without the line end
_CONTROL: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_LINE_ENDS: Final = re.compile("\r\n|[\r\n\x85\u2028\u2029]")
_VERSION: Final = re.compile(
    r"(?<![\s._-])[\s._-]*+(?:\d{4}[-._ ]?\d{1,2}[-._ ]?\d{1,2}|\d{6}|\bv(?:er)?\.?\s?\d+(?:\.\d+)*|\bw\d{1,2}|\(\d+\))(?!\d)",
    re.IGNORECASE)
_NO_DAY: Final = dt.date(2000, 1, 1)  # of a plan without any date; and where SEQUENCE begins to count


def calendar_file(review: Review, lang: Language, *, stamp: dt.date | None = None) -> bytes:
    """The dated milestones of ``review`` that are not cancelled as UTF-8; where it has none, those of the executive roadmap.

    ``stamp`` (``DTSTAMP``) is the day of which the file speaks: by default the status date, else the
    reader's day, else the day that the plan was saved.
    """
    facts = review.facts
    stamp = stamp or facts.status_date or facts.today or facts.plan.saved_on or facts.plan.first_date or _NO_DAY
    table = milestone_table(review)
    chosen = table[table["forecast_finish"].notna()]
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//tpm//executive review//EN", "CALSCALE:GREGORIAN", "METHOD:PUBLISH"]
    if facts.plan.name:
        lines.append(f"X-WR-CALNAME:{_text(facts.plan.name)}")
    family = _VERSION.sub("", facts.plan.name).casefold().strip()
    for row in chosen.to_dict("records"):
        finish: dt.date = row["forecast_finish"].date()
        promise = None if row["promise"] is None or row["promise"] != row["promise"] else row["promise"].date()
        digest = hashlib.sha256(f"{family}\0{row['id']}".encode("utf-8", "replace")).hexdigest()[:32]
        name = str(row["name"] or row["id"])
        lines += [
            "BEGIN:VEVENT", f"UID:{digest}@tpm.invalid", f"DTSTAMP:{stamp:%Y%m%d}T000000Z",
            f"SEQUENCE:{max((stamp - _NO_DAY).days, 0)}", f"DTSTART;VALUE=DATE:{finish:%Y%m%d}",
            f"DTEND;VALUE=DATE:{finish + dt.timedelta(days=1):%Y%m%d}", f"SUMMARY:{_text(_summary(name, str(row['rag']), lang))}",
            f"DESCRIPTION:{_text(_story(row['slip'], promise, finish, row, lang))}", "CLASS:PRIVATE", "TRANSP:TRANSPARENT",
            "STATUS:CONFIRMED", "END:VEVENT",
        ]
    lines.append("END:VCALENDAR")
    return _folded(lines)


def _summary(name: str, rag: str, lang: Language) -> str:
    return name if rag == Rag.UNKNOWN else t("report.event", lang, name=name, letter=t(f"brief.rag-letter.{rag}", lang))


def _story(slip: float, promise: dt.date | None, finish: dt.date, row: Mapping[Hashable, Any], lang: Language) -> str:
    """What was promised, how far the forecast is from it, whose it is."""
    told = [t("report.event-forecast", lang, date=format_date(finish, lang, "fulldate"))]
    if promise is not None and not np.isnan(slip):
        how = "late" if slip >= 0.5 else "early" if slip <= -0.5 else "kept"
        told.append(t(f"report.event-{how}", lang, promise=format_date(promise, lang, "fulldate"), days=abs(slip),
                      set=t(f"report.event-set.{row['promised_by']}", lang)))
    people = " · ".join(str(row[part]) for part in ("team", "owner") if row[part])
    return "\n".join([*told, *([people] if people else []), t("report.event-id", lang, id=str(row["id"]))])


def _text(value: str) -> str:
    """A value of type TEXT (RFC 5545, 3.3.11)."""
    plain = _CONTROL.sub("", _LINE_ENDS.sub("\n", value))
    return plain.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")


def _folded(lines: Iterable[str]) -> bytes:
    """Content lines of at most 75 octets, continued after a space; no character is cut in two."""
    out = bytearray()
    for line in lines:
        room = _LINE_OCTETS
        for character in line:
            octets = character.encode("utf-8")
            if len(octets) > room:
                out += b"\r\n "
                room = _LINE_OCTETS - 1
            out += octets
            room -= len(octets)
        out += b"\r\n"
    return bytes(out)
