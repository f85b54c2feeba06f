# Every target sets up what it needs. `make help` lists them.
SHELL := /usr/bin/env bash
.SHELLFLAGS := -euo pipefail -c
.DELETE_ON_ERROR:

VENV := .venv
BIN := $(VENV)/bin
PYTHON ?= $(shell tools/newest-python)
BENCH := .cache/bench
DOCS := .cache/docs
RELEASE := .cache/release
WORKERS ?= 4# of pytest: most tests wait
COLLECTION := ansible_collections/tidy/spaces
export PATH := $(CURDIR)/$(BIN):$(PATH)
export AWS_EC2_METADATA_DISABLED := true

.PHONY: help demo environment debian test test-all test-unit test-promises test-build test-molecule test-integration
.PHONY: test-faults test-long coverage lint sanity sanity-older docs release-check bench clean

help: ## Show the targets
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | column -t -s $$'\t'

demo: $(VENV)/demo ## Create, preview and remove a folder on an embedded store
	@demo/run

test: ## What proves the main promises, in about ten minutes on two cores
	@$(PYTHON) tools/check.py test

test-all: test ## Every check, in about forty minutes on two cores
	@$(PYTHON) tools/check.py test-all

lint: $(VENV)/test ## Style, types, documentation, changelog
	ruff check .
	ruff format --check .
	mypy plugins
	yamllint --strict .
	shellcheck tools/newest-python tools/debian-packages demo/run .ci/run
	ansible-lint --offline --strict
	antsibull-docs lint-collection-docs --plugin-docs .
	antsibull-changelog lint

test-unit: $(VENV)/test ## The engine, the adapter and the modules, without a running store
	pytest --numprocesses=$(WORKERS) --dist=worksteal tests/unit

test-build: $(VENV)/test ## Build the collection, install it, use it
	python tools/try_build.py

test-promises: $(VENV)/test debian ## The playbooks that prove the main promises, on two stores, in process and as modules
	python -m tests.integration.matrix --part promises

test-molecule: $(VENV)/test debian ## The other scenarios and stores available here, in process and as modules
	python -m tests.integration.matrix --part rest

test-integration: $(VENV)/test debian ## The engine and the modules on every store available here
	pytest --numprocesses=$(WORKERS) --dist=worksteal tests/integration

test-faults: $(VENV)/test debian ## Stores and networks that fail, tasks that are stopped, others at work
	pytest --numprocesses=$(WORKERS) --dist=worksteal tests/faults

test-long: $(VENV)/test debian ## Every fault with every kind of request, crashes amid 4,200 objects, thousands of random trees
	pytest tests -m long --numprocesses=$(WORKERS) --dist=worksteal
	pytest tests/unit/engine -m hypothesis --hypothesis-profile=many --numprocesses=2 --dist=worksteal

coverage: $(VENV)/test ## Measure the branch coverage of plugins/, which must not fall below 95 %
	pytest --numprocesses=$(WORKERS) --dist=worksteal --hypothesis-profile=brief --cov --cov-report=term-missing:skip-covered \
	  tests/unit tests/integration/test_in_process.py

sanity: ## ansible-test sanity on the newest ansible-core
	$(PYTHON) tools/sanity.py newest

sanity-older: ## ansible-test sanity on the other maintained ones
	$(PYTHON) tools/sanity.py older

docs: $(DOCS)/ready ## Build the documentation site into build/docs, and follow its links
	$(DOCS)/bin/python tools/build_docs.py

release-check: $(RELEASE)/ready ## Check that this commit can be released
	$(RELEASE)/bin/python tools/release_check.py

bench: $(BENCH)/ready debian ## Measure beside s5cmd, rclone, awscli, boto3 and amazon.aws; BENCH_ARGS=--quick takes eight minutes
	$(BENCH)/bin/python -m benchmarks $(BENCH_ARGS)

clean: ## Remove what the other targets made
	rm -rf $(VENV) .cache build .coverage* tidy-spaces-*.tar.gz .hypothesis .mypy_cache .pytest_cache .ruff_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

environment: $(VENV)/test

debian:
	@tools/debian-packages

# Install requirements: $(call install,DIRECTORY,REQUIREMENTS). uv takes a tenth of the time that pip takes. It does not
# read pip's settings, so pip is left to do it where they name an index or constraints, and where uv fails.
define install
{ ! $(1)/bin/python -m pip config list | grep -e index -e constraint && \
  $(1)/bin/python -m pip install --quiet --disable-pip-version-check uv && \
  $(1)/bin/uv pip install --quiet --system-certs --python $(1)/bin/python --requirement $(2); } || \
  $(1)/bin/python -m pip install --quiet --disable-pip-version-check --requirement $(2)
endef

# Make an environment in which this checkout is the installed collection: $(call environment,DIRECTORY,REQUIREMENTS)
define environment
$(if $(PYTHON),,$(error No suitable Python))
test -x $(1)/bin/python || $(PYTHON) -m venv $(1)
$(call install,$(1),$(2))
site=$$($(1)/bin/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))'); \
mkdir -p "$$site/$(dir $(COLLECTION))"; \
ln -sfn "$(CURDIR)" "$$site/$(COLLECTION)"
endef

$(VENV)/demo: tests/requirements-demo.txt
	$(call environment,$(VENV),$<)
	touch $@

$(VENV)/test: tests/requirements.txt $(VENV)/demo
	$(call install,$(VENV),$<)
	touch $@

$(DOCS)/ready: docs/site/requirements.txt
	mkdir -p $(@D)
	$(call environment,$(DOCS),$<)
	touch $@

$(RELEASE)/ready: tools/requirements-release.txt
	mkdir -p $(@D)
	$(call environment,$(RELEASE),$<)
	touch $@

$(BENCH)/ready: benchmarks/requirements.txt
	mkdir -p $(@D)
	$(call environment,$(BENCH),$<)
	touch $@
