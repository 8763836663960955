# Everything a developer types. Each command first makes what it needs: a bare Debian machine with
# Python 3.11 is enough to begin with.

PYTHON ?= $(shell .ci/interpreter)
BIN := .venv/bin
READY := .venv/ready# stands when the environment holds what requirements.lock names
ARGS ?=

.DEFAULT_GOAL := help
.PHONY: help demo test check format bench soak golden screenshots catalogues lock dist clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: $(READY) ## all of it on this machine, with invented people; ARGS=--once plays it without a person
	$(BIN)/mailer demo $(ARGS)

test: $(READY) ## the tests, on every core; ARGS="-k typography" chooses among them, ARGS=-n0 is one by one
	$(BIN)/python -m pytest -n auto --dist loadgroup $(ARGS)

check: $(READY) ## style, types and the arrows between rooms
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(READY) ## rewrite the code in the house's style
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

bench: $(READY) ## speed, as ratios within one run; ARGS=sending measures one part
	$(BIN)/python -m bench $(ARGS)

soak: $(READY) ## the long proofs: properties, simulation, crashes, kills (2 hours); ARGS="--minutes 20 --only kills"
	$(BIN)/python -m tests.soak $(ARGS)

screenshots: $(READY) ## the pictures of the README, in docs/images; then look at each
	$(BIN)/python -m tests.tools.screenshots

golden: $(READY) ## the golden samples written anew, and npm's mjml beside ours (needs Node.js 20)
	REWRITE_GOLDEN=1 $(BIN)/python -m pytest -q tests/golden/test_samples.py
	cd tests/golden/npm && npm ci --ignore-scripts --no-audit --no-fund && \
	    for sample in *.mjml; do node compile.mjs "$$sample" "$${sample%.mjml}.html" || exit 1; done
	$(BIN)/python -m pytest tests/golden $(ARGS)
	@echo 'Now read what changed: git diff tests/golden'

catalogues: $(READY) ## gather what people read, in French and English, and compile it
	$(BIN)/python -m tests.tools.catalogues

lock: $(READY) ## choose again the versions of requirements.lock; ARGS=--upgrade for the newest
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate \
	    --custom-compile-command "make lock" --group dev --extra all --output-file requirements.lock $(ARGS) pyproject.toml

dist: $(READY) ## the wheel and the source archive, in dist/
	rm -rf dist
	$(BIN)/python -m build --no-isolation

clean: ## remove all that make has made
	rm -rf .venv dist .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis tests/golden/npm/node_modules

# --- the environment: made once, made again when the lock or the project's description changes ---

$(READY): requirements.lock pyproject.toml .ci/apt.txt
	@.ci/machine
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	    echo 'Python 3.11 or later is needed. If it has another name here: make PYTHON=python3.11 …' >&2; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@echo 'Filling .venv as requirements.lock says…'
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --use-pep517 --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps -e .
	@touch $@
