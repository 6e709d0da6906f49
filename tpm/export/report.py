"""One review as a file to hand out: PowerPoint, PDF, web page, workbook, calendar file, plain table; and its plan for Microsoft Project.

All of them state the same review; nothing is computed here.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from tpm.i18n import Language
from tpm.insight.review import Review
from tpm.insight.risks.scale import RiskScale

FORMATS: Final[tuple[str, ...]] = ("pptx", "pdf", "html", "xlsx", "ics", "csv", "xml")  # everywhere; png needs a browser on the machine
MIME: Final[Mapping[str, str]] = {
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "pdf": "application/pdf",
    "html": "text/html",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "ics": "text/calendar",
    "csv": "text/csv",
    "xml": "application/xml",
    "png": "image/png",
}
_PICTURE_PX: Final = (1280, 720)  # at two device pixels each: sharp on any projector


def report(review: Review, lang: Language, kind: str, *, template: bytes | None = None, scale: RiskScale | None = None) -> bytes:
    """``review`` as a file of ``kind``, one of :data:`FORMATS` or png (the one page); ``template`` is a .pptx whose design the slides take.

    Raises ``ValueError`` for another kind, :class:`tpm.export.deck.TemplateError` for a template that is none, and
    :class:`tpm.charts.picture.PictureError` where no browser of this machine paints the png.
    """
    if kind == "pptx":
        from tpm.export.deck import deck_pptx

        return deck_pptx(review, lang, template=template, scale=scale)
    if kind == "pdf":
        from tpm.export.deck import one_page_pdf

        return one_page_pdf(review, lang)
    if kind == "html":
        from tpm.export.web_page import web_page

        return web_page(review, lang, scale=scale)
    if kind == "xlsx":
        from tpm.export.review_workbook import review_workbook

        return review_workbook(review, lang)
    if kind == "ics":
        from tpm.export.calendar_file import calendar_file

        return calendar_file(review, lang)
    if kind == "csv":
        from tpm.export.items_csv import items_csv

        return items_csv(review, lang)
    if kind == "xml":
        from tpm.export.project_xml import project_xml

        return project_xml(review.facts.plan, review.facts.schedule)
    if kind == "png":
        from tpm.charts.picture import svg_png
        from tpm.export.deck import one_page_svg

        return svg_png(one_page_svg(review, lang), *_PICTURE_PX)
    raise ValueError(f"{kind!r} is not one of {', '.join(FORMATS)}")
