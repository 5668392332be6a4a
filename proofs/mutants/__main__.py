"""How many errors the gates see: seeds damaged one error at a time, each run through intake and every rule.

    make mutants                               the default sample, with the tables of docs/mutants.md
    python -m proofs.mutants --sample 0        every mutant that there is
    python -m proofs.mutants --kind "digit dropped" --source urban_rural_dibao --json FILE

docs/mutants.md says how to read it.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import tempfile
import time
from pathlib import Path

from orchestration.paths import ROOT, Paths
from proofs.generators import bulletins
from proofs.mutants import report
from proofs.mutants.kinds import KINDS
from proofs.mutants.measure import measure

#: Right in every cell, with layouts of its own.
SOUND = ROOT / "tests" / "sources" / "sound_bulletin"


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m proofs.mutants", description=__doc__.splitlines()[0])
    parser.add_argument(
        "--kind", action="append", choices=KINDS, metavar="KIND", help="may be repeated (else all): %(choices)s"
    )
    parser.add_argument("--source", action="append", help="a source to damage; may be repeated (else all)")
    parser.add_argument(
        "--sample", type=int, default=12, help="mutants of each kind and source at most; 0 for all (12)"
    )
    parser.add_argument("--bulletins", type=int, default=40, help="bulletins to make up for false alarms (40)")
    parser.add_argument("--seed", type=int, default=1, help="of the sample and the bulletins (1)")
    parser.add_argument("--json", type=Path, help="a file for every mutant with its verdict")
    return parser.parse_args()


def main() -> None:
    options = arguments()
    begun = time.perf_counter()

    def tell(text: str) -> None:
        print(f"{time.perf_counter() - begun:5.0f} s  {text}", file=sys.stderr, flush=True)

    with tempfile.TemporaryDirectory(prefix="mutants_") as folder:
        paths = Paths(
            seeds=Path(shutil.copytree(ROOT / "seeds", Path(folder) / "seeds")), warehouse=Path(folder) / "wh"
        )
        shutil.copytree(SOUND, paths.seeds / "sources" / SOUND.name)
        bulletins.write(paths.seeds / "sources", options.bulletins, options.seed)
        result = measure(paths, options.kind or list(KINDS), options.source, options.sample, options.seed, tell)
    if options.json:
        options.json.write_text(json.dumps(result, ensure_ascii=False, indent=1) + "\n", "utf-8")
    print(report.text(result))


if __name__ == "__main__":
    main()
