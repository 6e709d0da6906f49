"""A deck that was made before and edited by hand, made again from a newer plan.

Every shape that the program makes carries a mark with how it looked and what it said. So it can be told afterwards which are the
program's, and which of them people changed: an unchanged shape is replaced by the new one of its name, a restyled one keeps its style and
is moved and relabelled, a rewritten title or note stays. What people added is never touched. What the newer plan no longer has is taken
out and listed. Where an editor has dropped the marks, names alone decide: what is found keeps its style and is moved and relabelled.
Slides are found by their own names, in whatever order they stand now.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any, Final

from lxml import etree
from pptx import Presentation

from tpm.export.deck.design import A, P, saved

_MARK: Final = "urn:tpm:deck"
_URI: Final = "{6B1E5C0A-5D5B-4C5E-9C0B-7D1C64E8A7F1}"
_GLUE: Final = ("stCxn", "endCxn")


@dataclass
class Refreshed:
    """The new file, names of what is gone, and what was left as people had made it."""

    content: bytes = b""
    gone: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)


def mark(shape: Any) -> None:
    """Note on ``shape`` (its element) how it looks and what it says."""
    head = _head(shape)
    known = head.find(f"{{{A}}}extLst")
    extensions = etree.SubElement(head, f"{{{A}}}extLst") if known is None else known
    held = etree.SubElement(extensions, f"{{{A}}}ext", uri=_URI)
    etree.SubElement(held, f"{{{_MARK}}}made", {"look": look(shape), "said": said(shape)}, nsmap={"tpm": _MARK})


def look(shape: Any) -> str:
    """A digest of fills, lines, forms and type of everything in ``shape``; not of where it is or what it says."""
    told: list[str] = []
    for one in shape.iter():
        tag = etree.QName(one).localname if isinstance(one.tag, str) else ""
        if tag in ("schemeClr", "srgbClr", "lumMod", "lumOff", "prstGeom", "prstDash", "latin", "noFill"):
            told.append(f"{tag}={one.get('val') or one.get('prst') or one.get('typeface') or ''}")
        elif tag in ("ln", "rPr"):
            told.append(f"{tag}:{one.get('w') or ''}:{one.get('sz') or ''}:{one.get('b') or ''}:{one.get('i') or ''}")
    return hashlib.sha256("|".join(told).encode()).hexdigest()[:16]


def said(shape: Any) -> str:
    """A digest of the words in ``shape``."""
    return hashlib.sha256("|".join(run.text or "" for run in shape.iter(f"{{{A}}}t")).encode()).hexdigest()[:16]


def update(old: bytes, new: bytes) -> Refreshed:
    """``old`` with what ``new`` says, slide by slide. Both are decks of this program."""
    done = Refreshed()
    deck, fresh = Presentation(io.BytesIO(old)), Presentation(io.BytesIO(new))
    named = {slide._element.cSld.get("name"): slide for slide in deck.slides if slide._element.cSld.get("name")}
    before: Any = None
    for slide in fresh.slides:
        name = slide._element.cSld.get("name")
        mine = named.pop(name, None) if name else None
        if mine is None and name:
            mine = _added(deck, slide, before)
        elif mine is not None:
            _refresh(mine, slide, done)
        before = mine or before
    for name, slide in named.items():
        if all(_mark_of(shape) is not None for shape in _units(slide)):
            _remove(deck, slide)
            done.gone.append(_title(slide) or name)
        else:
            done.kept.append(_title(slide) or name)
    done.content = saved(deck)
    return done


def is_made(content: bytes) -> bool:
    """Whether ``content`` is a deck that this program made, edited or not."""
    try:
        slides = Presentation(io.BytesIO(content)).slides
    except Exception:  # noqa: BLE001 - whatever a stranger's file makes python-pptx raise, it is none of ours
        return False
    return any(slide._element.cSld.get("name") == "opening" for slide in slides)


def _head(shape: Any) -> Any:
    return next(iter(shape.iter(f"{{{P}}}cNvPr")))


def _name(shape: Any) -> str:
    return str(_head(shape).get("name"))


def _mark_of(shape: Any) -> Any:
    return _head(shape).find(f"{{{A}}}extLst/{{{A}}}ext/{{{_MARK}}}made")


def _units(slide: Any) -> list[Any]:
    """The shapes and groups of a slide, as elements."""
    return [one for one in slide.shapes._spTree if one.tag != f"{{{P}}}nvGrpSpPr" and one.tag != f"{{{P}}}grpSpPr" and
            next(iter(one.iter(f"{{{P}}}cNvPr")), None) is not None]


def _by_name(shapes: list[Any]) -> dict[tuple[str, int], Any]:
    """Shapes by their name and, among those of one name, their place."""
    out: dict[tuple[str, int], Any] = {}
    for shape in shapes:
        kind = shape.find(f".//{{{P}}}ph")
        name = _name(shape) if kind is None else f"placeholder {kind.get('type')} {kind.get('idx')}"
        out[name, sum(1 for known, _ in out if known == name)] = shape
    return out


def _refresh(mine: Any, fresh: Any, done: Refreshed) -> None:
    """One slide from the newer one."""
    tree = mine.shapes._spTree
    new = _by_name(_units(fresh))
    old = {key: shape for key, shape in _by_name(_units(mine)).items() if _mark_of(shape) is not None or key in new}
    number = max((int(one.get("id")) for one in tree.iter(f"{{{P}}}cNvPr")), default=1)
    ids: dict[str, str] = {}
    put: list[Any] = []
    for key, shape in new.items():
        was = old.pop(key, None)
        copied = deepcopy(shape)
        if was is not None and _kept_by_hand(was):
            if _mark_of(was) is not None:
                done.kept.append(f"{_title(mine)}: {key[0]}")
            ids |= _relabel(was, copied)
            continue
        for head in copied.iter(f"{{{P}}}cNvPr"):
            number += 1
            ids[head.get("id")] = str(number)
            head.set("id", str(number))
        if was is None:
            tree.append(copied)
        else:
            was.getparent().replace(was, copied)
        put.append(copied)
    for glue in (one for shape in put for end in _GLUE for one in shape.iter(f"{{{A}}}{end}")):
        glue.set("id", ids.get(glue.get("id"), glue.get("id")))
    for key, shape in old.items():
        shape.getparent().remove(shape)
        if shape.tag == f"{{{P}}}grpSp":
            done.gone.append(key[0])
    if mine.has_notes_slide and fresh.has_notes_slide:
        _notes(mine, fresh, done)


def _kept_by_hand(shape: Any) -> bool:
    """Whether people gave ``shape`` another style or, where it is a title or another placeholder, other words."""
    held = _mark_of(shape)
    if held is None:
        return True
    rewritten = shape.find(f".//{{{P}}}ph") is not None and held.get("said") != said(shape)
    return bool(rewritten or held.get("look") != look(shape))


def _relabel(mine: Any, fresh: Any) -> dict[str, str]:
    """Move ``mine`` and its parts to where ``fresh`` has them and give them its words; returns ids of the one by ids of the other.

    A rewritten placeholder keeps its words.
    """
    ids = {}
    held = _mark_of(mine)
    placeholder = held is not None and mine.find(f".//{{{P}}}ph") is not None and held.get("said") != said(mine)
    parts = {head.get("name"): head.getparent().getparent() for head in fresh.iter(f"{{{P}}}cNvPr")}
    for head in mine.iter(f"{{{P}}}cNvPr"):
        part = parts.get(head.get("name"))
        if part is None:
            continue
        own = head.getparent().getparent()
        ids[_head(part).get("id")] = head.get("id")
        place, there = own.find("./*/{*}xfrm"), part.find("./*/{*}xfrm")
        if place is not None and there is not None:
            place[:] = [deepcopy(child) for child in there]
        words, said_there = list(_runs(own)), list(_runs(part))
        if not placeholder and len(words) == len(said_there):
            for run, other in zip(words, said_there, strict=True):
                run.text = other.text
    if held is not None and not placeholder:
        held.set("said", said(mine))
    return ids


def _runs(shape: Any) -> Iterator[Any]:
    """The runs of one shape's own text, not of those within it."""
    if shape.tag != f"{{{P}}}grpSp":
        yield from shape.iter(f"{{{A}}}t")


def _notes(mine: Any, fresh: Any, done: Refreshed) -> None:
    """Newer notes, unless people rewrote them."""
    held, there = (slide.notes_slide.notes_text_frame for slide in (mine, fresh))
    shape = held._txBody.getparent()
    if _mark_of(shape) is not None and _mark_of(shape).get("said") != said(shape):
        done.kept.append(f"{_title(mine)}: notes")
        return
    held.text = there.text
    if _mark_of(shape) is not None:
        _mark_of(shape).set("said", said(shape))


def _added(deck: Any, fresh: Any, before: Any) -> Any:
    """A slide that the deck did not have, behind the one that it follows."""
    layouts = {layout.name: layout for layout in deck.slide_layouts}
    slide = deck.slides.add_slide(layouts.get(fresh.slide_layout.name, deck.slide_layouts[0]))
    tree = slide.shapes._spTree
    for shape in _units(slide):
        tree.remove(shape)
    for shape in _units(fresh):
        tree.append(deepcopy(shape))
    slide._element.cSld.set("name", fresh._element.cSld.get("name"))
    if fresh.has_notes_slide:
        slide.notes_slide.notes_text_frame.text = fresh.notes_slide.notes_text_frame.text
        mark(slide.notes_slide.notes_text_frame._txBody.getparent())
    order = deck.slides._sldIdLst
    if before is not None:
        order.insert(list(deck.slides).index(before) + 1, order[-1])
    return slide


def _remove(deck: Any, slide: Any) -> None:
    order = deck.slides._sldIdLst
    held = order[list(deck.slides).index(slide)]
    deck.part.drop_rel(held.rId)
    order.remove(held)


def _title(slide: Any) -> str:
    return slide.shapes.title.text_frame.text if slide.shapes.title is not None else ""
