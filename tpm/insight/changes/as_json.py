"""What ``compare --json`` prints: the shape of docs/cli.md, from the same objects that the page shows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tpm.i18n import Language
from tpm.insight.as_json import plain
from tpm.insight.changes.attribution import Part, Slip
from tpm.insight.changes.differences import RISKS, Differences, What
from tpm.insight.changes.summary import Summary, sentences, value_words
from tpm.insight.changes.transition import Cause

# Causes as the contract names them when they lie in the item itself; in another item they are inherited.
_OWN = {Cause.DURATION: "duration", Cause.PROGRESS: "duration", Cause.PLANNED: "replanned", Cause.LOGIC: "replanned"}


def compare_json(differences: Differences, slips: Sequence[Slip], summary: Summary, lang: Language) -> dict[str, Any]:
    """The ``compare`` command's answer. ``because`` of an item adds up to its ``days``."""
    both = differences
    matching = both.matching
    renamed = both.table[both.table["what"] == What.RENAMED]
    return {
        "matched": [{"old": pair.old, "new": pair.new, "score": plain(pair.score)} for pair in matching.pairs],
        "added": list(matching.added),
        "removed": list(matching.removed),
        "renamed": renamed["new"].tolist(),
        "moved": [
            {"id": slip.id, "name": slip.name, "team": slip.team, "before": plain(slip.before), "after": plain(slip.after),
             "days": plain(slip.days), "because": [_because(part, slip) for part in slip.parts]}
            for slip in slips
        ],
        "doubtful": [{"old": pair.old, "new": pair.new, "score": plain(pair.score)} for pair in matching.doubtful],
        "changes": _changes(both, lang, risks=False),
        "risks": _changes(both, lang, risks=True),
        "status_dates": {"old": plain(both.before.options.status_date), "new": plain(both.after.options.status_date)},
        "summary": " ".join(sentences(summary, lang)),
    }


def _because(part: Part, slip: Slip) -> dict[str, Any]:
    mine = part.items == (slip.id,)
    if part.cause in (Cause.SCOPE, Cause.CALENDAR):
        kind = part.cause.value
    elif mine or not part.items:
        kind = _OWN[part.cause]
    else:
        kind = "inherited"
    source = part.items[0] if len(part.items) == 1 else None
    return {"kind": kind, "from": source, "days": plain(part.days), "cause": part.cause.value, "items": list(part.items), "team": part.team}


def _changes(differences: Differences, lang: Language, *, risks: bool) -> list[dict[str, Any]]:
    table = differences.table[differences.table["what"].isin(RISKS) == risks]
    return [
        {"kind": str(row["what"]), "old": row["old"], "new": row["new"], "name": row["name"], "team": row["team"], "owner": row["owner"],
         "before": _value(row["what"], row["before"], lang), "after": _value(row["what"], row["after"], lang), "days": plain(row["days"])}
        for row in table.to_dict("records")
    ]


def _value(what: str, value: Any, lang: Language) -> Any:
    """Dates, numbers and missing as JSON knows them; texts as people wrote them."""
    return value_words(What(what), value, lang) if isinstance(value, str) else plain(value)
