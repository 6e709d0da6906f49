"""A hand on the What-if page's board: where a mark is painted, and a drag of it."""

from __future__ import annotations

from dataclasses import dataclass

from playwright.sync_api import Page

CHART = ".st-key-what_if_chart .js-plotly-plot"
_PLACE = """id => {
  const chart = document.querySelector('.st-key-what_if_chart .js-plotly-plot');
  const { xaxis, yaxis } = chart._fullLayout;
  const find = () => {
    const box = chart.querySelector('.main-svg').getBoundingClientRect();
    for (const points of chart.calcdata) {
      const trace = points[0].trace;
      const index = (trace.customdata || []).findIndex(told => told && told[0] === id);
      if (index < 0) continue;
      const point = points[index], bar = trace.type === 'bar';
      const from = bar ? point.b : point.x, to = bar ? point.b + point.s : point.x;
      return { left: box.left + xaxis._offset + xaxis.c2p(from), right: box.left + xaxis._offset + xaxis.c2p(to),
               y: box.top + yaxis._offset + yaxis.c2p(bar ? point.p : point.y), day: xaxis.c2p(from + 86400000) - xaxis.c2p(from),
               start: from, finish: to };
    }
    return null;
  };
  let place = find();
  if (!place) return null;
  for (let scroller = chart.parentElement; scroller; scroller = scroller.parentElement) {
    const style = getComputedStyle(scroller);
    if (!/auto|scroll/.test(style.overflowY) || scroller.scrollHeight <= scroller.clientHeight) continue;
    const seen = scroller.getBoundingClientRect();
    const top = Math.max(seen.top, 0) + 80, bottom = Math.min(seen.bottom, innerHeight) - 40;
    if (place.y < top || place.y > bottom) { scroller.scrollTop += place.y - (top + bottom) / 2; place = find(); }
  }
  return place;
}"""
_DAY_MS = 86_400_000


@dataclass(frozen=True, slots=True)
class Place:
    """Where a mark is painted: px of the window; ``day`` is a calendar day in px; ``start`` and ``finish`` are days since 1970."""

    left: float
    right: float
    y: float
    day: float
    start: int
    finish: int  # the day after the last; of a milestone its own

    @property
    def x(self) -> float:
        return (self.left + self.right) / 2


def drawn(page: Page, kind: str = "activity") -> list[str]:
    """Ids of the marks of a kind that are painted, from the top."""
    found: list[str] = page.evaluate("""kind => {
      const marks = [];
      for (const points of document.querySelector('.st-key-what_if_chart .js-plotly-plot').calcdata)
        points.forEach((point, index) => {
          const told = points[0].trace.customdata?.[index];
          if (told && told[1] === kind) marks.push([point.p ?? point.y, told[0]]);
        });
      return marks.sort((a, b) => a[0] - b[0]).map(mark => mark[1]);
    }""", kind)
    return found


def place_of(page: Page, item: str) -> Place:
    """The mark of an item, scrolled into view. Raises ``LookupError`` when it is not drawn."""
    found = page.evaluate(_PLACE, item)
    if found is None:
        raise LookupError(item)
    days = {name: int(found.pop(name) // _DAY_MS) for name in ("start", "finish")}
    return Place(**found, **days)


def drag(page: Page, item: str, days: float, *, part: str = "middle", drop: bool = True) -> None:
    """Take a mark by its ``middle``, ``start`` or ``end`` and move it by calendar days."""
    place = place_of(page, item)
    x = {"middle": place.x, "start": place.left + 3, "end": place.right - 3}[part]
    page.mouse.move(x, place.y, steps=3)
    page.mouse.down()
    page.mouse.move(x + place.day * days, place.y + 1, steps=6)
    if drop:
        page.mouse.up()
        page.wait_for_function("!document.querySelector('.tpm-drag')", timeout=10_000)
