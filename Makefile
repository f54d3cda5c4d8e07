# Everything a person does with this checkout. `make help` lists it; nothing here needs root or asks anything.
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory
PYTHON ?= $(shell for p in python3 python3.11 python3.12 python3.13 python3.14; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
SETUP = @$(or $(PYTHON),python3) tools/setup.py
VENV = .venv/bin

.PHONY: help setup setup-dev demo run test test-python test-postgres test-js test-journeys check bench
.PHONY: messages vendor lock inventory wheel clean

help: ## This list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 24

setup: ## Prepare this checkout: Python packages and browser libraries, without root
	$(SETUP)

setup-dev: ## The same, and what tests need: Chromium, PostgreSQL
	$(SETUP) --dev

demo: ## Serve an invented network on http://127.0.0.1:8000 (PORT, HOST; RESET=1 starts over)
	$(SETUP) --quiet
	@exec $(VENV)/atarraya demo

run: ## Serve the network kept in var/data (made by `.venv/bin/atarraya init`)
	$(SETUP) --quiet
	@exec $(VENV)/atarraya serve

test: ## Every test: scripts, Python on SQLite and on PostgreSQL, journeys in Chromium
	$(SETUP) --dev --quiet
	@$(VENV)/python tools/run_tests.py

test-python: ## Python tests on SQLite (ONLY="tests/alerts …" for some)
	$(SETUP) --dev --quiet
	@$(VENV)/python tools/run_tests.py sqlite

test-postgres: ## Python tests on a PostgreSQL that the run starts itself
	$(SETUP) --dev --quiet
	@$(VENV)/python tools/run_tests.py postgres

test-js: ## Tests of the scripts
	$(SETUP) --dev --quiet
	@$(VENV)/python tools/run_tests.py scripts

test-journeys: ## Journeys of people in Chromium
	$(SETUP) --dev --quiet
	@$(VENV)/python tools/run_tests.py journeys

check: ## The fast gate: style, types, layers, security, the house's conventions
	$(SETUP) --dev --quiet
	@$(VENV)/python tools/gates.py

bench: ## Measure; prints a table of ratios and writes it as JSON beside
	$(SETUP) --dev --quiet
	@$(VENV)/python tools/with_postgres.py --durable $(VENV)/python -m bench

messages: ## Bring the translations up to the code, and compile them
	$(SETUP) --quiet
	@$(VENV)/python tools/messages.py update

vendor: ## Build the browser libraries again and record their sums
	$(SETUP) --quiet
	@$(VENV)/python tools/node.py tools/vendor.mjs --write-sums

lock: ## Write requirements/ anew from pyproject.toml (after a change there)
	$(SETUP) --dev --quiet
	@$(VENV)/python tools/lock.py

inventory: ## Write docs/data-inventory.md anew from the models
	$(SETUP) --quiet
	@$(VENV)/python tools/inventory.py

wheel: ## Build dist/*.whl, which needs no Node to run
	$(SETUP) --quiet
	@$(VENV)/python tools/wheel.py

clean: ## Remove all that set-up made (never var/data nor var/demo)
	rm -rf .venv node_modules var/setup var/tools var/screens dist build
	rm -rf src/atarraya/sealing/static/vendor src/atarraya/alerts/static/alerts/point/built
	rm -rf .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	find src tests tools -name __pycache__ -prune -exec rm -rf {} +
	find src -name '*.mo' -delete
