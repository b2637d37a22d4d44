"""Writes the handbooks of a run into a folder, all or nothing, with a manifest."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lifecircle import __version__
from lifecircle.publish.folder import Kind, whole_folder
from lifecircle.publish.handbook.city_book import city_book
from lifecircle.publish.handbook.community_book import community_book
from lifecircle.publish.handbook.material import Material
from lifecircle.publish.handbook.traditional import in_traditional
from lifecircle.publish.results import sha256_of, write_json
from lifecircle.publish.runs import run_hash
from lifecircle.publish.typesetting import Script, Typesetter, missing_glyphs, texts_in
from lifecircle.terms.errors import raise_all
from lifecircle.terms.progress import Progress, silent

MANIFEST = "manifest.json"
PROOF = '"lifecircle_handbook"'
TEMPLATE = Path(__file__).with_name("handbook.typ")
BY_DICTIONARY = "本册由简体字按词典转成繁体字，名称以简体字为准。"
_NOT_IN_NAMES = '/\\:*?"<>|%'
_OVER = 10
"""Progress is told after so many books."""


@dataclass(frozen=True)
class Wanted:
    """Which books to write: rows of communities, and whether in large type as well."""

    communities: Sequence[int]
    large: bool = False


def kind_of(out: Path) -> Kind:
    """Return what an earlier folder of handbooks holds, by its own manifest."""
    names = {MANIFEST}
    try:
        told = json.loads((out / MANIFEST).read_text(encoding="utf-8"))
        names.update(map(str, told["files"]))
    except (OSError, ValueError, KeyError, TypeError):
        pass  # no manifest of ours: then nothing there may be replaced
    return Kind(frozenset(names), MANIFEST, PROOF)


def write_handbooks(
    out: Path, material: Material, wanted: Wanted, progress: Progress = silent
) -> dict[str, Any]:
    """Write the city's handbook and those of the communities; return the manifest.

    Raises InputError naming every character of every book that the font does not have.
    """
    progress("核对字体")
    raise_all(missing_glyphs(_texts(material, wanted)))
    typesetter, on = Typesetter(TEMPLATE), material.ground.as_of
    with whole_folder(out, kind_of(out)) as folder:
        for number, (name, script, book) in enumerate(_books(material, wanted)):
            if number % _OVER == 0:
                progress(f"排版 {name}")
            (folder / name).write_bytes(typesetter.pdf(book, script, on))
        manifest = _manifest(folder, material, wanted)
        write_json(folder / MANIFEST, manifest)
        return manifest


def _texts(material: Material, wanted: Wanted) -> Iterator[str]:
    for _, _, book in _books(material, Wanted(wanted.communities)):
        yield from texts_in(book)


def _books(material: Material, wanted: Wanted) -> Iterator[tuple[str, Script, dict[str, Any]]]:
    """Yield the name, script and content of each book."""
    for large in (False, True) if wanted.large else (False,):
        end = "-large.pdf" if large else ".pdf"
        whole = city_book(material, large=large)
        yield f"city{end}", "zh-Hans", whole
        turned = {**whole, "cover": [*whole["cover"], BY_DICTIONARY]}
        yield f"city-traditional{end}", "zh-Hant", in_traditional(turned)
        for row in wanted.communities:
            own_id = material.ground.city.communities.id[row]
            own = community_book(material, row, large=large)
            yield f"community-{file_name(own_id)}{end}", "zh-Hans", own


def file_name(own_id: str) -> str:
    """Return an id as a part of a file name; signs that no file may have go by their number."""
    return "".join(
        f"%{ord(sign):02X}" if sign in _NOT_IN_NAMES or ord(sign) < 32 else sign for sign in own_id
    )


def _manifest(folder: Path, material: Material, wanted: Wanted) -> dict[str, Any]:
    """Return what the run was made of; without hashes of its input, as for open data."""
    ground, table = material.ground, material.ground.city.communities
    run = {
        "software": {"name": "lifecircle", "version": __version__},
        "packs": [
            {"id": pack.id, "version": pack.header.version, "sha256": pack.sha256}
            for pack in (one.pack for one in material.found)
        ],
        "as_of": ground.as_of.isoformat(),
        "city": {"title": ground.city.title, "simulated": ground.city.simulated},
        "communities": [table.id[row] for row in wanted.communities],
        "large": wanted.large,
        "planned_sites": len(material.sites),
        "office": material.office.model_dump(),
    }
    names = sorted(path.name for path in folder.iterdir())
    return {
        "lifecircle_handbook": 1,
        "run": run,
        "run_sha256": run_hash(run),
        "files": {name: sha256_of(folder / name) for name in names},
    }
