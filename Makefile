# Tongban: everything a newcomer, developer or operator runs. `make help` lists it.
PYTHON ?= python3.11
VENV := .venv
BIN := $(VENV)/bin
STAMPS := var/stamps
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.DEFAULT_GOAL := help
.PHONY: help run test check setup setup-dev lint types contracts bench clean lock messages

help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1\t\2/' | expand -t 18

run: setup ## start everything, play one application through it, and serve until Ctrl-C (ONESHOT=1 stops)
	@exec $(BIN)/tongban up $(if $(filter 1 true yes,$(ONESHOT)),--oneshot,)

test: setup-dev $(STAMPS)/lighthouse ## every test, PostgreSQL and Chromium included
	@sh tools/browser.sh
	$(BIN)/pytest -n 2 --dist loadgroup

check: setup-dev lint types contracts ## what CI checks before the tests

lint: setup-dev ## style and format
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: setup-dev ## types
	$(BIN)/mypy

contracts: setup-dev ## who may import whom
	$(BIN)/lint-imports --no-cache

bench: setup-dev ## reproducible benchmarks; ratios against a reference in the same run
	$(BIN)/python -m bench

setup: $(STAMPS)/python $(STAMPS)/frontend $(STAMPS)/messages ## environment, assets and message catalogues

setup-dev: setup $(STAMPS)/python-dev

$(VENV)/bin/uv:
	@PYTHON="$(PYTHON)" sh tools/venv.sh $(VENV)

$(STAMPS)/python: requirements.lock $(VENV)/bin/uv pyproject.toml
	$(BIN)/uv pip install --quiet --compile-bytecode --python $(BIN)/python --require-hashes -r requirements.lock
	$(BIN)/uv pip install --quiet --compile-bytecode --python $(BIN)/python --no-deps --no-build-isolation -e .
	@mkdir -p $(STAMPS) && touch $@

$(STAMPS)/python-dev: requirements-dev.lock $(STAMPS)/python
	$(BIN)/uv pip install --quiet --compile-bytecode --python $(BIN)/python --require-hashes -r requirements.lock -r requirements-dev.lock
	@mkdir -p $(STAMPS) && touch $@

FRONTEND := frontend/package-lock.json frontend/build.mjs frontend/pdf-fonts.txt $(shell find frontend/scss frontend/js frontend/img -type f 2>/dev/null)
$(STAMPS)/frontend: $(FRONTEND)
	cd frontend && npm ci --ignore-scripts --no-audit --no-fund --silent && node build.mjs
	@mkdir -p $(STAMPS) && touch $@

LIGHTHOUSE := tests/journeys/lighthouse
$(STAMPS)/lighthouse: $(LIGHTHOUSE)/package-lock.json
	cd $(LIGHTHOUSE) && npm ci --ignore-scripts --no-audit --no-fund --silent
	@mkdir -p $(STAMPS) && touch $@

$(STAMPS)/messages: $(STAMPS)/python $(wildcard tongban/*/locale_en*.yaml config/locale_en.yaml)
	$(BIN)/python -m tongban.kit.messages
	@mkdir -p $(STAMPS) && touch $@

messages: $(STAMPS)/python ## compile the English message catalogue
	$(BIN)/python -m tongban.kit.messages

lock: $(VENV)/bin/uv ## renew the locked, hashed requirements from requirements.in and requirements-dev.in
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate requirements.in -o requirements.lock
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate requirements-dev.in -o requirements-dev.lock

clean: ## remove what can be made again; keeps var/ (your data)
	rm -rf $(VENV) frontend/node_modules $(LIGHTHOUSE)/node_modules static/dist static/fonts $(STAMPS) .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
