"""No text freezes the program: the time of every regular expression of ``tpm/`` grows with its text, never with the square of it.

Patterns are collected from the modules as they are imported and from every ``re.…(…)`` in their source, so that a new one is tried
without being named here. Each is used as the program uses it (a pattern that is only matched at the start may be slow to search for).
"""

from __future__ import annotations

import ast
import importlib
import itertools
import pkgutil
import re
import time
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

import tpm

METHODS = ("match", "fullmatch", "search", "findall", "finditer", "split", "sub", "subn")
LENGTHS = (250, 1_000, 4_000, 20_000)  # what is cubic shows at the first, before it takes minutes at the last
SECONDS = 0.2  # for the longest
NOISE_SECONDS = 0.02  # what a busy machine adds to anything
TRIES = 4
KINDS = "aZ1 \n_-.,:;/(<\"'&é가一\u0301\u00a0"  # letters, digits, spaces, line ends, signs, marks
ENDS = ("\x00", "a", "\n\x00")
MADE_AT_RUN_TIME = "abc"  # stands for what an f-string puts into a pattern


@cache
def modules() -> dict[str, ModuleType]:
    return {info.name: importlib.import_module(info.name) for info in pkgutil.walk_packages(tpm.__path__, "tpm.")
            if not info.name.endswith(("__main__", ".env"))}  # what runs when it is imported


@cache
def sources() -> dict[str, ast.Module]:
    return {name: ast.parse(Path(module.__file__ or "").read_text(encoding="utf-8")) for name, module in modules().items()}


def compiled() -> Iterator[tuple[str, str, re.Pattern[Any]]]:
    """(module, name, pattern) of every pattern that a module or a class of it holds, in containers too."""
    for name, module in modules().items():
        for attribute, value in vars(module).items():
            for pattern in inside(value, name):
                yield name, attribute, pattern


def inside(value: object, module: str) -> Iterator[re.Pattern[Any]]:
    if isinstance(value, re.Pattern):
        yield value
    elif isinstance(value, dict):
        yield from itertools.chain.from_iterable(inside(each, module) for each in (*value.keys(), *value.values()))
    elif isinstance(value, (list, tuple, set, frozenset)):
        yield from itertools.chain.from_iterable(inside(each, module) for each in value)
    elif isinstance(value, type) and value.__module__ == module:
        yield from itertools.chain.from_iterable(inside(each, module) for each in vars(value).values())


def written() -> Iterator[tuple[str, str, re.Pattern[Any]]]:
    """(module, method, pattern) of every ``re.search(…)`` and ``re.compile(…)`` in the source."""
    for name, tree in sources().items():
        for node in ast.walk(tree):
            if (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and getattr(node.func.value, "id", "") == "re"
                    and node.func.attr in (*METHODS, "compile")):
                text = text_of(node.args[0], vars(modules()[name]))
                yield name, node.func.attr, re.compile(text, flags_of(node))


def text_of(node: ast.expr, known: dict[str, Any]) -> Any:
    """The pattern that an expression makes; what is known only at run time is a word."""
    if isinstance(node, ast.Constant):
        return node.value
    if isinstance(node, ast.Name) and isinstance(known.get(node.id), (str, bytes)):
        return known[node.id]
    if isinstance(node, ast.JoinedStr):
        return "".join(text_of(part.value if isinstance(part, ast.FormattedValue) else part, known) for part in node.values)
    if isinstance(node, ast.BinOp):
        left, right = text_of(node.left, known), text_of(node.right, known)
        return left + (right.encode() if isinstance(left, bytes) and isinstance(right, str) else right)
    return MADE_AT_RUN_TIME


def flags_of(call: ast.Call) -> int:
    given = [*call.args[1:], *(word.value for word in call.keywords if word.arg == "flags")]
    named = {node.attr for each in given for node in ast.walk(each) if isinstance(node, ast.Attribute)}
    return sum(int(getattr(re, name)) for name in named if isinstance(getattr(re, name, None), re.RegexFlag))


@cache
def uses() -> dict[tuple[str, str], set[str]]:
    """How each name of each module is used: ``_ID.findall`` → findall."""
    found: dict[tuple[str, str], set[str]] = defaultdict(set)
    for name, tree in sources().items():
        home = {alias.asname or alias.name: (node.module or "", alias.name)
                for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) for alias in node.names}
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.attr in METHODS:
                found[home.get(node.value.id, (name, node.value.id))].add(node.attr)
    return found


def tried() -> list[tuple[str, str, re.Pattern[Any]]]:
    """(where, method, pattern), each pair of pattern and method once; a pattern of which no use is seen is searched for."""
    found: dict[tuple[re.Pattern[Any], str], str] = {}
    for module, name, pattern in compiled():
        for method in sorted(uses().get((module, name)) or {"search"}):
            found.setdefault((pattern, method), f"{module}.{name}")
    for module, method, pattern in written():
        known = any(each == pattern for each, _ in found)
        if method != "compile" or not known:
            found.setdefault((pattern, "search" if method == "compile" else method), module)
    return [(where, method, pattern) for (pattern, method), where in found.items()]


def pumps(pattern: re.Pattern[Any]) -> Iterator[tuple[str, str, str]]:
    """(what stands first, what is repeated, what stands last): kinds of characters, the pattern's own signs and words, and pairs of them.

    What stands last lets a match of the whole text fail.
    """
    text = pattern.pattern.decode("latin-1") if isinstance(pattern.pattern, bytes) else pattern.pattern
    plain = re.sub(r"\\[a-zA-Z]", " ", text)
    words, signs = dict.fromkeys(re.findall(r"[^\W_]+", plain)), dict.fromkeys(re.findall(r"[^\w\s]|_", plain))
    yield from (("", each, last) for each in dict.fromkeys((*KINDS, *signs, *words)) for last in ENDS)
    own = [*dict.fromkeys(("a", "1", " ", *list(signs)[:10], *sorted(words, key=len, reverse=True)[:3], *list(words)[:2]))]
    yield from (("", one + other, ENDS[0]) for one, other in itertools.permutations(own, 2))
    yield from ((first, each, last) for first in (*list(words)[:5], "1", "a", '"', "1 a ", "1-") for each in ("a", "1", " ", ".", "-", "가")
                for last in ENDS[:2])


def seconds(pattern: re.Pattern[Any], method: str, parts: tuple[str, str, str], length: int) -> float:
    first, repeated, last = parts
    text: Any = (first + repeated * (length // len(repeated)))[:length] + last
    if isinstance(pattern.pattern, bytes):
        text = text.encode("utf-8")
    call = getattr(pattern, method)
    arguments = (text[:0], text) if method in ("sub", "subn") else (text,)
    begun = time.perf_counter()
    made = call(*arguments)
    if method == "finditer":
        for _ in made:
            pass
    return time.perf_counter() - begun


def slow(pattern: re.Pattern[Any], method: str, parts: tuple[str, str, str]) -> str:
    """How the time grows where it grows too fast, else nothing."""
    def took(length: int) -> float:
        return min(seconds(pattern, method, parts, length) for _ in range(3))

    for length in LENGTHS:
        allowed = max(SECONDS * length / LENGTHS[-1], NOISE_SECONDS)
        last = seconds(pattern, method, parts, length)
        if last > allowed and (last := took(length)) > allowed:
            return f"{parts}: {length:,} characters take {last:.2f} s"
    for _ in range(TRIES):  # a busy machine slows one of the two lengths, a bad pattern each time the longer one
        if last <= NOISE_SECONDS or (whole := took(LENGTHS[-1])) <= max(NOISE_SECONDS, 3 * took(LENGTHS[-1] // 2)):
            break
    else:
        return f"{parts}: {LENGTHS[-1]:,} characters take {whole:.3f} s, half of them less than a third of it"
    return ""


TRIED = tried()


@pytest.mark.parametrize(("where", "method", "pattern"), TRIED, ids=[f"{where}-{method}" for where, method, _ in TRIED])
def test_the_time_of_a_pattern_grows_with_its_text(where: str, method: str, pattern: re.Pattern[Any]) -> None:
    found = (slow(pattern, method, parts) for parts in pumps(pattern))
    assert not (said := next(filter(None, found), "")), f"{where}: {pattern.pattern!r}.{method}: {said}"
