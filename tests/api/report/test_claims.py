"""Every sentence of the report, computed a second time by brute force."""

from __future__ import annotations

import random
import re
from collections import Counter, defaultdict
from collections.abc import Callable
from datetime import date

import networkx as nx
import polars as pl
import pytest
from sklearn.metrics import adjusted_rand_score

from permed.api.report import FIGURE_SPECS, Selection
from permed.api.report.claims.claim import Claim, claim_table, share
from permed.api.report.figures.data import ReportData
from permed.api.report.figures.suggestions import wilson
from permed.api.text.country_tiles import TILES
from permed.api.text.names import readable
from permed.graph.network import Scope
from permed.graph.network.communities.consensus import _runs
from permed.graph.network.link_prediction.met_elsewhere import TABLE
from permed.graph.releases.release import Release
from tests.api.report import brute_force
from tests.api.report.brute_force import FAMILY, JOINT_WORK, World, counts, graph, largest_part

NUMBER = r"\d+(?:,\d{3})*(?:\.\d+)?"
pytestmark = pytest.mark.slow
Report = tuple[ReportData, World, dict[str, Claim]]
Check = Callable[[ReportData, World, Claim], None]
SELECTIONS = {
    "family": (Selection(Scope(relation=tuple(sorted(FAMILY)))), FAMILY, set()),
    "Malta": (Selection(Scope(of=("MT",))), JOINT_WORK, {"MT"}),
    "tiny": (Selection(Scope(relation=("alliance",))), {"alliance"}, set()),
}


@pytest.fixture(scope="module", params=SELECTIONS)
def report(request: pytest.FixtureRequest, release: Release) -> Report:
    """The claims of one selection, and the same release read by brute force."""
    selection, kinds, of = SELECTIONS[request.param]
    data = ReportData(release, selection)
    world = World(release.path, release.sources, kinds, of)
    specs = [spec for spec in FIGURE_SPECS.values() if spec.applies(data)]
    claims = {claim.key: claim for spec in specs for claim in spec.make(data).claims}
    return data, world, claims


def test_every_sentence_is_recomputed(report: Report) -> None:
    data, world, claims = report
    for key, claim in claims.items():
        if key.endswith(".nothing") or not claim.values:
            _says_nothing(world, claim)
        else:
            CHECKS[key](data, world, claim)


def test_every_figure_of_a_sentence_is_one_of_its_values(report: Report) -> None:
    for claim in report[2].values():
        stated = set(re.findall(NUMBER, claim.sentence))
        assert stated <= _forms(claim), claim


def _forms(claim: Claim) -> set[str]:
    """All ways in which the figures of a claim may stand in its sentence."""
    numbers = [v for v in claim.values.values() if isinstance(v, int | float)]
    numbers += [x for x in (claim.chance, *(claim.interval or ())) if x is not None]
    if "best" in claim.values:
        best = claim.values["best"]
        assert isinstance(best, int)
        numbers += [x / best for x in (claim.chance, *(claim.interval or ())) if x is not None]
    forms = {"5", "5%", "300", "99", "99.9", "1"}  # fixed: rates, and the bounds of `share`
    for signed in numbers:
        number = abs(signed)
        forms |= {f"{number:,.0f}", f"{number:.2f}", f"{number:.3f}", f"{number:g}"}
        forms |= {f"{100 * number:.{d}f}" for d in (0, 1, 2)}
    words = " ".join(
        " ".join(v) if isinstance(v, list) else v
        for v in claim.values.values() if isinstance(v, str | list)
    )  # fmt: skip
    return forms | set(re.findall(NUMBER, words + str(claim.selection)))


def test_claims_are_a_table_with_their_selection(report: Report) -> None:
    table = claim_table(report[2].values())
    assert table.height == len(report[2])
    assert table["selection"].null_count() == 0
    assert (table["selection"].str.len_chars() > 0).all()


def _says_nothing(world: World, claim: Claim) -> None:
    """A sentence without figures says that there is nothing: then there is nothing."""
    net, rows = world.graph, world.rows
    dated = [row for row in rows if row["start"]]
    empty: dict[str, bool] = {
        "when-growth.size": True,  # checked by windows, below
        "when-family.total": not [r for r in dated if r["kind"] in FAMILY],
        "whom-bonds.strongest": not [e for e in net.edges if set(e) & world.own],
        "whom-flows.most": not any(world.topics.get(r["activity"]) for r in rows),
        "gaps-suggestions.first": not _candidates(world),
        "gaps-suggestions.unchecked": True,
        "who-brokers.most": not any(brute_force.open_pairs(net, n) for n in world.own),
        "method-chance.home": True,
        "when-starts.total": not dated,
        "when-starts.coverage": not _weak(world, 2100),
        "when-growth.coverage": not _weak(world, 2100),
        "when-family.coverage": not _weak(world, 2100),
        "whom-pairs.count": True,
        "gaps-topics.empty": not any(world.topics.get(r["activity"]) for r in rows),
        "who-types.most": not any(world.organisations[n]["org_type"] for n in net),
        "where-map.most": not any(row["country"] for row in rows),
    }
    if claim.key.endswith(".nothing"):
        assert not net.edges, claim
    else:
        assert empty[claim.key], claim


def _name(world: World, node: str) -> str:
    return readable(world.organisations[node]["name"])


def _partners(data: ReportData, world: World, claim: Claim) -> None:
    degree = {node: world.graph.degree(node) for node in world.own}
    most = max(degree.values())
    assert claim.values["partners"] == most
    names = {_name(world, node) for node, k in degree.items() if k == most}
    assert claim.values["organisation"] in names
    assert claim.interval is not None
    assert claim.chance is not None
    assert claim.interval[0] <= claim.chance <= claim.interval[1]


def _half(data: ReportData, world: World, claim: Claim) -> None:
    degrees = sorted((world.graph.degree(node) for node in world.own), reverse=True)
    few = next(n for n in range(1, len(degrees) + 1) if 2 * sum(degrees[:n]) >= sum(degrees))
    assert (claim.values["few"], claim.values["organisations"]) == (few, len(degrees))


def _placed(world: World) -> nx.Graph[str]:
    """The network of the organisations whose country is known."""
    return world.graph.subgraph(n for n in world.graph if world.country(n))


def _brokers(world: World) -> list[tuple[int, str]]:
    net = _placed(world)
    found = [(len(brute_force.open_pairs(net, n)), n) for n in world.own if n in net]
    return sorted((pair for pair in found if pair[0]), key=lambda pair: (-pair[0], pair[1]))


def _most_brokers(data: ReportData, world: World, claim: Claim) -> None:
    names = claim.values["names"]
    assert names == [_name(world, node) for _, node in _brokers(world)[:3]]


def _brokers_beside_chance(data: ReportData, world: World, claim: Claim) -> None:
    told = [node for _, node in _brokers(world)[:12]]
    table = {row["id"]: row for row in data.brokers.iter_rows(named=True)}
    kept = [table[node] for node in told if table[node]["expected"] >= 5]
    assert claim.values["shown"] == len(kept)
    if not kept:
        return
    totals = {node: total for total, node in _brokers(world)}
    ratios = [totals[row["id"]] / row["expected"] for row in kept]
    assert claim.values["low"] == pytest.approx(min(ratios))
    assert claim.values["high"] == pytest.approx(max(ratios))
    rare = [(row, r) for row, r in zip(kept, ratios, strict=True) if (row["q"] or 1) <= 0.05]
    assert claim.values["more"] == sum(r > 1 for _, r in rare)
    assert claim.values["fewer"] == sum(r < 1 for _, r in rare)


def _brokers_abroad(data: ReportData, world: World, claim: Claim) -> None:
    _, node = _brokers(world)[0]
    home = world.country(node)
    pairs = brute_force.open_pairs(_placed(world), node)
    apart = [
        1 for i, k in pairs
        if len({world.country(i), world.country(k), home}) == 3
    ]  # fmt: skip
    assert claim.values["share"] == pytest.approx(len(apart) / len(pairs))
    assert claim.values["organisation"] == _name(world, node)


def _types(data: ReportData, world: World, claim: Claim) -> None:
    found = counts([world.organisations[node]["org_type"] for node in world.own])
    most = max(found.values())
    assert claim.values["stated"] == found.total()
    assert claim.values["share"] == pytest.approx(most / found.total())
    named = {kind.replace("-", " ") for kind, n in found.items() if n == most}
    assert claim.values["type"] in named
    assert claim.coverage == pytest.approx(found.total() / len(world.own))


def _fifth(data: ReportData, world: World, claim: Claim) -> None:
    net = world.graph
    gone = len(net) // 5
    ranked = sorted(net, key=lambda node: (-net.degree(node), node))
    assert claim.values["gone"] == gone
    assert claim.values["organisations"] == len(net)
    left = largest_part(net.subgraph(ranked[gone:]))
    assert claim.values["held"] == pytest.approx(left / len(net))
    generator = random.Random(5)
    blind = [
        largest_part(net.subgraph(generator.sample(sorted(net), len(net) - gone))) / len(net)
        for _ in range(40)
    ]
    assert claim.values["random"] == pytest.approx(sum(blind) / 40, abs=0.06)


def _single(data: ReportData, world: World, claim: Claim) -> None:
    net = world.graph
    hubs = sorted(net, key=lambda node: (-net.degree(node), node))[:8]
    lost = {}
    for hub in hubs:
        rest = net.subgraph(set(net) - {hub})
        before = sum(
            len(c - {hub}) * (len(c - {hub}) - 1) // 2 for c in nx.connected_components(net)
        )
        after = sum(len(c) * (len(c) - 1) // 2 for c in nx.connected_components(rest))
        lost[hub] = before - after
    assert claim.values["lost"] == max(lost.values())
    if claim.values["lost"]:
        worst = {_name(world, hub) for hub in hubs if lost[hub] == claim.values["lost"]}
        assert claim.values["organisation"] in worst


def _starts_of(rows: list[brute_force.Row]) -> dict[str, date]:
    found: dict[str, date] = {}
    for row in rows:
        if row["start"]:
            found[row["activity"]] = min(found.get(row["activity"], row["start"]), row["start"])
    return found


def _starts(data: ReportData, world: World, claim: Claim) -> None:
    years = Counter(first.year for first in _starts_of(world.rows).values())
    values = claim.values
    assert (values["activities"], values["first"], values["last"]) == (
        years.total(), min(years), max(years),
    )  # fmt: skip
    assert values["most"] == max(years.values()) == years[int(str(values["top"]))]
    assert claim.coverage == pytest.approx(years.total() / len({r["activity"] for r in world.rows}))


def _weak(world: World, last: int) -> dict[int, list[int]]:
    found = brute_force.by_year(world.joint_work)
    span = range(min(found), min(last, max(found)) + 1)
    ordered = sorted(len(found.get(year, [])) for year in span)
    n = len(ordered)
    middle = (ordered[(n - 1) // 2] + ordered[n // 2]) / 2
    return {
        year: sizes for year in span
        for sizes in [found.get(year, [])]
        if len(sizes) < middle / 4 or 2 * sizes.count(1) >= len(sizes)
    }  # fmt: skip


def _weak_years(data: ReportData, world: World, claim: Claim) -> None:
    weak = _weak(world, data.year)
    assert claim.values["years"] == [str(year) for year in weak]
    told = re.findall(r"(\d{4}): (\d+) activities, (\d+) of them", claim.sentence)
    assert told == [(str(y), str(len(s)), str(s.count(1))) for y, s in weak.items()]


def _windows(data: ReportData, world: World) -> list[tuple[int, set[str]]]:
    """First year and organisations of the newest windows in a row that no weak year touches."""
    weak = set(_weak(world, data.year))
    run: list[tuple[int, set[str]]] = []
    begun = [row["start"].year for row in world.rows if row["start"]]
    for year in range(max(min(begun), 2013), min(data.year, max(begun)) - 1):
        if weak & set(range(year, year + 3)):
            run = []
            continue
        inside = brute_force.during(world.rows, date(year, 1, 1), date(year + 2, 12, 31))
        members = brute_force.events(inside).values()
        run.append((year, set().union(*members)))
    return run


def _growth(data: ReportData, world: World, claim: Claim) -> None:
    run = _windows(data, world)
    (one, before), (two, after) = run[0], run[-1]
    assert claim.values["before"] == len(before)
    assert claim.values["after"] == len(after)
    assert claim.values["first"] == f"{one}–{one + 2}"
    assert claim.values["last"] == f"{two}–{two + 2}"


def _turnover(data: ReportData, world: World, claim: Claim) -> None:
    before, after = (members for _, members in _windows(data, world)[-2:])
    assert claim.values["newcomers"] == len(after - before)
    assert claim.values["leavers"] == len(before - after)


def _family(data: ReportData, world: World, claim: Claim) -> None:
    rows = [row for row in world.rows if row["kind"] in FAMILY]
    starts = _starts_of(rows)
    ends: dict[str, date] = {}
    for row in rows:
        if row["end"]:
            ends[row["activity"]] = max(ends.get(row["activity"], row["end"]), row["end"])
    running = [a for a, d in starts.items() if d <= data.day and ends.get(a, date.min) >= data.day]
    assert claim.values["total"] == len(starts)
    assert claim.values["since"] == min(starts.values()).year
    assert claim.values["running"] == len(running)
    seen = {row["seen"][:10] for _, row in world.tables["roles"] if row["seen"]}
    assert claim.values["day"] in seen


def _by_country(world: World) -> dict[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for row in brute_force.counted(world.rows):
        if row["country"] and row["country"] != "EU":
            found[row["country"]].add(row["activity"])
    return found


def _map(data: ReportData, world: World, claim: Claim) -> None:
    found = _by_country(world)
    ranked = sorted(found, key=lambda code: (-len(found[code]), code))
    assert claim.values["countries"] == len(found)
    assert claim.values["names"] == [world.country_names[code] for code in ranked[:3]]
    known = sum(row["country"] is not None for row in world.rows)
    assert claim.coverage == pytest.approx(known / len(world.rows))


def _nowhere(data: ReportData, world: World, claim: Claim) -> None:
    names = sorted(world.country_names[code] for code in set(TILES) - set(_by_country(world)))
    assert claim.values["none"] == len(names)
    assert claim.values["names"] == names
    assert all(name in claim.sentence for name in names)


def _coordinates(data: ReportData, world: World, claim: Claim) -> None:
    led: dict[str, set[str]] = defaultdict(set)
    for row in world.rows:
        if row["role"] == "coordinator" and row["country"]:
            led[row["country"]].add(row["activity"])
    most = max(map(len, led.values()), default=0)
    assert claim.values["coordinated"] == most
    if most:
        best = {world.country_names[c] for c, done in led.items() if len(done) == most}
        assert claim.values["country"] in best


def _five(data: ReportData, world: World, claim: Claim) -> None:
    paid: Counter[str] = Counter()
    for row in brute_force.counted(world.rows):
        if row["country"] and row["amount"]:
            paid[row["country"]] += row["amount"]
    five = sum(amount for _, amount in paid.most_common(5))
    assert claim.values["share"] == pytest.approx(five / paid.total())
    stated = sum(row["amount"] is not None for row in world.rows)
    assert claim.coverage == pytest.approx(stated / len(world.rows))


def _abroad(data: ReportData, world: World, claim: Claim) -> None:
    ties = [
        (world.country(u), world.country(v)) for u, v in world.graph.edges
        if {u, v} & world.own and world.country(u) and world.country(v)
    ]  # fmt: skip
    across = sum(one != other for one, other in ties)
    assert claim.values["share"] == pytest.approx(across / len(ties) if ties else 0)


def _ties(world: World) -> Counter[tuple[str, ...]]:
    """Ties between two countries, by their names in order of the codes."""
    found: Counter[tuple[str, ...]] = Counter()
    for u, v in world.graph.edges:
        codes = sorted(code for code in (world.country(u), world.country(v)) if code)
        if len(codes) == 2 and codes[0] != codes[1]:
            found[tuple(world.country_names.get(code, code) for code in codes)] += 1
    return found


def _most_ties(data: ReportData, world: World, claim: Claim) -> None:
    found = _ties(world)
    pair = (str(claim.values["one"]), str(claim.values["other"]))
    assert claim.values["ties"] == max(found.values()) == found[pair]


def _elsewhere(data: ReportData, world: World, claim: Claim) -> None:
    others = {v for u in world.own for v in world.graph[u]} - world.own
    assert claim.values["own"] == len(world.own)
    assert claim.values["partners"] == len(others)
    ties = Counter(
        world.country(v) for u in world.own for v in world.graph[u] if v in others
    )  # fmt: skip
    places = {code for code in ties if code and code != "EU"}
    assert claim.values["countries"] == len(places)
    ranked = sorted(places, key=lambda code: (-ties[code], code))
    assert claim.values["names"] == [world.country_names[code] for code in ranked[:3]]


def _communities(data: ReportData, world: World, claim: Claim) -> None:
    sizes = Counter(data.communities.labels.tolist())
    several = sorted((n for n in sizes.values() if n > 1), reverse=True)
    assert sum(sizes.values()) == len(world.graph)
    assert claim.values["communities"] == len(several)
    assert claim.values["large"] == len(several[:10])
    assert claim.values["share"] == pytest.approx(sum(several[:10]) / len(world.graph))


def _stability(data: ReportData, world: World, claim: Claim) -> None:
    runs = _runs(data.network, 20, 1.0, True)
    pairs = [adjusted_rand_score(a, b) for i, a in enumerate(runs) for b in runs[:i]]
    assert claim.values["agreement"] == pytest.approx(sum(pairs) / len(pairs))


def _flows(data: ReportData, world: World, claim: Claim) -> None:
    drawn: Counter[str] = Counter()
    for row in world.rows:
        fields = {world.field(topic, 2) for topic in world.topics.get(row["activity"], ())}
        for name in fields:
            drawn[name] += 1 / len(fields)  # type: ignore[assignment]
    topic, most = max(drawn.items(), key=lambda pair: pair[1])
    assert claim.values["share"] == pytest.approx(most / sum(drawn.values()))
    assert claim.values["topic"] == topic.capitalize()
    about = sum(bool(world.topics.get(row["activity"])) for row in world.rows)
    assert claim.coverage == pytest.approx(about / len(world.rows))


def _pair_count(data: ReportData, world: World, claim: Claim) -> None:
    rows = [row for row in data.pairs.iter_rows(named=True) if row["p"] is not None]
    ranked = sorted(rows, key=lambda row: row["p"])
    passed = max(
        (i for i, row in enumerate(ranked, 1) if row["p"] <= 0.05 * i / len(ranked)), default=0
    )
    told = [row for row in ranked if passed and row["p"] <= ranked[passed - 1]["p"]]
    apart = [row for row in told if row["one"] != row["other"]]
    assert claim.values["tests"] == len(rows)
    assert claim.values["pairs"] == sum(row["one"] != row["other"] for row in rows)
    assert claim.values["more"] == sum(row["observed"] > row["null_mean"] for row in apart)
    assert claim.values["fewer"] == sum(row["observed"] < row["null_mean"] for row in apart)
    assert all(row["null_mean"] >= 5 for row in rows)


def _striking_pair(data: ReportData, world: World, claim: Claim) -> None:
    one, other = str(claim.values["pair"]).split(" and ", 1)
    found = _ties(world)
    assert claim.values["ties"] == found[one, other] + found[other, one]
    assert claim.chance is not None
    assert (claim.values["ties"] > claim.chance) == claim.key.endswith(".more")


def _strongest(data: ReportData, world: World, claim: Claim) -> None:
    weights = {
        (u, v): w for u, v, w in world.graph.edges(data="weight") if {u, v} & world.own
    }  # fmt: skip
    most = max(weights.values())
    assert claim.values["weight"] == most
    names = [{_name(world, u), _name(world, v)} for (u, v), w in weights.items() if w == most]
    assert {claim.values["one"], claim.values["other"]} in names


def _once(data: ReportData, world: World, claim: Claim) -> None:
    weights = [w for u, v, w in world.graph.edges(data="weight") if {u, v} & world.own]
    assert claim.values["share"] == pytest.approx(weights.count(1) / len(weights))


def _topic_cells(data: ReportData, world: World, claim: Claim) -> None:
    about = {
        activity: {world.field(topic, 3) for topic in world.topics[activity]}
        for activity in {row["activity"] for row in world.rows} if world.topics.get(activity)
    }  # fmt: skip
    cells: dict[str, Counter[str]] = defaultdict(Counter)
    for activity, code in {(r["activity"], r["country"]) for r in world.rows if r["country"]}:
        for name in about.get(activity, ()):
            cells[code][name] += 1
    sizes = Counter(name for names in about.values() for name in names)
    rows = sorted(sizes, key=lambda name: (-sizes[name], name))[:14]
    columns = sorted(set(cells) & set(TILES), key=lambda c: (-cells[c].total(), c))[:34]
    empty = Counter(name for name in rows for code in columns if not cells[code][name])
    assert claim.values["pairs"] == len(rows) * len(columns)
    assert claim.values["empty"] == empty.total()
    if empty:
        thin = max(empty.values())
        assert claim.values["reached"] == len(columns) - thin
        named = {name.capitalize() for name, n in empty.items() if n == thin}
        assert claim.values["topic"] in named
    assert claim.coverage == pytest.approx(len(about) / len({r["activity"] for r in world.rows}))


KINDS = ("project", "csa", "funding-network", "partnership", "call", "consortium", "infrastructure")


def _memberships(world: World) -> tuple[list[str], dict[str, set[str]]]:
    status = {key.split("/")[1]: row["eu_status"] for key, row in world.things("countries").items()}
    europe = [c for c in TILES if status.get(c) in ("member-state", "associated")]
    found: dict[str, set[str]] = defaultdict(set)
    for row in brute_force.counted(world.every_role):
        if row["country"] and row["kind"] in KINDS:
            found[row["country"]].add(row["kind"])
    return europe, found


def _everywhere(data: ReportData, world: World, claim: Claim) -> None:
    europe, found = _memberships(world)
    kinds = set().union(*found.values())
    assert claim.values["countries"] == len(europe)
    assert claim.values["kinds"] == len(kinds)
    assert claim.values["full"] == sum(found[code] == kinds for code in europe)


def _outside(data: ReportData, world: World, claim: Claim) -> None:
    europe, found = _memberships(world)
    states = {key.split("/")[1] for key, row in world.things("countries").items()
              if row["eu_status"] == "member-state"}  # fmt: skip
    inside = [code for code in europe if code in states]
    names = sorted(world.country_names[c] for c in inside if "consortium" not in found[c])
    assert claim.values["members"] == len(inside)
    assert claim.values["outside"] == len(names)
    assert claim.values["names"] == names
    assert all(name in claim.sentence for name in names)


def _work(world: World) -> dict[str, set[str]]:
    """Organisation -> topics of its activities."""
    found: dict[str, set[str]] = defaultdict(set)
    for activity, members in world.events.items():
        for node in members:
            found[node] |= world.topics.get(activity, set())
    return found


def _candidates(world: World) -> list[tuple[str, str]]:
    """Unlinked pairs of two countries with a joint partner and a joint topic, one of them ours."""
    net, work = world.graph, _work(world)
    users = Counter(topic for topics in work.values() for topic in topics)
    telling = {topic for topic, n in users.items() if n < len(net)}  # what all work on says nothing
    return [
        (u, v) for v in net for u in {w for z in net[v] for w in net[z]} - {v} - set(net[v])
        if u < v and {u, v} & world.own and world.country(u) != world.country(v)
        and world.country(u) and world.country(v) and work[u] & work[v] & telling
    ]  # fmt: skip


def _suggestion(data: ReportData, world: World, claim: Claim) -> None:
    names = {(_name(world, u), _name(world, v)): (u, v) for u, v in _candidates(world)}
    names |= {(two, one): pair for (one, two), pair in names.items()}
    u, v = names[str(claim.values["one"]), str(claim.values["other"])]
    assert not world.graph.has_edge(u, v)
    assert claim.values["partners"] == len(set(world.graph[u]) & set(world.graph[v]))
    labels = {str(world.things("topics")[t]["label"]) for t in _work(world)[u] & _work(world)[v]}
    assert set(claim.values["topics"]) <= labels  # type: ignore[arg-type]
    assert "no joint activity in this release" in claim.sentence
    everywhere = brute_force.events(world.every_role).values()
    assert not [members for members in everywhere if {u, v} <= members]
    if "nor in a project" in claim.sentence:
        assert not _projects(world, u) & _projects(world, v)


def _projects(world: World, node: str) -> set[int]:
    """Projects of the packaged table in which one of the PICs of an organisation takes part."""
    pics = {
        row["value"] for _, row in world.tables["identifiers"]
        if row["scheme"] == "pic" and world.units.get(row["entity"], row["entity"]) == node
    }  # fmt: skip
    assert pics, node
    rows = pl.read_parquet(TABLE).iter_rows()
    return {project for project, pic in rows if project and str(pic) in pics}


def _met(world: World, year: int) -> tuple[nx.Graph[str], list[tuple[str, str]]]:
    """The network before a year, and the pairs known in it that met in the year."""
    starts = _starts_of(world.rows)
    before = {a: m for a, m in world.events.items() if a in starts and starts[a].year < year}
    during = {a: m for a, m in world.events.items() if a in starts and starts[a].year == year}
    known = graph(before)
    later = graph(during).edges
    return known, [e for e in later if set(e) <= set(known) and not known.has_edge(*e)]


def _unchecked(data: ReportData, world: World, claim: Claim) -> None:
    assert not _met(world, int(str(claim.values["year"])))[1]


def _hindsight(data: ReportData, world: World, claim: Claim) -> None:
    """Hits and interval; the score itself has tests of its own against brute force."""
    year, hits, best = (claim.values[name] for name in ("year", "hits", "best"))
    assert isinstance(hits, int)
    assert isinstance(best, int)
    assert isinstance(year, int)
    known, met = _met(world, year)
    apart = len(known) * (len(known) - 1) / 2 - known.number_of_edges()
    assert claim.chance == pytest.approx(best * len(met) / apart)
    assert hits <= min(best, len(met))
    assert claim.interval == pytest.approx([best * bound for bound in wilson(hits, best)])


def _home(data: ReportData, world: World, claim: Claim) -> None:
    net = world.graph.subgraph(n for n in world.graph if world.country(n)).copy()
    nx.set_node_attributes(net, {n: world.country(n) for n in net}, "country")
    found = nx.attribute_assortativity_coefficient(net, "country")
    assert claim.values["assortativity"] == pytest.approx(found)


def _least(data: ReportData, world: World, claim: Claim) -> None:
    every = {row["entity"] for _, row in world.tables["classifications"]
             if not row["topic"].startswith("pm-relevance/")}  # fmt: skip
    rows = world.rows
    stated = {
        "country": sum(bool(row["country"]) for row in rows),
        "type of organisation": sum(bool(row["type"]) for row in rows),
        "dates": sum(bool(row["start"]) for row in rows),
        "topic of the activity": sum(row["activity"] in every for row in rows),
        "EU contribution": sum(row["amount"] is not None for row in rows),
    }
    least = min(stated.values())
    assert claim.values["roles"] == len(rows)
    assert claim.values["share"] == pytest.approx(least / len(rows))
    assert stated[str(claim.values["what"])] == least


def _days(data: ReportData, world: World, claim: Claim) -> None:
    newest: dict[str, str] = {}
    for source, row in world.tables["roles"]:
        if row["seen"]:
            newest[source] = max(newest.get(source, ""), row["seen"][:10])
    assert claim.values["days"] == [f"{name}={day}" for name, day in sorted(newest.items())]
    built = date.fromisoformat(str(claim.values["built"]))
    for name, day in newest.items():
        age = (built - date.fromisoformat(day)).days
        assert f"{name} {day} ({age} days before)" in claim.sentence


CHECKS: dict[str, Check] = {
    "who-central.partners": _partners,
    "who-central.half": _half,
    "who-brokers.most": _most_brokers,
    "who-brokers.chance": _brokers_beside_chance,
    "who-brokers.abroad": _brokers_abroad,
    "who-types.most": _types,
    "who-hubs.fifth": _fifth,
    "who-hubs.single": _single,
    "when-starts.total": _starts,
    "when-starts.coverage": _weak_years,
    "when-growth.size": _growth,
    "when-growth.turnover": _turnover,
    "when-growth.coverage": _weak_years,
    "when-family.total": _family,
    "when-family.coverage": _weak_years,
    "where-of.partners": _elsewhere,
    "where-map.most": _map,
    "where-map.none": _nowhere,
    "where-countries.coordinates": _coordinates,
    "where-countries.five": _five,
    "where-matrix.abroad": _abroad,
    "where-matrix.most": _most_ties,
    "whom-circles.count": _communities,
    "whom-circles.stability": _stability,
    "whom-flows.most": _flows,
    "whom-pairs.count": _pair_count,
    "whom-pairs.more": _striking_pair,
    "whom-pairs.fewer": _striking_pair,
    "whom-bonds.strongest": _strongest,
    "whom-bonds.once": _once,
    "gaps-topics.empty": _topic_cells,
    "gaps-membership.all": _everywhere,
    "gaps-membership.outside": _outside,
    "gaps-suggestions.first": _suggestion,
    "gaps-suggestions.both": _hindsight,
    "gaps-suggestions.learnt": _hindsight,
    "gaps-suggestions.unchecked": _unchecked,
    "method-chance.home": _home,
    "method-coverage.least": _least,
    "method-coverage.days": _days,
}


def _swapped(cells: set[tuple[str, str]], generator: random.Random) -> set[tuple[str, str]]:
    """Memberships after many checkerboard swaps: both margins stay."""
    ordered, found = sorted(cells), set(cells)
    for _ in range(30 * len(ordered)):
        i, j = generator.randrange(len(ordered)), generator.randrange(len(ordered))
        (a, p), (b, q) = ordered[i], ordered[j]
        if a != b and p != q and (a, q) not in found and (b, p) not in found:
            found -= {(a, p), (b, q)}
            found |= {(a, q), (b, p)}
            ordered[i], ordered[j] = (a, q), (b, p)
    return found


def test_chance_values_are_those_of_swapped_memberships(release: Release) -> None:
    """A second null model with the same margins, of another kind, gives the same means."""
    data = ReportData(release, Selection(Scope(of=("MT",))))
    world = World(release.path, release.sources, JOINT_WORK, {"MT"})
    cells = {(node, event) for event, members in world.events.items() for node in members}
    generator = random.Random(11)
    degrees: Counter[str] = Counter()
    shares = []
    for _ in range(60):
        members: dict[str, set[str]] = defaultdict(set)
        for node, event in _swapped(cells, generator):
            members[event].add(node)
        net = graph(members)
        degrees.update(dict(net.degree))
        ties = [(u, v) for u, v in net.edges if {u, v} & world.own]
        shares.append(sum(world.country(u) != world.country(v) for u, v in ties) / len(ties))
    place = {name: i for i, name in enumerate(data.network.nodes["id"])}
    for node in world.own:
        mean = data.draws["degree"].mean[place[node]]
        assert degrees[node] / 60 == pytest.approx(mean, rel=0.15, abs=1.5)
    assert sum(shares) / 60 == pytest.approx(data.draws["abroad"].mean[0], abs=0.01)


def test_shares_are_never_all_or_nothing_where_they_are_not() -> None:
    assert [share(x) for x in (1.0, 0.999, 0.5, 0.001, 0.0)] == [
        "100%", "more than 99%", "50%", "less than 1%", "0%",
    ]  # fmt: skip
    assert share(0.9996, 1) == "more than 99.9%"


def test_wilson_interval_of_a_published_example() -> None:
    # Newcombe, Statistics in Medicine 17, 1998, table I: 81 of 263
    assert wilson(81, 263) == pytest.approx((0.2553, 0.3662), abs=5e-5)
    assert wilson(0, 20) == pytest.approx((0, 0.1611), abs=5e-5)
