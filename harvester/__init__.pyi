# For type checkers: harvester/__init__.py gives these by name, when they are asked for.
from harvester.dedupe import dedupe as dedupe
from harvester.dialects.translate import read_query as read_query
from harvester.dialects.translate import translate as translate
from harvester.dialects.translate import translate_all as translate_all
from harvester.errors import HarvesterError as HarvesterError
from harvester.formats import read as read_records
from harvester.formats import write as write_records
from harvester.lint import check as check
from harvester.lint import check_query as check_query
from harvester.match import Index as Index
from harvester.match import Matcher as Matcher
from harvester.match import Tally as Tally
from harvester.record import Author as Author
from harvester.record import PartialDate as PartialDate
from harvester.record import Record as Record
from harvester.record import Section as Section
from harvester.store import each_record as each_record
from harvester.store import open_store as open_store
from harvester.strategy import Strategy as Strategy
from harvester.strategy import load as load_strategy
from harvester.strategy import read as read_strategy

__version__: str
__all__ = [
    "Author",
    "HarvesterError",
    "Index",
    "Matcher",
    "PartialDate",
    "Record",
    "Section",
    "Strategy",
    "Tally",
    "__version__",
    "check",
    "check_query",
    "dedupe",
    "each_record",
    "load_strategy",
    "open_store",
    "read_query",
    "read_records",
    "read_strategy",
    "translate",
    "translate_all",
    "write_records",
]
