"""Sentences of our own making, with gaps: what the synthetic titles and abstracts are built of.

Gaps: {W} people who link (plural), {O} one such person, {M} such a thing or person in general, {C} a condition,
{n} a number, {p} a share, {place} a place, {who} a group of people, {thing} an outcome. A template is taken once for
every filling that `units` asks for. No sentence here is from a real abstract.
"""

from __future__ import annotations

PLACES: tuple[str, ...] = (
    "northern England", "the Scottish Highlands", "Glasgow", "Newcastle upon Tyne", "south Wales", "Bristol",
    "east London", "Greater Manchester", "Northern Ireland", "rural Ireland", "Cornwall", "Leeds", "the Netherlands",
    "Catalonia", "New South Wales", "Ontario", "Massachusetts", "Auckland", "Singapore", "southern Sweden",
    "S\u00e3o Paulo", "Malm\u00f6", "Bavaria", "coastal Portugal", "Western Australia", "Quebec", "Oregon", "Denmark",
)  # fmt: skip
PEOPLE: tuple[str, ...] = (
    "adults", "older adults", "working-age adults", "patients", "people", "women", "men", "service users",
    "primary care patients", "community-dwelling adults", "carers and patients", "migrants",
)  # fmt: skip
OUTCOMES: tuple[str, ...] = (
    "wellbeing", "loneliness", "self-management", "quality of life", "use of general practice", "physical activity",
    "hospital admissions", "patient activation", "social participation", "confidence", "costs to the health service",
)  # fmt: skip
DESIGNS: tuple[str, ...] = (
    "a qualitative study", "a realist evaluation", "a mixed-methods study", "a randomised controlled trial",
    "a feasibility study", "an ethnography", "a cross-sectional survey", "a cohort study", "a scoping review",
    "a systematic review", "an integrative review", "a service evaluation", "a cluster randomised trial",
    "a process evaluation", "an interview study", "a natural experiment", "a case study", "a Delphi study",
)  # fmt: skip

# Titles are a lead, a middle and a tail, joined by blanks (the tail brings its own punctuation).
LEADS: dict[str, tuple[str, ...]] = {
    "worker": (
        "The role of {M} in supporting", "How {W} support", "Experiences of {M} among", "Referral to {M} for",
        "What {W} do for", "The work of {W} with", "Implementing {M} for", "Effectiveness of {M} for",
        "Views of {W} on the care of", "Training {W} to help",
    ),
    "neutral": (
        "Social prescribing and self-management in", "Linking primary care with voluntary services for",
        "Non-medical support for", "Group activities and {thing} in", "Personalised care planning with",
        "Arts on prescription for", "Nature-based programmes and {thing} among", "Community assets and {thing} in",
        "Patient activation and {thing} among", "Signposting from general practice of",
    ),
    "far": (
        "Hepatic gene expression in", "Dose finding of a kinase inhibitor in", "Gut microbiota of",
        "Automated segmentation of retinal images from", "Vaccine response in", "Surgical outcomes after hip repair in",
        "Sleep spindles and memory in", "Biomarkers of sepsis in", "Dental caries and fluoride in",
        "Genome-wide association of height in", "Vitamin D and bone density of", "Antibiotic stewardship for",
    ),
}  # fmt: skip
MIDDLES: dict[str, tuple[str, ...]] = {
    "condition": (
        "{who} with {C}", "{who} living with {C}", "{who} affected by {C}", "{who} over 65 who manage {C}",
        "deprived communities with {C}",
    ),
    "neutral": (
        "{who} in deprived areas", "{who} who often attend general practice", "{who} aged 18 years and over",
        "{who} after discharge from hospital", "{who} who live alone", "{who} from minority groups",
    ),
    "far": (
        "mice fed a high-fat diet", "aged rats", "critically ill patients", "zebrafish larvae", "school children",
        "dairy cattle", "healthy volunteers", "preterm infants", "cell lines", "patients after liver transplantation",
    ),
}  # fmt: skip
TAILS: tuple[str, ...] = (
    ": {design} in {place}", ": {design} from {place}", ". {Design} in {place}", ": evidence from {place}",
    " in {place}: {design}", ": protocol of {design} in {place}", ": lessons from {place}", " in {place}",
)  # fmt: skip

# Abstract sentences by place in the abstract, then by what they carry.
SENTENCES: dict[str, dict[str, tuple[str, ...]]] = {
    "background": {
        "neutral": (
            "General practices in {place} increasingly refer {who} to voluntary and community services.",
            "Non-medical needs account for about {p}% of consultations with {who}.",
            "Little is known about how support outside the clinic affects {thing} among {who}.",
            "Policy in {place} encourages personalised care for {who}.",
            "Social factors shape {thing}, yet services rarely address them together.",
        ),
        "condition": (
            "People with {C} often have unmet social needs.",
            "In {place} about {p}% of {who} live with {C}.",
            "{C^} places a growing demand on primary care in {place}.",
            "Support for {who} with {C} is fragmented.",
        ),
        "far": (
            "The mechanism by which diet alters gene expression is unclear.",
            "Early recognition of sepsis improves survival in {place}.",
            "Image analysis has been limited by small training sets.",
            "Immune responses vary with age and sex.",
            "Data on bone density in {place} are scarce.",
        ),
    },
    "aim": {
        "neutral": (
            "We aimed to explore how support was offered to {who} and what changed for {thing}.",
            "This study examined changes in {thing} among {who} in {place}.",
            "The objective was to describe the services available to {who} in {place}.",
        ),
        "worker": (
            "We explored how {W} worked with {who} in {place}.",
            "This study evaluated {M} in {place}.",
            "The objective was to understand what {W} contribute to {thing}.",
            "We examined the contact of {who} with {O}.",
        ),
        "far": (
            "We measured the response to treatment over {n} weeks.",
            "This study compared two doses in a factorial design.",
            "The objective was to validate an automated method.",
        ),
    },
    "methods": {
        "neutral": (
            "We interviewed {n} {who} and {n} professionals and analysed the transcripts thematically.",
            "A survey was sent to {n} practices in {place}; {p}% replied.",
            "Routine records of {n} {who} were linked with data on {thing}.",
            "We randomised {n} {who} to the intervention or to usual care.",
            "Searches covered {n} databases; two reviewers screened the records independently.",
        ),
        "far": (
            "Samples from {n} animals were sequenced and the reads aligned.",
            "We used logistic regression adjusted for age, sex and body mass index (<i>n</i> = {n}).",
            "Expression was measured after {n} h at 37 &#xb0;C (<i>P</i> &lt; 0.05 was significant).",
            "CO<sub>2</sub> was sampled every {n} s and r<sup>2</sup> reported.",
        ),
    },
    "results": {
        "neutral": (
            "{thing^} improved in {p}% of {who} at {n} weeks.",
            "Three themes arose: trust, time, and the local offer.",
            "Participants valued being listened to &amp; having a named contact.",
            "No difference was found in {thing} between the groups ({p}% v {p}%; <i>P</i> = 0.{n}).",
            "Waiting lists and short-term funding limited what could be offered in {place}.",
            "Contacts lasted {n} minutes on average, and {p}% of {who} attended more than once.",
        ),
        "worker": (
            "{W^} helped {who} to set goals and to reach local services.",
            "Working with {O} was described as being heard for the first time.",
            "{W^} spent {p}% of their time on housing, debt and benefits.",
            "Access to {M} was associated with better {thing}.",
            "Staff turnover among {W} was {p}% a year in {place}.",
        ),
        "condition": (
            "{who^} with {C} reported gains in {thing}.",
            "Having {C} was the commonest reason for referral ({p}%).",
            "Among those with {C}, {thing} changed little over {n} weeks.",
        ),
        "decoy": (
            "{D^} were mentioned by {p}% of the sample.",
            "Some sites employed {D} instead.",
            "Those with {E} were less likely to be referred.",
            "{p}% of the sample reported {E}.",
        ),
        "far": (
            "Expression rose {n}-fold (95% CI {n} to {n}) in treated animals.",
            "The area under the curve was 0.{n} in the validation set.",
            "Mortality at {n} days was {p}%.",
            "Two loci reached genome-wide significance (<i>P</i> &lt; 5 &#xd7; 10<sup>-8</sup>).",
            "Na\u00efve cells recovered within {n} h; \u03b2-catenin was unchanged.",
        ),
    },
    "conclusion": {
        "neutral": (
            "Longer contact and stable funding may be needed to sustain changes in {thing}.",
            "Further trials should measure {thing} for at least {n} months.",
            "Services for {who} in {place} should be planned with those who use them.",
            "The findings may inform commissioning in {place} and elsewhere.",
        ),
        "both": (
            "{W^} may help {who} with {C}, given time and training.",
            "For {who} with {C}, contact with {O} can be a turning point.",
        ),
        "far": (
            "The pathway is a candidate for treatment.",
            "Larger samples from {place} are needed.",
            "The method can be used in routine practice.",
        ),
    },
}

KEYWORDS: tuple[str, ...] = (
    "social prescribing", "primary care", "qualitative research", "voluntary sector", "wellbeing", "loneliness",
    "self-management", "patient activation", "referral", "implementation", "personalised care", "general practice",
    "health inequalities", "older people", "realist evaluation", "non-medical needs",
)  # fmt: skip
FAR_KEYWORDS: tuple[str, ...] = (
    "gene expression", "sepsis", "machine learning", "vaccination", "osteoporosis", "microbiome", "sequencing",
    "biomarkers", "zebrafish", "pharmacokinetics", "fluoride", "memory",
)  # fmt: skip

# Language code, its name in [la], and how often of 64 a record is in it only.
LANGUAGES: tuple[tuple[str, str, int], ...] = (
    ("eng", "english", 57), ("spa", "spanish", 2), ("fre", "french", 1), ("ger", "german", 2), ("por", "portuguese", 1),
    ("dut", "dutch", 1),
)  # fmt: skip
VERNACULAR: dict[str, str] = {
    "spa": "Estudio sobre el apoyo comunitario a personas en {place}",
    "fre": "\u00c9tude de l\u2019accompagnement social des personnes en {place}",
    "ger": "Untersuchung zur sozialen Unterst\u00fctzung von Menschen in {place}",
    "por": "Estudo do apoio comunit\u00e1rio a pessoas em {place}",
    "dut": "Onderzoek naar sociale ondersteuning van mensen in {place}",
}
# Layouts of an abstract: the label before each of the nine sentences ("" goes on in the same section).
# The first is no abstract at all, the second is an abstract without labels.
LAYOUTS: tuple[tuple[str, ...], ...] = (
    ("",) * 9,
    ("",) * 9,
    ("BACKGROUND", "", "AIM", "METHODS", "", "RESULTS", "", "", "CONCLUSIONS"),
    ("INTRODUCTION", "", "OBJECTIVE", "METHOD", "", "FINDINGS", "", "", "CONCLUSION"),
    ("BACKGROUND", "", "", "METHODS", "", "RESULTS", "COMMUNITY LIAISON", "", "CONCLUSIONS"),
    ("BACKGROUND", "", "AIM", "METHODS", "", "RESULTS", "MENTAL HEALTH", "", "CONCLUSIONS"),
    ("BACKGROUND", "", "AIM", "METHODS", "", "RESULTS", "HEALTH COACH", "", "CONCLUSIONS"),
)
