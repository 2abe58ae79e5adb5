"""A tiny writer of valid PDF files: pages of plain text in Helvetica, with title, author and date as metadata."""

from __future__ import annotations

from datetime import date

_LINES = 46  # of 90 characters fit a page of A4 in 11 points


def write(title: str, authors: str, subject: str, created: date | None, paragraphs: list[str]) -> bytes:
    """One document. Characters outside Windows-1252 become their nearest or a question mark."""
    rows: list[str] = []
    for paragraph in [title, authors, *paragraphs]:
        rows.extend(_wrap(paragraph))
        rows.append("")
    pages = [rows[start : start + _LINES] for start in range(0, len(rows), _LINES)]
    objects: list[bytes] = []

    def add(body: bytes) -> int:
        objects.append(body)
        return len(objects)

    catalog, tree = add(b""), add(b"")
    font = add(b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>")
    kids = []
    for page in pages:
        text = b"BT /F1 11 Tf 56 780 Td 15 TL\n" + b"".join(b"(%s) Tj T*\n" % _escaped(row) for row in page) + b"ET"
        content = add(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(text), text))
        kids.append(
            add(
                b"<< /Type /Page /Parent %d 0 R /MediaBox [0 0 595 842] /Contents %d 0 R "
                b"/Resources << /Font << /F1 %d 0 R >> >> >>" % (tree, content, font)
            )
        )
    day = b" /CreationDate (D:%s000000Z)" % f"{created:%Y%m%d}".encode() if created else b""
    info = add(
        b"<< /Title %s /Author %s /Subject %s /Producer (synthetic)%s >>"
        % (_said(title), _said(authors), _said(subject), day)
    )
    objects[catalog - 1] = b"<< /Type /Catalog /Pages %d 0 R >>" % tree
    objects[tree - 1] = b"<< /Type /Pages /Count %d /Kids [%s] >>" % (
        len(kids),
        b" ".join(b"%d 0 R" % kid for kid in kids),
    )
    out = bytearray(b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n")
    places = []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer\n<< /Size %d /Root %d 0 R /Info %d 0 R >>\n" % (len(objects) + 1, catalog, info)
    out += b"startxref\n%d\n%%%%EOF\n" % table
    return bytes(out)


def _said(text: str) -> bytes:
    """A text of the metadata, whose one-byte form is PDFDocEncoding: ASCII as it is, all else in UTF-16."""
    text = text.replace("\u2011", "-")
    if text.isascii():
        return b"(%s)" % _escaped(text)
    return b"<FEFF%s>" % text.encode("utf-16-be", "replace").hex().upper().encode()


def _escaped(text: str) -> bytes:
    text = text.replace("\u2011", "-").replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")
    return text.encode("cp1252", "replace")


def _wrap(text: str) -> list[str]:
    rows = [""]
    for word in text.split():
        if rows[-1] and len(rows[-1]) + len(word) + 1 > 90:
            rows.append(word)
        else:
            rows[-1] = f"{rows[-1]} {word}" if rows[-1] else word
    return rows
