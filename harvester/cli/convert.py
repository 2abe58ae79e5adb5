"""`harvester convert`: any reference file into any other."""

from __future__ import annotations

from pathlib import Path

import click

from harvester.cli.common import emit_json, json_option, say


@click.command(name="convert")
@click.argument("source", metavar="IN", type=click.Path(path_type=Path))
@click.argument("out", type=click.Path(path_type=Path))
@click.option("--from", "from_", default="", metavar="FORMAT", help="The format of IN (default: found out).")
@click.option("--to", default="", metavar="FORMAT", help="The format of OUT (default: by its ending).")
@click.option("--keep-readable", is_flag=True, help="Write what could be read, even if not all could.")
@click.option("--mend", is_flag=True, help="Put text right that was decoded wrongly (as in CafÃ©).")
@json_option
def command(*, source: Path, out: Path, from_: str, to: str, keep_readable: bool, mend: bool, as_json: bool) -> None:
    """Turn any reference file into any other.

    The records of IN are counted before they are read; when not all could be read nothing is written, unless
    --keep-readable is given.
    """
    from harvester import formats

    reading = formats.open_file(source, format=from_, keep_readable=keep_readable, mend=mend)
    written = formats.write(out, reading, to)
    if as_json:
        emit_json(
            {
                "files": [
                    {
                        "file": str(source),
                        "format": reading.format,
                        "encoding": reading.file.encoding,
                        "stated": reading.stated,
                        "parsed": reading.parsed,
                        "rejected": [{"where": piece.where, "why": piece.why} for piece in reading.rejected],
                        "warnings": reading.warnings,
                        "written": written,
                        "out": str(out),
                    }
                ]
            }
        )
        return
    for line in reading.warnings:
        say(f"{source}: {line}")
    for piece in reading.rejected:
        say(f"{source}: left out: {piece.where}: {piece.why}")
    click.echo(
        f"{source} ({reading.format}): {reading.stated} stated, {reading.parsed} read, {written} written to {out}"
    )
