# `make` prints the targets. Everything is installed by `make setup`, which the others call.
VENV ?= .venv
LICENCES := Apache;BSD;ISC;MIT;MPL;Mozilla;PSF;Unlicense
# Packages whose metadata name no licence, with the licence file that they ship read: CurrencyConverter is Apache-2.0.
# Pyphen is offered under the GPL, the LGPL or the MPL 1.1, as one likes: it is used under the MPL.
LICENCE_READ := CurrencyConverter Pyphen
PY := $(VENV)/bin/python
export VENV
# Each command that a test starts would compile every module anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help
help:  ## Print the targets
	@awk -F':.*## ' '/^[a-z -]+:.*## / {printf "%-16s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: setup
setup:  ## Set up a locked Python environment, with RabbitMQ, Pango and Chromium from the system's packages
	@sh deploy/setup.sh

.PHONY: run
run: setup  ## Run the whole system on this machine with the sample input, until Ctrl-C
	@$(VENV)/bin/citiesshare run $(ARGS)

.PHONY: dev
dev: setup  ## Run the stack for development: services restart when their files change, logs in one place
	@$(PY) -m tools.dev $(ARGS)

.PHONY: test
test: setup  ## Run the whole suite, with a private broker and store
	$(PY) -m pytest -n 2 --dist loadgroup $(ARGS)

.PHONY: test-unit
test-unit: setup  ## Run the quick unit tests: no broker, no store
	$(PY) -m pytest -n 2 --dist loadfile tests/unit -m "not long and not slow and not nightly" $(ARGS)

.PHONY: test-slow
test-slow: setup  ## Run the slow tests, which `make test` leaves out
	$(PY) -m pytest -m "slow and not nightly" $(ARGS)

.PHONY: test-nightly
test-nightly: setup  ## Run the property tests with many more examples
	$(PY) -m pytest -m nightly --timeout 3600 $(ARGS)

.PHONY: check
check: setup  ## Lint, format, types, what imports what, and code that nothing calls
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/mypy
	$(VENV)/bin/lint-imports --no-logo
	$(VENV)/bin/vulture

.PHONY: hooks
hooks: setup  ## Let git run the quick checks before each commit
	$(VENV)/bin/pre-commit install

.PHONY: docs
docs: setup  ## Build the site of all documents and interfaces in build/site, and check its links
	$(PY) -m tools.site

.PHONY: new-event new-letter new-criterion
new-event: setup  ## Begin a new message: make new-event NAME=city.greeted FROM=scoring TO=notifications
	@$(PY) -m tools.scaffold event $(NAME) $(if $(FROM),--publisher $(FROM)) $(if $(TO),--subscriber $(TO))
new-letter: setup  ## Begin a new kind of letter: make new-letter NAME=thanks
	@$(PY) -m tools.scaffold letter $(NAME)
new-criterion: setup  ## Begin a new criterion of the evaluation: make new-criterion NAME=upkeep
	@$(PY) -m tools.scaffold criterion $(NAME)

.PHONY: audit
audit: setup  ## Look the locked requirements up in the vulnerability database
	$(VENV)/bin/pip-audit --strict --require-hashes -r requirements.lock

.PHONY: secrets
secrets: setup  ## Look for passwords and keys in all that git keeps
	@git ls-files -z | xargs -0 $(VENV)/bin/detect-secrets-hook --baseline .secrets.baseline

.PHONY: licences
licences: setup  ## Check that everything shipped may be shipped under Apache-2.0
	@$(VENV)/bin/pip-licenses --partial-match --fail-on GPL --allow-only "$(LICENCES)" --format csv \
		--ignore-packages $(LICENCE_READ) \
		--packages $$(sed -n 's/==.*//p' requirements.lock) > /dev/null

.PHONY: lock
lock:  ## Write the hashed requirement locks from pyproject.toml
	sh deploy/lock.sh

.PHONY: up
up: setup  ## Start the same system in containers: MongoDB 8, RabbitMQ 4, the services, a mailbox
	sh deploy/prepare-compose.sh
	docker compose up --build --detach --wait

.PHONY: down
down:  ## Stop the containers; the data stay
	docker compose down

.PHONY: trial
trial: setup  ## Build the image and run the sample through its containers until letters arrive (docker or podman)
	$(PY) -m tests.image $(ARGS)

.PHONY: pin
pin:  ## Pin the images by digest, where an engine and a registry can be reached
	sh deploy/pin.sh

.PHONY: sbom
sbom: setup  ## Write the software bill of materials (CycloneDX) to build/sbom.json
	@mkdir -p build
	$(VENV)/bin/cyclonedx-py requirements requirements.lock --pyproject pyproject.toml --output-reproducible --of JSON -o build/sbom.json

.PHONY: chaos
chaos: setup  ## Break things on purpose and check that nothing is lost or doubled: make chaos SEEDS=50
	$(PY) -m tests.chaos --seeds $(or $(SEEDS),5)

.PHONY: rolling
rolling: setup  ## Restart every service under load, and check that nothing is lost or doubled
	$(PY) -m tests.chaos.rolling $(ARGS)

.PHONY: attack
attack: setup  ## Send bad inputs to a stack with access control, and check the results: make attack INPUTS=100000 SEED=1
	$(PY) -m tests.attack --inputs $(or $(INPUTS),100000) --seed $(or $(SEED),1) $(ARGS)

.PHONY: bench-scoring bench-match bench-unseen bench-search bench-reader bench-letters bench-scaling bench
bench-scoring: setup  ## Measure rescoring beside pymcdm and scikit-criteria
	$(PY) -m benchmarks.scoring
bench-match: setup  ## Measure matching a solution with a million needs
	$(VENV)/bin/citiesshare scoring bench-match --needs 1000000 --solutions 1000 --json
bench-unseen: setup  ## Measure how well unseen notices are ranked; TED_XML is a copy of OP-TED/ted-rdf-mapping
	$(PY) -m benchmarks.matching_unseen --xml $(TED_XML)
bench-search: setup  ## Measure how well the search answers 60 short queries, and how fast
	$(PY) -m benchmarks.search_quality
bench-reader: setup  ## Measure the OCDS reader beside json.loads
	$(PY) -m benchmarks.reader
bench-letters: setup  ## Measure letters rendered and handed over beside bare aiosmtplib
	$(PY) -m benchmarks.letters
bench-scaling: setup  ## Measure one service alone on a slow line, with 1, 2 and 4 replicas
	$(PY) -m benchmarks.scaling
bench: setup  ## Measure the pipeline beside a bare three-hop relay
	$(PY) -m benchmarks.pipeline
