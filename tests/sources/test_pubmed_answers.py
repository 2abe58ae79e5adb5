"""Every answer of E-utilities is told apart: good, passing, refused, unknown."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from fake_pubmed import article, article_set

from harvester.errors import Changed, Refused
from harvester.http import Answer, TryAgain
from harvester.sources.pubmed_answers import (
    HistoryLostError,
    judge_info,
    judge_records,
    judge_search,
    last_update,
    pmids,
    read_search,
    refusal,
)

SEARCH = (
    "<eSearchResult><Count>2</Count><RetMax>2</RetMax><RetStart>0</RetStart><QueryKey>1</QueryKey><WebEnv>E1</WebEnv>"
    "<IdList><Id>22</Id><Id>11</Id></IdList><QueryTranslation>x[tiab]</QueryTranslation>{more}</eSearchResult>"
)


def answer(body: str | bytes, *, status: int = 200, media_type: str = "text/xml", request: str = "POST x") -> Answer:
    """An answer with that body."""
    data = body.encode() if isinstance(body, str) else body
    return Answer(status, data, media_type, "https://example.org", request, datetime(2022, 7, 31, tzinfo=UTC))


def test_a_good_listing_is_read() -> None:
    """Count, ids in order, place on the history server, translation."""
    found = read_search(answer(SEARCH.format(more="")))
    assert (found.count, found.ids) == (2, ("22", "11"))
    assert (found.web_env, found.query_key, found.translation) == ("E1", "1", "x[tiab]")
    assert found.warnings == ()


def test_a_json_listing_says_the_same() -> None:
    """Should NCBI answer in JSON, nothing is lost."""
    body = {
        "header": {"type": "esearch", "version": "0.3"},
        "esearchresult": {
            "count": "2",
            "idlist": ["22", "11"],
            "webenv": "E1",
            "querykey": "1",
            "querytranslation": "x[tiab]",
            "errorlist": {"phrasesnotfound": ["foo bar*"], "fieldsnotfound": []},
            "warninglist": {"phrasesignored": [], "quotedphrasesnotfound": ['"a b"[tiab]'], "outputmessages": []},
        },
    }
    found = read_search(answer(json.dumps(body), media_type="application/json"))
    assert (found.count, found.ids, found.web_env) == (2, ("22", "11"), "E1")
    assert found.warnings == (
        "PubMed did not find 'foo bar*' and left it out of the search.",
        'PubMed does not know the quoted phrase "a b"[tiab] and did not search it as a phrase.',
    )


def test_every_dropped_phrase_is_named() -> None:
    """Each of the server's warnings becomes a sentence that holds the phrase."""
    more = (
        "<ErrorList><PhraseNotFound>social brokr*</PhraseNotFound><FieldNotFound>xyz</FieldNotFound></ErrorList>"
        '<WarningList><PhraseIgnored>the</PhraseIgnored><QuotedPhraseNotFound>"link wrk"[tiab]</QuotedPhraseNotFound>'
        "<OutputMessage>No items found.</OutputMessage></WarningList>"
    )
    assert read_search(answer(SEARCH.format(more=more))).warnings == (
        "PubMed did not find 'social brokr*' and left it out of the search.",
        "PubMed does not know the field 'xyz'.",
        "PubMed ignored 'the'.",
        'PubMed does not know the quoted phrase "link wrk"[tiab] and did not search it as a phrase.',
        "PubMed says: No items found.",
    )


@pytest.mark.parametrize(
    "body",
    [
        '{"error":"API rate limit exceeded","api-key":"192.0.2.1","count":"4","limit":"3"}',
        '{"error":"API rate limit exceeded","count":"11"}',
        '{"header":{"type":"esearch"},"esearchresult":{"ERROR":"Search Backend failed: ..."}}',
        '{"header":{"type":"esearch"},"esearchresult":{"ERROR":"Search Backend fai',
        "<eSearchResult><ERROR>Search Backend failed: timed out</ERROR></eSearchResult>",
        "<head> <title>NCBI/eutils202 - WWW Error 500 Diagnostic</title></head><h1>Server Error</h1>",
        "<html><body>Sorry</body></html>",
        "<!DOCTYPE html><html></html>",
        SEARCH.format(more="")[:-30],
        SEARCH.format(more="<broken>"),
        "Unable to route request!",
        "",
        "30049270",
        "[1]",
    ],
)
def test_what_passes_is_asked_for_again(body: str) -> None:
    """None of these is a count, and asking again may give one."""
    with pytest.raises(TryAgain):
        judge_search(answer(body))


@pytest.mark.parametrize(
    ("body", "limited"),
    [
        ('{"error":"API rate limit exceeded","count":"11"}', True),
        ('{"error":"Search Backend failed: x"}', False),
    ],
)
def test_a_complaint_of_too_many_requests_is_told_apart(body: str, limited: bool) -> None:
    """Only that one makes every process pause."""
    with pytest.raises(TryAgain) as caught:
        judge_search(answer(body))
    assert caught.value.limited is limited


@pytest.mark.parametrize(
    "body",
    [
        "<eSearchResult><ERROR>Empty term and query_key - nothing todo</ERROR></eSearchResult>",
        "<eSearchResult><ERROR>Search Backend failed: Position 15 is out of acceptable range</ERROR></eSearchResult>",
        "<eSearchResult><ERROR>'retstart' cannot be larger than 9998.</ERROR></eSearchResult>",
        "<eSearchResult><ERROR>Search Backend failed: the number of wildcards exceeds 256</ERROR></eSearchResult>",
        '{"error":"API key invalid","api-key":"x"}',
    ],
)
def test_what_stays_wrong_is_refused(body: str) -> None:
    """Asking again would be useless."""
    with pytest.raises(Refused) as caught:
        judge_search(answer(body))
    assert caught.value.hint


def test_too_many_truncations_are_not_taken_for_an_outage() -> None:
    """A failing backend and more than 256 stars is the query's fault."""
    failing = "<eSearchResult><ERROR>Search Backend failed: x</ERROR></eSearchResult>"
    with pytest.raises(Refused, match="256"):
        judge_search(answer(failing, request="POST x term=" + "abcd%2A+" * 257))
    with pytest.raises(TryAgain):
        judge_search(answer(failing, request="POST x term=" + "abcd%2A+" * 256))


@pytest.mark.parametrize(
    "body", ["<other/>", "<other></other>", "<eSearchResult></eSearchResult>", '{"esearchresult":{}}', '{"x":1}']
)
def test_an_unknown_shape_is_a_change(body: str) -> None:
    """The program says that it needs mending instead of guessing."""
    with pytest.raises(Changed):
        judge_search(answer(body))


def test_a_whole_set_of_records_is_taken() -> None:
    """With records, with none, and with one that is broken in itself (that is quarantine's business)."""
    judge_records(answer(article_set(article(1), article(2))))
    judge_records(answer(article_set()))
    judge_records(answer('<?xml version="1.0" ?>\n<PubmedArticleSet/>'))
    judge_records(answer(article_set("<PubmedArticle><broken></PubmedArticle>")))


@pytest.mark.parametrize(
    "body",
    [
        '{"header":{"type":"esearch","version":"0.3"},"esearchresult":{"count":"1","idlist":["1"]}}',
        article_set(article(1), article(2))[:-40],
        article_set(article(1))[: -len("</PubmedArticleSet>")],
        "<html>x</html>",
        '{"error":"API rate limit exceeded"}',
        "30049270",
        "",
    ],
)
def test_cut_or_foreign_records_are_asked_for_again(body: str) -> None:
    """A PubmedArticleSet that is cut short is never parsed as if whole."""
    with pytest.raises(TryAgain):
        judge_records(answer(body))


def test_too_many_ids_are_refused() -> None:
    """The server's limit on ids is an error of the program's."""
    with pytest.raises(Refused):
        judge_records(answer("Too many UIDs in request. Maximum number of UIDs is 500 for JSON format output."))


@pytest.mark.parametrize(
    "body",
    [
        "<eFetchResult><ERROR>Unable to obtain query #1</ERROR></eFetchResult>",
        "<eFetchResult>\n<ERROR>Wrong WebEnv: not found</ERROR>\n</eFetchResult>",
        "Unable to obtain query #1",
    ],
)
def test_a_lost_history_is_told_apart(body: str) -> None:
    """Then the search is sent again, whether the status was 200 or 400."""
    with pytest.raises(HistoryLostError):
        judge_records(answer(body))
    with pytest.raises(HistoryLostError):
        refusal(answer(body, status=400))


def test_other_refusals_are_left_to_the_client() -> None:
    """A 4xx that says nothing known is simply refused."""
    assert refusal(answer("no such database", status=400)) is None  # type: ignore[func-returns-value]


def test_the_last_update_is_a_day() -> None:
    """einfo's date closes windows; where there is none, that is said."""
    info = "<eInfoResult><DbInfo><DbName>pubmed</DbName><LastUpdate>{day}</LastUpdate></DbInfo></eInfoResult>"
    assert last_update(answer(info.format(day="2026/11/20 10:37"))) == date(2026, 11, 20)
    assert last_update(answer(info.format(day=""))) is None
    with pytest.raises(TryAgain):
        judge_info(answer("<html></html>"))


def test_only_the_records_own_numbers_are_read() -> None:
    """Numbers that a record cites are not records."""
    cited = "<CommentsCorrections RefType='Cites'><PMID Version='1'>999</PMID></CommentsCorrections>"
    book = "<PubmedBookArticle><BookDocument>\n<PMID Version='1'>5</PMID></BookDocument></PubmedBookArticle>"
    body = article_set(article(1).replace("</Article>", "</Article>" + cited), book)
    assert pmids(body.encode()) == ["1", "5"]


def test_every_recorded_error_is_told_apart(shared_data: Path) -> None:
    """The errors that users of other clients saw: none is taken for an answer."""
    path = shared_data / "payloads/pubmed/observed_errors.json"
    if not path.is_file():
        pytest.skip("the recorded errors are not there")
    verdicts = {}
    for each in json.loads(path.read_text()):
        for judge in (judge_search, judge_records):
            try:
                judge(answer(each["body"]))
            except (TryAgain, Refused, Changed) as verdict:
                verdicts[each["kind"], judge.__name__] = type(verdict).__name__
            else:
                pytest.fail(f"{each['kind']} was taken for an answer by {judge.__name__}")
    assert verdicts["rate limit", "judge_search"] == "TryAgain"
    assert verdicts["rate limit (documented form)", "judge_records"] == "TryAgain"
    assert verdicts["esearch backend error, JSON", "judge_search"] == "TryAgain"
    assert verdicts["esearch retstart too big, XML", "judge_search"] == "Refused"
    assert verdicts["esearch retstart=9999", "judge_search"] in ("Refused", "TryAgain")
    assert verdicts["esummary/efetch JSON over 500 ids", "judge_records"] == "Refused"
    assert verdicts["HTML 500", "judge_search"] == "TryAgain"
    assert verdicts["efetch retmode=json (unsupported)", "judge_records"] == "TryAgain"


def test_recorded_listings_are_read_or_refused(shared_data: Path) -> None:
    """Each recorded esearch answer gives its count, or is told as an error: never a silent zero."""
    counts = {}
    for path in sorted((shared_data / "payloads/pubmed/biopython").glob("esearch*.xml")):
        try:
            counts[path.stem] = read_search(answer(path.read_bytes())).count
        except (Refused, TryAgain, Changed) as verdict:
            counts[path.stem] = type(verdict).__name__
    if not counts:
        pytest.skip("the recorded answers are not there")
    assert counts["esearch1"] == 63
    assert counts["esearch2"] == 42249
    assert counts["esearch3"] == 2651
    assert counts["esearch8"] == 0
