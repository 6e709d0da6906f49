"""What is installed (the lock files) is what requirements*.txt ask for, whole, and the same for everybody."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
PAIRS = ("requirements", "requirements-dev")
SHA256 = re.compile(r"--hash=sha256:[0-9a-f]{64}")

Lock = dict[str, list[Requirement]]  # several versions of a package where Pythons or systems need different ones


def asked(path: Path) -> Iterator[Requirement]:
    """The lines of a requirements file and of those that it names."""
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("-r "):
            yield from asked(path.parent / line[3:].strip())
        elif line.strip():
            yield Requirement(line)


def locked(text: str) -> Lock:
    """The pinned packages of a lock file, by name. Raises ``ValueError`` for one without a hash."""
    found: Lock = {}
    for entry in text.replace("\\\n", " ").splitlines():
        if not SHA256.search(entry):
            raise ValueError(f"no hash: {entry}")
        one = Requirement(SHA256.sub("", entry).strip())
        found.setdefault(canonicalize_name(one.name), []).append(one)
    return found


def unmet(requirements: Iterator[Requirement], lock: Lock) -> list[str]:
    """A sentence for each requirement that the lock does not satisfy."""
    sentences = []
    for one in requirements:
        versions = [next(iter(pin.specifier)).version for pin in lock.get(canonicalize_name(one.name), ())]
        if not versions or not all(one.specifier.contains(version) for version in versions):
            sentences.append(f"{one} is asked for, {' and '.join(versions) or 'nothing'} is locked: run `make lock` and commit its files")
    return sentences


@pytest.fixture(params=PAIRS)
def pair(request: pytest.FixtureRequest) -> tuple[Path, Path]:
    return ROOT / f"{request.param}.txt", ROOT / f"{request.param}.lock"


def test_the_lock_satisfies_the_ranges(pair: tuple[Path, Path]) -> None:
    requirements, lock = pair
    assert not unmet(asked(requirements), locked(lock.read_text(encoding="utf-8")))


def test_the_lock_is_complete(pair: tuple[Path, Path]) -> None:
    """Whatever is needed here by what is asked for has its pin: pip refuses a lock that lacks one only where it is not installed."""
    requirements, lock = pair
    pins = locked(lock.read_text(encoding="utf-8"))
    waiting, seen, missing = [(one.name, frozenset(one.extras)) for one in asked(requirements)], set(), set()
    while waiting:
        name, extras = waiting.pop()
        if (name, extras) in seen:
            continue
        seen.add((name, extras))
        if canonicalize_name(name) not in pins:
            missing.add(name)
        for text in metadata.requires(name) or ():
            needed = Requirement(text)
            if needed.marker is None or any(needed.marker.evaluate({"extra": extra}) for extra in {"", *extras}):
                waiting.append((needed.name, frozenset(needed.extras)))
    assert not missing, f"run `make lock`: {', '.join(sorted(missing))} would be installed without a hash"


def test_one_package_has_one_version_for_each_python_and_system(pair: tuple[Path, Path]) -> None:
    pins = locked(pair[1].read_text(encoding="utf-8"))
    assert all(len(versions) == 1 or all(one.marker is not None for one in versions) for versions in pins.values())


def test_the_tests_run_on_what_is_installed_for_users() -> None:
    program, development = (locked((ROOT / f"{name}.lock").read_text(encoding="utf-8")) for name in PAIRS)
    assert all([str(pin.specifier) for pin in development[name]] == [str(pin.specifier) for pin in pins] for name, pins in program.items())


def test_the_lock_names_no_place(pair: tuple[Path, Path]) -> None:
    """Files come from wherever pip is told to look, another index or a folder; their hashes say that they are the same."""
    text = pair[1].read_text(encoding="utf-8")
    assert "://" not in text
    assert "#" not in text
    assert not re.search(r"^-|file:", text, re.MULTILINE)


@pytest.mark.parametrize(("line", "locks"), [
    ("pandas>=3,<4", "pandas==3.1.1"), ("pandas>=3", "pandas==3.1.1 ; python_full_version < '3.12'"), ("Py_Thing~=1.0", "py-thing==1.4"),
])  # fmt: skip
def test_a_pin_within_the_range_is_enough(line: str, locks: str) -> None:
    assert unmet(iter([Requirement(line)]), locked(f"{locks} \\\n    --hash=sha256:{'0' * 64}")) == []


@pytest.mark.parametrize("line", ["pandas>=3.2", "pandas<3", "polars>=1"])
def test_a_changed_range_is_told_in_a_sentence(line: str) -> None:
    (sentence,) = unmet(iter([Requirement(line)]), locked(f"pandas==3.1.1 \\\n    --hash=sha256:{'0' * 64}"))
    assert sentence.startswith(line.split(">")[0].split("<")[0])
    assert "run `make lock`" in sentence


def test_a_pin_without_a_hash_is_refused() -> None:
    with pytest.raises(ValueError, match="no hash: pandas==3.1.1"):
        locked("pandas==3.1.1")
