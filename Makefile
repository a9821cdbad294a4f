# The same commands here and in CI. Needs only Python 3.11+ and make.
PYTHON ?= python3
BIN := .venv/bin
READY := .venv/.ready

.PHONY: run test contract check bench docs setup serve clean

run: $(READY)            ## set up, build the graph from the packaged data, report, say what to open
	@$(BIN)/permed build
	@$(BIN)/permed network top --limit 12
	@$(BIN)/permed report network --out out/report
	@echo
	@echo "Next: open  out/report/index.html   the strategy report"
	@echo "      run   make serve              SPARQL, REST and pages on http://127.0.0.1:8000"
	@echo "      run   .venv/bin/permed query --list"

test: $(READY)           ## set up, run all tests, on all cores; `pytest` alone runs them one by one
	@$(BIN)/python -m pytest -q -n auto --dist loadfile

contract: $(READY)       ## try every operation of the HTTP description against the current release
	@$(BIN)/python -m pip install -q --disable-pip-version-check -c constraints.txt -e '.[clients]'
	$(BIN)/python -m benchmarks.contract releases

check: $(READY)          ## format, lint, types, import contract, unused dependencies, docs
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/deptry .
	$(BIN)/python -m pytest -q tests/test_docs.py

bench: $(READY)          ## print the benchmark tables; set PERMED_DATA to the folder of registry dumps
	$(BIN)/python -m benchmarks

docs: $(READY)           ## write the reference pages of the ontology again
	$(BIN)/python -m permed.ontology.pages.build docs/ontology

serve: $(READY)          ## serve the current release on http://127.0.0.1:8000
	$(BIN)/permed serve

setup: $(READY)          ## only set up

$(READY): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed, this is " + sys.version.split()[0] if sys.version_info < (3, 11) else 0)'
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@echo "setting up .venv (about a minute)"
	@$(BIN)/python -m pip install -q --disable-pip-version-check -c constraints.txt -e '.[dev]'
	@touch $(READY)

clean:                   ## remove what make made, releases included
	rm -rf .venv releases out .mypy_cache .ruff_cache .pytest_cache .hypothesis
