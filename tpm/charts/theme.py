"""The colours, type and sizes of everything that is drawn, in one place.

Charts take them from here; Streamlit's configuration and the exports repeat these values, and tests compare.
Every colour has one job (see the design rules): red is late or needs a decision and nothing else. ``*_text``
colours are for words: they reach WCAG AA (4.5 : 1) on the background and on the band, which two of the mark colours
do not need to (3 : 1 is asked of marks).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

FONT_STACK: Final = (
    "Inter, Pretendard, 'Noto Sans KR', 'Noto Sans CJK KR', NanumGothic, 'Malgun Gothic', 'Apple SD Gothic Neo', "
    "system-ui, sans-serif"
)
# One name where a file format takes no stack: there on every desktop, or a like of the same widths.
EXPORT_FONTS: Final = {"en": "Arial", "ko": "Malgun Gothic"}


@dataclass(frozen=True, slots=True)
class Theme:
    """Colours by role."""

    background: str
    band: str  # quiet areas: non-working days, table heads
    ink: str  # text, milestones, today
    muted: str  # secondary marks
    muted_text: str
    grid: str
    rule: str  # lines between lanes: a little stronger than the grid
    work: str
    critical: str
    critical_outline: str
    done: str
    baseline: str
    late: str
    warning: str
    warning_text: str
    good: str
    progress: str  # laid over work and critical alike
    selection: str  # behind the row that the reader picked

    @property
    def texts(self) -> tuple[str, ...]:
        """Colours that words are written in."""
        return (self.ink, self.muted_text, self.late, self.warning_text, self.good, self.critical)

    @property
    def marks(self) -> tuple[str, ...]:
        """Colours of shapes that carry meaning on their own, without words or position."""
        return (self.critical, self.late, self.warning, self.good, self.muted, self.ink)


LIGHT: Final = Theme(
    background="#FFFFFF",
    band="#F5F7FA",
    ink="#1B2A41",
    muted="#6B7A90",
    muted_text="#5D6B80",
    grid="#E6EAF0",
    rule="#D5DCE6",
    work="#A9BCDD",
    critical="#1F4E9E",
    critical_outline="#1B2A41",
    done="#D5DCE6",
    baseline="#9AA5B5",
    late="#C8102E",
    warning="#B76E00",
    warning_text="#935800",
    good="#2E7D5B",
    progress="rgba(27,42,65,0.45)",
    selection="#F0F5FC",
)

DARK: Final = Theme(
    background="#10161F",
    band="#18212D",
    ink="#E8EDF4",
    muted="#9AA9BD",
    muted_text="#9AA9BD",
    grid="#2A3644",
    rule="#36455A",
    work="#40557A",
    critical="#7EA6E8",
    critical_outline="#E8EDF4",
    done="#2F3B4B",
    baseline="#7C8A9E",
    late="#FF6B7A",
    warning="#E5A23C",
    warning_text="#E5A23C",
    good="#5DBB92",
    progress="rgba(232,237,244,0.42)",
    selection="#1C2A40",
)


def theme(dark: bool = False) -> Theme:
    """The theme to draw with."""
    return DARK if dark else LIGHT


@dataclass(frozen=True, slots=True)
class Type:
    """Font sizes in px. Korean is one smaller: it then needs about the same width as English."""

    title: int
    subtitle: int
    name: int  # rows and lanes
    label: int  # beside marks, on axes


def type_sizes(lang: str) -> Type:
    """Font sizes for a language."""
    return Type(title=19, subtitle=13, name=12, label=11) if lang == "ko" else Type(title=20, subtitle=14, name=13, label=12)


def _channel(value: int) -> float:
    share = value / 255
    return share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4


def luminance(colour: str) -> float:
    """Relative luminance of ``#RRGGBB``, 0 (black) to 1 (white), as WCAG 2.2 defines it."""
    red, green, blue = (_channel(int(colour[start : start + 2], 16)) for start in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(first: str, second: str) -> float:
    """WCAG contrast ratio of two ``#RRGGBB`` colours, 1 to 21."""
    high, low = sorted((luminance(first), luminance(second)), reverse=True)
    return (high + 0.05) / (low + 0.05)
