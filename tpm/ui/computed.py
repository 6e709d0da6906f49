"""What is computed of the open plan under the reader's settings; the work is cached by content."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from tpm.i18n import Language
from tpm.model import Schedule
from tpm.ui import cache
from tpm.ui.settings import Settings, today
from tpm.ui.workspace import Current

if TYPE_CHECKING:
    from tpm.insight.cross_team import Base
    from tpm.insight.health import Check
    from tpm.insight.review import Review
    from tpm.insight.review.facts import Facts
    from tpm.insight.risks.register import Register


def schedule_of(here: Current, day: dt.date | None = None) -> Schedule:
    """The schedule of the open plan, on ``day`` where no reader is there to say what today is."""
    return cache.schedule(here.plan, Settings.of(here.settings).options(here.plan, here.as_of(day or today())))


def health_of(here: Current) -> tuple[Check, ...]:
    """The schedule health of the open plan."""
    return cache.health(here.plan, schedule_of(here))


def cross_team_of(here: Current) -> Base:
    """The open plan and its schedule, joined for the judgements about who waits for whom."""
    return cache.cross_team(here.plan, schedule_of(here))


def register_of(here: Current) -> Register:
    """The rated risk register of the open plan."""
    from tpm.insight.risks.register import read_register
    from tpm.insight.risks.scale import RiskScale

    return read_register(here.plan, RiskScale.of(here.settings.get("risk_scale")), here.as_of(today()))


def _facts_key(here: Current) -> str:
    """Digests of all that the facts of a review are made from."""
    from tpm.ui import simulation

    schedule = schedule_of(here)
    simulated = simulation.known(here, schedule)
    day = here.as_of(today()) if schedule.options.status_date is None else None
    return "|".join((schedule.fingerprint, str(day), simulated.now.fingerprint if simulated is not None else ""))


def facts_of(here: Current) -> Facts:
    """What every page says of the open plan's dates, with its simulation where one was run."""
    from tpm.insight.review.facts import facts_of as read
    from tpm.ui import simulation

    schedule = schedule_of(here)
    simulated = simulation.known(here, schedule)
    return cache.facts(_facts_key(here), lambda: read(
        here.plan, schedule, simulated.now if simulated is not None else None, here.as_of(today())))


def finding_of(here: Current, lang: Language) -> str:
    """The finding of the whole in one sentence, as the review has it."""
    from tpm.insight.review.brief import headline

    return headline(facts_of(here)).text(lang)


def standing_of(here: Current, item: str, lang: Language) -> list[str]:
    """How ``item`` stands: its status, and how sure its date is where it was simulated."""
    from tpm.insight.review.status import standing
    from tpm.ui.review_settings import options_of

    return [sentence.text(lang) for sentence in standing(facts_of(here), item, options_of(here).thresholds)]


def _review_key(here: Current) -> str:
    """Digests of all that a review is made from."""
    from tpm.ui.changes_since import since_key
    from tpm.ui.review_settings import options_of

    return "|".join((_facts_key(here), repr(options_of(here)), since_key(here)))


def review_of(here: Current) -> Review:
    """The executive review of the open plan, with its simulation where one was run."""
    from tpm.insight.review import review
    from tpm.ui import simulation
    from tpm.ui.changes_since import since
    from tpm.ui.review_settings import options_of

    schedule = schedule_of(here)
    simulated = simulation.known(here, schedule)
    return cache.review(_review_key(here), lambda: review(
        here.plan, schedule, simulation=simulated.now if simulated is not None else None, since=since(here), options=options_of(here),
        today=here.as_of(today())))


def review_pages(here: Current, lang: Language, *, dark: bool) -> tuple[str, ...]:
    """The pictures that are presented, the one page first."""
    from tpm.charts.theme import theme
    from tpm.export.deck import deck_svg
    from tpm.insight.risks.scale import RiskScale

    made = review_of(here)
    scale = RiskScale.of(here.settings.get("risk_scale"))
    return cache.review_pages(f"{_review_key(here)}|{scale!r}|{lang}|{dark}", lambda: deck_svg(made, lang, theme(dark), scale))
