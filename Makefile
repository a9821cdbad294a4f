# The same commands here and in CI. Needs only Python 3.11+ and make. `make help` lists them.
PYTHON ?= python3
BIN := .venv/bin
READY := .venv/.ready
DEV := .venv/.dev
DOCS := .venv/.docs
CLIENTS := .venv/.clients
EXTRAS ?= all
PIP := $(BIN)/python -m pip install -q --no-compile --disable-pip-version-check -c constraints.txt
PARALLEL := -n auto --dist loadfile --no-loadscope-reorder
# files with such tests: the import of all others takes longer than many a test
marked = $(shell grep -rl --include='test_*.py' 'mark\.$(1)' tests)
# each command starts several processes; without compiled modules every one of them compiles anew
unexport PYTHONDONTWRITEBYTECODE
BUILT := api/http/static/built/outlines.json
TOOLS := web/node_modules/.dev
WEB := web/set_up web/package-lock.json $(wildcard web/*.js web/src/*.js web/src/*/*.js)

.DEFAULT_GOAL := help
.PHONY: help run serve quick test long whole browser full conformance coverage check static contract bench pages docs setup release clean

help:                    ## list the commands
	@sed -n 's/^\([a-z]*\):[^#]*## \(.*\)/make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 18

run: $(READY) $(BUILT)   ## set up, build the graph from the packaged data, report, say what to open
	@$(BIN)/permed build
	@$(BIN)/permed network top --limit 12
	@$(BIN)/permed report network --out out/report
	@echo
	@echo "Next: open  out/report/index.html   the strategy report"
	@echo "      run   make serve              SPARQL, REST and pages on http://127.0.0.1:8000"
	@echo "      run   .venv/bin/permed query --list"

serve: $(READY) $(BUILT) ## serve the current release on http://127.0.0.1:8000
	$(BIN)/permed serve

quick: $(DEV)            ## the tests of what you changed, and of all others the fast ones
	@$(BIN)/python -m pytest -q $(PARALLEL) --quick

test: $(DEV)             ## all tests but long ones and those in a browser, on all cores (one by one: .venv/bin/python -m pytest)
	@$(BIN)/python -m pytest -q $(PARALLEL)

long: $(DEV) $(DOCS)     ## the tests that start many processes or build whole releases again
	@$(BIN)/python -m pytest -q $(PARALLEL) -m "long and not full and not browser" $(call marked,long)

whole: $(DEV) $(DOCS)    ## the tests of both in one run, which takes less time; CI runs this
	@$(BIN)/python -m pytest -q $(PARALLEL) -m "not full and not browser"

browser: $(DEV) $(CLIENTS) $(TOOLS) ## the tests that need Chromium (CHROMIUM names it, by default chromium on the path)
	@$(BIN)/python -m pytest -q -n auto --dist worksteal -m browser tests/web $(call marked,browser)

full: $(DEV) $(CLIENTS)  ## what needs real dumps or other engines; PERMED_DATA names their folder
	@$(BIN)/python -m benchmarks.verified

conformance: $(DEV) $(CLIENTS) ## try public standards and clients, write docs/conformance.md
	@PATH="$$PWD/$(BIN):$$PATH" npm install --silent --no-audit --no-fund --no-package-lock \
		--prefix .venv/comunica @comunica/query-sparql@5 || echo "Comunica is not tried: no npm"
	@$(BIN)/python -m benchmarks.conformance

coverage: $(DEV)         ## all tests, with the lines that none of them reaches
	@$(BIN)/python -m pytest -q $(PARALLEL) -m 'not full and not browser' --cov=permed --cov-report=term:skip-covered

check: static            ## format, lint, types, import contracts, unused dependencies, docs, ontology, schemes, FAIR, scripts of the pages
	$(BIN)/python -m pytest -q tests/test_docs.py tests/test_layout.py tests/ontology/test_reference.py tests/ontology/test_pitfalls.py tests/ontology/test_consistency.py tests/ontology/test_skos_integrity.py tests/graph/releases/test_dcat_ap.py tests/api/reference

static: $(DEV) $(TOOLS)  ## what of it is no test: format, lint, types, contracts, dependencies, scripts
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/deptry .
	@cd web && PATH="$$PWD/../$(BIN):$$PATH" && npm run --silent check && npm test --silent

contract: $(DEV) $(CLIENTS) ## try every operation of the HTTP description against the current release
	$(BIN)/python -m benchmarks.contract releases

bench: $(DEV)            ## print the benchmark tables; PERMED_DATA names the folder of dumps
	$(BIN)/python -m benchmarks

pages: $(DEV)            ## write every page that says it is made
	$(BIN)/python -m permed.api.reference.pages
	$(BIN)/python -m permed.ontology.pages.build docs/ontology

docs: pages $(DOCS)      ## the same, and the documentation as a site with search
	$(BIN)/python -m permed.api.reference.site

release: check whole      ## tag this commit with the version of pyproject.toml
	@.ci/release

setup: $(DEV)              ## only set up, with what tests and checks need

$(READY): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed, this is " + sys.version.split()[0] if sys.version_info < (3, 11) else 0)'
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@echo "setting up .venv (about a minute)"
	@$(PIP) -e '.[$(EXTRAS)]'
	@echo '$(EXTRAS)' > $(READY)

# without npm this says so and goes on: the pages need no script
$(BUILT): $(WEB) | $(READY)
	@web/set_up

# what lints, types and tests the scripts; gone with its folder when the pages are set up again
$(TOOLS): $(WEB) | $(DEV)
	@web/set_up --dev
	@touch $@

# what single targets need beside it; CI sets all up in one call of pip (EXTRAS)
$(DEV) $(DOCS) $(CLIENTS): .venv/.%: $(READY)
	@grep -q '\<$*\>' $(READY) || $(PIP) -e '.[$*]'
	@touch $@

clean:                   ## remove what make made, releases included
	rm -rf .venv releases out web/node_modules api/http/static/built api/http/static/handbook .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache htmlcov .coverage
