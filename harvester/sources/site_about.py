"""Which sites the program knows by name, and what a strategy says of one: where it begins, what bounds it, what counts.

Three have a spider of their own; the others are described in presets.toml, in the words of `[site.NAME]`.
"""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from functools import cache
from importlib import resources
from typing import Any, NoReturn

from harvester.crawl import Limits
from harvester.errors import UsageError
from harvester.strategy import ALL_SITES, SiteSettings
from harvester.strategy.sites import read_sites

MATCH = ("title", "summary", "text")  # what of a document a strategy is held against, unless it says otherwise


@dataclass(frozen=True, slots=True)
class About:
    """A site: what people call it, and the address where it begins, with a slash at its end."""

    label: str
    home: str
    publisher: str = ""


SITES: dict[str, About] = {
    "nasp": About(
        "National Academy for Social Prescribing",
        "https://socialprescribingacademy.org.uk/",
        "National Academy for Social Prescribing",
    ),
    "oxford-sprn": About(
        "Oxford Social Prescribing Research Network",
        "https://socialprescribing.phc.ox.ac.uk/",
        "University of Oxford",
    ),
    "social-prescribing-network": About(
        "Social Prescribing Network", "https://www.socialprescribingnetwork.com/", "Social Prescribing Network"
    ),
}


@cache
def presets() -> dict[str, SiteSettings]:
    """The sites that come described with the program, by name."""
    text = resources.files("harvester.sources").joinpath("presets.toml").read_text(encoding="utf-8")
    return {site.name: site for site in read_sites(tomllib.loads(text)["site"], _broken, lambda _where: (0, 0))}


def _broken(where: tuple[Any, ...], message: str, _hint: str) -> NoReturn:
    raise ValueError(f"presets.toml: {'.'.join(map(str, where))}: {message}")


def settings_of(name: str, sites: Sequence[SiteSettings]) -> SiteSettings | None:
    """All that is said of a site: what the strategy says of it, what it says of all sites, what the preset says.

    The first that says a thing stands. None where nothing is said.
    """
    said = [site for wanted in (name, ALL_SITES) for site in sites if site.name == wanted]
    own = next((site for site in said if site.name == name), None)
    preset = presets().get(name)
    if preset is not None and not (own is not None and own.start):
        said.append(preset)
    if not said:
        return None
    merged = SiteSettings(name, "")
    for site in said:
        merged = replace(
            merged,
            **{
                each.name: getattr(site, each.name)
                for each in fields(SiteSettings)
                if each.name != "name" and getattr(merged, each.name) in ("", (), None, 0)
            },
        )
    return merged


def about_of(name: str, settings: SiteSettings | None) -> About:
    """What a site is called and where it begins. Raises UsageError for a name that nothing is known of."""
    if settings is not None and settings.start:
        return About(settings.label or name, settings.start, settings.publisher or settings.label)
    if name not in SITES:
        raise UsageError(f"there is no site {name!r}", hint=f"Sites: {', '.join((*SITES, *presets()))}.")
    known = SITES[name]
    if settings is None:
        return known
    return About(settings.label or known.label, known.home, settings.publisher or known.publisher)


def limits_of(settings: SiteSettings | None) -> Limits:
    """The program's own limits, but for what the strategy says."""
    if settings is None:
        return Limits()
    said = {name: getattr(settings, name) for name in ("pages", "depth", "delay")}
    if settings.hours is not None:
        said["seconds"] = settings.hours * 3600
    return Limits(**{name: value for name, value in said.items() if value is not None})
