"""The query editor: runs, stops, completes, tells errors, keeps its state in the address."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import Page, expect

NAMES = "SELECT ?o ?n { ?o a eurio:Organisation ; rdfs:label ?n } ORDER BY ?n LIMIT 3"


def type_query(page: Page, query: str) -> None:
    page.locator(".yasqe .CodeMirror").click()
    page.keyboard.press("Control+A")
    page.keyboard.insert_text(query)


def test_a_query_without_prefixes_runs_and_can_be_mailed(page: Page) -> None:
    page.goto("/editor")
    type_query(page, NAMES)
    expect(page.locator(".CodeMirror-gutters ~ * .parseErrorIcon")).to_have_count(0)
    page.keyboard.press("Control+Enter")
    expect(page.locator("#status")).to_have_text("3 rows")
    link = page.locator("#result td a").first
    assert (link.get_attribute("href") or "").startswith("/id/organisation/")
    assert "http" not in (link.text_content() or "http"), "a name stands for the IRI"
    page.goto(page.url)  # as somebody who got it by mail
    expect(page.locator("#status")).to_have_text("3 rows")
    query = parse_qs(urlsplit(page.url).query)["query"][0]
    assert query.startswith("PREFIX eurio: <"), "it is whole: another program can run it"
    expect(page.locator(".CodeMirror-code")).not_to_contain_text("PREFIX")


def test_a_wrong_query_says_why_and_a_long_one_can_be_stopped(page: Page) -> None:
    page.goto("/editor")
    type_query(page, "SELECT ?x { ?x ?y }")
    page.locator("#run").click()
    expect(page.locator("#status")).to_contain_text("No answer: ")
    page.route("**/sparql", lambda route: None)  # an answer that never comes
    page.locator("#run").click()
    page.get_by_role("button", name="Stop").click()
    expect(page.locator("#status")).to_have_text("Stopped.")


def test_without_scripts_the_form_asks(plain: Page) -> None:
    plain.goto("/editor")
    plain.locator("#query").fill(
        f"PREFIX eurio: <http://data.europa.eu/s66#>\n"
        f"PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>\n{NAMES}"
    )
    plain.get_by_role("button", name="Run").click()
    expect(plain.locator("#status")).to_contain_text("3 rows")
    assert plain.locator("#result tbody tr").count() == 3


def test_a_result_is_drawn_stopped_and_mailed_in_each_view(page: Page) -> None:
    page.goto("/editor")
    for view, drawn in (("Chart", "table.bars tr"), ("Map", "svg.world circle"),
                        ("Network", ".note")):  # fmt: skip
        page.get_by_role("radio", name=view).check()
        expect(page.locator(f"#result {drawn}").first).to_be_visible()
        assert parse_qs(urlsplit(page.url).query)["view"] == [view.lower()]
    expect(page.locator("#result")).to_contain_text("needs two columns of things")
    type_query(page, "SELECT ?a ?o { ?a pm:partner ?o } ORDER BY ?a ?o LIMIT 40")
    page.locator("#run").click()
    expect(page.locator("#result figcaption")).to_contain_text("40 ties between a and o")
    page.goto(page.url)  # as somebody who got it by mail
    expect(page.locator("#result figcaption")).to_contain_text("40 ties between a and o")
    assert (page.locator("#result svg a").first.get_attribute("href") or "").startswith("/id/")
    page.route("**/editor?**", lambda route: None)  # an answer that never comes
    page.locator("#run").click()
    page.get_by_role("button", name="Stop").click()
    expect(page.locator("#status")).to_have_text("Stopped.")
