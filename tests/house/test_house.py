"""The house rules that a machine can hold."""

from __future__ import annotations

import ast
import os
import re
from pathlib import Path

import click
import pytest
from importlinter.cli import lint_imports

from lifecircle import __version__
from lifecircle.cli.main import main
from lifecircle.place.forms.forms import forms
from lifecircle.place.sources import CitySources
from lifecircle.policy.packs import shipped
from lifecircle.terms.doubts import doubted
from tests.conftest import ROOT

MODULES = sorted((ROOT / "src").rglob("*.py"))
LONGEST_MODULE = 400
LONGEST_FUNCTION = 40


def test_imports_run_one_way(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(["src"]))
    assert lint_imports(config_filename="pyproject.toml", no_cache=True) == 0


def test_modules_stay_short() -> None:
    lengths = {path.name: len(path.read_text(encoding="utf-8").splitlines()) for path in MODULES}
    assert {name: count for name, count in lengths.items() if count > LONGEST_MODULE} == {}


def _body_lines(function: ast.FunctionDef) -> int:
    """Count the lines of a function's body, its signature and docstring left out."""
    first = function.body[0]
    if ast.get_docstring(function) is not None:
        first = function.body[1] if len(function.body) > 1 else first
    return (function.end_lineno or 0) - first.lineno + 1


def test_functions_stay_short() -> None:
    long = {}
    for path in MODULES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef) and _body_lines(node) > LONGEST_FUNCTION:
                long[f"{path.name}:{node.name}"] = _body_lines(node)
    # the search is one loop; cutting it would cost the compiler its view of the heap
    assert set(long) <= {"search.py:nearest_targets"}


def test_nothing_is_printed_outside_the_command() -> None:
    for path in MODULES:
        if "cli" not in path.parts:
            assert not re.search(r"^\s*print\(", path.read_text(encoding="utf-8"), re.MULTILINE)


def _commands() -> list[str]:
    names = []
    for name, command in main.commands.items():
        names.append(name)
        if isinstance(command, click.Group):
            names += [f"{name} {below}" for below in command.commands]
    return names


def test_every_command_and_option_of_assess_stands_in_the_readme() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for name in ("assess", "check", "forms", "packs list", "packs show", "packs check"):
        assert name in _commands()
        assert f"lifecircle {name}" in readme
    told = readme.split("## 政策包")[0]
    names = {name for name in main.commands if f"lifecircle {name}" in told}
    options = {option for name in names for p in main.commands[name].params for option in p.opts}
    for option in re.findall(r"(?<!-)--[a-z][a-z-]+", told):
        assert option in options


def test_every_key_of_lifecircle_toml_is_documented() -> None:
    text = (ROOT / "docs" / "lifecircle-toml.md").read_text(encoding="utf-8")
    for name in CitySources.model_fields:
        assert f"`{name}`" in text


def test_the_guide_to_collecting_data_knows_every_form_and_doubt() -> None:
    text = (ROOT / "docs" / "collecting-data.md").read_text(encoding="utf-8")
    for form in forms().values():
        assert f"| {form.zh} |" in text
    for code, doubt in doubted().items():
        assert f"| `{code}` | {doubt.words[0]}" in text


def test_the_python_of_the_readme_runs(
    tmp_path: Path, example_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    (code,) = re.findall(r"```python\n(.*?)```", readme, re.DOTALL)
    (tmp_path / "build" / "demo").mkdir(parents=True)
    (tmp_path / "build" / "demo" / "city").symlink_to(example_folder)
    monkeypatch.chdir(tmp_path)
    exec(compile(code, "README.md", "exec"), {})  # the README is ours
    assert (tmp_path / "build" / "demo" / "findings" / "index.html").is_file()


def test_links_between_documents_hold() -> None:
    for path in [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]:
        for link in re.findall(r"\]\(([^)#]+)\)", path.read_text(encoding="utf-8")):
            if not link.startswith("http"):
                assert (path.parent / link).exists(), f"{path.name}: {link}"


def test_the_version_has_its_entry_in_the_changelog() -> None:
    assert f"## {__version__}" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


def test_shipped_packs_are_named_in_the_changelog() -> None:
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    for name in shipped():
        assert name in changelog


def test_the_locks_name_no_index_and_hash_everything() -> None:
    for name in ("requirements.txt", "requirements-dev.txt"):
        text = (ROOT / name).read_text(encoding="utf-8")
        assert "http" not in text
        assert "--index" not in text
        pins = re.findall(r"^[a-z0-9_.-]+==", text, re.MULTILINE | re.IGNORECASE)
        assert len(pins) > 10
        assert text.count("--hash=sha256:") >= len(pins)
