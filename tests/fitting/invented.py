"""Invented tables whose reading is known: every field, in every word of the vocabulary, also those that no labelled sheet holds.

A table is a header and rows of cells with the field of each column ("none" where it is no field). The same seed gives the same table.
"""

from __future__ import annotations

import datetime as dt
import functools
import operator
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tpm.ingest.cells.profile import fit, profile
from tpm.ingest.lexicon.headers import vocabulary
from tpm.ingest.lexicon.words import table as words
from tpm.ingest.opening.grid import Cell
from tpm.model import TableKind

NONE = "none"
_CONTRADICTED = 0.3  # how well cells fit the field of their header, below which the header is not to be believed
_VERBS = (
    "Build",
    "Review",
    "Design",
    "Test",
    "Migrate",
    "Approve",
    "Draft",
    "Order",
    "Install",
    "Plan",
    "Train",
    "Measure",
    "Clean up",
    "Negotiate",
)
_THINGS = (
    "token service",
    "pump house",
    "billing data",
    "store front",
    "contract",
    "user manual",
    "landing page",
    "north bridge",
    "audit log",
    "price list",
    "mobile app",
    "sensor",
    "staff",
    "invoice flow",
    "search index",
    "kick-off",
    "pilot run",
    "cut-over",
)
_WORK_KO = (
    "요구사항",
    "화면",
    "결제 모듈",
    "데이터",
    "서버",
    "배포",
    "회원가입",
    "통계",
    "보고서",
    "장비",
    "교육",
    "현장",
    "계약",
    "알림 기능",
)
_DO_KO = ("분석", "설계", "구현", "검토", "테스트", "이관", "작성", "설치", "협의", "승인", "정리", "점검")
_WORK_JA = ("画面設計", "要件定義", "結合テスト", "データ移行", "環境構築", "操作手順作成", "見積取得", "リリース判定")
_PEOPLE = (
    "Ana",
    "Bo Lind",
    "Chen Wei",
    "Dana Fox",
    "E. Muster",
    "Mira Holm",
    "Odd Lund",
    "Priya",
    "Sam",
    "김하늘",
    "이바다",
    "박서준",
    "최유진",
    "佐藤",
    "鈴木",
)
_GROUPS = (
    "Web",
    "Mobile",
    "Data platform",
    "Infra",
    "QA",
    "Legal",
    "Payments",
    "플랫폼팀",
    "기획팀",
    "디자인",
    "Facilities",
    "Phase 1",
    "Analysis",
    "준비",
    "구축",
    "인수",
    "Design",
    "Launch",
    "Finance",
    "Kitchen",
    "北棟",
)
_NOTES = (
    "Waits for the vendor's answer.",
    "Talked on the phone, will know on Monday",
    "see minutes of 3 March; two options remain",
    "거래처 회신 대기 중",
    "scope was cut by half after the review",
    "담당자 변경됨, 확인 필요",
    "No budget yet",
    "depends on the new contract being signed in time",
)
_RISKS = (
    "Vendor delivers late",
    "Key engineer leaves before the launch",
    "Data is worse than assumed",
    "외주 인력 확보 지연",
    "Permit is refused",
    "Load test shows that the design does not hold",
    "요구사항이 자주 바뀜",
    "Currency moves against us",
    "Server room floods",
    "Scope grows without decision",
)
_RESPONSES = (
    "Order early and keep a second supplier",
    "Weekly review with the owner",
    "예비 인력 확보",
    "Buy insurance",
    "Agree on a freeze date",
    "Test with a small load first",
    "Accept and watch",
    "이관을 두 차례로 나눔",
)
_KINDS = ("Task", "Story", "Milestone", "Bug", "Epic", "작업", "Summary", "Sub-task")
_NO_FIELDS = (
    "Created on",
    "Reporter",
    "Votes",
    "Created",
    "Created at",
    "Updated",
    "Last modified",
    "Reporter",
    "Cost centre",
    "Budget",
    "Budget (EUR)",
    "Actual cost",
    "Region",
    "Votes",
    "Labels",
    "Tags",
    "Story points sum",
    "Version",
    "Room",
    "Customer",
    "Ticket count",
    "Approved by",
    "수정일",
    "등록일",
    "예산",
    "비용",
    "고객사",
    "작성일",
    "버전",
    "Sprint points",
    "Health",
    "Confidence",
    "Effort spent",
    "Hours booked",
    "Floor",
    "Supplier",
    "Contract value",
)


@dataclass(frozen=True)
class Invented:
    """A table: ``headers`` and ``rows`` of cells, ``fields`` of the columns."""

    kind: TableKind
    headers: tuple[str, ...]
    fields: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


class Maker:
    def __init__(self, rng: random.Random, size: int) -> None:
        self.rng, self.size = rng, size
        self.language = rng.choice(("en", "en", "en", "ko", "ko", "ja"))
        self.names = [self._name() for _ in range(size)]
        form = rng.choice(("number", "code", "zeros", "dash"))
        prefix = rng.choice(("T", "API", "PRJ", "K", "R", "W"))
        self.ids: list[Cell] = [
            float(index + 1)
            if form == "number"
            else f"{prefix}-{index + 1}"
            if form == "code"
            else f"{index + 1:03d}"
            if form == "zeros"
            else f"{prefix}{index + 10}"
            for index in range(size)
        ]
        first = dt.date(2024, 1, 1) + dt.timedelta(days=rng.randrange(1200))
        self.starts = [first + dt.timedelta(days=rng.randrange(3) + 4 * index) for index in range(size)]
        self.lengths = [rng.choice((1, 2, 3, 5, 8, 10, 15, 20)) for _ in range(size)]
        self.finishes = [start + dt.timedelta(days=length) for start, length in zip(self.starts, self.lengths, strict=True)]
        self.style = rng.choice(("typed", "typed", "typed", "iso", "dmy", "dots", "name", "ko"))

    def _name(self) -> str:
        rng = self.rng
        if self.language == "ko":
            return f"{rng.choice(_WORK_KO)} {rng.choice(_DO_KO)}"
        if self.language == "ja":
            return rng.choice(_WORK_JA) + rng.choice(("", "（一次）", " 2", "の準備"))
        return f"{rng.choice(_VERBS)} {rng.choice(_THINGS)}" + rng.choice(
            ("", "", f" {rng.randrange(1, 9)}", " with the vendor", " for release two")
        )

    def day(self, day: dt.date) -> Cell:
        match self.style:
            case "typed":
                return day
            case "iso":
                return day.isoformat()
            case "dmy":
                return f"{day:%d/%m/%Y}"
            case "dots":
                return f"{day:%Y.%m.%d}"
            case "name":
                return f"{day.day} {day:%b} {day.year}"
            case _:
                return f"{day.month}월 {day.day}일"

    def each(self, make: Callable[[int], Cell], share: float = 1.0) -> list[Cell]:
        return [make(index) if self.rng.random() < share else "" for index in range(self.size)]

    def dates(self, days: Sequence[dt.date], share: float = 1.0, spread: int = 0) -> list[Cell]:
        return self.each(lambda index: self.day(days[index] + dt.timedelta(days=self.rng.randrange(spread + 1))), share)

    def few(self, values: Sequence[str], count: int, share: float = 1.0) -> list[Cell]:
        chosen = self.rng.sample(list(values), min(count, len(values)))
        ordered = self.rng.random() < 0.6
        return self.each(lambda index: chosen[index * len(chosen) // self.size] if ordered else self.rng.choice(chosen), share)

    def sections(self) -> list[Cell]:
        cells = self.few(_GROUPS, self.rng.randrange(2, 6))
        if self.rng.random() < 0.6:  # merged over its rows
            return [cell if index == 0 or cell != cells[index - 1] else "" for index, cell in enumerate(cells)]
        return cells

    def references(self, share: float) -> list[Cell]:
        rng = self.rng
        values = self.ids if rng.random() < 0.75 else list(self.names)

        def one(index: int) -> Cell:
            if index == 0:
                return ""
            picked = [values[rng.randrange(index)] for _ in range(rng.choice((1, 1, 1, 2)))]
            texts = [str(int(value)) if isinstance(value, float) else str(value) for value in picked]
            if len(texts) == 1 and isinstance(picked[0], float) and rng.random() < 0.5:
                return picked[0]
            ends = rng.choice(("", "", "", "FS", "FS+2d", "SS"))
            return rng.choice((", ", ";", ",")).join(text + ends for text in texts)

        return self.each(one, share)

    def states(self) -> list[Cell]:
        groups = words()["states"]
        picked = [self.rng.choice(groups[name]["words"]) for name in ("done", "in_progress", "not_started")]
        return self.each(lambda index: picked[min(2, index * 3 // self.size)])

    def levels(self) -> list[Cell]:
        if self.rng.random() < 0.4:
            return self.each(lambda _: float(self.rng.randrange(1, 6)))
        table = words()["levels"]
        picked = [self.rng.choice(table[level]) for level in "12345"]
        return self.each(lambda _: self.rng.choice(picked))

    def shares(self) -> list[Cell]:
        if self.rng.random() < 0.5:
            return self.each(lambda _: self.rng.choice((0.0, 0.25, 0.5, 0.75, 0.3, 1.0)))
        return self.each(lambda _: f"{self.rng.choice((0, 10, 20, 50, 80, 100))}%")

    def amounts(self, low: int = 1) -> list[Cell]:
        unit = self.rng.choice(("", "", "d", " days", "일"))
        return self.each(lambda index: float(self.lengths[index] * low) if not unit else f"{self.lengths[index] * low}{unit}", 0.9)

    def ranges(self) -> list[Cell]:
        forms = self.rng.choice(("iso", "ko", "en"))

        def one(index: int) -> Cell:
            first, last = self.starts[index], self.finishes[index]
            if forms == "iso":
                return f"{first:%Y.%m.%d} ~ {last:%m.%d}"
            if forms == "ko":
                return f"{first.year}년 {first.month}월 {first.day}일 ~ {last.month}월 {last.day}일"
            return f"{first:%b} {first.day} - {last:%b} {last.day}, {last.year}"

        return self.each(one)

    def flags(self) -> list[Cell]:
        pair = self.rng.choice((("Yes", "No"), ("Y", ""), ("x", ""), (True, False), ("O", "")))
        return self.each(lambda _: pair[self.rng.random() < 0.7])

    def no_field(self, header: str) -> list[Cell]:
        plain = header.casefold()
        if any(word in plain for word in ("creat", "updat", "modif", "일")):
            return self.dates(self.starts, 1.0, 9)
        if any(word in plain for word in ("cost", "budget", "value", "예산", "비용", "points", "hours", "count", "votes", "spent")):
            return self.each(lambda _: float(self.rng.randrange(1, 90000)), 0.8)
        if any(word in plain for word in ("by", "reporter")):
            return self.few(_PEOPLE, 3)
        return self.few((*_GROUPS, "v1.2", "A-12", "low traffic", "B 204", "EMEA", "Acme Ltd"), 5, self.rng.choice((1.0, 0.3)))

    def cells(self, field: str) -> list[Cell]:
        rng = self.rng
        match field:
            case "id":
                return list(self.ids)
            case "name":
                return list(self.names)
            case "title":
                return self.each(lambda _: rng.choice(_RISKS) + rng.choice(("", "", " in spring", " again")))
            case "description" | "notes":
                return self.each(lambda _: rng.choice(_NOTES), rng.choice((1.0, 0.4)))
            case "response":
                return self.each(lambda _: rng.choice(_RESPONSES), 0.9)
            case "wbs":
                return self.each(lambda index: f"{index // 4 + 1}.{index % 4 + 1}" if index % 4 else f"{index // 4 + 1}.0")
            case "parent":
                return [self.ids[index // 4 * 4] if index % 4 else "" for index in range(self.size)]
            case "children":
                return self.each(lambda index: ", ".join(self.names[index + 1 : index + 3]), 0.2)
            case "depth":
                return self.each(lambda index: float(1 + bool(index % 4) + (index % 4 == 3)))
            case "kind":
                return self.few(_KINDS, 3)
            case "level" | "phase":
                return self.sections()
            case "team" | "program" | "category":
                return self.few(_GROUPS, rng.randrange(1, 6))
            case "owner":
                return self.few(_PEOPLE, rng.randrange(2, 7), rng.choice((1.0, 0.8)))
            case "start" | "actual_start" | "baseline_start" | "constraint_date":
                share = rng.choice((1.0, 0.9)) if field == "start" else rng.choice((1.0, 0.5, 0.3))
                return self.dates(self.starts, share, 0 if field == "start" else 4)
            case "finish" | "actual_finish" | "baseline_finish" | "deadline" | "due":
                share = rng.choice((1.0, 0.9)) if field == "finish" else rng.choice((1.0, 0.5, 0.3))
                return self.dates(self.finishes, share, 0 if field == "finish" else 6)
            case "duration" | "most_likely":
                return self.amounts()
            case "optimistic":
                return self.each(lambda index: max(float(self.lengths[index]) - 1, 1.0))
            case "pessimistic":
                return self.each(lambda index: float(self.lengths[index]) * 2)
            case "progress":
                return self.shares()
            case "status":
                return self.states()
            case "priority":
                ranks = [rng.choice(group) for group in words()["priorities"].values()]
                return self.each(lambda _: rng.choice(ranks[:4]))
            case "predecessors" | "successors" | "activities":
                return self.references(rng.choice((0.9, 0.5)))
            case "predecessor" | "successor":
                return self.each(lambda index: self.ids[index] if field == "successor" else self.ids[index - 1])
            case "milestone":
                return self.flags()
            case "constraint":
                return self.few(functools.reduce(operator.iadd, words()["constraints"].values(), []), 2, 0.4)
            case "link":
                return self.each(lambda index: f"https://tracker.example/items/{index + 100}")
            case "probability" | "impact" | "residual_probability" | "residual_impact":
                return self.shares() if "probability" in field and rng.random() < 0.3 else self.levels()
            case "score":
                return self.each(lambda _: float(rng.randrange(1, 6) * rng.randrange(1, 6)))
            case "strategy":
                return self.few(functools.reduce(operator.iadd, words()["strategies"].values(), []), 3)
            case "impact_days" | "impact_days_min" | "impact_days_max":
                return self.amounts(2)
            case "type":
                return self.few(("FS", "SS", "FF", "Finish-to-start"), 2)
            case "lag":
                return self.each(lambda _: rng.choice((0.0, 2.0, -1.0, "2d", "")))
            case _:
                raise KeyError(f"no cells are made for the field {field!r}: add them here")


_ALWAYS = {
    TableKind.ACTIVITIES: ("name",),
    TableKind.RISKS: ("title",),
    TableKind.DEPENDENCIES: ("predecessor", "successor"),
}
_OFTEN = {
    TableKind.ACTIVITIES: ("id", "start", "finish", "owner", "status", "duration", "progress", "predecessors"),
    TableKind.RISKS: ("id", "probability", "impact", "owner", "response", "status", "score"),
    TableKind.DEPENDENCIES: ("type",),
}


def _typed(header: str, rng: random.Random) -> str:
    """The header as people type it: sometimes two letters change places."""
    if rng.random() > 0.1 or len(header) < 6 or not header.isascii():
        return header
    at = rng.randrange(1, len(header) - 2)
    return header[:at] + header[at + 1] + header[at] + header[at + 2 :]


def invented(kind: TableKind, seed: int) -> Invented:
    """A table of ``kind``: the fields that it always has, some that are common, a few rare ones, a few that are none."""
    rng = random.Random(f"{kind}{seed}")
    size = rng.choice((1, 2, 3, 4, 6, 8, 12, 20, 40))
    maker = Maker(rng, size)
    fields = [field for field in vocabulary().spelled[kind] if field != NONE]
    chosen = [*_ALWAYS[kind], *(field for field in _OFTEN[kind] if rng.random() < 0.5)]
    rare = [field for field in fields if field not in chosen]
    chosen += rng.sample(rare, min(len(rare), rng.randrange(4)))
    columns: list[tuple[str, str, list[Cell]]] = []
    for field in chosen:
        header = rng.choice(vocabulary().spelled[kind][field])
        if field == "finish" and "start" not in chosen and rng.random() < 0.25:  # one column from … to …
            others = [word for name in ("duration", "start", "finish") for word in vocabulary().spelled[kind][name]]
            columns.append((rng.choice(others), "finish", maker.ranges()))
        else:
            columns.append((header, field, maker.cells(field)))
        if field == "predecessors" and rng.random() < 0.1:
            columns += [(f"{header} {number}", field, maker.references(0.4)) for number in (2, 3)]
    if kind is TableKind.ACTIVITIES and rng.random() < 0.15:  # the name stands in the column of its level
        columns = [one for one in columns if one[1] not in ("name", "level", "phase")]
        count = rng.choice((2, 3))
        words_ = rng.choice(
            (
                ("Level {}",),
                ("Title {}",),
                ("Lv{}",),
                ("{}단계",),
                ("대분류", "중분류", "소분류"),
                ("Phase", "Task", "Sub-task"),
                ("depth{}",),
            )
        )
        at = [rng.randrange(count) for _ in range(size)]
        for depth in range(count):
            header = words_[depth] if len(words_) > 1 else words_[0].format(depth + 1)
            columns.insert(depth, (header, "level", [name if at[row] == depth else "" for row, name in enumerate(maker.names)]))
    if rng.random() < 0.35:  # a header that its cells contradict: "Schedule impact?" is answered, not counted
        named, held = rng.sample(fields, 2)
        cells = rng.choice((maker.flags, lambda: maker.few(_GROUPS, 4), lambda: maker.cells(held)))()
        if named not in chosen and fit(named, profile(cells)) < _CONTRADICTED:
            columns.append((rng.choice(vocabulary().spelled[kind][named]), NONE, cells))
    for header in rng.sample(_NO_FIELDS, rng.randrange(4)):
        columns.append((header, NONE, maker.no_field(header)))
    if rng.random() < 0.7:
        rank = {field: index for index, field in enumerate(("id", "wbs", "level", "phase", "parent", *_ALWAYS[kind], *_OFTEN[kind]))}
        columns.sort(key=lambda one: rank.get(one[1], 99))
    else:
        rng.shuffle(columns)
    return Invented(
        kind,
        tuple(_typed(header, rng) for header, _, _ in columns),
        tuple(field for _, field, _ in columns),
        tuple(zip(*(cells for _, _, cells in columns), strict=True)),
    )


def with_calendar(made: Invented, rng: random.Random) -> Invented:
    """``made`` with bars under days, weeks or months at its right."""
    ticks = rng.choice(
        (
            tuple(f"W{week}" for week in range(1, rng.randrange(8, 20))),
            tuple(f"{week}주차" for week in range(1, 13)),
            ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug"),
            tuple(float(day) for day in range(1, 32)),
            tuple(dt.date(2026, 3, 2) + dt.timedelta(days=7 * week) for week in range(14)),
        )
    )
    mark = rng.choice(("", "x", "■", 1.0))
    begins = [index * (len(ticks) - 2) // max(len(made.rows), 1) for index in range(len(made.rows))]
    bars = [tuple(mark if begin <= at <= begin + 2 else "" for at in range(len(ticks))) for begin in begins]
    rows = tuple((*row, *bar) for row, bar in zip(made.rows, bars, strict=True))
    return Invented(made.kind, (*made.headers, *ticks), (*made.fields, *(NONE for _ in ticks)), rows)  # type: ignore[arg-type]


_EVENTS = (
    "Beta",
    "GA",
    "Go-live",
    "Kick-off",
    "Launch",
    "Code freeze",
    "Pilot",
    "착수",
    "중간 보고",
    "오픈",
    "リリース",
    "Freigabe",
    "Entrega",
    "Alpha",
)


def short_plan(seed: int) -> Invented:
    """A plan of a name and one more field, as lists of milestones and of work at hand are."""
    rng = random.Random(f"short{seed}")
    maker = Maker(rng, rng.choice((2, 3, 4, 6, 9)))
    if rng.random() < 0.5:
        maker.names = [rng.choice(_EVENTS) for _ in range(maker.size)]
    other = rng.choice(("start", "finish", "finish", "deadline", "owner", "status", "progress"))
    spelled = vocabulary().spelled[TableKind.ACTIVITIES]
    dated = rng.choice(("Date", "When", "날짜", "일자", "Datum", "Fecha", "日付"))
    headers = (rng.choice(spelled["name"]), dated if other == "finish" else rng.choice(spelled[other]))
    return Invented(TableKind.ACTIVITIES, headers, ("name", other), tuple(zip(maker.names, maker.cells(other), strict=True)))


def with_types(made: Invented, rng: random.Random) -> Invented:
    """``made`` as a RAID log: a column says of each row whether it is a risk or something else."""
    types = rng.choice(
        (("Risk", "Issue", "Assumption", "Dependency"), ("리스크", "이슈", "가정"), ("Risiko", "Problem", "Annahme"), ("R", "I", "A"))
    )
    rows = tuple((types[0] if index == 0 else rng.choice(types), *row) for index, row in enumerate(made.rows))
    return Invented(made.kind, (rng.choice(("Type", "RAID", "구분", "Art", "Tipo")), *made.headers), (NONE, *made.fields), rows)
