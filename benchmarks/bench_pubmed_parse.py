"""PubMed XML: records a CPU second and peak memory, beside lxml's iterparse doing nothing and Bio.Entrez.read.

Aims: at least 5.5 times Bio.Entrez.read, within 1.7 times of bare iterparse, peak memory under 100 MB, no record lost.
Every peer runs in a process of its own. The real file is ../shared/data/pubmed/pubmed21n1298.xml.gz where it is
there, else articles are invented. `--peers` also sets up pubmed_parser in an environment of its own.
"""

from __future__ import annotations

import argparse
import gzip
import json
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

REAL = Path(__file__).resolve().parents[2] / "shared" / "data" / "pubmed" / "pubmed21n1298.xml.gz"
ROUNDS = 5
BIO_RECORDS = 3000  # Bio.Entrez.read holds all it reads: 1 to 2 GB for the whole file

MEASURE = """
import json, sys, time
path = sys.argv[1]
{setup}
began = time.process_time()
count = 0
{work}
took = time.process_time() - began
peak = next(int(line.split()[1]) for line in open("/proc/self/status") if line.startswith("VmHWM"))
print(json.dumps({{"records": count, "seconds": took, "peak_mb": peak / 1024}}))
"""

PEERS = {
    "iterparse, nothing done": (
        "from lxml import etree",
        (
            "for _, node in etree.iterparse(path, tag='PubmedArticle'):\n"
            "    count += 1\n    node.clear()\n"
            "    while node.getprevious() is not None:\n        del node.getparent()[0]"
        ),
    ),
    "harvester": (
        "from harvester.sources import pubmed_xml",
        "with open(path, 'rb') as file:\n    for record in pubmed_xml.read(file):\n        count += 1",
    ),
    "Bio.Entrez.read": (
        "from Bio import Entrez",
        "with open(path, 'rb') as file:\n    count = len(Entrez.read(file)['PubmedArticle'])",
    ),
}
PUBMED_PARSER = (
    "import pubmed_parser",
    "for record in pubmed_parser.parse_medline_xml(path):\n    count += 1",
)


def measure(setup: str, work: str, path: Path, python: str = sys.executable) -> dict[str, float]:
    """One run in a process of its own."""
    script = MEASURE.format(setup=setup, work=work)
    answer = subprocess.run([python, "-c", script, str(path)], check=True, capture_output=True, text=True)
    found: dict[str, float] = json.loads(answer.stdout.splitlines()[-1])
    return found


def unpack(folder: Path) -> tuple[Path, Path, int]:
    """The whole file and a part of it for those that hold all in memory, unpacked; and how many records it has."""
    whole, part = folder / "whole.xml", folder / "part.xml"
    if REAL.is_file():
        count = 0
        with gzip.open(REAL, "rb") as source, whole.open("wb") as all_of_it, part.open("wb") as some:
            for line in source:
                all_of_it.write(line)
                if count < BIO_RECORDS:
                    some.write(line)
                count += line.strip() == b"</PubmedArticle>"
            some.write(b"</PubmedArticleSet>\n")
        return whole, part, count
    print("the real file is not there: invented records")
    from harvester.sandbox import Sandbox

    with Sandbox(records=6000, rate_limit=False) as sandbox:
        import requests

        ids = ",".join(str(each) for each in requests.get(f"{sandbox.address}/truth.json", timeout=60).json()["ids"])
        body = requests.post(
            f"{sandbox.address}/entrez/eutils/efetch.fcgi",
            data={"db": "pubmed", "id": ids, "retmode": "xml"},
            timeout=600,
        ).content
    whole.write_bytes(body)
    part.write_bytes(body)
    return whole, part, body.count(b"</PubmedArticle>")


def peer_python(folder: Path) -> str:
    """An environment with pubmed_parser; the python in it."""
    subprocess.run([sys.executable, "-m", "venv", str(folder / "peer")], check=True)
    python = str(folder / "peer" / "bin" / "python")
    subprocess.run([python, "-m", "pip", "install", "--quiet", "pubmed_parser"], check=True)
    return python


def main(argv: list[str] | None = None) -> None:
    """Print rates, ratios and peaks."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--peers", action="store_true", help="also pubmed_parser, installed for the run")
    chosen = options.parse_args(argv or [])
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        whole, part, count = unpack(folder)
        runs = [
            (peer, *code, part if peer == "Bio.Entrez.read" else whole, sys.executable) for peer, code in PEERS.items()
        ]
        if chosen.peers:
            runs.append(("pubmed_parser", *PUBMED_PARSER, part, peer_python(folder)))
        seconds: dict[str, list[float]] = {peer: [] for peer, *_ in runs}
        peaks: dict[str, float] = {}
        seen: dict[str, float] = {}
        for _ in range(ROUNDS):
            for peer, setup, work, path, python in runs:
                found = measure(setup, work, path, python)
                seconds[peer].append(found["seconds"] / found["records"])
                peaks[peer] = max(peaks.get(peer, 0.0), found["peak_mb"])
                seen[peer] = found["records"]
    # Each round's peers ran one after the other, so a round's ratio holds even where the machine is busy.
    ratios = {
        peer: statistics.median(other / ours for other, ours in zip(each, seconds["harvester"], strict=True))
        for peer, each in seconds.items()
    }
    print(f"{'reader':26}{'records':>9}{'records/CPU s':>15}{'ours is':>10}{'peak MB':>9}")
    for peer, each in seconds.items():
        print(f"{peer:26}{seen[peer]:9.0f}{1 / statistics.median(each):15,.0f}{ratios[peer]:9.2f}x{peaks[peer]:9.0f}")
    print(f"bare iterparse is {1 / ratios['iterparse, nothing done']:.2f} times as fast as ours (aim: at most 1.7)")
    print(f"ours is {ratios['Bio.Entrez.read']:.1f} times as fast as Bio.Entrez.read (aim: at least 5.5)")
    print(f"peak memory {peaks['harvester']:.0f} MB (aim: under 100); {seen['harvester']:.0f} of {count} records read")


if __name__ == "__main__":
    main(sys.argv[1:])
