# Each target sets up what it needs in .venv by itself, and is quick the second time.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
ARGS   ?=
WORKERS ?= 2

.DEFAULT_GOAL := help
.PHONY: help serve test test-browser test-clickhouse test-postgres screenshots test-all lint bench docs lock spec clean

help: ## what there is to make
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 17

serve: $(VENV)/.installed ## start the fake on http://127.0.0.1:8129 (make serve ARGS="--port 8200")
	@$(BIN)/mockserver serve $(ARGS)

test: $(VENV)/.developed ## run the tests, without the slow ones (COVERAGE=1 holds the gate on coverage)
ifdef COVERAGE
	@$(BIN)/coverage erase
	@$(BIN)/coverage run -m pytest -n $(WORKERS) -m "not slow and not browser and not clickhouse and not postgres" $(ARGS)
	@$(BIN)/coverage combine --quiet
	@$(BIN)/coverage report
else
	@$(BIN)/pytest -n $(WORKERS) -m "not slow and not browser and not clickhouse and not postgres" $(ARGS)
endif

test-browser: $(VENV)/.browsing ## run the tests that need a browser (Debian's Chromium)
	@$(BIN)/pytest -n $(WORKERS) -m browser tests/browser $(ARGS)

test-clickhouse: $(VENV)/.clickhouse ## run the same queries in ClickHouse's engine (chDB: some 900 MB)
	@$(BIN)/pytest -m clickhouse tests/clickhouse $(ARGS)

test-postgres: $(VENV)/.developed ## run the same tests of the store on PostgreSQL, and servers that share one
	@$(BIN)/pytest -n $(WORKERS) -m postgres tests/postgres tests/store $(ARGS)

screenshots: $(VENV)/.browsing ## take the pictures of the documentation anew
	@$(BIN)/python -m tests.browser.screenshots docs/images

test-all: $(VENV)/.developed ## run the tests, the slow ones too
	@$(BIN)/pytest -n $(WORKERS) -m "not browser and not clickhouse and not postgres" $(ARGS)

lint: $(VENV)/.developed ## check style, types and layers
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-cache

bench: $(VENV)/.developed ## compare speed and memory with other mock servers
	@$(BIN)/python -m benchmarks $(ARGS)

docs: $(VENV)/.documented ## build the site in site/ (make docs ARGS=serve shows it while you write)
	@NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs $(if $(filter serve,$(ARGS)),serve,build --strict --quiet)

lock: ## write requirements-dev.lock anew from pyproject.toml
	@.ci/lock

spec: $(VENV)/.installed ## make spec/*.json from spec/*.yaml
	@$(BIN)/python -m mockserver.http.compile_spec

clean: ## remove what the other targets made
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis .coverage htmlcov build dist

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Python 3.11 or newer is needed; name one with: make $(MAKECMDGOALS) PYTHON=python3.12" >&2; exit 2; }
	@echo "Setting up $(VENV) ..."
	@$(PYTHON) -m venv $(VENV) || \
	  { echo "$(PYTHON) has no venv module; on Debian and Ubuntu: apt-get install python3-venv" >&2; rm -rf $(VENV); exit 2; }

$(VENV)/.installed: pyproject.toml | $(VENV)/bin/python
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	@touch $@

$(VENV)/.developed: pyproject.toml | $(VENV)/bin/python
	@echo "Installing what the tests need ..."
ifdef LOCKED
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --editable .
else
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
endif
	@touch $@ $(VENV)/.installed

$(VENV)/.documented: pyproject.toml $(VENV)/.developed
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev,docs]'
	@touch $@

$(VENV)/.clickhouse: pyproject.toml $(VENV)/.developed
	@echo "Installing chDB, ClickHouse's engine; this takes some minutes ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev,chdb]'
	@touch $@

$(VENV)/.browsing: pyproject.toml $(VENV)/.developed
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev,browser]'
	@command -v chromium >/dev/null || { \
	  if [ "$$(id -u)" = 0 ]; then apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -qq --no-install-recommends chromium fonts-dejavu-core; \
	  else echo "Chromium is needed; on Debian: sudo apt-get install chromium" >&2; exit 2; fi; }
	@touch $@
