"""The files to hand out: made when they are asked for, kept by the content that they were made from."""

from __future__ import annotations

from typing import Final

import streamlit as st

from tpm.charts.picture import browser
from tpm.export.report import FORMATS, MIME, report
from tpm.i18n import LANGUAGES, Language, t
from tpm.insight.review import Review
from tpm.insight.risks.scale import RiskScale
from tpm.ui import cache, wall
from tpm.ui.keys import Key
from tpm.ui.text import literal
from tpm.ui.workspace import Current

_ICONS: Final = {"pptx": "slideshow", "pdf": "picture_as_pdf", "html": "html", "xlsx": "table", "ics": "event", "csv": "csv",
                 "xml": "account_tree", "png": "image"}


def show(here: Current, review: Review, lang: Language) -> None:
    """One line a format: what it is, and its button."""
    written = written_in(lang, f"{Key.REVIEW_FILES_WRITTEN}_{lang}")
    template = st.file_uploader(t("exec.template", lang), type=["pptx"], key=Key.REVIEW_TEMPLATE, help=t("exec.template-help", lang))
    for kind in (*FORMATS, *(["png"] if browser() is not None else [])):
        with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
            st.markdown(f":material/{_ICONS[kind]}: **{kind.upper()}**", width=110)
            st.markdown(t(f"exec.file-{kind}", lang), width="stretch")
            design = None if template is None or kind != "pptx" else (template.name, template.getvalue())
            _button(here, review, kind, written, lang, design)


def written_in(lang: Language, key: str, usual: Language | None = None) -> Language:
    """The language that a text is written in; the reader's unless ``usual`` is another."""
    chosen = st.segmented_control(t("exec.written", lang), LANGUAGES, default=usual or lang, required=True, key=key,
                                  format_func=lambda one: t("frame.language-name", one))
    return "ko" if chosen == "ko" else "en"


def _button(here: Current, review: Review, kind: str, written: Language, lang: Language, template: wall.File | None) -> None:
    if template is not None:
        trouble = cache.template_trouble(*template)
        if trouble is not None:
            st.error(f"{literal(trouble.message(lang))} {literal(trouble.fix(lang))}")
            return

    def make() -> bytes:
        scale = RiskScale.of(here.settings.get("risk_scale"))
        return report(review, written, kind, scale=scale) if template is None else wall.deck_on(template, review, written, scale)

    name = (review.facts.plan.name or "review").replace("/", "-")
    st.download_button(t("exec.download", lang), make, file_name=f"{literal_name(name)}.{kind}", mime=MIME[kind],
                       key=f"{Key.REVIEW_FILE}_{kind}", on_click="ignore", icon=":material/download:")


def literal_name(name: str) -> str:
    """A file name without signs that a file system refuses."""
    kept = "".join(sign if sign.isalnum() or sign in " -_.()" else "-" for sign in name).strip(" .-")
    return kept[:80] or "review"


__all__ = ["literal_name", "show", "written_in"]
