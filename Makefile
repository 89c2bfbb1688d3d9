# Rebut. `make run` and `make test` set up everything they need in .venv; `make help` lists the rest.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

PYTHON ?= python3
DATA ?= ../shared/data
VENV ?= .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

help: ## list these commands
	@sed -nE 's/^([a-z-]+):[^#]*## (.*)/  make \1: \2/p' $(MAKEFILE_LIST)

$(READY): requirements.lock requirements-docs.lock requirements-dev.lock pyproject.toml
	@PYTHON="$(PYTHON)" scripts/venv.sh $(VENV)
	@echo "installing the locked packages into $(VENV) (some minutes the first time)"
	@$(BIN)/pip install --quiet --progress-bar on $$(PYTHON=$(BIN)/python scripts/locks.sh requirements-dev.lock)
	@$(BIN)/pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

setup: $(READY) ## install everything into .venv, or into VENV=folder

run: $(READY) ## set up and serve on http://127.0.0.1:8000
	@exec $(BIN)/rebut serve

test: $(READY) ## set up and run the tests, but for those of the next two lines
	@$(BIN)/pytest --numprocesses 2 --dist loadfile

slow-test: $(READY) ## run the tests of commands, examples, whole measurements and faults
	@$(BIN)/pytest -m slow

browser-test: $(READY) ## test the pages in Chromium (apt-get install chromium)
	@$(BIN)/pytest -m browser tests/browser

lint: $(READY) ## format, lint and type checks
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy

format: $(READY) ## put the code into the project's format
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

languages: $(READY) ## bring the catalogues of translations up to date with the texts in the code
	@$(BIN)/python -m scripts.languages

quality: $(READY) ## measure answers on the development claims and compare with the recorded scores
	@$(BIN)/python -m tests.quality.measure $(RECORD)
	@$(BIN)/python -m tests.quality.relation $(RECORD)

quality-retrieval: $(READY) ## measure the retriever on labelled sets: DATA=folder, RECORD=--record to write the scores down
	@$(BIN)/python -m tests.quality.retrieval $(DATA) $(RECORD)

quality-bases: $(READY) ## measure answers on seven desks' bases that nothing was trained or calibrated on
	@$(BIN)/python -m tests.quality.bases $(RECORD)

contexts: $(READY) ## measure sentences that need the one before on the written examples
	@$(BIN)/python -m tests.quality.contexts

calibrate: $(READY) ## fit the probabilities anew on training/calibration.jsonl
	@$(BIN)/python -m training.calibration

bench: $(READY) ## measure speed, start and memory, as ratios to a bare encode and search
	@$(BIN)/python -m tests.bench.check $(RECORD)
	@$(BIN)/python -m tests.bench.texts

bench-relation: $(READY) ## measure the speed of judging relations
	@$(BIN)/python -m tests.bench.relation

bench-search: $(READY) ## measure searching and ranking without encoding: FILE=claims.jsonl.gz, BESIDE="--beside folder" for another checkout
	@$(BIN)/python -m tests.bench.search $(FILE) $(BESIDE) $(RECORD)

bench-txtai: $(READY) ## measure the service beside txtai's, which is installed into build/txtai: FILE=claims.jsonl.gz, RECORD=--record
	@$(BIN)/python -m tests.bench.beside_txtai $(FILE) $(RECORD)

soak: $(READY) ## ask, edit and compare for FOR=600 (seconds), on FILE=claims.jsonl.gz as well
	@$(BIN)/python -m tests.bench.soak $(or $(FOR),600) $(FILE)

fuzz: $(READY) ## try random hostile texts and print the dearest: FOR=60 (seconds), SEED=1
	@$(BIN)/python -m tests.faults.fuzz $(or $(FOR),60) $(or $(SEED),1)

reference: $(READY) ## write the guide's pages and pictures that are made from the code and the recorded figures
	@$(BIN)/python -m scripts.guide

docs: $(READY) ## build the guide, which the service shows at /guide
	@NO_MKDOCS_2_WARNING=1 $(BIN)/python -m mkdocs build --strict --quiet

docs-serve: $(READY) ## show the guide on http://127.0.0.1:8001 as it is being written
	@NO_MKDOCS_2_WARNING=1 $(BIN)/python -m mkdocs serve --dev-addr 127.0.0.1:8001

api-fuzz: $(READY) ## ask the whole API what it may and may not be asked, with keys of all sorts: CASES=1000, SEED=1
	@$(BIN)/python -m tests.faults.api_fuzz $(or $(CASES),1000) $(or $(SEED),1)

lock: ## resolve pyproject.toml's packages and write the lock files; UPGRADE=1 takes the newest versions
	@UPGRADE="$(UPGRADE)" $(PYTHON) scripts/lock.py

image: ## build the container image rebut:latest
	@scripts/image.sh build

image-test: ## build the image, run it, and check that it answers, is confined and stops
	@scripts/image.sh test

clean: ## remove .venv, build/, the built guide and caches; data/ stays
	@rm -rf .venv build service/pages/site .pytest_cache .mypy_cache .ruff_cache *.egg-info

.PHONY: help setup run test slow-test browser-test lint format languages quality quality-retrieval quality-bases contexts calibrate bench bench-relation bench-search bench-txtai soak fuzz api-fuzz reference docs docs-serve lock image image-test clean
