"""Run every bench_*.py of this folder, or those named on the command line, one after another."""

from __future__ import annotations

import importlib
import pkgutil
import sys
import time

import benchmarks


def main(names: list[str]) -> int:
    """Run the benchmarks; returns the number that failed."""
    known = [module.name for module in pkgutil.iter_modules(benchmarks.__path__) if module.name.startswith("bench_")]
    chosen = [f"bench_{name.removeprefix('bench_')}" for name in names] or known
    failed = 0
    for name in chosen:
        print(f"\n=== {name} ===", flush=True)
        began = time.perf_counter()
        try:
            importlib.import_module(f"benchmarks.{name}").main()
        except Exception as error:  # noqa: BLE001 - the other benchmarks still run; the exit code tells
            failed += 1
            print(f"FAILED: {type(error).__name__}: {error}")
        print(f"({time.perf_counter() - began:.0f} s)", flush=True)
    return failed


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
