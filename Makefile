# Every target sets up what it needs. `make help` lists them.
SHELL := /usr/bin/env bash
.SHELLFLAGS := -euo pipefail -c
.DELETE_ON_ERROR:

VENV := .venv
BIN := $(VENV)/bin
PYTHON ?= $(shell tools/newest-python)
BENCH := .cache/bench
COLLECTION := ansible_collections/tidy/spaces
ENGINE := plugins/module_utils/_engine plugins/module_utils/_s3
export PATH := $(CURDIR)/$(BIN):$(PATH)
export AWS_EC2_METADATA_DISABLED := true

.PHONY: help demo test test-unit test-integration test-long test-molecule coverage lint sanity test-build bench clean

help: ## Show the targets
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | column -t -s $$'\t'

demo: $(VENV)/demo ## Create, preview and remove a folder on an embedded store
	@demo/run

test: lint coverage test-molecule sanity test-build ## Run every check

lint: $(VENV)/test ## Style, types, documentation, changelog
	ruff check .
	ruff format --check .
	mypy $(ENGINE)
	yamllint --strict .
	shellcheck tools/newest-python tools/debian-packages demo/run .ci/run
	ansible-lint --offline --strict
	antsibull-docs lint-collection-docs --plugin-docs .
	antsibull-changelog lint

test-unit: $(VENV)/test ## The engine, the adapter and the modules, without a running store
	pytest tests/unit

test-integration: $(VENV)/test debian ## The engine and the modules on every store available here
	pytest tests/integration

coverage: $(VENV)/test debian ## Unit tests, integration tests and faults, with the branch coverage of the engine and the adapter
	pytest tests --cov --cov-report=term-missing:skip-covered

test-long: $(VENV)/test debian ## Every fault with every request, crashes amid 20,000 objects, thousands of random trees
	pytest tests -m long --numprocesses=4
	pytest tests/unit/engine/test_model_based.py tests/unit/engine/test_splitting.py --hypothesis-profile=many

test-molecule: $(VENV)/test debian ## Playbooks on every store available here, in process and as modules
	python -m tests.integration.matrix

sanity: $(VENV)/test ## ansible-test sanity on every maintained ansible-core
	python tools/sanity.py

test-build: $(VENV)/test ## Build the collection, install it, use it
	python tools/try_build.py

bench: $(BENCH)/ready debian ## Measure beside s5cmd, rclone, awscli, boto3 and amazon.aws; BENCH_ARGS=--quick takes five minutes
	$(BENCH)/bin/python -m benchmarks $(BENCH_ARGS)

clean: ## Remove what the other targets made
	rm -rf $(VENV) .cache build .coverage* tidy-spaces-*.tar.gz .hypothesis .mypy_cache .pytest_cache .ruff_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

.PHONY: debian
debian:
	@tools/debian-packages

# Make an environment in which this checkout is the installed collection: $(call environment,DIRECTORY,REQUIREMENTS)
define environment
$(if $(PYTHON),,$(error No suitable Python))
test -x $(1)/bin/python || $(PYTHON) -m venv $(1)
$(1)/bin/python -m pip install --quiet --disable-pip-version-check --requirement $(2)
site=$$($(1)/bin/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))'); \
mkdir -p "$$site/$(dir $(COLLECTION))"; \
ln -sfn "$(CURDIR)" "$$site/$(COLLECTION)"
endef

$(VENV)/demo: tests/requirements-demo.txt
	$(call environment,$(VENV),$<)
	touch $@

$(VENV)/test: tests/requirements.txt $(VENV)/demo
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --requirement $<
	touch $@

$(BENCH)/ready: benchmarks/requirements.txt
	mkdir -p $(@D)
	$(call environment,$(BENCH),$<)
	touch $@
