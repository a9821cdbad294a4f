"""Review in the browser: by token holders only, one queue, written like `permed link` writes."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest

from permed.api.http.review.desk import QueueFilter, ReviewDesk
from permed.api.http.review.session import Sessions
from permed.graph.contributions.corrections import Correction, Corrections
from permed.graph.errors import InputError, NotFoundError
from permed.ingest.linking.judgements import Judgement, Nodes, Verdict, append, read_ledger
from tests.api.http.conftest import running, settings_of
from tests.api.http.sample import BASE, make_release

TOKEN = "a-long-secret"
PAIR = ("organisation/anr", "ror:05f82e368")
ITEM = " ".join(PAIR)


@pytest.fixture
def own_home(tmp_path: Path) -> Path:
    """A home with one doubtful match of the machine, and a report of a reader."""
    home = tmp_path / "releases"
    home.mkdir()
    make_release(home, "2026-01-01-sample")
    machine = Judgement(
        *(PAIR[0], "rdfs:seeAlso", PAIR[1], "semapv:LexicalMatching", "2026-01-01"),
        confidence=0.7,
        comment="likely at 70% only",
        object_label="Université Paris Cité",
    )
    append(tmp_path / "judgements.sssom.tsv", [machine], Nodes(BASE))
    Corrections(home).add(Correction("organisation/dlr", "It moved <b>away</b>"))
    return home


@pytest.fixture
def desk(own_home: Path) -> ReviewDesk:
    return ReviewDesk(own_home, own_home.parent / "judgements.sssom.tsv")


def verdict(home: Path) -> Verdict | None:
    ledger = read_ledger(home.parent / "judgements.sssom.tsv", BASE)
    said = ledger.effective.human.get((min(PAIR), max(PAIR)))
    return said.verdict if said else None


def ids(desk: ReviewDesk, **wish: object) -> list[str]:
    return [item.id for item in desk.page(QueueFilter(**wish), 1).items]  # type: ignore[arg-type]


def test_one_queue_with_filters(desk: ReviewDesk) -> None:
    every = ids(desk)
    assert ITEM in every
    assert every[0].startswith("c-")
    assert ids(desk, kind="report") == every[:1]
    assert ITEM in ids(desk, country="FR")
    assert ITEM not in ids(desk, country="DE")
    assert ITEM not in ids(desk, least=0.8)
    assert ITEM not in ids(desk, most=0.6)
    item = next(i for i in desk.page(QueueFilter(), 1).items if i.id == ITEM)
    assert [side.href for side in item.sides] == [
        "/id/organisation/anr",
        "https://ror.org/05f82e368",
    ]


def test_decide_undo_and_decide_again(desk: ReviewDesk, own_home: Path) -> None:
    for choice, meant in (("accept", Verdict.same), ("reject", Verdict.different)):
        desk.decide(ITEM, choice, "ada")
        assert verdict(own_home) is meant
        assert ITEM not in ids(desk)
        with pytest.raises(InputError, match="is by ada"):
            desk.undo("bob")
        assert desk.undo("ada").startswith("taken back")
        assert verdict(own_home) is None
        assert ITEM in ids(desk)
    desk.decide(ITEM, "unsure", "ada")
    assert verdict(own_home) is Verdict.unsure
    with pytest.raises(NotFoundError):
        desk.decide("pic:1 ror:2", "accept", "ada")
    with pytest.raises(InputError, match="use accept, reject, unsure"):
        desk.decide(ITEM, "withdraw", "ada")


def test_reports_are_settled_in_the_same_queue(desk: ReviewDesk, own_home: Path) -> None:
    (report,) = ids(desk, kind="report")
    desk.decide(report, "duplicate", "ada")
    assert ids(desk, kind="report") == []
    (settled,) = Corrections(own_home).list(settled=True)
    assert (settled.outcome, settled.note) == ("duplicate", "by ada")


@pytest.fixture
def web(own_home: Path) -> Iterator[httpx2.Client]:
    tokens = {"ada": hashlib.sha256(TOKEN.encode()).hexdigest()}
    with (
        running(own_home, settings_of(tokens=tokens)) as address,
        httpx2.Client(base_url=address, follow_redirects=True) as client,
    ):
        yield client


def test_only_those_with_a_token_see_and_decide(web: httpx2.Client, own_home: Path) -> None:
    outside = web.get("/review")
    assert "Your token" in outside.text
    assert "It moved" not in outside.text
    assert web.post("/review/decide", data={"item": ITEM, "choice": "accept"}).status_code == 401
    refused = web.post("/review/session", data={"token": "guess"})
    assert (refused.status_code, refused.cookies) == (401, httpx2.Cookies())
    inside = web.post("/review/session", data={"token": TOKEN})
    assert "It moved &lt;b&gt;away" in inside.text
    assert inside.headers["cache-control"] == "no-store"
    assert "likely at 70% only" in web.get("/review?country=FR&kind=match").text
    form = {"item": ITEM, "choice": "accept", "kind": "match"}
    foreign = {"Sec-Fetch-Site": "cross-site"}
    assert web.post("/review/decide", data=form, headers=foreign).status_code == 401
    assert verdict(own_home) is None
    done = web.post("/review/decide", data=form)
    assert "Agence Nationale de la Recherche and Université Paris Cité: accept" in done.text
    assert re.search(r"<option selected>match</option>", done.text)  # the filters stay
    assert verdict(own_home) is Verdict.same
    assert "taken back" in web.post("/review/undo", data={}).text
    assert verdict(own_home) is None
    web.post("/review/sign-out")
    assert "Your token" in web.get("/review").text
    assert web.get("/review?kind=report").status_code == 200  # signed out: the form
    assert web.get("/review?kind=x").status_code == 400


def test_a_cookie_of_another_key_signs_nobody_in() -> None:
    from starlette.requests import Request
    from starlette.responses import Response

    def asked(cookie: str) -> Request:
        return Request({"type": "http", "headers": [(b"cookie", cookie.encode())]})

    one, other, response = Sessions(), Sessions(), Response()
    one.begin(response, "Ada B. Lovelace", secure=True)
    sent = response.headers["set-cookie"]
    assert {"HttpOnly", "Secure", "SameSite=strict", "Path=/review"} <= set(sent.split("; "))
    assert one.reviewer(asked(sent.split(";")[0])) == "Ada B. Lovelace"
    assert other.reviewer(asked(sent.split(";")[0])) is None
    for cookie in ("permed_review=x", "permed_review=x.y", "other=1", "permed_review=ä.ö"):
        assert one.reviewer(asked(cookie)) is None


def test_without_tokens_nobody_reviews(own_home: Path) -> None:
    with running(own_home, settings_of()) as address:
        told = httpx2.get(address + "/review").text
    assert "Nobody holds a token here" in told
