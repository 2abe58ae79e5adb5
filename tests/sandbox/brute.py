"""A search by brute force over the words of rendered records, which shares nothing with the sandbox's own."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from html import unescape

from harvester.sandbox.article import Article


@lru_cache(maxsize=20_000)
def row(text: str) -> str:
    """The words of a text with one blank around each."""
    text = unescape(re.sub(r"</?[a-z]+>", "", text))
    text = unicodedata.normalize("NFKD", text.casefold())
    text = "".join(char for char in text if not unicodedata.combining(char))
    words = " ".join(re.findall(r"[^\W_]+", text))
    return f" {words} "


@lru_cache(maxsize=500)
def pattern(phrase: str) -> re.Pattern[str]:
    """A phrase as a regular expression over a row of words; `*` stands for any letters or none."""
    words = [r"\w*".join(re.escape(part) for part in word.split("*")) for word in row_of_pattern(phrase)]
    return re.compile(f" {' '.join(words)}(?= )")


def row_of_pattern(phrase: str) -> list[str]:
    """The words of a phrase, stars kept."""
    return re.findall(r"(?:[^\W_]|\*)+", phrase.casefold())


def rows(article: Article, field: str) -> list[str]:
    """The texts of a record that a field is about, each by itself."""
    title = [row(article.title)]
    abstract = [row(text) for _, text in article.sections] + [row(label) for label, _ in article.sections]
    keywords = [row(word) for word in article.keywords]
    return {"ti": title, "ab": abstract, "ot": keywords, "tiab": title + abstract + keywords}[field]


def holds(article: Article, field: str, phrase: str) -> bool:
    """Does the record hold the phrase in that field?"""
    return any(pattern(phrase).search(text) for text in rows(article, field))
