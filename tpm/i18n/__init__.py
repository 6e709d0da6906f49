"""Words in English and Korean: one catalogue, looked up by key, formatted for the reader's language.

The catalogue is data: every ``catalogue/*.toml`` file holds tables whose entries carry both languages side
by side, so that a sentence cannot exist in one language only::

    [finding.unreadable-date]
    en = "{where} says “{text}”, which is not a date."
    ko = "{where}의 “{text}”{text|은는} 날짜로 읽을 수 없습니다."

Placeholders are ``{name}`` or ``{name|format}``; the formats are listed in :mod:`tpm.i18n.formats`.

Raises ``KeyError`` for an unknown key or a missing parameter: a missing word is a defect, not a blank.
This package imports nothing of the program.
"""

from __future__ import annotations

from tpm.i18n.catalogue_file import LANGUAGES, Language, keys, t
from tpm.i18n.formats import format_date, format_likely, format_range, particle
from tpm.i18n.listing import Listed, listed

__all__ = ["LANGUAGES", "Language", "Listed", "format_date", "format_likely", "format_range", "keys", "listed", "particle", "t"]
