"""What the project promises of its own code, read from the code."""

import ast
import re

import pytest
from conftest import PROJECT

ADDON = PROJECT / "key_account_segmentation"
DATA_FOLDERS = ("data", "views", "security", "report", "wizard", "demo")


def sources(pattern):
    """The addon's Python files that fit a pattern."""
    return sorted(ADDON.glob(pattern))


def imported_names(tree):
    """The first part of every absolute import."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            yield node.module.split(".")[0]


def called_names(tree):
    """Every call with the last part of the called name."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield getattr(node.func, "attr", getattr(node.func, "id", "")), node


@pytest.mark.parametrize("path", sources("tools/*.py"), ids=lambda path: path.name)
def test_rules_know_nothing_of_odoo(path):
    assert "odoo" not in set(imported_names(ast.parse(path.read_text())))


@pytest.mark.parametrize("path", sources("**/*_facts*.py"), ids=lambda path: path.name)
def test_facts_run_nothing(path):
    tree = ast.parse(path.read_text())
    assert not {name for name, _call in called_names(tree)} & {"execute", "execute_query", "execute_query_dict"}
    assert not [node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute) and node.attr in ("cr", "_cr")]


@pytest.mark.parametrize("path", sources("**/*.py"), ids=lambda path: str(path.relative_to(ADDON)))
def test_sql_begins_with_a_literal(path):
    calls = [call for name, call in called_names(ast.parse(path.read_text())) if name == "SQL" and call.args]
    built = [call.lineno for call in calls if not isinstance(call.args[0], ast.Constant)]
    assert not built, f"lines {built}: the first argument of SQL() is not a literal"


def test_odoo_runs_every_test_file():
    imported = set(re.findall(r"\btest_\w+", (ADDON / "tests" / "__init__.py").read_text()))
    assert imported == {path.stem for path in sources("tests/test_*.py")}


def test_the_manifest_lists_every_data_file():
    manifest = ast.literal_eval((ADDON / "__manifest__.py").read_text())
    listed = {*manifest.get("data", []), *manifest.get("demo", [])}
    files = [path for folder in DATA_FOLDERS for path in (ADDON / folder).rglob("*.*")]
    existing = {str(path.relative_to(ADDON)) for path in files if path.suffix in (".xml", ".csv")}
    assert listed == existing
