# Everything that a newcomer types. The first call sets up; later ones find it done.

SHELL := /bin/bash
# A run starts hundreds of processes; without stored bytecode each would compile every library anew.
unexport PYTHONDONTWRITEBYTECODE
VENV := .venv
SAM := .venv-sam
CHECKOV := .venv-checkov
FUZZ := .venv-fuzz
SDKS := .venv-sdks
CLIENTS := .venv-clients
WORDPRESS := .venv-wordpress
NPM := $(shell command -v npm)
CHROMIUM := $(firstword $(CHROMIUM) $(shell command -v chromium chromium-browser google-chrome))
BROWSER := $(if $(CHROMIUM),$(VENV)/browser)
SAM_HERE := SAM_CLI_TELEMETRY=0 PATH="$(CURDIR)/$(SAM)/bin:$$PATH" $(SAM)/bin/sam
PIP_INSTALL := bin/python -m pip install --disable-pip-version-check --no-input --no-compile
COMPILE := $(VENV)/bin/uv pip compile --universal --python-version 3.13 --generate-hashes --no-emit-index-url --no-header --quiet

# Python 3.13: on the PATH, or pyenv's.
FIND_PYTHON = for candidate in "$$PYTHON" python3.13 "$$HOME"/.pyenv/versions/3.13*/bin/python3.13 python3; do \
	if "$$candidate" -c 'import sys; sys.exit(sys.version_info[:2] != (3, 13))' 2>/dev/null; then echo "$$candidate"; exit 0; fi; done; \
	echo "Grapevine needs Python 3.13, and none was found: install it, or name it: make PYTHON=/path/to/python3.13" >&2; exit 1

.PHONY: help run demo test lint build rehearse bench mutants fuzz sdks clients client-tools wordpress environments messages screenshots pictures lock sam-check clean

help:
	@echo "make run     the whole system on http://127.0.0.1:8000 (options: make run ARGS='--port 8080 --no-demo')"
	@echo "make demo    a story on a running system: a link, a purchase, a reward, a refund"
	@echo "make test    checks and all tests"
	@echo "make lint    checks of style and types alone"
	@echo "make build   what goes to AWS, in .aws-sam"
	@echo "make sam-check   cfn-lint with all rules, and checkov, on what CloudFormation gets"
	@echo "make rehearse  what goes to AWS, deployed and played through on this machine (options: make rehearse ARGS='--load 300')"
	@echo "make bench   the benchmarks"
	@echo "make mutants guards of the money switched off, one at a time: the tests must notice"
	@echo "make random-shop  20,000 random operations with faults over 400 days (options: ARGS='--seed 7 --operations 2000')"
	@echo "make fuzz    the running system against its own OpenAPI document"
	@echo "make sdks    our requests and signatures beside those of the processors' own libraries"
	@echo "make clients  the API's clients in web/clients follow its declarations"
	@echo "make client-tools  what make test tries the API's document and clients with besides (Node where it is there)"
	@echo "make wordpress  the snippet and the coupon in a real WordPress (needs npm, Chromium, and PHP with SQLite)"
	@echo "make messages  catalogues of texts follow the templates; what wants a translation is listed"
	@echo "make screenshots   every page as people see it, in screenshots/ (needs Chromium)"
	@echo "make pictures  the pictures of the guides for shops, taken anew (needs Chromium; with pngquant they are smaller)"
	@echo "make lock    the newest versions of what is depended on, with their hashes"

run: $(VENV)/installed
	@exec $(VENV)/bin/grapevine run $(ARGS)

demo: $(VENV)/installed
	@exec $(VENV)/bin/grapevine demo $(ARGS)

# One worker more than cores: a test often waits for the system that it started. Files in their order: the long ones, which
# have few tests, would all come last.
test: lint $(SAM)/installed $(BROWSER)
	$(VENV)/bin/python -m pytest -n $$(($$(getconf _NPROCESSORS_ONLN) + 1)) --dist loadfile --no-loadscope-reorder $(if $(ARGS),$(ARGS),--cov --cov-report=term:skip-covered)

lint: $(VENV)/installed
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check --quiet .
	$(VENV)/bin/mypy

build: $(VENV)/installed $(SAM)/installed
	$(SAM_HERE) validate --lint --region us-east-1
	$(SAM_HERE) build --cached --parallel
	$(VENV)/bin/python -m local.packaging

# All rules, on what CloudFormation gets; each exception has its reason in docs/decisions/0173.
sam-check: $(SAM)/installed $(CHECKOV)/installed
	mkdir -p .aws-sam
	AWS_DEFAULT_REGION=us-east-1 $(SAM)/bin/python tests/support/sam_transform.py template.yaml s3://bucket/key >.aws-sam/deployed.json
	$(SAM)/bin/cfn-lint --include-checks I --ignore-checks I3011 W1030 W2001 -- .aws-sam/deployed.json
	$(CHECKOV)/bin/checkov --config-file .checkov.yaml --file .aws-sam/deployed.json

rehearse: build
	$(VENV)/bin/python -m local.rehearsal $(ARGS)

bench: build
	$(VENV)/bin/python -m benchmarks $(ARGS)

mutants: $(VENV)/installed
	$(VENV)/bin/python -m tests.mutants $(ARGS)

sdks: $(VENV)/installed $(SDKS)/installed
	$(VENV)/bin/python -m pytest -p no:xdist -q tests/processors/test_sdks.py

random-shop: $(VENV)/installed
	$(VENV)/bin/python -m tests.random_shop $(ARGS)

fuzz: $(VENV)/installed $(FUZZ)/installed
	$(VENV)/bin/python -m tests.fuzz $(FUZZ)/bin/schemathesis $(ARGS)

client-tools: $(CLIENTS)/installed

wordpress: $(VENV)/installed $(BROWSER) $(WORDPRESS)/installed
	$(VENV)/bin/python -m pytest -p no:xdist -rs tests/browser/test_wordpress.py $(ARGS)

# All that CI needs; `make -j environments` sets them up side by side.
environments: $(SAM)/installed $(CHECKOV)/installed $(CLIENTS)/installed $(or $(BROWSER),$(VENV)/installed)

clients: $(VENV)/installed
	$(VENV)/bin/python -m local.clients

messages: $(VENV)/installed
	$(VENV)/bin/python -m local.translation.catalogues

screenshots: $(VENV)/installed $(BROWSER)
	$(VENV)/bin/python -m pytest -p no:xdist -rs tests/browser/screenshots.py

pictures: $(VENV)/installed $(BROWSER)
	PICTURES=1 $(VENV)/bin/python -m pytest -p no:xdist -rs $(wildcard tests/browser/test_guide_for_*.py)
	$(if $(shell command -v pngquant),pngquant --force --ext .png --strip 64 docs/pictures/*.png)

lock: $(VENV)/installed
	$(VENV)/$(PIP_INSTALL) uv
	$(COMPILE) --upgrade --extra local --extra test --extra install pyproject.toml -o requirements.lock
	$(COMPILE) --upgrade --group sam -o requirements-sam.lock
	$(COMPILE) --upgrade --group checkov -o requirements-checkov.lock
	$(COMPILE) --upgrade --group fuzz -o requirements-fuzz.lock
	$(COMPILE) --upgrade --group sdks -o requirements-sdks.lock
	$(COMPILE) --upgrade --group clients -o requirements-clients.lock
	$(COMPILE) --upgrade --group browser -c requirements.lock -o requirements-browser.lock
	$(COMPILE) -c requirements.lock pyproject.toml -o shared/requirements.txt

clean:
	rm -rf $(VENV) $(SAM) $(CHECKOV) $(FUZZ) $(SDKS) $(CLIENTS) $(WORDPRESS) .aws-sam .pytest_cache .ruff_cache .mypy_cache .coverage*

$(VENV)/installed: requirements.lock pyproject.toml
	@echo "Setting up $(VENV): about half a minute, once"
	@python=$$($(FIND_PYTHON)) && "$$python" -m venv $(VENV)
	$(VENV)/$(PIP_INSTALL) --require-hashes -r requirements.lock
	$(VENV)/$(PIP_INSTALL) --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/browser: requirements-browser.lock $(VENV)/installed
	@echo "Setting up the tests in a browser ($(CHROMIUM)): a few seconds, once"
	$(VENV)/$(PIP_INSTALL) --require-hashes -r requirements-browser.lock
	@touch $@

$(SAM)/installed: requirements-sam.lock
	@echo "Setting up $(SAM), for the checks of template.yaml and the build: about a minute, once"
	@python=$$($(FIND_PYTHON)) && "$$python" -m venv $(SAM)
	$(SAM)/$(PIP_INSTALL) --require-hashes -r requirements-sam.lock
	@touch $@

$(CHECKOV)/installed: requirements-checkov.lock
	@echo "Setting up $(CHECKOV), for make sam-check: half a minute, once"
	@python=$$($(FIND_PYTHON)) && "$$python" -m venv $(CHECKOV)
	$(CHECKOV)/$(PIP_INSTALL) --require-hashes -r requirements-checkov.lock
	@touch $@

$(FUZZ)/installed: requirements-fuzz.lock
	@echo "Setting up $(FUZZ), for make fuzz: half a minute, once"
	@python=$$($(FIND_PYTHON)) && "$$python" -m venv $(FUZZ)
	$(FUZZ)/$(PIP_INSTALL) --require-hashes -r requirements-fuzz.lock
	@touch $@

$(SDKS)/installed: requirements-sdks.lock
	@echo "Setting up $(SDKS), for make sdks: half a minute, once"
	@python=$$($(FIND_PYTHON)) && "$$python" -m venv $(SDKS)
	$(SDKS)/$(PIP_INSTALL) --require-hashes -r requirements-sdks.lock
	@touch $@

$(CLIENTS)/installed: requirements-clients.lock tests/clients/tools/package-lock.json
	@echo "Setting up $(CLIENTS), to try the API's document and clients: a minute, once"
	@python=$$($(FIND_PYTHON)) && "$$python" -m venv $(CLIENTS)
	$(CLIENTS)/$(PIP_INSTALL) --require-hashes -r requirements-clients.lock
	cp tests/clients/tools/package*.json $(CLIENTS)
	$(if $(NPM),cd $(CLIENTS) && $(NPM) ci --ignore-scripts --no-audit --no-fund,@echo "npm is not installed: what needs it is left out")
	@touch $@

# WordPress's PHP files are in one archive of the package; its styles and scripts lie beside that.
$(WORDPRESS)/installed: tests/browser/wordpress/package-lock.json
	@echo "Setting up $(WORDPRESS), a WordPress for make wordpress (160 MB): half a minute, once"
	$(if $(NPM),,@echo "npm is not installed" >&2; exit 1)
	rm -rf $(WORDPRESS) && mkdir $(WORDPRESS) && cp tests/browser/wordpress/package*.json $(WORDPRESS)
	cd $(WORDPRESS) && $(NPM) ci --ignore-scripts --no-audit --no-fund
	cd $(WORDPRESS) && builds=node_modules/@wp-playground/wordpress-builds && mv $$builds/public/wp-6.5 core && \
	$(CURDIR)/$(VENV)/bin/python -m zipfile -e $$builds/src/wordpress/wp-6.5.zip core && \
	$(CURDIR)/$(VENV)/bin/python -m zipfile -e $$builds/src/sqlite-database-integration/sqlite-database-integration.zip core/wp-content/plugins
	cd $(WORDPRESS)/core/wp-content && mv plugins/sqlite-database-integration-* plugins/sqlite-database-integration && \
	cp plugins/sqlite-database-integration/db.copy db.php
	ln -sf ../../tests/browser/wordpress/wp-config.php $(WORDPRESS)/core/wp-config.php
	rm -rf $(WORDPRESS)/node_modules
	@touch $@
