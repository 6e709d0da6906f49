"""Which rows of a table are work, and why the others are not.

Blank rows are passed over. Rows that only name a group are its caption; legends, totals, repeated headers and rows without
a name are rejected with a reason, never dropped silently.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import groupby, pairwise
from typing import Final

import numpy as np

from tpm.ingest.cells.values import Column
from tpm.ingest.lexicon.headers import key
from tpm.ingest.lexicon.words import empty_words, is_caption, is_empty_word, state_of, totals_among
from tpm.ingest.opening.grid import as_text
from tpm.ingest.tables.columns import Columns
from tpm.ingest.tables.tables import Table
from tpm.ingest.weighing.bands import DATE, EMPTY, NUMBER, TEXT, type_of

_SPARSE: Final = 0.34  # of the usual number of filled fields: below this a block after a gap is a legend
_ONE_NAME: Final = 0.98  # of the rows that fill exactly one name column: below this the columns are groups
_LOOKED_BELOW: Final = 60  # rows from the end of a table in which a legend begins
_MOST: Final = 0.75  # of the cells of a column, from which the others are strangers in it
_MOST_EXPLAINED, _FEWEST_EXPLAINED = 2, 2  # rows, and columns in each, of an explanation below the header
_FEWEST_OTHERS, _COMPARED = 2, 60  # rows below that it is compared with
_DIFFERENT: Final = 0.8  # of the names, letter by letter, above which too few are called alike, whatever their case and spaces
_SAMPLE: Final = 300  # rows that tell whether many are called alike
_FEWEST_PAIRS, _PAIRED = 3, 0.35  # rows called alike, and their share, from which they tell what happened to the rows above
_SAME_WORK: Final = 0.5  # of the names of two reports, and of their starts, that are the same
_WORDY: Final = 0.5  # of the cells of a column: from here on it holds texts
_PROSE: Final = 60  # characters in a group column: a note, not a group
_OWN: Final = frozenset({"name", "title", "id", "wbs", "depth"})  # what tells rows apart is never that of two
_DESCRIPTIVE: Final = frozenset({"name", "title", "id", "level", "phase", "program", "team"})


@dataclass
class Rows:
    """Per row of the table: ``keep`` usable, ``names`` as read, ``groups`` captions by level (filled down), ``reason`` of the rejected."""

    keep: np.ndarray
    names: np.ndarray  # object: text with its leading blanks, or None
    groups: list[np.ndarray]
    filled: np.ndarray  # number of filled fields other than names and groups
    reasons: dict[int, str]
    sections: np.ndarray  # a caption row in the name column: a heading of what follows
    actual: dict[int, int] = field(default_factory=dict)  # row that tells what happened to the one above → that row
    depth: np.ndarray | None = None  # where each row's name stands in one of several columns ("Title 1 | Title 2"): which


def column_of(table: Table, columns: Columns, field: str) -> Column | None:
    """The cells of ``field`` in the table's rows, or None where it has no column; what is merged over rows holds for each of them."""
    index = columns.fields.get(field)
    if index is None:
        return None
    column = Column.of(table.grid, index, table.first, table.last, columns.choices[field].header)
    return column if field in _OWN else column.down()


def _raw(cell: object) -> str | None:
    if not isinstance(cell, str):
        return None if cell == "" else str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)
    return cell if cell.strip() and not is_empty_word(cell) else None


def _raw_names(column: Column) -> np.ndarray:
    """Names with their leading blanks, which may be the hierarchy; None where the cell says nothing."""
    if set(map(type, column.distinct)) != {str}:
        return column.spread(_raw)
    nothing = empty_words()
    out = np.empty(len(column.distinct), dtype=object)
    out[:] = column.distinct
    texts = list(map(str.strip, column.distinct))  # type: ignore[arg-type]
    if "" in texts or not nothing.isdisjoint(map(str.casefold, texts)):
        out[:] = [
            cell if text and (len(text) >= 20 or text.casefold() not in nothing) else None
            for cell, text in zip(column.distinct, texts, strict=True)
        ]
    return np.asarray(out[column.codes])


def sort_rows(table: Table, columns: Columns, name_field: str) -> Rows:
    """Sort the rows of ``table`` into work, captions and rejects."""
    size = table.rows
    name_column = column_of(table, columns, name_field)
    assert name_column is not None
    names = _raw_names(name_column)
    name_at = columns.fields[name_field]
    groups, own, unlabelled = _groups(table, columns, name_at)
    fields = [index for name, index in columns.fields.items() if name not in _DESCRIPTIVE and name != name_field]
    fields += [index for name in ("predecessors", "successors") for index in columns.more.get(name, ())]
    filled = np.zeros(size, dtype=int)
    for index in fields:
        column = Column.of(table.grid, index, table.first, table.last)
        filled += column.says()
    id_column = column_of(table, columns, "id")
    ids = _ids(id_column) if id_column is not None else np.zeros(size, dtype=bool)
    other = np.zeros(size, dtype=bool)
    for index in columns.rest:
        other |= Column.of(table.grid, index, table.first, table.last).filled()
    for row in _bare_numbers(name_column, filled):
        names[row] = None
    has_name = np.array([name is not None for name in names.tolist()], dtype=bool)
    nameless = ~has_name
    told = (filled > 0) | ids | _steps(own, unlabelled, filled)
    depth = _stairs(own, names, told)
    reasons: dict[int, str] = {}
    for row in np.flatnonzero(nameless & told).tolist():  # the work stands one level up ("세부 업무" instead of "1차 세부")
        deepest = next((cells[row] for cells in reversed(own) if cells[row]), None)
        if deepest is not None:
            names[row] = deepest
            has_name[row] = True
    for row, text in _names_beside(table, columns, name_at, np.flatnonzero(~has_name & (filled > 0)).tolist()):
        names[row] = text
        has_name[row] = True
    captions = np.zeros(size, dtype=bool)
    for cells in own:
        captions |= np.array([cell is not None for cell in cells], dtype=bool)
    blank = ~has_name & (filled == 0) & ~ids & ~other & ~captions
    section = ~has_name & captions & ~told
    keep = has_name.copy()
    for row in np.flatnonzero(~has_name & ~blank & ~section).tolist():
        reasons[row] = "no-name"
    status = column_of(table, columns, "status")
    standing = status.filled() if status is not None else np.zeros(size, dtype=bool)
    for row in totals_among(names.tolist()):
        if keep[row] and not standing[row]:  # a sum has no state of its own
            reasons[row] = "total"
    actual = {row: above for row, above in _actual_rows(names, keep).items() if not ids[row]}  # an id of its own: work of its own
    reasons |= dict.fromkeys(actual, "actual-row")
    reasons |= dict.fromkeys(_older_reports(table, columns, names, keep), "older-report")
    for row in _repeated_headers(table, columns, names):
        reasons[row] = "repeated-header"
    for row in _explanations(table, columns):
        reasons[row] = "hint"
    prose = np.zeros(size, dtype=bool)
    for cells in own:
        prose |= np.array([cell is not None and len(cell) > _PROSE for cell in cells], dtype=bool)
    blank &= ~np.isin(np.arange(size) + table.first, [*table.grid.elsewhere, *table.grid.passed_over])  # no gap
    titles = [row for row in np.flatnonzero(section) if any(cells[row] is not None and is_caption(cells[row]) for cells in own)]
    gap = blank | np.isin(np.arange(size), titles) | (~has_name & (~section | prose))
    _legends(keep, gap, filled, names, ids | captions, reasons, table)
    heads = np.array([cell is not None for cell in own[-1]]) if "wbs" in columns.fields and own else 0  # no number, and fills no field
    if (first := _closing(keep, filled - heads, reasons, table)) is not None:
        for row in np.flatnonzero(keep[first:]).tolist():
            reasons.setdefault(first + row, "legend")
        section[first:] = False
    for row in np.flatnonzero(keep).tolist()[::-1]:  # "Insert new rows above this one" closes the table
        if row not in reasons and (filled[row] or not is_caption(names[row])):
            break
        reasons.setdefault(row, "legend")
    for row in reasons:
        keep[row] = False
    return Rows(keep, names, groups, filled, reasons, section, actual, depth)


def _actual_rows(names: np.ndarray, keep: np.ndarray) -> dict[int, int]:
    """Rows under every second name that are all called alike ("Actual", "실제 진행"): what happened to the row above → that row."""
    rows = np.flatnonzero(keep).tolist()
    if len(rows) < 2 * _FEWEST_PAIRS or len(set(names[rows[:_SAMPLE]].tolist())) > _DIFFERENT * min(len(rows), _SAMPLE):
        return {}
    folded = ["".join(str(names[row]).split()).casefold() for row in rows]
    text, times = Counter(folded).most_common(1)[0]
    at = [index for index, one in enumerate(folded) if one == text]
    if times < max(_FEWEST_PAIRS, _PAIRED * len(rows)) or at[0] == 0 or any(after - before < 2 for before, after in pairwise(at)):
        return {}
    return {rows[index]: rows[index - 1] for index in at}


def _older_reports(table: Table, columns: Columns, names: np.ndarray, keep: np.ndarray) -> list[int]:
    """Rows of all but the latest of several reports on the same work that stand below each other.

    A report is a run of rows with one date or number that no other run has; its names are those of the one before, and so are most starts.
    """
    rows = np.flatnonzero(keep).tolist()
    if "start" not in columns.fields or len(set(names[rows].tolist())) > _DIFFERENT * len(rows):
        return []
    folded = {row: key(names[row]) for row in rows}
    if len(set(folded.values())) > len(rows) / 2:
        return []
    cells, start = table.grid.rows, columns.fields["start"]
    for label in table.described:
        if label.column in (columns.fields.get("name"), start):
            continue
        runs = [list(run) for _, run in groupby(rows, lambda row, at=label.column: cells[table.first + row][at])]  # type: ignore[misc]
        said = [cells[table.first + run[0]][label.column] for run in runs]
        if not 1 < len(runs) <= len(rows) / 2 or any(type_of(cell) not in (DATE, NUMBER) for cell in said) or len(set(said)) < len(said):
            continue
        told = [{folded[row]: cells[table.first + row][start] for row in run} for run in runs]
        pairs = list(pairwise(told))
        alike = all(len(one.keys() & after.keys()) >= _SAME_WORK * min(len(one), len(after)) for one, after in pairs)
        same = [one[name] == after[name] for one, after in pairs for name in one.keys() & after.keys()]
        if alike and all(len(one) == len(run) for one, run in zip(told, runs, strict=True)) and sum(same) >= _SAME_WORK * len(same):
            return [row for run in runs[:-1] for row in run]
    return []


def _names_beside(table: Table, columns: Columns, name_at: int, rows: list[int]) -> Iterator[tuple[int, str]]:
    """(row, text) of rows that say something and have their name in another column: the nearest text in a column that is no field."""
    used = {*columns.fields.values(), *(index for more in columns.more.values() for index in more)}
    idle = [
        label.column
        for label in table.described
        if label.column not in used and (seen := columns.profiles[label.column]).texts > _WORDY and seen.length <= _PROSE
    ]
    for row in rows:
        cells = table.grid.rows[table.first + row]
        found = [column for column in idle if _raw(cells[column]) is not None]
        if found:
            nearest = min(found, key=lambda column: (abs(column - name_at), column))
            yield row, str(cells[nearest])


def _ids(column: Column) -> np.ndarray:
    """Per row: an id like the others stands there; "Total" among numbers is none."""
    filled = column.filled()
    if set(map(type, column.distinct)) <= {float, int}:
        return filled
    counted = np.array([any(map(str.isdigit, str(cell))) for cell in column.distinct], dtype=bool)[column.codes]
    return filled & counted if filled.any() and counted[filled].mean() > _MOST else filled


def _bare_numbers(column: Column, filled: np.ndarray) -> list[int]:
    """Rows that hold nothing but a number where the others have their names: a sum below the table."""
    typed = np.array([isinstance(cell, int | float) and not isinstance(cell, bool) for cell in column.distinct], dtype=bool)
    if not typed.any() or typed[column.codes].mean() > 1 - _MOST:
        return []
    return np.flatnonzero(typed[column.codes] & (filled == 0)).tolist()


def _steps(own: list[np.ndarray], unlabelled: list[bool], filled: np.ndarray) -> np.ndarray:
    """Rows that stand alone in a column without a heading of its own: a step of the names beside it, not the caption of a group."""
    out = np.zeros(len(filled), dtype=bool)
    for cells, bare in zip(own, unlabelled, strict=True):
        if bare:
            held = np.array([cell is not None for cell in cells.tolist()], dtype=bool)
            if (filled[held] > 0).any() or not filled.any():
                out |= held
    return out


def _stairs(own: list[np.ndarray], names: np.ndarray, told: np.ndarray) -> np.ndarray | None:
    """Which of the name columns each row fills, where rows at every depth are work and each fills one of them; else None."""
    if not own:
        return None
    marks = np.array([[cell is not None for cell in cells.tolist()] for cells in (*own, names)])
    used = marks.any(axis=0)
    once = marks.sum(axis=0) == 1
    if not used.any() or once[used].mean() < _ONE_NAME:
        return None
    depth = np.where(once, marks.argmax(axis=0), 0)
    above = once & (depth < len(marks) - 1)
    return depth if above.any() and told[above].all() else None


def _groups(table: Table, columns: Columns, name_at: int) -> tuple[list[np.ndarray], list[np.ndarray], list[bool]]:
    """Group columns from coarse to fine: filled down, as they stand, and which have no header. A coarser caption ends the finer ones."""
    indexes = sorted([*([columns.fields["level"]] if "level" in columns.fields else []), *columns.more.get("level", ())])
    labelled = {label.column for label in table.labels if label.text}
    extra = [columns.fields[name] for name in ("phase", "program") if name in columns.fields and columns.fields[name] < name_at]
    own = []
    used = sorted({*indexes, *extra})
    for index in used:
        column = Column.of(table.grid, index, table.first, table.last)
        own.append(column.spread(_raw))
    wbs = columns.fields.get("wbs")
    heads = [Column.of(table.grid, wbs, table.first, table.last).spread(_heading)] if wbs is not None and wbs < name_at else []
    groups: list[np.ndarray] = []
    for depth, cells in enumerate(own):
        last: str | None = None
        out = np.empty(len(cells), dtype=object)
        for row, cell in enumerate(cells):
            if cell is not None:
                last = cell
            elif any(
                above[row] is not None and row and groups[level][row] != groups[level][row - 1] for level, above in enumerate(own[:depth])
            ):
                last = None
            out[row] = last
        groups.append(out)
    return groups, own + heads, [*(index not in labelled for index in used), *(False for _ in heads)]


def _heading(cell: object) -> str | None:
    """The name of a group that stands where its parts have their numbers."""
    return (
        cell
        if isinstance(cell, str) and len(cell.strip()) > 1 and not any(char.isdigit() for char in cell) and not is_empty_word(cell)
        else None
    )


def _repeated_headers(table: Table, columns: Columns, names: np.ndarray) -> list[int]:
    """Rows that say the header again (page breaks of printed plans)."""
    label = next((label.text for label in table.labels if label.column == columns.fields.get("name", columns.fields.get("title"))), "")
    wanted = key(label)
    texts_below = names.tolist()
    again = wanted and (label in texts_below or label.strip() in texts_below)
    rows = [row for row, name in enumerate(texts_below) if name in (label, label.strip())] if again else []
    texts = {key(one.text) for one in table.labels}
    number = columns.fields.get("id")
    out = []
    for row in rows:
        said = table.grid.rows[table.first + row]
        cells = [cell for cell in said if isinstance(cell, str) and cell.strip()]
        own = number is not None and key(as_text(said[number])) not in {"", *texts}  # an id: a row called like its header
        if not own and sum(key(cell) in texts for cell in cells) >= 2:
            out.append(row)
    return out


def _explanations(table: Table, columns: Columns) -> list[int]:
    """Rows right below the header that say in words what belongs in the columns: texts where all others hold numbers or dates."""
    out: list[int] = []
    used = [*columns.fields.values(), *columns.rest]
    looked = table.grid.rows[table.first : min(table.last + 1, table.first + _COMPARED)]
    texts = [column for column in used if looked and type_of(looked[0][column]) == TEXT and _is_worded(looked[0][column])]
    if sum(any(type_of(line[column]) in (NUMBER, DATE) for line in looked[1:]) for column in texts) < _FEWEST_EXPLAINED:
        return []
    kinds = np.array([[type_of(line[column]) for column in used] for line in looked]).reshape(len(looked), len(used))
    for row in range(min(_MOST_EXPLAINED, len(kinds) - _FEWEST_OTHERS)):
        below = kinds[row + 1 :]
        held = below != EMPTY
        counted = (below == NUMBER) | (below == DATE)
        valued = (held.sum(axis=0) >= _FEWEST_OTHERS) & (counted.sum(axis=0) >= _MOST * np.maximum(held.sum(axis=0), 1))
        worded = np.array([_is_worded(looked[row][column]) for column in used], dtype=bool)
        values = (kinds[row] == NUMBER) | (kinds[row] == DATE)
        if (valued & worded & (kinds[row] == TEXT)).sum() < _FEWEST_EXPLAINED or (valued & values).any():
            break
        out.append(row)
    return out


def _is_worded(cell: object) -> bool:
    """Words, and no id, lag or amount: several, or one without a digit."""
    text = str(cell).strip()
    return " " in text or not any(sign.isdigit() for sign in text)


def _legends(
    keep: np.ndarray, gap: np.ndarray, filled: np.ndarray, names: np.ndarray, ids: np.ndarray, reasons: dict[int, str], table: Table
) -> None:
    """Blocks below the table, after a gap, that fill hardly any field: status lists, notes, keys."""
    used = keep & ~np.isin(np.arange(len(keep)), list(reasons))
    usual = float(np.median(filled[used & (filled > 0)])) if (used & (filled > 0)).any() else 0.0
    if usual < 1:
        return
    starts = (np.flatnonzero(used[1:] & gap[:-1]) + 1).tolist()
    if not starts:
        return
    ends = [*starts[1:], len(keep)]
    sparse = [
        all(filled[row] <= _SPARSE * usual for row in range(start, end) if used[row]) for start, end in zip(starts, ends, strict=True)
    ]
    last = True  # nothing but sparse blocks from here on
    for index in range(len(starts) - 1, -1, -1):
        last = last and sparse[index]
        if not sparse[index]:
            continue
        block = [row for row in range(starts[index], ends[index]) if used[row]]
        explains = any(is_caption(names[row]) or (state_of(names[row]) is not None and len(names[row]) < 20) for row in block[:3])
        titled = _is_titled(table, starts[index] - 1)  # "Legend" alone in the row above
        wide_gap = starts[index] >= 2 and gap[starts[index] - 1] and gap[starts[index] - 2]
        if titled or (not any(ids[row] for row in block) and (explains or (last and (wide_gap or len(block) <= 3)))):
            for row in block:
                reasons[row] = "legend"


def _closing(keep: np.ndarray, filled: np.ndarray, reasons: dict[int, str], table: Table) -> int | None:
    """The row of "Legend" or "Notes" alone after a blank row, below which hardly a field is filled to the end of the table."""
    usual = float(np.median(filled[keep & (filled > 0)])) if (keep & (filled > 0)).any() else 0.0
    found = None
    for row in range(len(keep) - 1, max(len(keep) - _LOOKED_BELOW, 1) - 1, -1):
        if filled[row] > _SPARSE * usual and row not in reasons:
            break
        if _is_titled(table, row) and not any(cell != "" for cell in table.grid.rows[table.first + row - 1]):
            found = row
    return found


def _is_titled(table: Table, row: int) -> bool:
    """The row of the table holds nothing but a legend's title."""
    cells = [cell for cell in table.grid.rows[table.first + row] if cell != ""]
    return len(cells) == 1 and isinstance(cells[0], str) and is_caption(cells[0])
