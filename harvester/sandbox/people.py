"""Names, affiliations and journals of the synthetic corpus. All are made up; ISSNs have right check digits."""

from __future__ import annotations

FAMILIES: tuple[str, ...] = (
    "Abara", "Adeyemi", "Ahlgren", "Akhtar", "Almeida", "Anand", "Ashdown", "Bakker", "Balogun", "Barlow",
    "Bergström", "Bexley", "Birchall", "Brannigan", "Brook", "Calder", "Carvalho", "Castellano",
    "Chowdhury", "Clough", "Colley", "Copeland", "Corrigan", "Craven", "Dahl", "Dalgleish", "Delacroix",
    "Dhillon", "Docherty", "Drummond", "Durand", "Eastwood", "Ekström", "Eriksen", "Fairhurst", "Farooq",
    "Fenwick", "Ferreira", "Fletcher", "Forrester", "Galbraith", "Garrido", "Geraghty", "Gilmour",
    "Gonçalves", "Greaves", "Grünwald", "Haddow", "Halloran", "Hargreaves", "Hartnell", "Haworth", "Heaney",
    "Hollis", "Holmqvist", "Hussain", "Ibsen", "Ingham", "Iversen", "Jaffe", "Jankowski", "Jarvis",
    "Jónsdóttir", "Kavanagh", "Keating", "Kellett", "Kettle", "Khumalo", "Kilbride", "Kowalczyk",
    "Kristensen", "Laird", "Lambrecht", "Langridge", "Larkin", "Lefèvre", "Lindqvist", "Lockhart", "Lomas",
    "MacAskill", "MacInnes", "Madigan", "Maguire", "Marchetti", "McAllister", "McGrath", "Meredith",
    "Mistry", "Moberg", "Monaghan", "Moreau", "Müller", "Nakamura", "Naylor", "Ndlovu", "Newbold",
    "Nightingale", "Norrington", "Nuñez", "O'Brien", "O'Dowd", "Ogunleye", "Okafor", "Oliveira", "Orchard",
    "Osei", "Overton", "Pemberton", "Penhaligon", "Petrov", "Pickering", "Quigley", "Rafferty",
    "Ramsbottom", "Redfern", "Reinholt", "Ridley", "Rosenthal", "Sakamoto", "Sandoval", "Satterthwaite",
    "Schröder", "Sedgwick", "Serrano", "Shackleton", "Siddiqui", "Sinclair", "Skinner", "Smith-Jones",
    "Søndergaard", "Stannard", "Strachan", "Sutcliffe", "Tanaka", "Tattersall", "Thackeray", "Thistlewood",
    "Trevithick", "Ullman", "Underhill", "van den Berg", "van Dijk", "Varma", "Vasquez", "Wadsworth",
    "Walmsley", "Wexford", "Whitaker", "Wójcik", "Wolstenholme", "Yardley", "Yilmaz", "Zamora", "Zielinski",
)  # fmt: skip
GIVENS: tuple[str, ...] = (
    "Aisha", "Alan", "Alice Mary", "Amara", "Anders", "Andrea", "Anna-Lena", "Beatriz", "Benjamin",
    "Bridget", "Carlos", "Catherine", "Chidi", "Clara", "Colin", "Daniel J", "Deborah", "Diana", "Edward",
    "Eleanor", "Emre", "Erin", "Esther", "Fatima", "Fiona", "François", "Georgia", "Gordon", "Grace",
    "Hannah", "Harriet", "Hugh", "Ines", "Isobel", "James", "Jean-Paul", "Joanna", "José", "Karen L",
    "Katarzyna", "Kenji", "Laura", "Lewis", "Lucia", "Magnus", "Maria", "Marcus", "Mei", "Mohammed",
    "Nadia", "Naomi", "Niamh", "Oluwaseun", "Oscar", "Patrick", "Pauline", "Priya", "Rachel", "Ravi",
    "Rebecca", "Robert", "Rosalind", "Ruth", "Samuel", "Sarah", "Siobhan", "Sofia", "Stefan", "Suzanne",
    "Thomas", "Ursula", "Victoria", "Wendy", "William", "Xiu", "Yusuf", "Zoë",
)  # fmt: skip
GROUPS: tuple[str, ...] = (
    "Link Worker Evaluation Group", "Northern Social Prescribing Collaboration", "Community Connections Study Team",
)  # fmt: skip
AFFILIATIONS: tuple[str, ...] = (
    "School of Health, University of Aldmoor, Aldmoor, UK.",
    "Department of Primary Care, Kestrel University, Kestrel, UK.",
    "Centre for Community Studies, Westhaven University, Westhaven, Ireland.",
    "Institute of Public Health, Nordby University, Nordby, Denmark.",
    "Faculty of Nursing, University of Porto Novo Antigo, Portugal.",
    "Division of Psychology &amp; Mental Health, Ashby College, London, UK. research@example.org.",
)

# Title, abbreviation (ISO and MedlineTA alike), country. The last is where preprints are.
JOURNALS: tuple[tuple[str, str, str], ...] = (
    ("Synthetic journal of primary care", "Synth J Prim Care", "England"),
    ("Annals of imaginary general practice", "Ann Imag Gen Pract", "England"),
    ("Community health models", "Community Health Models", "United States"),
    ("Health and social care in theory", "Health Soc Care Theory", "England"),
    ("Invented public health", "Invent Public Health", "England"),
    ("Journal of simulated ageing", "J Simul Ageing", "Scotland"),
    ("Model family practice", "Model Fam Pract", "Netherlands"),
    ("Open test medicine", "Open Test Med", "Switzerland"),
    ("Placeholder psychiatry", "Placehold Psychiatry", "United States"),
    ("Qualitative fictions in health", "Qual Fict Health", "United States"),
    ("Scandinavian journal of examples", "Scand J Ex", "Sweden"),
    ("Fixture cell biology : FCB", "Fixture Cell Biol", "United States"),
    ("Mock surgery &amp; anaesthesia", "Mock Surg Anaesth", "Germany"),
    ("Dummy data in genetics", "Dummy Data Genet", "United States"),
    ("Revista de ejemplos sanitarios", "Rev Ejempl Sanit", "Spain"),
    ("Notional trials", "Notion Trials", "England"),
    ("syntRxiv : a preprint server of examples", "syntRxiv", "United States"),
)
PREPRINTS = len(JOURNALS) - 1
FAR_JOURNALS: tuple[int, ...] = (7, 11, 12, 13, 15)
NEAR_JOURNALS: tuple[int, ...] = (0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 14)


def issn(number: int) -> str:
    """A well-formed ISSN (check digit included) from the reserved-looking block 0000-9xxx."""
    digits = f"{9000000 + number:07d}"
    rest = -sum((8 - place) * int(digit) for place, digit in enumerate(digits)) % 11
    return f"{digits[:4]}-{digits[4:]}{'X' if rest == 10 else rest}"


def author(number: int) -> tuple[str, str, str]:
    """Family name, given names and initials of an author number."""
    family = FAMILIES[number % len(FAMILIES)]
    given = GIVENS[number // len(FAMILIES) % len(GIVENS)]
    initials = "".join(part[0] for part in given.replace("-", " ").split())
    return family, given, initials
