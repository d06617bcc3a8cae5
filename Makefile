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
demo: build ## a chain, a prover, an enclave: ask in three modes, read the receipts side by side, audit
	@scripts/demo.sh

.PHONY: up
up: build ## the demo's network, left running; prints the addresses
	@scripts/demo.sh --stay

.PHONY: test
test: setup ## all tests: format, lints, licences, units, end to end, zombienet
	@scripts/test.sh

.PHONY: clients
clients: build ## the clients in Python and TypeScript, under the official openai packages on a real node
	@scripts/clients.sh

.PHONY: figures
figures: setup ## the time that verifying takes, natively and in wasm: proofs, attestation
	@$(ENV) cargo build --workspace --locked --example verification
	@$(ENV) RAYON_NUM_THREADS=1 "$$CARGO_TARGET_DIR/debug/examples/verification"

.PHONY: overhead
overhead: setup ## the time that the enclave's node adds to an upstream, 1 and 64 clients
	@$(ENV) cargo build --workspace --locked --bin tee-node --bin fixed-upstream --bin opg-overhead
	@$(ENV) "$$CARGO_TARGET_DIR/debug/opg-overhead"

.PHONY: fuzz
fuzz: setup ## feed each parser what nobody would send, TIME=60 seconds each; TARGETS="job receipt"
	@scripts/fuzz.sh $(or $(TIME),60) $(TARGETS)

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
