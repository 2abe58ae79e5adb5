"""A small document: headings, paragraphs, code, tables; written as Markdown, HTML or DOCX. All text is escaped."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from harvester.prisma.text import clean, esc

NOT_STATED = "NOT STATED"


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading; level 1 is the document's title."""

    level: int
    text: str


@dataclass(frozen=True, slots=True)
class Para:
    """A paragraph. `missing` marks what somebody has yet to say."""

    text: str
    missing: bool = False


@dataclass(frozen=True, slots=True)
class Code:
    """Text exactly as it is, line breaks and all."""

    text: str


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under their headers."""

    headers: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


Block = Heading | Para | Code | Table
_MARKUP = re.compile(r"([\\`*_{}\[\]<>#|~&])")


def to_markdown(blocks: Sequence[Block]) -> str:
    """The document as Markdown (CommonMark with tables)."""
    return "\n\n".join(_markdown(block) for block in blocks) + "\n"


def _markdown(block: Block) -> str:
    if isinstance(block, Heading):
        return f"{'#' * block.level} {_plain(block.text)}"
    if isinstance(block, Para):
        return f"**{_plain(block.text)}**" if block.missing else _line_start(_plain(block.text))
    if isinstance(block, Code):
        text = clean(block.text)
        fence = "`" * max(3, 1 + max((len(run) for run in re.findall(r"`+", text)), default=0))
        return f"{fence}text\n{text}\n{fence}"
    lines = [block.headers, tuple("---" for _ in block.headers), *block.rows]
    return "\n".join(
        "| " + " | ".join(cell if cell == "---" else _plain(cell) for cell in line) + " |" for line in lines
    )


def _plain(text: str) -> str:
    return _MARKUP.sub(r"\\\1", " ".join(clean(text).split()))


def _line_start(text: str) -> str:
    return re.sub(r"^([-+=]|\d+[.)])", r"\\\1", text)


def to_html(blocks: Iterable[Block], *, first_level: int = 1) -> str:
    """The document as HTML, a piece to stand in a page whose headings above it end at `first_level` - 1."""
    return "\n".join(_html(block, first_level) for block in blocks)


def _html(block: Block, first: int) -> str:
    if isinstance(block, Heading):
        level = min(6, block.level + first - 1)
        return f"<h{level}>{esc(block.text)}</h{level}>"
    if isinstance(block, Para):
        return f'<p class="missing">{esc(block.text)}</p>' if block.missing else f"<p>{esc(block.text)}</p>"
    if isinstance(block, Code):
        return f'<pre tabindex="0">{esc(block.text)}</pre>'
    head = "".join(f'<th scope="col">{esc(cell)}</th>' for cell in block.headers)
    rows = "".join("<tr>" + "".join(f"<td>{esc(cell)}</td>" for cell in row) + "</tr>" for row in block.rows)
    return f'<div class="scroll" tabindex="0"><table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>'


_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_TYPES = (
    f'{_HEAD}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    '<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.'
    'wordprocessingml.document.main+xml"/>'
    '<Override PartName="/word/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.'
    'wordprocessingml.styles+xml"/></Types>'
)
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_RELS_HEAD = f'{_HEAD}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
_RELS = (
    f'{_RELS_HEAD}<Relationship Id="rId1" Type="{_OFFICE}/officeDocument" Target="word/document.xml"/></Relationships>'
)
_DOCUMENT_RELS = f'{_RELS_HEAD}<Relationship Id="rId1" Type="{_OFFICE}/styles" Target="styles.xml"/></Relationships>'


def to_docx(blocks: Sequence[Block]) -> bytes:
    """The document as DOCX (Office Open XML), the same bytes for the same document."""
    body = "".join(_docx(block) for block in blocks)
    page = '<w:sectPr><w:pgSz w:w="11906" w:h="16838"/><w:pgMar w:top="1134" w:right="1134" w:bottom="1134" '
    page += 'w:left="1134" w:header="708" w:footer="708" w:gutter="0"/></w:sectPr>'
    parts = {
        "[Content_Types].xml": _TYPES,
        "_rels/.rels": _RELS,
        "word/document.xml": f'{_HEAD}<w:document xmlns:w="{_W}"><w:body>{body}{page}</w:body></w:document>',
        "word/_rels/document.xml.rels": _DOCUMENT_RELS,
        "word/styles.xml": _styles(),
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), text, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _styles() -> str:
    def style(name: str, shown: str, run: str, para: str = "", *, more: str = "") -> str:
        based = "" if name == "Normal" else '<w:basedOn w:val="Normal"/>'
        return (
            f'<w:style w:type="paragraph" w:styleId="{name}"{more}><w:name w:val="{shown}"/>{based}'
            f"<w:pPr>{para}</w:pPr><w:rPr>{run}</w:rPr></w:style>"
        )

    def font(name: str) -> str:
        return f'<w:rFonts w:ascii="{name}" w:hAnsi="{name}" w:cs="{name}"/>'

    headings = "".join(
        style(
            f"Heading{level}",
            f"heading {level}",
            f'<w:b/><w:sz w:val="{size}"/>',
            f'<w:keepNext/><w:spacing w:before="240" w:after="80"/><w:outlineLvl w:val="{level - 1}"/>',
        )
        for level, size in ((1, 36), (2, 28), (3, 24), (4, 22))
    )
    edges = "".join(
        f'<w:{edge} w:val="single" w:sz="4" w:space="0" w:color="808080"/>'
        for edge in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    grid = (
        f'<w:style w:type="table" w:styleId="Grid"><w:name w:val="Table Grid"/><w:tblPr><w:tblBorders>{edges}'
        "</w:tblBorders></w:tblPr></w:style>"
    )
    normal = style(
        "Normal", "Normal", f'{font("Calibri")}<w:sz w:val="21"/>', '<w:spacing w:after="100"/>', more=' w:default="1"'
    )
    code = style("Code", "Code", f'{font("Consolas")}<w:sz w:val="18"/>', '<w:shd w:val="clear" w:fill="F2F2F2"/>')
    return f'{_HEAD}<w:styles xmlns:w="{_W}">{normal}{headings}{code}{grid}</w:styles>'


def _docx(block: Block) -> str:
    if isinstance(block, Heading):
        return _paragraph(block.text, style=f"Heading{min(block.level, 4)}")
    if isinstance(block, Para):
        return _paragraph(block.text, run='<w:b/><w:color w:val="B00000"/>' if block.missing else "")
    if isinstance(block, Code):
        return _paragraph(block.text, style="Code")
    columns = "".join("<w:gridCol/>" for _ in block.headers)
    head = _row(block.headers, run="<w:b/>", properties="<w:trPr><w:tblHeader/></w:trPr>")
    rows = "".join(_row(row) for row in block.rows)
    return (
        '<w:tbl><w:tblPr><w:tblStyle w:val="Grid"/><w:tblW w:w="5000" w:type="pct"/></w:tblPr>'
        f"<w:tblGrid>{columns}</w:tblGrid>{head}{rows}</w:tbl>{_paragraph('')}"
    )


def _row(cells: Sequence[str], *, run: str = "", properties: str = "") -> str:
    return f"<w:tr>{properties}" + "".join(f"<w:tc>{_paragraph(cell, run=run)}</w:tc>" for cell in cells) + "</w:tr>"


def _paragraph(text: str, *, style: str = "", run: str = "") -> str:
    named = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>' if style else ""
    lines = "<w:br/>".join(f'<w:t xml:space="preserve">{esc(line)}</w:t>' for line in text.split("\n"))
    return f"<w:p>{named}<w:r><w:rPr>{run}</w:rPr>{lines}</w:r></w:p>"
