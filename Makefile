# The two commands a newcomer needs: make demo, make test. Paths are relative on purpose, so that
# any folder name works; scripts are run as modules, since a shebang cannot hold a space.
PYTHON ?= python3
PIP := .venv/bin/python -m pip --disable-pip-version-check --quiet
LOCKED := --require-hashes --only-binary=:all:
export PYTHONUTF8 := 1

.PHONY: demo test format lock clean

demo: .venv/run
	.venv/bin/python -m lifecircle demo --communities 240 --out build/demo/city --overwrite
	.venv/bin/python -m lifecircle assess build/demo/city --out build/demo/findings

test: .venv/dev
	.venv/bin/python -m ruff format --check src tests tools
	.venv/bin/python -m ruff check src tests tools
	.venv/bin/python -m mypy
	.venv/bin/python -m pytest -n 2 --dist loadfile

format: .venv/dev
	.venv/bin/python -m ruff format src tests tools
	.venv/bin/python -m ruff check --fix src tests tools

.venv/run: requirements.txt pyproject.toml
	test -x .venv/bin/python || $(PYTHON) -m venv .venv
	$(PIP) install $(LOCKED) -r requirements.txt
	.venv/bin/python tools/link.py
	touch $@

.venv/dev: .venv/run requirements-dev.txt
	$(PIP) install $(LOCKED) -r requirements-dev.txt
	touch $@

# Locks name no index; run where uv is installed.
lock:
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header \
		--no-emit-index-url --only-binary :all: pyproject.toml -o requirements.txt
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header \
		--no-emit-index-url --only-binary :all: --extra dev -c requirements.txt pyproject.toml -o requirements-dev.txt

clean:
	rm -rf build .venv
