"""Words that deduplication knows, as data."""

from __future__ import annotations


def _bag(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Words that come and go in a title without making another title.
SMALL = _bag(
    """a an the of in on for and or to with by from at as is are its their der die das und des den le la les de du et el
    los las en y un une ein eine sup sub inf i1 nbsp amp lt gt quot ti title article review research original full text
    abstract editorial letter s author authors transl translated proceeding proceedings
    english french german italian spanish portuguese russian japanese chinese korean polish czech turkish dutch danish
    swedish norwegian finnish hungarian romanian ukrainian croatian serbian bulgarian hebrew arabic persian greek"""
)

# A word that, added to a title, makes it the title of another publication.
OTHER_WORK = _bag(
    """protocol erratum errata corrigendum correction retraction retracted addendum reply response comment comments
    commentary rejoinder pilot feasibility followup update updated edition supplement appendix part preliminary interim
    rationale design"""
)

# Some of these are in every title that is a correction's or a comment's; of a comment, first or last in it.
CORRECTION_WORDS = _bag(
    """erratum errata erratums corrigend corrigendum corrigenda corrigendums addendum addendums correction corrections
    error errors retraction concern notice vol"""
)
COMMENT_FIRST = _bag(
    """comment comments commentary reply replies response author authors in re letter discussion rejoinder rejoinders"""
)
COMMENT_LAST = _bag("reply response comment comments commentary rejoinder letter editorial")

ROMAN = {
    "i": "1", "ii": "2", "iii": "3", "iv": "4", "v": "5", "vi": "6", "vii": "7", "viii": "8", "ix": "9", "x": "10",
    "xi": "11", "xii": "12",
}  # fmt: skip
NUMBER_WORDS = {
    "one": "1", "two": "2", "three": "3", "four": "4", "five": "5", "six": "6", "seven": "7", "eight": "8", "nine": "9",
    "ten": "10", "first": "1", "second": "2", "third": "3", "fourth": "4", "fifth": "5",
}  # fmt: skip

# Stems of which exchanging one for another makes another work, whatever else agrees.
OPPOSITES = tuple(
    _bag(group)
    for group in (
        "vivo vitro silico", "adult child adolescent infant neonat elder", "men women", "male female", "boy girl",
        "mother father", "early late", "acute chronic", "short long", "high low", "increas decreas",
        "positive negative", "before after", "left right", "upper lower", "north south east west",
        "mouse rat human", "mice rats", "inpatient outpatient", "urban rural", "quantitative qualitative",
        "summer winter spring autumn", "primary secondary tertiary", "public private",
        "alpha beta gamma delta epsilon", "oral intravenous", "anterior posterior", "systolic diastolic",
        "sensitive resistant", "agonist antagonist", "with without",
    )
)  # fmt: skip
# Beginnings of which exchanging one for the other does so where the rest of the word is the same.
OPPOSITE_PREFIXES = (
    ("hyper", "hypo"), ("intra", "inter"), ("intra", "extra"), ("pre", "post"), ("pro", "anti"), ("under", "over"),
    ("macro", "micro"), ("mono", "poly"), ("uni", "bi"), ("intro", "extro"), ("homo", "hetero"), ("endo", "exo"),
)  # fmt: skip
# Beginnings that turn a word round.
NEGATIONS = ("non", "un", "anti", "in", "im", "dis")

# Spellings that differ by country or transliteration: each is written as its second form before words are compared.
SPELLINGS = (
    ("our", "or"), ("ae", "e"), ("oe", "e"), ("is", "iz"), ("ys", "yz"), ("ph", "f"), ("ll", "l"), ("mm", "m"),
    ("re", "er"), ("ue", "u"), ("sz", "s"), ("ck", "k"),
)  # fmt: skip

NOT_NAMES = _bag(
    """and null et al others jr sr anonymous anon no authorship indicated dr prof md phd nan unknown author authors
    various"""
)

# What may follow the name of a journal that has a sister: Angew Chem Int Ed Engl, J Hand Surg Am, Neurologia (Engl Ed).
EDITIONS = _bag(
    """int international ed edition engl english am american eur european br british online electronic print resource
    suppl supplement supplementum usa uk journal"""
)
# But by themselves these make another journal: Parasitology International, Virology Journal, Medical Education Online.
ALONE = _bag("int international journal online")

SMALL_JOURNAL_WORDS = _bag(
    """the of and for in into on a an to with its der die und fur von de la le les l d et du des y e i en del della dei
    di do da ses voor van part pt section sect series ser serie reihe ausg"""
)

# Words that any meeting's name may have: they do not tell one from another.
MEETING_WORDS = _bag(
    """conference international annual meeting congress symposium workshop proceedings journal supplement ieee acm sig
    first second third fourth fifth sixth seventh eighth ninth tenth thirty twenty thirtieth twentieth fortieth fiftieth
    society association"""
)

# Words that tell one meeting of a name from another of the same name.
REGIONS = _bag(
    """european europe american americas america asian asia pacific african africa australasian australian hawaii nordic
    scandinavian british canadian german french italian chinese japanese korean indian national world latin
    mediterranean regional student doctoral"""
)

# Words of headings that recur in every issue: a title made of them alone says nothing.
GENERIC = _bag(
    """editorial editorials editor editors introduction introductory preface foreword prologue epilogue remarks note
    notes notice message welcome letter letters reply replies response comment comments commentary correspondence news
    book books review reviews abstract abstracts proceedings index contents announcement announcements obituary memoriam
    errata erratum correction corrections corrigendum guest special issue section this table forum viewpoint perspective
    perspectives annual report meeting conference congress symposium program programme poster posters session sessions
    oral presentation presentations supplement volume number part discussion question questions answer answers what new
    case study january february march april may june july august september october november december conclusion
    conclusions summary highlights research update president presidential address column media author authors"""
)

# Function words by which a title's language shows.
ENGLISH = _bag(
    "the of and in for with on to from by an at as is are their its between among during after through using"
)
FOREIGN = _bag(
    """der die das und fur des dem den von im mit bei zur zum eine einer auf als uber nach ein
    le les du et dans chez une pour sur aux avec par au
    el los las y del en por con para una como entre
    il di della delle dei nel nella e per gli che con
    da do dos na no em um uma os ao
    het een van voor bij
    och av til og hos pa i for ett
    w z na u po do v pri se a"""
) - _bag("a i e no do for in on")
