"""The catalogue: every key in both languages, every key that the program names, no key that nobody uses."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tpm.i18n import LANGUAGES, catalogue_file, keys, t
from tpm.i18n.catalogue_file import placeholders

ROOT = Path(__file__).resolve().parent.parent.parent
PLACEHOLDER = re.compile(r"\{(\w+)(?:\|([^{}|]+))?\}")
FORMATS = {"word", "date", "fulldate", "month", "day", "num", "signed", "days", "margin", "pct", "likely", "index",
           "은는", "이가", "을를", "과와", "으로"}
AFTER = re.compile(r"(?:team|word)(?:,(?:은는|이가|을를|과와|으로))?")
HANGUL = re.compile(r"[가-힣]")
FIXED_KEY = re.compile(r"""\bt\(\s*"([\w.-]+)\"""")
PREFIXED_KEY = re.compile(r"""\bt\(\s*f"([\w.-]+)\.?[\w-]*\{""")


def sources() -> list[str]:
    paths = [ROOT / "app.py", *(ROOT / "pages").glob("*.py"), *(ROOT / "tpm").rglob("*.py")]
    return [path.read_text(encoding="utf-8") for path in paths]


@pytest.mark.parametrize("key", keys())
def test_both_languages_use_the_same_parameters(key: str) -> None:
    assert placeholders(key, "en") == placeholders(key, "ko")


@pytest.mark.parametrize("key", keys())
def test_english_is_written_without_hangul(key: str) -> None:
    if key not in ("frame.language-name", "frame.language-short"):  # a language is named in itself
        assert not HANGUL.search(re.sub(r"\{[^}]*\}", "", t_raw(key, "en")))


@pytest.mark.parametrize("key", keys())
def test_every_brace_belongs_to_a_placeholder_with_a_known_format(key: str) -> None:
    for lang in LANGUAGES:
        text = PLACEHOLDER.sub("", t_raw(key, lang))
        assert "{" not in text
        assert "}" not in text
        for how in (match[2] for match in PLACEHOLDER.finditer(t_raw(key, lang)) if match[2]):
            assert how in FORMATS or how.startswith("plural,") or AFTER.fullmatch(how), how


def t_raw(key: str, lang: str) -> str:
    return catalogue_file._entries()[key][lang]


def test_every_fixed_key_in_the_program_exists() -> None:
    used = {key for source in sources() for key in FIXED_KEY.findall(source)}
    assert used
    assert not used - set(keys())


def test_every_computed_key_has_entries() -> None:
    prefixes = {prefix for source in sources() for prefix in PREFIXED_KEY.findall(source)}
    assert prefixes
    assert not [prefix for prefix in prefixes if not any(key.startswith(prefix) for key in keys())]


def test_what_is_looked_up_alone_is_what_the_whole_catalogue_says() -> None:
    assert {key: catalogue_file._entry(key) for key in keys()} == catalogue_file._entries()


def test_a_sentence_is_found_without_parsing_the_other_tables(monkeypatch: pytest.MonkeyPatch) -> None:
    parsed: list[str] = []
    loads = catalogue_file.tomllib.loads
    catalogue_file._table.cache_clear()
    catalogue_file._entry.cache_clear()
    monkeypatch.setattr(catalogue_file.tomllib, "loads", lambda text: parsed.append(text) or loads(text))
    assert t("page.plan.title", "ko") == "계획"
    assert [text.splitlines()[0] for text in parsed] == ["[page.plan]"]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_an_unknown_key_is_an_error_and_not_a_blank(lang: str) -> None:
    with pytest.raises(KeyError):
        t("no.such.key", lang)


def test_a_missing_parameter_is_an_error() -> None:
    with pytest.raises(KeyError, match="name"):
        t("settings.words.target", "en")
