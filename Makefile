# make demo: play with everything, without any account.   make test: prove that it does.
# Both need only Python 3.11 or newer with venv; what else they use comes from the locks, by hash.

PYTHON ?= python3
ARGS ?=
VENV := .venv
BIN := $(VENV)/bin
WORKERS ?= 2
KILLS ?= 60
KILL_SEED ?=
KILL_TURN ?=
LIVES ?= 1000
KILLED_LIVES ?= 50
SOURCES := bot cogs db tests
COMPILE := --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --quiet

.PHONY: help demo walk screenshots test kill hostile fuzz stress check format bench lock clean browser lives

help:
	@echo "make demo    the whole story on this machine: a page to play with (ARGS='--port 8000 --no-browser')"
	@echo "make walk    the same story by itself, in the terminal"
	@echo "make test    all tests, two at a time (ARGS=tests/unit: some of them; WORKERS=0: one at a time)"
	@echo "make kill    kill the bot at every outside call, and at KILLS=60 random ones (KILL_SEED= repeats a run)"
	@echo "make lives   LIVES=1000 random lives of replies, KILLED_LIVES=50 with SIGKILL, and 10,000 events (an hour)"
	@echo "make hostile the long tests too: every hostile address, document and string, on a real WordPress"
	@echo "make fuzz    the properties of text and feeds, 10,000 examples each (EXAMPLES=...)"
	@echo "make stress  the long tests: full disks, locks, storms and SIGTERM, again and again (half an hour)"
	@echo "make browser of the tests, those of the demo's page in a real browser (Debian's chromium)"
	@echo "make check   format, lint, types, layers, dependencies, and what the tree must not hold"
	@echo "make format  put the code into its format"
	@echo "make screenshots   docs/images anew, from the demo in a browser (needs chromium)"
	@echo "make bench   what a start, a poll, a message and a relay cost"
	@echo "make lock    write both locks anew from pyproject.toml (needs uv)"
	@echo "make clean   remove what make made"

demo: $(VENV)/demo.stamp
	@$(BIN)/python -P -m bot demo $(ARGS)

walk: $(VENV)/demo.stamp
	@$(BIN)/python -P -m bot demo --walk $(ARGS)

screenshots: $(VENV)/dev.stamp
	@$(BIN)/python -m tests.browser.screenshots docs/images

test: $(VENV)/dev.stamp
	@$(BIN)/pytest -n $(WORKERS) $(ARGS)

kill: $(VENV)/dev.stamp
	@KILLS="$(KILLS)" KILL_SEED="$(KILL_SEED)" KILL_TURN="$(KILL_TURN)" $(BIN)/pytest -m kill -p no:randomly tests/kill $(ARGS)

lives: $(VENV)/dev.stamp
	@LIVES="$(LIVES)" KILLED_LIVES="$(KILLED_LIVES)" $(BIN)/pytest -m slow tests/lives $(ARGS)

browser: $(VENV)/dev.stamp
	@$(BIN)/pytest tests/browser $(ARGS)

hostile: $(VENV)/dev.stamp
	@$(BIN)/pytest -m "slow or not slow" tests/hostile $(ARGS)

fuzz: $(VENV)/dev.stamp
	@FUZZ_EXAMPLES=$(or $(EXAMPLES),10000) $(BIN)/pytest --timeout 3600 tests/hostile/test_fuzz.py $(ARGS)

stress: $(VENV)/dev.stamp
	@$(BIN)/pytest -m slow tests/stress $(ARGS)

check: $(VENV)/dev.stamp
	$(BIN)/ruff format --check $(SOURCES)
	$(BIN)/ruff check $(SOURCES)
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	$(BIN)/deptry .
	$(BIN)/pytest -q -p no:cacheprovider tests/unit/test_tree.py tests/unit/test_settings.py tests/unit/test_numbers.py

format: $(VENV)/dev.stamp
	$(BIN)/ruff check --fix --select I $(SOURCES)
	$(BIN)/ruff format $(SOURCES)

bench: $(VENV)/dev.stamp
	@$(BIN)/python -m bench.start
	@$(BIN)/python -m bench.poll
	@$(BIN)/python -m bench.messages
	@$(BIN)/python -m bench.relay

lock: $(VENV)/made.stamp
	uv pip compile pyproject.toml $(COMPILE) --output-file requirements.lock
	uv pip compile pyproject.toml --group dev --extra postgres $(COMPILE) --output-file requirements-dev.lock
	@! grep -nE 'https?://' requirements.lock requirements-dev.lock

clean:
	rm -rf $(VENV) .mypy_cache .pytest_cache .ruff_cache .hypothesis build dist

# The virtual environment. Its stamps make a second start immediate; a changed lock makes the next one install again.
$(VENV)/made.stamp:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
		echo "Python 3.11 or newer is needed, and $(PYTHON) is not that. Try: make PYTHON=python3.11"; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { \
		echo "$(PYTHON) lacks its module venv. On Debian: apt install python3-venv"; exit 1; }
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -c "$$LINK"
	@touch $@

$(VENV)/demo.stamp: requirements.lock $(VENV)/made.stamp
	@echo "Getting what requirements.lock names ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@touch $@

$(VENV)/dev.stamp: requirements-dev.lock $(VENV)/made.stamp
	@echo "Getting what requirements-dev.lock names ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $(VENV)/demo.stamp $@

# Makes this folder importable and the command backchannel callable, without a build tool that would have to be fetched.
define LINK
import pathlib, sys, sysconfig
root = pathlib.Path.cwd()
(pathlib.Path(sysconfig.get_path("purelib")) / "backchannel.pth").write_text(f"{root}\n", encoding="utf-8")
command = pathlib.Path(sysconfig.get_path("scripts")) / "backchannel"
command.write_text(f"#!{sys.executable} -P\nimport sys\n\nfrom bot.__main__ import main\n\nsys.exit(main())\n", encoding="utf-8")
command.chmod(0o755)
endef
export LINK
