# A convenience: everything here can be typed by hand, and CI does not need it.
.DEFAULT_GOAL := help
BIN := .venv/bin

help:       ## Show this list
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | awk -F':.*## ' '{printf "%-12s %s\n", $$1, $$2}'

setup:      ## Virtual environment with all that tests need, and the commit hooks
	python3 -m venv .venv
	$(BIN)/pip install -r tests/requirements.txt
	$(BIN)/pre-commit install

run:        ## The whole service with the demo district
	$(BIN)/flask up

test:       ## All tests                      (make test T=tests/unit)
	$(BIN)/pytest $(T)

faults:     ## Kill every process under load; takes minutes (docs/faults.md)
	$(BIN)/pytest tests/faults -n 0

nightly:    ## 10,000 random acts on paper, every page, every journey; takes about an hour
	$(BIN)/pytest tests/nightly
	$(BIN)/pytest -m nightly

cover:      ## All tests, and the lines they did not reach
	$(BIN)/pytest --cov --cov-report=term $(T)

bench:      ## The service beside a bare Flask route, about five minutes
	$(BIN)/python -m benchmarks

lint:       ## ruff, format, mypy, import contracts
	$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/mypy && $(BIN)/lint-imports

fix:        ## Mend what can be mended by machine
	$(BIN)/ruff check --fix . && $(BIN)/ruff format .

migration:  ## A new migration from the models (make migration M="add teams")
	$(BIN)/flask db migrate -m "$(M)"

translations:  ## The texts of the source into the English catalogue, and that compiled
	$(BIN)/pybabel extract -F babel.cfg -k lazy_gettext -k lazy_pgettext:1c,2 \
		--omit-header --no-wrap --add-location=file --sort-by-file -o messages.pot rewards
	$(BIN)/pybabel update -i messages.pot -d rewards/translations -l en \
		--no-fuzzy-matching --ignore-obsolete --no-wrap --ignore-pot-creation-date
	$(BIN)/pybabel compile -d rewards/translations --statistics

check: lint test  ## What CI runs

.PHONY: help setup run test faults nightly cover bench lint fix migration translations check
