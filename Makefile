# Two commands do everything: `make demo` and `make test`. `make help` lists the rest.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
# Every recipe builds in the same environment, or cargo would compile everything twice.
ENV := source scripts/env.sh &&

.PHONY: help
help: ## what there is to make
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 18

.PHONY: setup
setup: ## check for what a build needs, install what can be installed
	@scripts/setup.sh

.PHONY: build
build: setup ## build the node with its runtime, the workers and `opg`
	@scripts/build.sh

.PHONY: demo
demo: build ## a chain, a prover, a model: ask, read two receipts side by side, audit
	@scripts/demo.sh

.PHONY: up
up: build ## the demo's network, left running; prints the addresses
	@scripts/demo.sh --stay

.PHONY: test
test: setup ## all tests: format, lints, licences, units, end to end, zombienet
	@scripts/test.sh

.PHONY: figures
figures: setup ## the time that a proof's verification takes, natively and in wasm
	@$(ENV) cargo build --workspace --locked --example verification
	@$(ENV) RAYON_NUM_THREADS=1 "$$CARGO_TARGET_DIR/debug/examples/verification"

.PHONY: advisories
advisories: setup ## check dependencies against the advisory database, which it fetches
	@scripts/tools.sh
	@$(ENV) cargo deny check advisories

.PHONY: weights
weights: setup ## measure the pallets' weights on this machine, and write them down
	@scripts/weights.sh

.PHONY: specs
specs: build ## write the chain specs from the node's presets
	@chain-specs/make.sh
