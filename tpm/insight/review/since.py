"""What changed since the last review, as sentences of the review; the comparison itself is :mod:`tpm.insight.changes`."""

from __future__ import annotations

from dataclasses import dataclass

from tpm.i18n import Language
from tpm.insight.changes.summary import Summary, by_item, sentences


@dataclass(frozen=True)
class SinceLine:
    """One sentence of a summary of changes, with the rows and the numbers of that summary."""

    summary: Summary
    position: int
    level: int = 0

    @property
    def rows(self) -> tuple[str, ...]:
        """The items that the slip comes from, and the milestone that slipped."""
        slip = self.summary.slip
        if slip is None or self.position > 1:
            return ()
        return tuple(dict.fromkeys((slip.id, *(item for part in slip.parts for item in part.items))))

    def text(self, lang: Language) -> str:
        """The sentence."""
        return sentences(self.summary, lang)[self.position]

    def numbers(self) -> dict[str, float | str]:
        """Every number that the summary may state."""
        summary, slip = self.summary, self.summary.slip
        out: dict[str, float | str] = {
            "since": "" if summary.earlier is None else summary.earlier.isoformat(),
            "changed": float(summary.changed), "items": float(summary.items),
            "later": float(summary.moved_later), "earlier": float(summary.moved_earlier), "worst": summary.worst_days,
            **{what.value: float(count) for what, count in summary.counts.items()}}
        if slip is not None:
            out |= {"days": slip.days, "before": slip.before.isoformat(), "after": slip.after.isoformat()}
            out |= {f"part{number}": part.days for number, part in enumerate(by_item(slip), start=1)}
            if any(part.days > 0 for part in slip.parts) and any(part.days < 0 for part in slip.parts):
                out["rest"] = max(abs(part.days) for part in by_item(slip)) - abs(slip.days)
            out |= {f"times.{item}": float(count) for item, count in summary.estimates.items()}
            out |= {f"items{number}": float(len(part.items)) for number, part in enumerate(by_item(slip), start=1)}
        return out


def since_lines(summary: Summary) -> tuple[SinceLine, ...]:
    """The summary as sentences of the review; empty where nothing changed."""
    if not summary.counts and (summary.slip is None or not summary.slip.days):
        return ()
    return tuple(SinceLine(summary, position) for position in range(len(sentences(summary, "en"))))
