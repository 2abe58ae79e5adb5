"""A harvest of 10,000 sandbox records at 300 ms a request and 3 requests a second, in batches of 500.

Aims: at most 1.10 times the larger of the rate limit's own time (requests / 3) and the CPU time; a third of naive
Bio.Entrez's time; never a 429. The sandbox, the harvester and Bio.Entrez each run in a process of their own.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import urllib.request
from collections import Counter
from typing import Any

# Records of the corpus, of which some 85 are not in the database (any more) on its last day: one listing holds all that
# the first finds; the second finds more than PubMed lists, so that the search has to be cut.
SIZES = (10_080, 10_120)
QUERY = "all[sb]"

HARVESTER = """
import json, os, sys, time
from harvester.config import Config
from harvester.http import Http
from harvester.search import Search
from harvester.sources.pubmed import PubMed
address, query = sys.argv[1:3]
source, search = PubMed(), Search("pubmed", "pubmed", query, query)
began, cpu = time.perf_counter(), time.process_time()
listed, read = set(), set()
with Http(Config(), sandbox=address) as http:
    for page in source.pages(search, http):
        listed.update(page.expected)
        read.update(source.record(item).source_id for item in source.items(page))
wall = time.perf_counter() - began
peak = next(int(line.split()[1]) for line in open("/proc/self/status") if line.startswith("VmHWM")) / 1024
print(json.dumps({"wall": wall, "cpu": time.process_time() - cpu, "records": len(read),
                  "missing": len(listed - read), "peak_mb": peak}))
"""

BIO = """
import json, sys, time
from Bio import Entrez
address, query = sys.argv[1:3]
Entrez.email, Entrez.local_cache = "nobody@example.org", None
import Bio.Entrez
base = address + "/entrez/eutils/"
def ask(tool, **params):
    request = Bio.Entrez._build_request(base + tool + ".fcgi", {"db": "pubmed", **params})
    return Bio.Entrez._open(request)
began, cpu = time.perf_counter(), time.process_time()
found = Entrez.read(ask("esearch", term=query, usehistory="y", retmax=0))
read = set()
for start in range(0, min(int(found["Count"]), 9999), 500):
    place = {"WebEnv": found["WebEnv"], "query_key": found["QueryKey"], "retstart": start, "retmax": 500}
    handle = ask("efetch", **place, retmode="xml")
    answer = Entrez.read(handle)
    read.update(str(each["MedlineCitation"]["PMID"]) for each in answer["PubmedArticle"])
    read.update(str(each["BookDocument"]["PMID"]) for each in answer["PubmedBookArticle"])
print(json.dumps({"wall": time.perf_counter() - began, "cpu": time.process_time() - cpu, "records": len(read)}))
"""


def run(script: str, *arguments: str, state: str) -> dict[str, Any]:
    """One harvest in a process of its own."""
    answer = subprocess.run(
        [sys.executable, "-c", script, *arguments],
        check=True,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "HARVESTER_STATE_DIR": state},
    )
    found: dict[str, Any] = json.loads(answer.stdout.splitlines()[-1])
    return found


def asked(address: str, since: int) -> tuple[Counter[int], int]:
    """The statuses of the sandbox's answers after the first `since`, and how many there are in all."""
    with urllib.request.urlopen(f"{address}/requests.json", timeout=60) as answer:
        log = json.load(answer)
    log = log["requests"] if isinstance(log, dict) else log
    log = [each for each in log if "/entrez/" in each["path"]]
    return Counter(each["status"] for each in log[since:]), len(log)


def main(argv: list[str] | None = None) -> None:
    """Print the times, the limit's own time, and their ratios."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rounds", type=int, default=2)
    options.add_argument("--no-peer", action="store_true", help="leave Bio.Entrez out")
    chosen = options.parse_args(argv or [])
    for size in SIZES:
        one(size, chosen.rounds, peer=not chosen.no_peer)


def one(size: int, rounds: int, *, peer: bool) -> None:
    """Time one corpus."""
    command = [sys.executable, "-m", "harvester", "sandbox", "--records", str(size), "--latency", "300"]
    with tempfile.TemporaryDirectory() as state, subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        try:
            address = server.stdout.readline().strip() if server.stdout else ""
            if not address:
                raise RuntimeError("the sandbox did not start")
            seen = 0
            ours: list[float] = []
            for _ in range(rounds):
                found = run(HARVESTER, address, QUERY, state=state)
                statuses, seen = asked(address, seen)
                requests = sum(statuses.values())
                own = max(requests / 3, found["cpu"])
                ours.append(found["wall"])
                print(
                    f"harvester        {found['wall']:6.2f} s, CPU {found['cpu']:.2f} s, {requests} requests, "
                    f"{found['records']:,} records, {found['missing']} missing, {statuses[429]} times 429, "
                    f"peak {found['peak_mb']:.0f} MB; "
                    f"{found['wall'] / own:.3f} of the limit's own {own:.2f} s (aim: 1.10)"
                )
            if peer:
                found = run(BIO, address, QUERY, state=state)
                statuses, seen = asked(address, seen)
                print(
                    f"naive Bio.Entrez {found['wall']:6.2f} s, CPU {found['cpu']:.2f} s, "
                    f"{sum(statuses.values())} requests, {found['records']:,} records, {statuses[429]} times 429; "
                    f"ours takes {min(ours) / found['wall']:.2f} of it (aim: a third)"
                )
        finally:
            server.terminate()


if __name__ == "__main__":
    main(sys.argv[1:])
