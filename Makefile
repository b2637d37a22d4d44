# The two commands a newcomer needs: make demo, make test. Paths are relative on purpose, so that
# any folder name works; scripts are run as modules, since a shebang cannot hold a space.
PYTHON ?= python3
PIP := .venv/bin/python -m pip --disable-pip-version-check --quiet
PIP_BENCH := $(subst .venv,.venv-bench,$(PIP))
LOCKED := --require-hashes --only-binary=:all:
TESTS := .venv/bin/python -m pytest -n 2 --dist worksteal
CHECKED := src tests tools benchmarks drills
export PYTHONUTF8 := 1
# Every process that a test starts would compile the sources anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: demo test types tests test-postgresql drill bench bench-data format lock clean

demo: .venv/run
	.venv/bin/python -m lifecircle demo --communities 240 --out build/demo/city --overwrite
	.venv/bin/python -m lifecircle assess build/demo/city --out build/demo/findings
	.venv/bin/python -m lifecircle serve --home build/demo/platform --demo build/demo/city

test: .venv/dev
	.venv/bin/python -m ruff format --check $(CHECKED)
	.venv/bin/python -m ruff check $(CHECKED)
	$(MAKE) --jobs=2 types tests

# Beside the tests: alone it would use one core for a minute and leave the other idle.
types: .venv/dev
	.venv/bin/python -m mypy $(CHECKED)

tests: .venv/dev
	$(TESTS) -m "not browser"

# The platform's tests once more, on a PostgreSQL of their own.
test-postgresql: .venv/dev
	.venv/bin/python -m tools.postgres $(TESTS) -m "not browser" tests/govern

# Every page in a browser, then kills, restoration, imports, load: with figures, on both databases.
# DRILL_BRIEF=1 takes fewer of each; DRILL_SLACK=4 fails only beyond four times a goal.
drill: .venv/dev
	$(TESTS) -m browser
	.venv/bin/python -m pytest -p no:cacheprovider drills

# The figures of the day, beside peers that may not install; see benchmarks/README.md.
bench: bench-data .venv-bench/peers
	.venv-bench/bin/python -m benchmarks

bench-data:
	@test -d "$(LIFECIRCLE_DATA)/porto" || { \
		echo "Set LIFECIRCLE_DATA to the folder of real data, the one that holds porto/."; exit 1; }

format: .venv/dev
	.venv/bin/python -m ruff format $(CHECKED)
	.venv/bin/python -m ruff check --fix $(CHECKED)

.venv/run: requirements.txt pyproject.toml
	test -x .venv/bin/python || $(PYTHON) -m venv .venv
	$(PIP) install $(LOCKED) -r requirements.txt
	.venv/bin/python tools/link.py
	touch $@

.venv/dev: .venv/run requirements-dev.txt
	$(PIP) install $(LOCKED) -r requirements-dev.txt
	touch $@

# Peers never move what the locks hold: they come with the pinned libraries or not at all.
.venv-bench/peers: requirements.txt
	test -x .venv-bench/bin/python || $(PYTHON) -m venv .venv-bench
	$(PIP_BENCH) install $(LOCKED) -r requirements.txt
	.venv-bench/bin/python tools/link.py
	$(PIP_BENCH) freeze > .venv-bench/pins.txt
	for peer in pandana cityseer; do \
		$(PIP_BENCH) install --only-binary=:all: -c .venv-bench/pins.txt $$peer \
			|| echo "$$peer does not install here; the comparison goes on without it."; \
	done
	touch $@

# Locks name no index; run where uv is installed.
lock:
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header \
		--no-emit-index-url --only-binary :all: --extra platform pyproject.toml -o requirements.txt
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header \
		--no-emit-index-url --only-binary :all: --extra platform --extra dev -c requirements.txt pyproject.toml -o requirements-dev.txt

clean:
	rm -rf build .venv .venv-bench
