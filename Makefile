# One command each; `make help` lists them. They need Python 3.11 (with venv) and nothing else.

PYTHON ?= python3
BIN := .venv/bin
.DEFAULT_GOAL := help

.PHONY: help run test check test-sqlite test-postgres test-browser bench soak screenshots format lock environment environment-dev clean

help: ## List the commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-15s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: environment ## Start Studium with its demo course: environment, database, demo, server
	@$(BIN)/studium run

test: environment-dev ## Every check and test: static, SQLite, PostgreSQL, browser journeys
	@$(BIN)/python tools/run_tests.py

check: environment-dev ## The static checks alone: format, lint, imports, migrations, types, locks
	@$(BIN)/python tools/run_tests.py static

test-sqlite: environment-dev ## One part of `make test`: the suite on SQLite
	@$(BIN)/python tools/run_tests.py sqlite

test-postgres: environment-dev ## One part of `make test`: the suite on PostgreSQL
	@$(BIN)/python tools/run_tests.py postgres

test-browser: environment-dev ## One part of `make test`: the journeys in Chromium
	@$(BIN)/python tools/run_tests.py browser

bench: environment-dev ## Measure speed and memory, and print them beside their budgets
	@$(BIN)/python -m benchmarks

soak: environment-dev ## The long forms: kill -9 during autosave, both databases, many runs
	@$(BIN)/python -m benchmarks.soak

screenshots: environment-dev ## Pictures of every page: light, dark, 1280 and 375 px
	@$(BIN)/python tools/screenshots.py

format: environment-dev ## Format the code and mend what the linter can mend
	@$(BIN)/python -m ruff format .
	@$(BIN)/python -m ruff check --fix .

lock: environment-dev ## Make the lock files anew after a change of dependencies in pyproject.toml
	@$(BIN)/python tools/lock.py

environment:
	@$(PYTHON) tools/environment.py

environment-dev:
	@$(PYTHON) tools/environment.py --dev

clean: ## Remove what tools left behind; keeps .venv and the data in var/
	@rm -rf .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis build dist
	@find src tests tools -name __pycache__ -type d -prune -exec rm -rf {} +
