"""How the terms of Table 1 are written in the synthetic corpus, and what only looks like them.

This is the generator's own statement of what is a hit: each surface form is listed under the term that it must match,
each decoy under none. Nothing here is computed by a query evaluator; tests hold it against brute force over words.
A form is a noun phrase: plural people ("p"), one person ("s"), or a thing ("m").
"""

from __future__ import annotations

# The terms as printed in Table 1, in its order: bit 0 is the first. 14 of link workers, 10 of long-term conditions.
TERMS: tuple[str, ...] = (
    "Social prescribing link worker*",
    "social refer* link work*",
    "social prescrib* coordinator*",
    "community liaison",
    "community navigator*",
    "community facilitator*",
    "community prescriber*",
    "community connector*",
    "community wellbeing officer",
    "social broker*",
    "social coach",
    "social connector",
    "health coach",
    "community signpost*",
    "long term condition*",
    "long term illness*",
    "chronic illness*",
    "chronic condition*",
    "chronic disease*",
    "chronic disorder*",
    "multimorbidit*",
    "comorbidit*",
    "multiple health condition*",
    "mental health",
)
BLOCKS: dict[str, range] = {"SPLW": range(14), "LTC": range(14, 24)}

# term number -> forms that match it. `p:` `s:` `m:` say the number of the noun; the text is XML (inline tags).
WORKERS: dict[int, tuple[str, ...]] = {
    0: (
        "p:social prescribing link workers",
        "p:social prescribing link workers",
        "s:social prescribing link worker",
        "p:Social Prescribing Link Workers",
        "p:social-prescribing link workers",
        "p:social prescribing link-workers",
        "p:SOCIAL PRESCRIBING LINK WORKERS",
        "p:social prescribing \u201clink workers\u201d",
        "s:social prescribing <i>link worker</i>",
        "p:social prescribing link\u2011workers",
    ),
    1: (
        "p:social referral link workers",
        "s:social referral link worker",
        "p:social-referral link workers",
        "p:Social Referral Link Workers",
        "m:social referrals link working",
        "p:social referring link workers",
    ),
    2: (
        "p:social prescribing coordinators",
        "s:social prescribing coordinator",
        "p:social prescriber coordinators",
        "p:Social Prescribing Coordinators",
        "s:social-prescribing coordinator",
    ),
    3: (
        "m:community liaison",
        "m:a community liaison service",
        "p:community-liaison officers",
        "p:Community Liaison nurses",
    ),
    4: (
        "p:community navigators",
        "s:community navigator",
        "p:Community Navigators",
        "p:community-navigators",
        "s:community navigator\u2019s assistant",
    ),
    5: ("p:community facilitators", "s:community facilitator", "p:trained community facilitators"),
    6: ("p:community prescribers", "s:community prescriber", "p:Community Prescribers"),
    7: (
        "p:community connectors",
        "s:community connector",
        "p:Community Connectors",
        "p:volunteer <i>community</i> connectors",
        "s:community connector\u2019s mentor",
    ),
    8: ("s:community wellbeing officer", "s:Community Wellbeing Officer", "s:community-wellbeing officer"),
    9: ("p:social brokers", "s:social broker", "m:social brokerage", "p:social-brokers"),
    10: ("s:social coach", "s:Social Coach", "s:social-coach"),
    11: ("s:social connector", "s:Social Connector", "s:paid social connector"),
    12: ("s:health coach", "s:Health Coach", "s:health-coach", "s:practice-based health <b>coach</b>"),
    13: ("m:community signposting", "p:community signposters", "m:Community Signposting", "m:community-signposting"),
}

# The same for long-term conditions, written so that "people with ..." may stand before them.
CONDITIONS: dict[int, tuple[str, ...]] = {
    14: (
        "long term conditions",
        "long-term conditions",
        "Long-Term Conditions",
        "a long-term condition",
        "long\u2013term conditions",
        "one or more long term conditions",
    ),
    15: ("long-term illness", "long term illnesses", "a long-term illness"),
    16: ("chronic illness", "chronic illnesses", "CHRONIC ILLNESS", "chronic-illness burden"),
    17: ("chronic conditions", "a chronic condition", "several chronic conditions"),
    18: ("chronic disease", "chronic diseases", "Chronic Disease", "<i>chronic</i> disease"),
    19: ("chronic disorders", "a chronic disorder"),
    20: ("multimorbidity", "Multimorbidity", "multimorbidities", "complex multimorbidity"),
    21: ("comorbidity", "comorbidities", "several comorbidities"),
    22: ("multiple health conditions", "a multiple health condition burden"),
    23: ("mental health problems", "mental-health needs", "poor Mental Health", "mental health difficulties"),
}

# Look like a term and must not match it: words in between, another ending, a closed or an open spelling.
WORKER_DECOYS: tuple[str, ...] = (
    "p:link workers",
    "s:link worker",
    "p:social prescribing practitioners and link workers",
    "p:social link workers",
    "p:social prescription coordinators",
    "p:social prescribing care coordinators",
    "m:liaison in the community",
    "p:community health navigators",
    "p:community-based navigators",
    "p:communities of facilitators",
    "p:community nurse prescribers",
    "p:community health connectors",
    "s:community well-being officer",
    "p:community wellbeing officers",
    "p:social work brokers",
    "p:social coaches",
    "m:social coaching",
    "p:social connectors",
    "p:health coaches",
    "m:health coaching",
    "p:health and wellness coaches",
    "m:signposting in the community",
    "p:peer navigators",
    "p:community health workers",
    "m:social referral to link workers",
)
CONDITION_DECOYS: tuple[str, ...] = (
    "long-term physical health conditions",
    "longterm conditions",
    "long-standing illness",
    "long-term limiting illness",
    "chronically ill relatives",
    "chronic kidney disease",
    "chronic obstructive pulmonary disease",
    "chronic lung disorders",
    "chronic pain",
    "multi-morbidity",
    "co-morbidities",
    "comorbid depression",
    "multiple long-term health problems",
    "mental and physical health needs",
    "mental ill health",
    "frailty",
    "type 2 diabetes",
    "loneliness",
)

# A sentence or a label that carries a term in a place where a careless reader looks past it.
# (text, terms): a full stop does not part two words of a phrase, a section's end does (docs/sandbox.md).
BOUNDARY: tuple[tuple[str, tuple[int, ...]], ...] = (
    ("Help was organised by the local community. Navigators were then recruited from it.", (4,)),
    ("Most contacts were social. Brokers from the voluntary sector made the rest.", (9,)),
    ("Participants described their illness as chronic. Conditions at home made matters worse.", (17,)),
)
LABELS: dict[str, tuple[int, ...]] = {
    "COMMUNITY LIAISON": (3,),
    "MENTAL HEALTH": (23,),
    "HEALTH COACH": (12,),
}
