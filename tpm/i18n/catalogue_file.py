"""Reading the catalogue and filling its sentences."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Literal

from tpm.i18n.formats import apply_format

Language = Literal["en", "ko"]
LANGUAGES: tuple[Language, ...] = ("en", "ko")

_PLACEHOLDER = re.compile(r"\{(\w+)(?:\|([^{}|]+))?\}")
_TABLES = re.compile(r"^(?=\[)", re.MULTILINE)


def _flatten(prefix: str, table: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, str]]]:
    if table and all(isinstance(value, str) for value in table.values()):
        yield prefix, dict(table)
        return
    for name, value in table.items():
        if not isinstance(value, Mapping):
            raise ValueError(f"catalogue entry {prefix}.{name} stands beside tables; give it en and ko")
        yield from _flatten(f"{prefix}.{name}" if prefix else name, value)


@cache
def _texts() -> dict[str, list[str]]:
    """The text of each table by its header: a page needs few of them, and to parse them all takes longer than to draw it."""
    texts: dict[str, list[str]] = {}
    for path in sorted((Path(__file__).parent / "catalogue").glob("*.toml")):
        for text in _TABLES.split(path.read_text(encoding="utf-8"))[1:]:
            texts.setdefault(text[1 : text.index("]")], []).append(text)
    return texts


@cache
def _table(header: str) -> dict[str, dict[str, str]]:
    """Entries of the tables under one header."""
    return {key: words for text in _texts().get(header, ()) for key, words in _flatten("", tomllib.loads(text))}


@cache
def _entry(key: str) -> dict[str, str]:
    """Both languages of ``key``. Raises ``KeyError`` where there is none."""
    parts = key.split(".")
    for end in range(len(parts), 0, -1):
        found = _table(".".join(parts[:end])).get(key)
        if found is not None:
            return found
    raise KeyError(key)


@cache
def _entries() -> dict[str, dict[str, str]]:
    """The whole catalogue, checked."""
    entries: dict[str, dict[str, str]] = {}
    for path in sorted((Path(__file__).parent / "catalogue").glob("*.toml")):
        for key, words in _flatten("", tomllib.loads(path.read_text(encoding="utf-8"))):
            if set(words) != set(LANGUAGES):
                raise ValueError(f"{path.name}: {key} must have exactly {', '.join(LANGUAGES)}")
            if key in entries:
                raise ValueError(f"{path.name}: {key} is already in another file")
            entries[key] = words
    return entries


def keys() -> tuple[str, ...]:
    """Every key of the catalogue, sorted."""
    return tuple(sorted(_entries()))


def t(key: str, lang: Language, /, **params: object) -> str:
    """The sentence ``key`` in ``lang`` with its placeholders filled.

    Raises ``KeyError`` when the key or one of its parameters is missing.
    """

    def fill(match: re.Match[str]) -> str:
        name, how = match.groups()
        if name not in params:
            raise KeyError(f"{key}: parameter {name!r} is missing")
        value = params[name]
        kind, _, pair = (how or "").partition(",")
        if kind in ("word", "team"):
            text = t(str(value), lang) if kind == "word" else apply_format(value, kind, lang)
            return text + apply_format(text, pair, lang) if pair else text
        return apply_format(value, how, lang)

    return _PLACEHOLDER.sub(fill, _entry(key)[lang])


def placeholders(key: str, lang: Language) -> frozenset[str]:
    """Names of the parameters that a sentence uses."""
    return frozenset(match[1] for match in _PLACEHOLDER.finditer(_entry(key)[lang]))
