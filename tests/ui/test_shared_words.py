"""What others changed has a name in both languages."""

from __future__ import annotations

import pytest

from tpm.edits import FIELDS
from tpm.i18n import Language
from tpm.ui.shared_words import field_name


@pytest.mark.parametrize("lang", ["en", "ko"])
def test_every_field_that_can_be_corrected_has_a_name(lang: Language) -> None:
    assert [field for field in FIELDS if field_name(field, lang) == field] == []
