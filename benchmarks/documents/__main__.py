"""What is lost of documents that are read: block by block against another reading of the same files, and, where Markdown
that others made of a page lies beside it (named in `index.jsonl`), sentence by sentence against that.

python -m benchmarks.documents [FOLDER ...] [--data FOLDER] [--json FILE] [--show]
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from assistant.settings import ROOT
from benchmarks.documents import losses, reference
from benchmarks.documents.losses import Held, Loss
from benchmarks.documents.read import Read
from benchmarks.documents.source import ENDINGS
from benchmarks.machine import provenance
from corpus.atomic_files import write_whole

RESULT = Path(__file__).parent.parent / "results" / "documents.json"
_OURS = (Path("policies", "html_md"), Path("policies", "markdown"))  # in the folder of measuring data
_SHOWN = 110  # characters of a block
_PLACE = 4  # elements around a block


def measured(folder: Path, *, show: bool = False) -> dict[str, Any]:
    """The measures of every document in a folder and below, JSON-ready.

    Args:
        folder: the documents; Markdown that `index.jsonl` names as made of a page is held against that page only.
        show: print every block that is lost or left out, and every sentence that is missing or foreign.
    """
    pages = reference.pages_of(folder)
    made = {folder / page.markdown for page in pages}
    paths = (path for path in folder.rglob("*") if path.suffix.lower() in ENDINGS and path.is_file())
    held: dict[Path, Held] = {}
    for path in sorted(set(paths) - made):
        try:
            held[path] = losses.hold(path)
        except ValueError as error:
            print(f"{path.name}: skipped, {error}")
            continue
        if show:
            _print_held(held[path])
    result = losses.measures(list(held.values()))
    if pages:
        result["reference"] = _against_markdown(folder, pages, held, show=show)
    return result


def _against_markdown(
    folder: Path, pages: Sequence[reference.Page], held: dict[Path, Held], *, show: bool
) -> dict[str, Any]:
    corrected, plainly = {}, {}
    for page in pages:
        each = held[folder / page.html]
        if each.read is None:
            print(f"{page.html}: not held against its Markdown, refused: {each.refused}")
            continue
        wanted = Read.of((folder / page.markdown).read_bytes().decode())
        plainly[page.service] = reference.compare(wanted, each.read)
        correction = reference.CORRECTIONS.get(page.service)
        corrected[page.service] = (
            reference.compare(wanted, each.read, each.blocks, correction) if correction else plainly[page.service]
        )
        if show:
            for what in ("missing", "foreign", "headings_lost"):
                for text in corrected[page.service][what]:
                    print(f"{page.service}: {what} {text[:_SHOWN]!r}")
    return reference.measures(corrected, plainly)


def _print_held(held: Held) -> None:
    said = f"refused: {held.refused}" if held.refused else f"{held.lost:.0f} of {held.words:.0f} words lost"
    print(f"\n== {held.name}: {said}", *held.warnings, sep="\n   warned: ")
    for what, several in (("lost", held.losses), ("left out", held.left_out)):
        for loss in several:
            _print_loss(what, loss)


def _print_loss(what: str, loss: Loss) -> None:
    place = " > ".join(loss.block.place.split(" > ")[-_PLACE:])
    parted = f", of it {loss.missing[:_SHOWN]!r}" if loss.lost < loss.words else ""
    print(f"   {what} {loss.lost:.0f}/{loss.words:.0f} [{place}] {loss.block.text[:_SHOWN]!r}{parted}")


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and write; `arguments` in place of those of the command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.documents", description=__doc__)
    parser.add_argument("folders", nargs="*", type=Path, metavar="FOLDER", help="folders of documents")
    parser.add_argument("--data", type=Path, default=ROOT.parent / "shared" / "data", help="folder of measuring data")
    parser.add_argument("--json", type=Path, help="file to write; without FOLDER: the one kept with the project")
    parser.add_argument("--show", action="store_true", help="print what is lost, left out, missing and too much")
    options = parser.parse_args(arguments)
    folders = options.folders or [options.data / folder for folder in _OURS]
    for folder in folders:
        if not folder.is_dir():
            print(f'documents: skipped, "{folder}" is absent; name folders, or that of measuring data with --data')
            return
    result: dict[str, Any] = {
        **provenance(),
        "folders": {folder.name: measured(folder, show=options.show) for folder in folders},
    }
    for name, measures in result["folders"].items():
        whole = {key: value for key, value in measures.items() if not isinstance(value, dict)}
        print(f"{name}: {whole}", *(f"  refused: {why}" for why in measures["refused"].values()), sep="\n")
        if "reference" in measures:
            print(*(f"  {key}: {measures['reference'][key]}" for key in ("all", "uncorrected", "corrected")), sep="\n")
    out = options.json or (None if options.folders else RESULT)
    if out:
        out.parent.mkdir(parents=True, exist_ok=True)
        write_whole(out, json.dumps(result, indent=1) + "\n")
        print(f"written: {out}")


if __name__ == "__main__":
    main()
