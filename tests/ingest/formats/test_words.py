"""Every finding of these readers has its words, and no words are left over."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import tpm.ingest.formats
from tpm.i18n import LANGUAGES
from tpm.i18n.catalogue_file import placeholders

PACKAGE = Path(tpm.ingest.formats.__file__).parent
CATALOGUE = PACKAGE.parents[1] / "i18n" / "catalogue" / "formats.toml"


def test_codes_and_words_agree() -> None:
    used = {code for path in PACKAGE.glob("*.py") for code in re.findall(r'"(file-[a-z-]+)"', path.read_text(encoding="utf-8"))}
    assert used == set(tomllib.loads(CATALOGUE.read_text(encoding="utf-8"))["finding"])


def test_both_languages_name_the_same_facts() -> None:
    for code in tomllib.loads(CATALOGUE.read_text(encoding="utf-8"))["finding"]:
        for part in ("message", "fix"):
            english, korean = (placeholders(f"finding.{code}.{part}", lang) for lang in LANGUAGES)
            assert english == korean, (code, part)
        assert "where" in placeholders(f"finding.{code}.message", "en")
