"""How fast the sandbox starts, searches and serves: harvests are timed beside it on the same cores.

Each size runs in a process of its own, so that its memory is its own. There is no peer to compare with.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import time
import urllib.parse
import urllib.request

SIZES = (6_000, 30_000, 1_000_000)


def measure(records: int) -> dict[str, float]:
    """One size, in this process."""
    started = time.perf_counter()
    from harvester.sandbox import Sandbox
    from harvester.sandbox.phrases import BLOCKS, TERMS

    blocks = [" OR ".join(f'"{TERMS[number]}"[tiab]' for number in numbers) for numbers in BLOCKS.values()]
    table1 = " AND ".join(f"({block})" for block in blocks)
    with Sandbox(records, rate_limit=False) as server:
        told = {"records": records, "start_s": time.perf_counter() - started}

        def call(service: str, **parameters: object) -> bytes:
            data = urllib.parse.urlencode(parameters).encode()
            with urllib.request.urlopen(f"{server.address}/entrez/eutils/{service}.fcgi", data) as answer:
                body: bytes = answer.read()
                return body

        for name in ("first_search_s", "same_search_s"):
            started = time.perf_counter()
            found = json.loads(call("esearch", term=table1, retmode="json", retmax=9999))["esearchresult"]
            told[name] = time.perf_counter() - started
        told["hits"] = int(found["count"])
        pmids = ",".join(found["idlist"][:500])
        call("efetch", id=pmids)
        used = time.process_time()
        call("efetch", id=pmids)
        told["efetch_500_cpu_s"] = time.process_time() - used
        started = time.perf_counter()
        server.truth()
        told["truth_s"] = time.perf_counter() - started
    told["peak_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return told


def main() -> None:
    """Print a row for each size."""
    print("sandbox")
    head = ""
    for size in SIZES:
        code = f"import json; from benchmarks.bench_sandbox import measure; print(json.dumps(measure({size})))"
        told = json.loads(
            subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
        )
        if not head:
            head = "  ".join(f"{name:>16}" for name in told)
            print(head)
        print("  ".join(f"{value:16,.3f}" if isinstance(value, float) else f"{value:16,}" for value in told.values()))


if __name__ == "__main__":
    main()
