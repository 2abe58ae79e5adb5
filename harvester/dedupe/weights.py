"""What each outcome of a field weighs, in natural log odds that two rows are one work.

Fitted by logistic regression on the labelled sets (each set counting alike, contradictions left out), then smoothed:
no outcome that speaks for sameness weighs less than one that says less of the same, and none has the wrong sign.
How they fare on a set that they were not fitted to, and how often pairs of a score are one work, is in docs/dedupe.md.
"""

from __future__ import annotations

BIAS = -4.5

SLOPE = 1.45
SHIFT = -0.989
"""From the sum of the weights to log odds (Platt 1999, "Probabilistic outputs for support vector machines"). Smoothing
made the weights too modest; on any seven of the eight sets the slope is 1.42 to 1.68, the shift -1.50 to -1.15. This
slope is of these; the shift leaves a probability of 0.9 where it is."""

WEIGHTS: dict[tuple[str, str], float] = {
    ("title", "equal long"): 2.5,
    ("title", "equal middle"): 1.6,
    ("title", "equal short"): 0.3,
    ("title", "equal empty"): -1.0,
    ("title", "spelling long"): 2.0,
    ("title", "spelling middle"): 1.0,
    ("title", "spelling short"): -0.5,
    ("title", "spelling empty"): -2.0,
    ("title", "part long"): 0.3,
    ("title", "part middle"): 0.0,
    ("title", "part short"): -1.5,
    ("title", "part empty"): -3.0,
    ("title", "close long"): 0.0,
    ("title", "close middle"): -1.0,
    ("title", "close short"): -2.0,
    ("title", "close empty"): -3.0,
    ("title", "similar long"): -1.5,
    ("title", "similar middle"): -2.0,
    ("title", "similar short"): -2.5,
    ("title", "similar empty"): -3.0,
    ("title", "translated"): -0.5,
    ("title", "different"): -3.5,
    ("title", "missing"): -0.5,
    ("abstract", "equal"): 1.5,
    ("abstract", "near"): 0.3,
    ("abstract", "similar"): -0.8,
    ("abstract", "different"): -1.3,
    ("text", "equal"): 0.9,
    ("authors", "equal"): 1.7,
    ("authors", "equal one"): 1.3,
    ("authors", "reordered"): -0.3,
    ("authors", "part"): -0.4,
    ("authors", "part other first"): -0.6,
    ("authors", "first"): -0.6,
    ("authors", "different"): -2.0,
    ("doi", "equal"): 1.9,
    ("doi", "mangled"): 1.0,
    ("doi", "near"): 0.0,
    ("doi", "different"): -0.5,
    ("doi", "same registrar"): -1.0,
    ("pmid", "equal"): 3.0,
    ("pmid", "different"): -3.0,
    ("number", "equal"): 3.5,
    ("journal", "equal"): 1.8,
    ("journal", "abbreviated"): 1.7,
    ("journal", "different"): -0.8,
    ("volume", "equal"): 1.0,
    ("volume", "different"): -2.1,
    ("issue", "equal"): 0.2,
    ("issue", "different"): -1.2,
    ("pages", "equal"): 1.6,
    ("pages", "start"): 0.8,
    ("pages", "start weak"): 0.0,
    ("pages", "letter"): 0.3,
    ("pages", "overlap"): -0.2,
    ("pages", "other kind"): -1.4,
    ("pages", "other kind in issue"): -0.2,
    ("pages", "different"): -1.8,
    ("pages", "different in issue"): -0.8,
    ("place", "full"): 0.8,
    ("place", "part"): 0.3,
    ("year", "equal"): 1.9,
    ("year", "one"): 0.1,
    ("year", "two"): -1.0,
    ("year", "more"): -2.0,
    ("against", "none"): 1.7,
    ("against", "bare"): 2.6,
    ("against", "year"): 0.9,
}
