"""What each outcome of a field weighs, in natural log odds that two rows are one work."""

from __future__ import annotations

BIAS = -4.2

WEIGHTS: dict[tuple[str, str], float] = {
    ("title", "equal long"): 2.6, ("title", "equal middle"): 0.9, ("title", "equal short"): -1.1,
    ("title", "spelling long"): 2.0, ("title", "spelling middle"): 0.2, ("title", "spelling short"): -1.5,
    ("title", "part long"): 0.7, ("title", "part middle"): 0.0, ("title", "part short"): -1.5,
    ("title", "similar long"): -1.1, ("title", "similar middle"): -1.5, ("title", "similar short"): -2.0,
    ("title", "close long"): 0.0, ("title", "close middle"): -1.0, ("title", "close short"): -2.0,
    ("place", "full"): 1.0, ("place", "part"): 0.3, ("against", "none"): 1.5, ("doi", "near"): 0.0, ("title", "translated"): -0.5, ("text", "equal"): 1.0,
    ("title", "different"): -4.3, ("title", "missing"): -0.5,
    ("abstract", "equal"): 2.0, ("abstract", "near"): 0.6, ("abstract", "similar"): -1.0, ("abstract", "different"): -1.4,
    ("authors", "equal"): 1.4, ("authors", "equal one"): 2.0, ("authors", "reordered"): 0.0, ("authors", "first"): -0.2,
    ("authors", "part"): -0.3, ("authors", "part other first"): -0.6, ("authors", "different"): -2.2,
    ("doi", "equal"): 2.7, ("doi", "mangled"): 1.4, ("doi", "same registrar"): -2.0, ("doi", "different"): -0.6,
    ("pmid", "equal"): 5.0, ("pmid", "different"): -4.0,
    ("journal", "equal"): 1.7, ("journal", "abbreviated"): 1.7, ("journal", "different"): -1.2,
    ("volume", "equal"): 1.0, ("volume", "different"): -2.3,
    ("issue", "equal"): 0.2, ("issue", "different"): -1.2,
    ("pages", "equal"): 2.0, ("pages", "start"): 1.0, ("pages", "start weak"): 0.3, ("pages", "letter"): 0.0,
    ("pages", "overlap"): -0.5, ("pages", "other kind"): -1.4, ("pages", "different"): -2.2,
    ("year", "equal"): 1.9, ("year", "one"): 0.2, ("year", "two"): -1.3, ("year", "more"): -2.0,
}  # fmt: skip
