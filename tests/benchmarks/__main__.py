"""`make bench`: every figure that the project speaks of, measured here and now. Nothing in it is a test."""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path


def main() -> None:
    """Run the benchmarks that are named, or all: ``python -m tests.benchmarks [checkins …]``."""
    here = Path(__file__).parent
    names = sys.argv[1:] or sorted(path.stem.removeprefix("bench_") for path in here.glob("bench_*.py"))
    for name in names:
        import_module(f"{__package__}.bench_{name}").main()
        print(flush=True)


if __name__ == "__main__":
    main()
