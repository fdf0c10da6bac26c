# Thin: what happens is in setup/ (Python packages, apt), assets/ (fonts, dictionary, style sheets) and the programs.

PYTHON ?= python3
BIN := .venv/bin
ARGS ?=
# pytest options, e.g. make test PYTEST="-k delivery"
PYTEST ?=

SHELL := /bin/bash
.SHELLFLAGS := -o pipefail -ec
MAKEFLAGS += --no-print-directory
# Each program compiles all it imports where this is set, as it is in many containers' images.
unexport PYTHONDONTWRITEBYTECODE
.DEFAULT_GOAL := help
.PHONY: help demo campaign test evaluate lint format assets lock screenshots bench bench-peers wheel clean setup-demo setup-test

help: ## Show these targets
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1@\2/p' $(MAKEFILE_LIST) | column -t -s @

demo: setup-demo ## Run two stores, HQ and shoppers on this machine (ARGS="--for 60", "--help")
	@$(BIN)/storeloop-sim demo $(ARGS)

campaign: setup-test ## Break 200 real chains and compare HQ with the shoppers' own list (ARGS="--help")
	@$(BIN)/storeloop-sim campaign --runs 200 $(ARGS)

test: setup-test ## Set up, check and run all tests
	@mkdir -p build && rm -f build/pytest-exit-code
	@# While one core checks types, another compiles what each worker would compile for itself.
	@$(BIN)/python -m pytest --collect-only -q > build/collected.log 2>&1 < /dev/null & \
	    $(MAKE) lint; wait
	@$(BIN)/python -m pytest -n 4 $(PYTEST) < /dev/null \
	    || { echo $$? > build/pytest-exit-code; exit 1; }

evaluate: setup-test ## Measure what is promised of grading (FILE=labelled.jsonl, DATA=folder of reviews)
	@$(BIN)/storeloop-hq evaluate tests/grading/sentences/*.jsonl $(FILE) \
	    $(if $(DATA),--reviews "$(DATA)") $(ARGS)

lint: setup-test ## Check style, types and who imports whom
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check --quiet .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo

format: setup-test ## Bring the code into the house's format
	@$(BIN)/ruff check --quiet --fix .
	@$(BIN)/ruff format .

assets: setup-demo ## Build fonts, icons, the pinyin dictionary, style sheets and scripts from npm and PyPI packages

lock: setup-test ## Lock the packages of pyproject.toml anew (ARGS=--upgrade: the newest versions)
	@$(BIN)/python -m setup.locks $(ARGS)

screenshots: setup-demo ## Take the pictures in docs/ again
	@$(BIN)/python docs/screenshots.py

bench: setup-test ## Measure it beside what this machine can do (ARGS="--seed 7"; see docs/benchmarks.md)
	@$(BIN)/python -m benchmarks all $(ARGS)

bench-peers: setup-test ## Measure it beside thingsboard-gateway, which pip brings into build/
	@$(BIN)/python -m benchmarks peers $(ARGS)

wheel: setup-test ## Build dist/storeloop-*.whl, with the assets in it
	@$(BIN)/uv build --quiet --wheel --no-build-isolation --python $(BIN)/python --out-dir dist .
	@ls dist/*.whl

clean: ## Remove all that was built or installed here, .venv too
	rm -rf .venv build dist kiosk/assets edge_gateway/board/static/assets hq_server/web/static/assets
	rm -rf .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .demo

setup-demo:
	@$(PYTHON) -m setup demo
	@$(BIN)/python -m assets

setup-test:
	@$(PYTHON) -m setup test
	@$(BIN)/python -m assets
