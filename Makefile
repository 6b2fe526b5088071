# The only door to the project's tooling. A recipe is one line; what it does stands in tests/scripts/.

.DEFAULT_GOAL := help
.PHONY: help run test check openapi clients bench lighthouse sbom docs guides

help: ## list what can be done
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: ## build everything and serve the demo world on http://localhost:8080
	@tests/scripts/run.sh

test: ## everything that must hold: lints, all tests on both databases, contract, browser journeys
	@tests/scripts/test.sh

check: ## format, lints and types only
	@tests/scripts/check.sh

openapi: ## write openapi/openapi.json from the server and regenerate the frontend's client
	@tests/scripts/contract.sh write

clients: ## make and pack the clients for integrators, TypeScript and Python, under target/clients
	@tests/scripts/clients.sh write

bench: ## measure what docs/PERFORMANCE.md reports; ARGS chooses what
	@tests/scripts/bench.sh $(ARGS)

lighthouse: ## what Lighthouse says of sign-in, home, users and a report; for docs/PERFORMANCE.md
	@tests/scripts/lighthouse.sh

sbom: ## write target/sbom.cdx.json, the bill of materials (CycloneDX)
	@tests/scripts/sbom.sh

docs: ## build the documentation of the code into target/doc
	@tests/scripts/docs.sh

guides: ## take the pictures of the help guides anew, from the demo world
	@tests/scripts/guides.sh
