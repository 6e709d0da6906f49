"""Two writers, any interleaving: what they changed apart is all there, and what both changed is asked about, never lost in silence."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tpm.store.records import ABSENT
from tpm.ui.merging import Clash, applied, merged, merged_list, rebased, same, value_at

KEYS = ("mode", "country", "simulation", "team_countries")
PARTS = ("runs", "seed", "API")
VALUES = st.sampled_from([1, 2, "KR", True, None])
DOCUMENTS = st.dictionaries(st.sampled_from(KEYS), VALUES | st.dictionaries(st.sampled_from(PARTS), VALUES, max_size=3), max_size=4)
PATHS = st.tuples(st.sampled_from(KEYS[:2])) | st.tuples(st.sampled_from(KEYS[2:]), st.sampled_from(PARTS))
CHANGES = st.dictionaries(PATHS, VALUES | st.just(ABSENT), min_size=1, max_size=4)


@given(DOCUMENTS, CHANGES, CHANGES)
def test_of_two_writers_who_saw_the_same_nothing_is_lost_silently(start: dict[str, Any], first: Any, second: Any) -> None:
    written, none = merged("setting", start, start, first)
    after_first = applied(start, written)
    assert not none
    written, clashes = merged("setting", after_first, start, second)
    after_both = applied(after_first, written)
    asked = {clash.path: clash for clash in clashes}
    for path, wanted in second.items():
        if path in asked:
            assert asked[path] == Clash("setting", path, value_at(after_first, path), wanted)
            assert path in first
        else:
            assert same(value_at(after_both, path), wanted)
    for path, wanted in first.items():  # the first writer's stand wherever the second wanted nothing else
        if path not in second or path in asked:
            assert same(value_at(after_both, path), wanted)
    touched = {*first, *second}
    for path in {(key,) for key in KEYS[:2]} | {(key, part) for key in KEYS[2:] for part in PARTS}:
        if path not in touched and not any(other[0] == path[0] for other in touched):
            assert same(value_at(after_both, path), value_at(start, path))


@given(st.lists(st.tuples(st.sampled_from("ABCD"), st.integers(0, 9)), unique=True, max_size=6), st.data())
def test_lists_of_changes_keep_both_sides_or_ask(base: list[tuple[str, int]], data: st.DataObject) -> None:
    def edited(item_pool: str) -> list[tuple[str, int]]:
        kept = [entry for entry in base if entry[0] not in item_pool or data.draw(st.booleans())]
        return [*kept, *data.draw(st.lists(st.tuples(st.sampled_from(item_pool), st.integers(10, 19)), max_size=3, unique=True))]

    apart = data.draw(st.booleans())
    theirs, mine = edited("AB"), edited("CD" if apart else "BC")
    both = merged_list(base, theirs, mine, lambda entry: frozenset({entry[0]}))
    if both is None:
        assert not apart
        return
    for side in (theirs, mine):
        assert {entry for entry in side if entry not in base} <= set(both)
        assert not {entry for entry in base if entry not in side} & set(both)
    assert {entry for entry in base if entry in theirs and entry in mine} <= set(both)


def test_undo_goes_back_to_a_state_with_the_others_changes_in_it() -> None:
    base, theirs = ["a", "b"], ["a", "b", "theirs"]
    assert rebased(["a"], base, theirs) == ["a", "theirs"]
    assert rebased(["a", "b", "c"], base, ["b"]) == ["b", "c"]
