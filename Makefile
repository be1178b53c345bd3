# onrecord: `make serve` and `make test` do all their own set-up.

PYTHON ?= python3
BIN := .venv/bin
HOST ?= 127.0.0.1
PORT ?= 8000

.PHONY: serve test test-slow lint bench-check bench-serve clean

serve: .venv/installed
	$(BIN)/onrecord serve --host $(HOST) --port $(PORT)

test: .venv/installed-dev .suites/fetched
	$(BIN)/pytest -n auto

test-slow: .venv/installed-dev .suites/fetched
	$(BIN)/pytest -m slow

lint: .venv/installed-dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

bench-check: .venv/installed-dev
	PYTHONHASHSEED=0 $(BIN)/python tests/bench/bench_check.py $(SIZES)

bench-serve: .venv/installed-dev
	$(BIN)/python tests/bench/bench_serve.py

clean:
	rm -rf .venv .suites releases

.venv/installed: pyproject.toml constraints.txt
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check -c constraints.txt -e ".[fast]"
	touch $@

.venv/installed-dev: pyproject.toml constraints.txt
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev,fast]'
	touch .venv/installed $@

# Without a network this makes nothing, and the tests that need a suite say so.
.suites/fetched: tests/suites.txt tests/fetch_suites.py | .venv/installed-dev
	$(BIN)/python tests/fetch_suites.py .suites
