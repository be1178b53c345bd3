# onrecord: each target does its own set-up; `make help` lists them with the comment before each.

PYTHON ?= python3
BIN := .venv/bin
HOST ?= 127.0.0.1
PORT ?= 8000
MUTANTS ?= 1000
SEED ?= 1

# What neither serves, builds a whole collection nor validates many files.
FAST := architecture complete context folders lines lint literals ontology places queries terms timespan

.PHONY: help serve test test-fast test-slow audit format lint docs screenshots bench-check bench-serve bench-pages bench-scale bench-push bench-dumps bench-search mutants clean

# List the targets.
help:
	@awk '/^# / { says = substr($$0, 3); next } \
	    /^[a-z][a-z-]*:/ && says { printf "make %-16s %s\n", substr($$1, 1, index($$1, ":") - 1), says } \
	    { says = "" }' $(firstword $(MAKEFILE_LIST))

# Build a release of the bundled collection if there is none, and serve it.
serve: .venv/installed
	$(BIN)/onrecord serve --host $(HOST) --port $(PORT)

# Run all tests but the slow ones.
test: .venv/installed-dev .suites/fetched .parsers/fetched
	$(BIN)/pytest -n auto

# Run the quickest tests: ontology, saved queries, datatypes, readers and lint of shapes.
test-fast: .venv/installed-dev
	$(BIN)/pytest -n auto $(FAST:%=tests/test_%.py)

# Run the slow tests, those that need the machine to themselves after the others.
test-slow: .venv/installed-dev .suites/fetched .parsers/fetched .clients/fetched
	$(BIN)/pytest -n auto -m "slow and not alone"
	$(BIN)/pytest -m "slow and alone"

# Try `check --since` on 500 edits, 100,000 random requests, and every document: an hour.
audit: .venv/installed-dev
	ONRECORD_EDITS=500 $(BIN)/pytest -m slow tests/test_since_edits.py
	ONRECORD_REQUESTS=100000 $(BIN)/pytest -m slow -s tests/test_fuzzed_requests.py
	ONRECORD_DOCUMENTS=all $(BIN)/pytest -m slow tests/test_crawl.py tests/test_other_parsers.py

# Format the code, and mend what ruff can mend.
format: .venv/installed-dev
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

# Check format, names and types, and change nothing.
lint: .venv/installed-dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

# Write the reference of the Python packages to build/docs.
docs: .venv/installed-dev
	$(BIN)/pdoc --no-search --output-directory build/docs onrecord onrecord_server

# Take pictures of every kind of page, in build/screenshots, and those of the README.
screenshots: .venv/installed-dev
	$(BIN)/python tests/screenshots.py

# Measure `check`; SIZES names numbers of records.
bench-check: .venv/installed-dev
	PYTHONHASHSEED=0 $(BIN)/python tests/bench/bench_check.py $(SIZES)

# Measure the server beside others.
bench-serve: .venv/installed-dev
	$(BIN)/python tests/bench/bench_serve.py

# Measure how long the server takes for each kind of page.
bench-pages: .venv/installed-dev
	$(BIN)/python tests/bench/bench_pages.py

# Measure check, build and saved queries as collections grow; CLAIMS names numbers of claims.
bench-scale: .venv/installed-dev
	PYTHONHASHSEED=0 $(BIN)/python tests/bench/bench_scale.py $(CLAIMS)

# Measure pushes into an Oxigraph server and a Virtuoso.
bench-push: .venv/installed-dev
	$(BIN)/python tests/bench/bench_push.py

# Measure ranges of a dump of 1 GB, and the writing of a million quads.
bench-dumps: .venv/installed-dev
	$(BIN)/python tests/bench/bench_dumps.py

# Measure search in 100,000 generated claims.
bench-search: .venv/installed-dev
	$(BIN)/python tests/bench/bench_search.py

# Change one thing in the code, MUTANTS times, and see whether the tests notice; takes an hour.
mutants: .venv/installed-mutants .suites/fetched
	$(BIN)/python tests/mutants/mutants.py --number $(MUTANTS) --seed $(SEED)

# Remove what these targets have made.
clean:
	rm -rf .venv .suites .parsers .clients build releases

.venv/installed: pyproject.toml constraints.txt
	@echo "installing onrecord and what it needs into .venv: a minute or two, this once"
	@$(PYTHON) -m venv .venv
	@$(BIN)/pip install --quiet --disable-pip-version-check -c constraints.txt -e ".[fast]"
	@touch $@

.venv/installed-dev: pyproject.toml constraints.txt
	@echo "installing onrecord, and what its tests need, into .venv: some minutes, this once"
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev,fast]'
	touch .venv/installed $@

.venv/installed-mutants: .venv/installed-dev
	$(BIN)/pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev,fast,mutants]'
	touch $@

# Without a network this makes nothing, and the tests that need a suite say so.
.suites/fetched: tests/suites.txt tests/fetch_suites.py | .venv/installed-dev
	$(BIN)/python tests/fetch_suites.py .suites

# As above, for what is of npm; without npm nothing is there afterwards.
.parsers/fetched: tests/parsers/package-lock.json tests/parsers/package.json tests/parsers/read.mjs \
    tests/parsers/annotations.mjs
.clients/fetched: tests/clients/package-lock.json tests/clients/package.json tests/clients/ask.mjs
.parsers/fetched .clients/fetched:
	@rm -rf $(@D) && mkdir $(@D) && cp $^ $(@D)
	@if npm ci --prefix $(@D) --ignore-scripts --no-audit --no-fund --loglevel=error; \
	    then touch $@; \
	    else echo "$(@D) of npm could not be fetched: what needs it is left out."; fi
