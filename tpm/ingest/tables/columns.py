"""Which column of a table is which field, and how sure.

Three sources, in this order: what a person said (``--map``, the page, an earlier correction), what the header says
(:mod:`tpm.ingest.lexicon.headers`), what the cells are (:mod:`tpm.ingest.cells.profile`). A header is only believed as far as its
cells agree; where two columns could be a field the better one is taken and the other is named as runner-up.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Final

import numpy as np

from tpm.i18n import LANGUAGES, t
from tpm.ingest.cells.profile import Profile, fit
from tpm.ingest.lexicon.headers import WEAK, fuzzy, key, meanings, unit_of
from tpm.ingest.lexicon.words import state_of
from tpm.ingest.opening.grid import letters
from tpm.ingest.tables.naming import name_columns
from tpm.ingest.tables.own import OwnSheet, own_sheet
from tpm.ingest.tables.spare import Spare, spare_columns
from tpm.ingest.tables.tables import Label, Table
from tpm.ingest.weighing.evidence import Likelihood, assign, calibrated, likelihood
from tpm.ingest.weighing.facts import Sheet, facts_of, is_dated
from tpm.ingest.weighing.why import decisive
from tpm.model import ColumnChoice, Reason, State, TableKind

_ABSURD: Final = -4.0  # log odds below which a reading is not even a second choice
_COUNTED: Final = 0.8  # of the cells of a column that are offsets or numbered weeks, for it to be one of them
_UNLIKELY: Final = 0.1  # likelihood below which a column without a word for it is no field
_RIVAL: Final = 0.1  # likelihood from which a second choice is named
_BELIEVED: Final = 3.0  # log odds that dates gain in a table that a person calls a plan
_SPAN: Final = frozenset({"start", "finish"})
_TWIN: Final = 3.0  # log odds that a column of real dates has before one of texts under the same header, and any before an empty one
_SUITS: Final = 0.6  # how well cells fit a field that are better than none
_ALSO: Final = 0.4  # log odds from which a further column of one of MANY counts
_FUZZY: Final = "fuzzy"
_UNKNOWN: Final = -3.0  # log odds that a column names the work where nothing speaks for it
_OF_ANOTHER: Final = 0.5  # how much the log odds of another field speak against it
_BY_CONTENT: Final = 0.5  # how sure a column of names is that no word speaks for
_GROUP_LENGTH: Final = 60  # characters; a longer text on average is a note, not a group
_LESSER: Final = frozenset({"name", "level", "phase", "program", "notes", "milestone"})  # whose column may turn out to hold the names
# Fields that may have several columns: links are collected, groups become levels.
DATE_FIELDS: Final = frozenset({"start", "finish", "deadline", "baseline_start", "baseline_finish", "actual_start", "actual_finish"})
_ENDS: Final = (
    ("start", "actual_start", "baseline_start"),
    ("finish", "actual_finish", "baseline_finish", "deadline", "constraint_date"),
)
_LINKS: Final = frozenset({"predecessors", "successors"})
MANY: Final = frozenset({"predecessors", "successors", "level", "parent"})


@dataclass(frozen=True)
class Candidate:
    """One way of reading a column."""

    field: str
    column: int
    header: str
    sure: float  # how likely the column is the field
    by: str
    gain: float = 0.0  # log odds of the field against none


_EVERYWHERE: Final = 0.95  # of the rows with a start, in which an end that already happened would not stand
_SPANS: Final = 0.6  # of the rows whose duration is the span of their dates
_REACHED, _OPEN, _MOSTLY = 3, 2, 0.8  # rows that are done, those that are not, and how many of the former have a date that only they have
_NOBODY: Final = Candidate("", -1, "", 0.0, "", _ABSURD)


@dataclass(frozen=True)
class Columns:
    """The choice for one table: field → column, the further columns of fields that may have several, and the rest."""

    fields: Mapping[str, int]
    choices: Mapping[str, ColumnChoice]
    more: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    rest: Mapping[int, str] = field(default_factory=dict)  # column → header of what is no field
    profiles: Mapping[int, Profile] = field(default_factory=dict)
    spare: tuple[Spare, ...] = ()  # what is no field and looks like one


def _header(label: Label, twins: set[str]) -> str:
    """The header as shown: with its caption where two columns would read the same."""
    if label.text in twins and label.captions:
        return f"{label.captions[0]} / {label.text}"
    return label.text


def choose(table: Table, mapping: Mapping[str, str], *, by_hand: bool = False) -> Columns:
    """The columns of ``table``; ``mapping`` is field → header as a person said it (an empty header: no such column).

    ``by_hand``: a person said what the table is, so its columns of dates are believed where little speaks for them.
    """
    texts = [label.text for label in table.labels]
    twins = {text for text in texts if texts.count(text) > 1}
    headers = {label.column: _header(label, twins) for label in table.labels}
    sheet = facts_of(table.grid, list(headers), table.first, table.last)
    own = own_sheet(table.grid) if table.header_last == 0 else None
    said = _said(mapping, headers, texts, table)
    computed = _computed(headers, own) - set(said.values())
    refused = frozenset(name for name, header in mapping.items() if not header)
    written = {column: name for column, name in (own.fields if own else {}).items() if name not in mapping and column not in said.values()}
    said |= {name: column for column, name in written.items()}
    candidates = _candidates(table, headers, sheet, said, computed, refused, by_hand)
    taken, used, more = _assigned(candidates, said)
    _mend(table, taken, used, more, candidates, sheet)
    choices = {}
    for name, candidate in taken.items():
        rival = next(
            (
                other
                for other in candidates
                if other.field == name and other.column != candidate.column and used.get(other.column) != name and other.sure >= _RIVAL
            ),
            None,
        )
        choices[name] = ColumnChoice(
            candidate.header,
            letters(candidate.column),
            1.0 if candidate.by == "user" else round(calibrated("columns", candidate.sure), 2),
            "header" if candidate.column in written else candidate.by,
            (rival.header or letters(rival.column)) if rival else None,
            unit_of(_label_text(table, candidate.column)),
            () if candidate.by == "user" and candidate.column not in written else _reasons(table, candidate, rival, sheet),
        )
    rest = {column: header for column, header in headers.items() if header and column not in used and sheet.profiles[column].count}
    fields = {name: candidate.column for name, candidate in taken.items()}
    idle = {label.column: headers[label.column] for label in table.described if label.column not in (*used, *computed)}
    known = {**{name: -1 for name, header in mapping.items() if not header}, **fields}
    spare = spare_columns(idle, table.grid, sheet, table.kind, ((one.field, one.column) for one in candidates), known)
    return Columns(fields, choices, {name: tuple(sorted(columns)) for name, columns in more.items()}, rest, sheet.profiles, spare)


def _computed(headers: Mapping[int, str], own: OwnSheet | None) -> set[int]:
    """Of a sheet that this program wrote, what is no field: the forecast beside the plan, and behind its own columns those that the sheet
    before had, as far as no word names them for certain."""
    behind = {} if own is None else {column: header for column, header in headers.items() if column not in own.columns}
    out = {column for column, header in behind.items() if all(sure <= WEAK for _, sure in meanings(header, TableKind.ACTIVITIES))}
    for words in _forecasts():
        found = {column for column, header in headers.items() if header in words}
        if len(found) >= len(words) - 1:
            return out | found
    return out


@cache
def _forecasts() -> tuple[frozenset[str], ...]:
    names = ("forecast_start", "forecast_finish", "slip", "total_float", "critical")
    return tuple(frozenset(t(f"export.forecast.{name}", lang) for name in names) for lang in LANGUAGES)


def _reasons(table: Table, chosen: Candidate, rival: Candidate | None, sheet: Sheet) -> tuple[Reason, ...]:
    told = {label.column: (label.column, label.text, label.captions) for label in table.labels}
    return decisive(table.kind, chosen.field, told[chosen.column], told[rival.column] if rival else None, sheet)


def _candidates(
    table: Table,
    headers: Mapping[int, str],
    sheet: Sheet,
    said: Mapping[str, int],
    computed: Set[int],
    refused: frozenset[str],
    by_hand: bool,
) -> list[Candidate]:
    """Every reading of every column that is not absurd, likeliest first."""
    out = [Candidate(name, column, headers[column], 2.0, "user", 99.0) for name, column in said.items()]
    fixed = set(said.values())
    labels = [label for label in table.described if label.column not in fixed and label.column not in computed]
    found = likelihood([(label.column, label.text, label.captions) for label in labels], sheet, table.kind)
    twins = {text for text, times in Counter(headers.values()).items() if text and times > 1}
    typed = [label.column for label in labels if label.text and not meanings(label.text, table.kind) and fuzzy(label.text, table.kind)]
    gains = _with_kin(found)
    for index, column in enumerate(found.columns):
        sure_of = [field for field, sure in meanings(headers[column], table.kind) if sure > WEAK and field in found.fields]
        suits = {field for field in sure_of if fit(field, sheet.profiles[column]) > _SUITS}
        named = {field for field in suits if found.gain[index, found.fields.index(field)] > 0}
        numbering = any(field == "id" and sure > WEAK for field, sure in meanings(headers[column], table.kind))
        for at, name in enumerate(found.fields):
            if name in said or name in refused or found.gain[index, at] < _ABSURD:
                continue
            if name == "wbs" and numbering and not found.hinted[index, at]:  # a second numbering is no outline for want of another place
                continue
            gain = float(gains[index, at])
            if by_hand and name in _SPAN and is_dated(sheet.vectors[column]):
                gain += _BELIEVED
            if headers[column] in twins and name in DATE_FIELDS:  # of two columns with one header the one with real dates
                gain -= _TWIN * (1.0 - sheet.profiles[column].typed_dates)
            by = "content" if not found.hinted[index, at] else _FUZZY if column in typed else "header"
            if by == "content" and named and name not in named:  # its header says what it is, and its cells do not contradict
                continue
            if name in _LINKS and not found.called[index, at] and not sheet.value(column, "references"):  # its cells name nobody
                continue
            if by == "content" and found.share[index, at] < _UNLIKELY:  # what a column is not does not fill an empty place
                continue
            out.append(Candidate(name, column, headers[column], float(found.share[index, at]), by, gain))
    seen = sheet.profiles
    held = {one.field for one in out if one.gain > 0 and seen[one.column].count and fit(one.field, seen[one.column]) > _SUITS}
    out = [replace(one, gain=one.gain - _TWIN) if one.field in held and not seen[one.column].count else one for one in out]
    return sorted(out, key=lambda one: (-one.gain, one.column))


def _with_kin(found: Likelihood) -> np.ndarray:
    """The log odds of ``found``; those of dates that no header tells apart are counted together: the column is an end at all."""
    out = found.gain.copy()
    for names in _ENDS:
        kin = [found.fields.index(name) for name in names if name in found.fields]
        for index in range(len(found.columns)) if kin else ():
            if not found.hinted[index, kin].any():
                own = found.gain[index, kin]
                out[index, kin[int(own.argmax())]] = np.logaddexp.reduce(own)
    return out


def _assigned(
    candidates: Sequence[Candidate], said: Mapping[str, int]
) -> tuple[dict[str, Candidate], dict[int, str], dict[str, list[int]]]:
    """(field → its column, column → its field, field → further columns): the likeliest assignment of all fields at once."""
    taken = {one.field: one for one in candidates if one.by == "user"}
    used = {column: name for name, column in said.items()}
    free = [one for one in candidates if one.by != "user" and one.gain > 0]
    fields = sorted({one.field for one in free})
    columns = sorted({one.column for one in free})
    gain = np.full((len(fields), len(columns)), -1e6)
    held = {}
    for one in free:
        at = fields.index(one.field), columns.index(one.column)
        gain[at], held[at] = one.gain, one
    for at in enumerate(assign(gain)):
        if at in held:
            taken[held[at].field] = held[at]
            used[held[at].column] = held[at].field
    more: dict[str, list[int]] = {}
    for one in free:
        if one.column not in used and one.field in MANY and one.field in taken and one.gain > _ALSO and one.by != "content":
            more.setdefault(one.field, []).append(one.column)
            used[one.column] = one.field
    return taken, used, more


def _label_text(table: Table, column: int) -> str:
    return next((" ".join((label.text, *label.captions)) for label in table.labels if label.column == column), "")


def _said(mapping: Mapping[str, str], headers: Mapping[int, str], texts: list[str], table: Table) -> dict[str, int]:
    """Field → column where a person named a header (or a column letter)."""
    out = {}
    for name, header in mapping.items():
        wanted = key(header)
        if not wanted:
            continue
        for label in table.labels:
            if wanted in (key(headers[label.column]), key(label.text)) or header.upper() == letters(label.column):
                out[name] = label.column
                break
    return out


def _move(
    name: str, candidates: list[Candidate], taken: dict[str, Candidate], used: dict[int, str], least: float, from_fields: frozenset[str]
) -> None:
    """Give ``name`` its best candidate, also from a column that one of ``from_fields`` holds."""
    if name in taken:
        return
    for candidate in candidates:
        if candidate.field != name or candidate.sure < least:
            continue
        holder = used.get(candidate.column)
        if holder is None and candidate.gain <= 0 and name == "finish":  # no table has to have one
            continue
        if holder is not None and (holder not in from_fields or taken.get(holder) is None or taken[holder].column != candidate.column):
            continue
        if holder is not None:
            del taken[holder]
        taken[name] = candidate
        used[candidate.column] = name
        return


def _mend(
    table: Table,
    taken: dict[str, Candidate],
    used: dict[int, str],
    more: dict[str, list[int]],
    candidates: list[Candidate],
    sheet: Sheet,
) -> None:
    """Fill the fields that a table cannot do without from columns that were taken for something lesser."""
    if table.kind is TableKind.ACTIVITIES:
        _move("finish", candidates, taken, used, 0.0, frozenset({"deadline"}))
        _one_notation(taken, used, sheet)
        _reached(table, taken, used, sheet)
        _still_ahead(taken, used, sheet)
        _promised(taken, used, sheet)
        if taken.get("name", _NOBODY).by != "user":
            _take_names(table, taken, used, more, candidates, sheet)
    elif table.kind is TableKind.RISKS:
        _move("title", candidates, taken, used, 0.0, frozenset({"description", "category", "notes"}))


def _promised(taken: dict[str, Candidate], used: dict[int, str], sheet: Sheet) -> None:
    """A header that says deadline: the promise, and the planned finish as well where nothing else says when the work ends.

    A duration that is the span between two dates says that they are start and finish, whatever their headers say.
    """
    length = taken.get("duration")
    spanned = length is not None and sheet.value(length.column, "spans_dates") > _SPANS
    counted = length is not None and sheet.profiles[length.column].count > 0
    for name, other in (("finish", "deadline"), ("deadline", "finish")):
        end = taken.get(name)
        if end is None or other in taken or end.by == "user" or dict(meanings(end.header, TableKind.ACTIVITIES)).get("deadline", 0.0) < 1.0:
            continue
        said_otherwise = not spanned and (counted or "predecessors" in taken)
        if said_otherwise and name == "deadline":
            continue
        taken[other] = replace(end, field=other)
        if said_otherwise:
            del taken[name]
            used[end.column] = other


def _reached(table: Table, taken: dict[str, Candidate], used: dict[int, str], sheet: Sheet) -> None:
    """The only date, which stands in the rows that are done and in no other, is when they were: no header knows better."""
    end, state = taken.get("finish"), taken.get("status")
    if end is None or state is None or end.by == "user" or {"start", "actual_finish"} & set(taken):
        return
    rows = [table.grid.rows[row] for row in sheet.rows]
    stated = [(cell, cells[end.column] != "") for cells in rows if isinstance(cell := cells[state.column], str) and cell]
    done = [dated for cell, dated in stated if state_of(cell) is State.DONE]
    others = [dated for cell, dated in stated if state_of(cell) is not State.DONE]
    if len(done) >= _REACHED and len(others) >= _OPEN and not any(others) and sum(done) > _MOSTLY * len(done):
        del taken["finish"]
        taken["actual_finish"] = replace(end, field="actual_finish")
        used[end.column] = "actual_finish"


def _still_ahead(taken: dict[str, Candidate], used: dict[int, str], sheet: Sheet) -> None:
    """The only end, which stands in every row that has a planned start, is planned: unless its header says for certain that it happened."""
    end, start = taken.get("actual_finish"), taken.get("start")
    if end is None or start is None or end.by == "user" or {"finish", "actual_start"} & set(taken):
        return
    certain = dict(meanings(end.header, TableKind.ACTIVITIES)).get("actual_finish", 0.0) >= 1.0
    if not certain and sheet.profiles[end.column].count >= _EVERYWHERE * sheet.profiles[start.column].count:
        del taken["actual_finish"]
        taken["finish"] = replace(end, field="finish")
        used[end.column] = "finish"


def _one_notation(taken: dict[str, Candidate], used: dict[int, str], sheet: Sheet) -> None:
    """Both ends of a bar are written alike: a column that numbers weeks ("3주차", "Day 2") beside one of days only numbers the rows."""
    ends = [taken[name] for name in ("start", "finish") if name in taken]
    if len(ends) < 2:
        return
    for one, other in (ends, ends[::-1]):
        counted, dated = sheet.profiles[one.column], sheet.profiles[other.column]
        if one.by != "user" and counted.open_dates > _COUNTED and dated.open_dates < 1 - _COUNTED < dated.dates:
            del taken[one.field], used[one.column]
            return


def _take_names(
    table: Table,
    taken: dict[str, Candidate],
    used: dict[int, str],
    more: dict[str, list[int]],
    candidates: list[Candidate],
    sheet: Sheet,
) -> None:
    """Give the name to the column that names most rows, and make levels of the columns that name the others."""
    known = {(one.column, one.field): one for one in candidates}
    described = {label.column: label for label in table.described}
    telling = [column for column, name in used.items() if name not in _LESSER]
    gains = {}
    for column in described:
        gain = max(known[column, name].gain if (column, name) in known else _UNKNOWN for name in ("name", "level"))
        holder = used.get(column)
        if holder is not None and holder not in _LESSER and (column, holder) in known:
            gain -= _OF_ANOTHER * max(known[column, holder].gain, 0.0)
        gains[column] = gain
    free = [column for column in described if not (column in used and taken.get(used[column], _NOBODY).by == "user")]
    steps = [column for column in free if used.get(column, "name") in _LESSER]
    bare = frozenset(column for column, label in described.items() if not label.text)
    found = name_columns(table.grid, sheet.rows, sheet.profiles, gains, free, steps, telling, bare)
    if found is None:
        return
    *above, deepest = found.columns
    levels = {*([taken["level"].column] if "level" in taken else []), *more.get("level", ()), *above}
    first = min(found.columns)
    levels |= {column for column, label in described.items() if column < first and not label.text and _groups(sheet.profiles[column])}
    for column in (*found.columns, *levels):
        _release(column, taken, used, more)
    old = taken.pop("name", None)
    if old is not None and used.get(old.column) == "name":
        del used[old.column]
        if known.get((old.column, "level"), _NOBODY).gain > 0:
            levels.add(old.column)
    header = next((text for column in reversed(found.columns) if (text := described[column].text)), "")  # of all that it may stand over
    taken["name"] = known.get((deepest, "name")) or Candidate("name", deepest, header, _BY_CONTENT, "content")
    if not taken["name"].header:
        taken["name"] = replace(taken["name"], header=header)
    used[deepest] = "name"
    levels.discard(deepest)
    more.pop("level", None)
    taken.pop("level", None)
    for column in sorted(levels):
        used[column] = "level"
        if "level" not in taken:
            taken["level"] = known.get((column, "level")) or Candidate("level", column, described[column].text, found.cover, "content")
        else:
            more.setdefault("level", []).append(column)


def _release(column: int, taken: dict[str, Candidate], used: dict[int, str], more: dict[str, list[int]]) -> None:
    """Take ``column`` from the field that holds it."""
    holder = used.pop(column, None)
    if holder is None:
        return
    if column in more.get(holder, ()):
        more[holder].remove(column)
    elif taken.get(holder, _NOBODY).column == column:
        del taken[holder]
        for other in more.pop(holder, ()):
            del used[other]


def _groups(seen: Profile) -> bool:
    """Short texts that may caption groups of rows."""
    return seen.count > 0 and seen.texts > 0.5 and seen.length <= _GROUP_LENGTH
