# Everything goes through here, on a laptop and in CI. Each target sets up what it needs by itself.
.DEFAULT_GOAL := help
.PHONY: help run test check format bench figures faults pin

# Many processes are started. Where the surroundings forbid Python to keep what it compiled, it is kept apart.
ifneq ($(PYTHONDONTWRITEBYTECODE),)
unexport PYTHONDONTWRITEBYTECODE
export PYTHONPYCACHEPREFIX := $(CURDIR)/var/pycache
endif

help: ## show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' Makefile

run: ## set up, start everything in demo mode and show the simulator (ARGS="--no-open" keeps the browser closed)
	@scripts/bootstrap run
	@exec .venv/bin/dyzurny run $(ARGS)

test: ## set up and run every check and test (ARGS="tests/language -x" runs some)
	@scripts/bootstrap test
	@exec .venv/bin/python -m scripts.gates test $(ARGS)

check: ## lint, types and content, without the tests
	@scripts/bootstrap check
	@exec .venv/bin/python -m scripts.gates check

format: ## put the code into its form
	@scripts/bootstrap check
	@.venv/bin/ruff check --fix-only --quiet .
	@.venv/bin/ruff format .

bench: ## measure the promises that have a figure
	@scripts/bootstrap test
	@exec .venv/bin/python -m bench $(ARGS)

figures: ## print how often the language room and the typed answers are right, on developed and held-back rows
	@scripts/bootstrap check
	@.venv/bin/python -m tests.language.report
	@exec .venv/bin/python -m tests.dialogue.answers.report

faults: ## break every part in every way while hundreds of customers talk (ARGS="redis --dialogues 40" runs some)
	@scripts/bootstrap test
	@exec .venv/bin/python -m tests.faults $(ARGS)

pin: ## pin what pyproject.toml asks for into requirements/ (ARGS=--upgrade takes the newest)
	@scripts/bootstrap check
	@exec scripts/pin $(ARGS)
