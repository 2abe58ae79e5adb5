"""elink: the records that a record cites, and those that cite it (pubmed_pubmed_refs, pubmed_pubmed_citedin)."""

from __future__ import annotations

import numpy as np

from harvester.sandbox.answers import Answer, Query, World, of_json, of_text, xml_text
from harvester.sandbox.article import references
from harvester.sandbox.efetch import NoSuchRecords, chosen, ids_of

_HEAD = (
    '<?xml version="1.0" encoding="UTF-8" ?>\n<!DOCTYPE eLinkResult PUBLIC "-//NLM//DTD elink 20101123//EN" '
    '"https://eutils.ncbi.nlm.nih.gov/eutils/dtd/20101123/elink.dtd">\n<eLinkResult>\n'
)
_NAMES = ("pubmed_pubmed_refs", "pubmed_pubmed_citedin")
_REACH = 400  # a record cites at most so many records back (article.references)


def elink(world: World, parameters: dict[str, str], ids: list[str]) -> Answer:
    """Answer one elink request. Several `id` parameters give a link set each, one with commas gives one for all."""
    as_json = parameters.get("retmode", "").casefold() == "json"
    database = parameters.get("dbfrom", parameters.get("db", "pubmed")) or "pubmed"
    if database != "pubmed" or (parameters.get("db", "pubmed") or "pubmed") != "pubmed":
        return _error(f"Invalid db name specified: {database}", as_json)
    names = [name for name in parameters.get("linkname", "").split(",") if name] or list(_NAMES)
    try:
        groups = [world.existing(ids_of({"id": text})) for text in ids] if ids else [chosen(world, parameters, 9999)]
    except NoSuchRecords as failure:
        return _error(str(failure), as_json)
    sets = [([int(world.corpus.pmid[i]) for i in group], _links(world, group, names)) for group in groups]
    command = parameters.get("cmd", "") or "neighbor"
    if command == "neighbor_history":
        return _on_history(world, parameters.get("WebEnv", ""), sets)
    if command not in ("neighbor", "neighbor_score"):
        return _error(f"cmd={command} is not among those that this sandbox knows", as_json)
    return _as_json(sets) if as_json else _as_xml(sets)


def _on_history(world: World, environment: str, sets: list[tuple[list[int], dict[str, list[int]]]]) -> Answer:
    """The links kept on the history server instead of listed, as EDirect asks for them."""
    parts = [_HEAD]
    for ids, links in sets:
        listed = "".join(f"      <Id>{pmid}</Id>\n" for pmid in ids)
        kept = []
        for name, pmids in links.items():
            query = Query(f"elink {name}", np.array(pmids, dtype=np.int64))
            environment, key = world.history.add(environment, query)
            kept.append(
                f"    <LinkSetDbHistory>\n      <DbTo>pubmed</DbTo>\n      <LinkName>{name}</LinkName>\n"
                f"      <QueryKey>{key}</QueryKey>\n    </LinkSetDbHistory>\n"
            )
        where = f"    <WebEnv>{environment}</WebEnv>\n" if kept else ""
        parts.append(
            f"\n  <LinkSet>\n    <DbFrom>pubmed</DbFrom>\n    <IdList>\n{listed}    </IdList>\n{''.join(kept)}{where}"
            "  </LinkSet>\n"
        )
    parts.append("</eLinkResult>\n")
    return of_text("".join(parts))


def _links(world: World, group: list[int], names: list[str]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for name in names:
        if name not in _NAMES:
            continue
        indices: set[int] = set()
        for index in group:
            indices.update(_cited(world, index) if name == _NAMES[0] else _citing(world, index))
        pmids = sorted((int(world.corpus.pmid[i]) for i in indices), reverse=True)
        if pmids:
            found[name] = pmids
    return found


def _cited(world: World, index: int) -> list[int]:
    there = world.corpus.visible(world.today)
    return [other for other in references(world.corpus, index, world.today) if there[other]]


def _citing(world: World, index: int) -> list[int]:
    corpus = world.corpus
    there = corpus.visible(world.today)
    near = np.arange(index + 1, min(corpus.size, index + _REACH + 1))
    return [o for o in near[there[near]].tolist() if index in references(corpus, o, world.today)]


def _error(message: str, as_json: bool) -> Answer:
    if as_json:
        return of_json({"header": {"type": "elink", "version": "0.3"}, "ERROR": message})
    return of_text(f"{_HEAD}\t<ERROR>{xml_text(message)}</ERROR>\n</eLinkResult>\n", status=400)


def _as_json(sets: list[tuple[list[int], dict[str, list[int]]]]) -> Answer:
    body = []
    for ids, links in sets:
        entry: dict[str, object] = {"dbfrom": "pubmed", "ids": [str(pmid) for pmid in ids]}
        if links:
            entry["linksetdbs"] = [
                {"dbto": "pubmed", "linkname": name, "links": [str(pmid) for pmid in pmids]}
                for name, pmids in links.items()
            ]
        body.append(entry)
    return of_json({"header": {"type": "elink", "version": "0.3"}, "linksets": body})


def _as_xml(sets: list[tuple[list[int], dict[str, list[int]]]]) -> Answer:
    parts = [_HEAD]
    for ids, links in sets:
        parts.append("\n  <LinkSet>\n    <DbFrom>pubmed</DbFrom>\n    <IdList>\n")
        parts.extend(f"      <Id>{pmid}</Id>\n" for pmid in ids)
        parts.append("    </IdList>\n")
        for name, pmids in links.items():
            parts.append(f"    <LinkSetDb>\n      <DbTo>pubmed</DbTo>\n      <LinkName>{name}</LinkName>\n")
            parts.extend(f"        <Link>\n\t\t\t\t<Id>{pmid}</Id>\n\t\t\t</Link>\n" for pmid in pmids)
            parts.append("    </LinkSetDb>\n")
        parts.append("  </LinkSet>\n")
    parts.append("</eLinkResult>\n")
    return of_text("".join(parts))
