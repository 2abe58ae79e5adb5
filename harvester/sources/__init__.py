"""Places to search, one file each. This is the register: names here, modules loaded when asked for."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

from harvester.errors import StrategyError, UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from importlib.metadata import EntryPoint

    from harvester.sources.base import Source
    from harvester.strategy import SiteSettings

# name -> (module, class, arguments of its constructor)
SOURCES: dict[str, tuple[str, str, tuple[str, ...]]] = {
    "pubmed": ("pubmed", "PubMed", ()),
    "europe-pmc": ("europepmc", "EuropePmc", ()),
    "openalex": ("openalex", "OpenAlex", ()),
    "crossref": ("crossref", "Crossref", ()),
    "semantic-scholar": ("semanticscholar", "SemanticScholar", ()),
    "clinicaltrials": ("clinicaltrials", "ClinicalTrials", ()),
    "web-of-science-expanded": ("wos", "Expanded", ()),
    "web-of-science-starter": ("wos", "Starter", ()),
    "ebsco-eds": ("eds", "Eds", ()),
    "google-scholar-serpapi": ("serpapi", "SerpApi", ()),
    "doaj": ("doaj", "Doaj", ()),
    "core": ("core", "Core", ()),
    "openaire": ("openaire", "OpenAire", ()),
    "medrxiv": ("preprints", "Preprints", ("medrxiv",)),
    "biorxiv": ("preprints", "Preprints", ("biorxiv",)),
    "zenodo": ("zenodo", "Zenodo", ()),
    "hal": ("hal", "Hal", ()),
    "greyguide": ("oai", "Oai", ("greyguide",)),
    "dans": ("oai", "Oai", ("dans",)),
    "oai-pmh": ("oai", "Oai", ("oai-pmh",)),
    "nasp": ("site", "Site", ("nasp",)),
    "oxford-sprn": ("site", "Site", ("oxford-sprn",)),
    "social-prescribing-network": ("site", "Site", ("social-prescribing-network",)),
    "kings-fund": ("site", "Site", ("kings-fund",)),
    "nhs-england": ("site", "Site", ("nhs-england",)),
    "nice": ("site", "Site", ("nice",)),
    "gov-uk": ("govuk", "GovUk", ()),
    "who-iris": ("oai", "Oai", ("who-iris",)),
    "web-of-science": ("by_hand", "ByHand", ("web-of-science",)),
    "cinahl": ("by_hand", "ByHand", ("cinahl",)),
    "psycinfo": ("by_hand", "ByHand", ("psycinfo",)),
    "embase": ("by_hand", "ByHand", ("embase",)),
    "scopus": ("by_hand", "ByHand", ("scopus",)),
    "cochrane": ("by_hand", "ByHand", ("cochrane",)),
    "prospero": ("by_hand", "ByHand", ("prospero",)),
    "social-care-online": ("by_hand", "ByHand", ("social-care-online",)),
    "google-scholar": ("by_hand", "ByHand", ("google-scholar",)),
    "opengrey": ("by_hand", "ByHand", ("opengrey",)),
    "other": ("by_hand", "ByHand", ("other",)),
}


GROUP = "harvester.sources"  # the entry points by which other packages add sources of theirs


def names() -> tuple[str, ...]:
    """The names of all sources, in the order in which they are shown; those of other packages come last."""
    return (*SOURCES, *sorted(set(_added()) - set(SOURCES)))


def _added() -> dict[str, EntryPoint]:
    """The sources of other packages: an entry point's name is the source's, its object a class or function."""
    from importlib.metadata import entry_points

    return {point.name: point for point in entry_points(group=GROUP)}


def _load(point: EntryPoint) -> Source:
    """Another package's source. Raises UsageError for one that cannot be loaded, naming where it comes from."""
    try:
        added: Source = point.load()()
    except (ImportError, AttributeError, TypeError) as error:
        raise UsageError(
            f"the source {point.name!r} of another package ({point.value}) cannot be loaded: {error}",
            hint="Install that package again, or a version for this program.",
        ) from error
    return added


def get(name: str, sites: Sequence[SiteSettings] = ()) -> Source:
    """The source of that name; `sites` are those that a strategy describes itself.

    Raises UsageError, naming the nearest one, and StrategyError for a description that cannot be used.
    """
    import difflib

    described = next((site for site in sites if site.name == name), None)
    known = SOURCES.get(name)
    if described is not None and known is not None and known[0] != "site":
        raise StrategyError(
            f"[site.{name}]: {name} is a database already",
            line=described.line,
            column=described.column,
            hint=f"Give the site another name: [site.{name}-site].",
        )
    if described is not None or (known is not None and known[0] == "site"):
        from harvester.sources.site import Site
        from harvester.sources.site_about import settings_of

        return Site(name, settings=settings_of(name, sites))
    if name not in SOURCES:
        point = _added().get(name)
        if point is not None:
            return _load(point)
        near = difflib.get_close_matches(name.lower(), names(), n=1)
        hint = f"Did you mean {near[0]!r}?" if near else f"Sources: {', '.join(names())}."
        raise UsageError(f"there is no source {name!r}", hint=hint)
    module, kind, arguments = SOURCES[name]
    found: Source = getattr(importlib.import_module(f"harvester.sources.{module}"), kind)(*arguments)
    return found
