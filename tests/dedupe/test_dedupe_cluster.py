"""From judged pairs to works: the surest first, no group that contradicts itself, decisions by hand above all."""

from __future__ import annotations

from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from harvester.dedupe.cluster import Decision, cluster
from harvester.dedupe.compare import Evidence, Verdict

NAMES = "abcdef"


def same(a: str, b: str, score: float = 0.95) -> Evidence:
    """A pair judged the same."""
    return Evidence(a, b, Verdict.SAME, score, ("titles equal",))


def veto(a: str, b: str) -> Evidence:
    """A pair that contradicts."""
    return Evidence(a, b, Verdict.DIFFERENT, 0.01, ("titles contradict",), vetoed=True)


def run(
    evidence: list[Evidence], decisions: list[Decision] | None = None, unseen: set[str] | None = None
) -> tuple[list[str], list[Evidence], list[Decision]]:
    """Clusters of NAMES as strings; pairs in `unseen` ("ac") contradict when they are looked at."""

    def judge(low: int, high: int) -> Evidence:
        a, b = NAMES[low], NAMES[high]
        return veto(a, b) if a + b in (unseen or set()) else Evidence(a, b, Verdict.DIFFERENT, 0.2, ())

    groups, settled, conflicts = cluster(list(NAMES), evidence, decisions or [], judge)
    return ["".join(NAMES[place] for place in group) for group in groups], settled, conflicts


def test_pairs_join_in_chains() -> None:
    """a ~ b and b ~ c are one work when a and c do not contradict."""
    assert run([same("a", "b"), same("b", "c")])[0] == ["abc", "d", "e", "f"]


def test_a_chain_breaks_at_a_contradiction_and_the_surest_pair_stays() -> None:
    """a ~ b and b ~ c do not join a and c that contradict: the weaker pair becomes uncertain, and says why."""
    groups, settled, _ = run([same("a", "b", 0.99), same("b", "c", 0.95), veto("a", "c")])
    assert groups == ["ab", "c", "d", "e", "f"]
    weaker = next(each for each in settled if (each.a, each.b) == ("b", "c"))
    assert weaker.verdict is Verdict.UNCERTAIN
    assert "contradict" in weaker.reasons[-1]


def test_a_contradiction_that_blocking_did_not_see_is_found() -> None:
    """Pairs across two groups are looked at before the groups join."""
    groups, settled, _ = run([same("a", "b", 0.99), same("b", "c")], unseen={"ac"})
    assert groups[0] == "ab"
    assert "joining them would join a and c, which contradict" in settled[-1].reasons


def test_decisions_by_hand_join_and_part() -> None:
    """A person's word counts more than any evidence."""
    assert run([veto("a", "b")], [Decision("a", "b", "same")])[0][0] == "ab"
    assert run([same("a", "b", 1.0)], [Decision("a", "b", "different")])[0][:2] == ["a", "b"]
    chain = [same("a", "b"), same("b", "c")]
    assert "ac" not in "".join(run(chain, [Decision("a", "c", "different")])[0][0])


def test_later_decisions_count_more() -> None:
    """Of two decisions that contradict the later is followed, the earlier reported."""
    first, then = Decision("a", "b", "same"), Decision("a", "b", "different")
    groups, _, conflicts = run([], [first, then])
    assert groups[:2] == ["a", "b"]
    assert conflicts == [first]
    groups, _, conflicts = run([], [then, first])
    assert groups[0] == "ab"
    assert conflicts == [then]


def test_decisions_about_unknown_records_wait() -> None:
    """A decision about a record that is not there changes nothing and is no conflict."""
    assert run([same("a", "b")], [Decision("a", "z", "same")])[0::2] == (["ab", "c", "d", "e", "f"], [])


pairs = st.sampled_from([(a, b) for a, b in combinations(NAMES, 2)])


@given(st.dictionaries(pairs, st.floats(0.9, 1.0)), st.sets(pairs), st.sets(pairs), st.randoms())
def test_no_group_holds_a_contradiction(
    joins: dict[tuple[str, str], float], vetoes: set[tuple[str, str]], unseen: set[tuple[str, str]], random: object
) -> None:
    """Whatever the pairs, no two members of a group contradict, all records are there, and order plays no part."""
    evidence = [same(*pair, score) for pair, score in joins.items() if pair not in vetoes]
    evidence += [veto(*pair) for pair in vetoes]
    hidden = {a + b for a, b in unseen - set(joins)}
    groups, settled, _ = run(evidence, unseen=hidden)
    assert sorted("".join(groups)) == list(NAMES)
    for group in groups:
        assert not any((a, b) in vetoes or a + b in hidden for a, b in combinations(group, 2))
    random.shuffle(evidence)  # type: ignore[attr-defined]
    assert run(evidence, unseen=hidden)[:2] == (groups, settled)
