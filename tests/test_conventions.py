# SPDX-License-Identifier: LGPL-3.0-only
"""What the project promises of its own code, read from the code."""

import ast
import csv
import io
import re
import tokenize
from xml.etree import ElementTree

import pytest
from conftest import PROJECT

ADDON = PROJECT / "key_account_segmentation"
DATA_FOLDERS = ("data", "views", "security", "report", "wizard", "demo")

#: What goes past the rights of who asks or past a linter -> how the comment begins that says why it may.
EXCUSED = {
    r"\.sudo\((?!False)": "sudo:",
    r"\bbypass_access=True": "(?:bypass|sudo):",
    r"#\s*noqa": "noqa:",
}

#: What the manifest's LGPL-3 is called in source files: it says nothing of later versions.
LICENSE_LINE = "SPDX-License-Identifier: LGPL-3.0-only"
COMMENTED = {".py", ".js", ".mjs", ".xml", ".scss"}
#: What others made, or a program.
FOREIGN_FOLDERS = {"node_modules", "dist", "build", "lib", ".git", ".hypothesis"}

#: How far above, in lines, that comment may stand.
BESIDE = 3


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


@pytest.mark.parametrize("path", sources("models/facts/*.py"), ids=lambda path: path.name)
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


def shipped_sources():
    """The addon's Python files that run at a user's."""
    return [path for path in sources("**/*.py") if "tests" not in path.relative_to(ADDON).parts]


def comments(text):
    """Line number -> the comment on it."""
    tokens = tokenize.generate_tokens(io.StringIO(text).readline)
    return {token.start[0]: token.string for token in tokens if token.type == tokenize.COMMENT}


def unexcused(text):
    """Lines that go past rights or linters without a word on why.

    >>> unexcused("# sudo: a reason\\nx = y.sudo()")
    []
    >>> unexcused("x = y.sudo()")
    ['1: x = y.sudo()']
    """
    said, lines = comments(text), text.splitlines()
    return [
        f"{number}: {line.strip()}"
        for number, line in enumerate(lines, start=1)
        for pattern, beginning in EXCUSED.items()
        if re.search(pattern, line) and not is_excused(said, number, beginning)
    ]


def is_excused(said, number, beginning):
    """Whether a comment on the line, or on one of those above, gives a reason after that beginning."""
    near = (said.get(line, "") for line in range(number - BESIDE, number + 1))
    return any(re.search(rf"{beginning}\s*(?:[A-Z]+\d+\s+)?[a-zA-Z]\w* \w+", comment) for comment in near)


@pytest.mark.parametrize("path", shipped_sources(), ids=lambda path: str(path.relative_to(ADDON)))
def test_who_goes_past_rights_says_why(path):
    missing = unexcused(path.read_text())
    assert not missing, "say why, in a comment beside: # sudo: …, # bypass: …"


@pytest.mark.parametrize(
    ("line", "is_fine"),
    [
        ("records.sudo()  # sudo: marks belong to nobody", True),
        ("records.sudo(False)", True),
        ("records.sudo()", False),
        ("records.sudo()  # sudo", False),
        ("records.sudo()  # it is safe", False),
        ("# sudo: far away\n\n\n\nrecords.sudo()", False),
        ("# sudo: two lines above\nx = 1\nrecords.sudo()", True),
        ("_search([], bypass_access=True)  # bypass: the night counts for everybody", True),
        ("_search([], bypass_access=True)", False),
        ("'# sudo: in a text is no comment'\nrecords.sudo()", False),
        ("import x  # noqa", False),
        ("import x  # noqa: F401", False),
        ("import x  # noqa: F401 for its side effects", True),
    ],
)
def test_what_counts_as_a_reason(line, is_fine):
    assert (not unexcused(line)) is is_fine


#: Files that may ask for another day than the company's -> how often, and why.
OTHER_DAYS = {
    "models/policy/res_company.py": (1, "the company's day itself"),
    "models/managers/key_account_hand_over.py": (1, "a first look, wide enough for every company"),
    "models/follow_up/key_account_follow_up.py": (1, "an activity is late by the day of who is asked"),
    "models/follow_up/key_account_follow_up_planning.py": (1, "an activity is for the day of who is asked"),
}


def days_asked_for(text):
    """How often a text asks for the day of the user, of the server or of UTC.

    >>> days_asked_for("today = fields.Date.context_today(self)"), days_asked_for("x = date.today()")
    (1, 1)
    >>> days_asked_for("default=fields.Date.context_today"), days_asked_for("day = self.env.cr.now().date()")
    (1, 1)
    >>> days_asked_for("today = company._key_account_today()"), days_asked_for("SELECT CURRENT_DATE")
    (0, 1)
    """
    return len(re.findall(r"\bcontext_today\b|\b[Dd]ate(?:time)?\.today\b|\bnow\(\)\.date\(|\bCURRENT_DATE\b", text))


@pytest.mark.parametrize("path", shipped_sources(), ids=lambda path: str(path.relative_to(ADDON)))
def test_what_classifies_goes_by_the_companys_day(path):
    allowed, _why = OTHER_DAYS.get(str(path.relative_to(ADDON)), (0, ""))
    assert days_asked_for(path.read_text()) == allowed, "company._key_account_today(), or a reason in OTHER_DAYS"


@pytest.mark.parametrize("path", sources("**/*.py"), ids=lambda path: str(path.relative_to(ADDON)))
def test_no_query_is_put_together_from_text(path):
    runners = {"SQL", "execute", "execute_query", "execute_query_dict", "execute_values", "mogrify"}
    calls = [call for name, call in called_names(ast.parse(path.read_text())) if name in runners and call.args]
    built = [call.lineno for call in calls if is_put_together(call.args[0])]
    assert not built, f"lines {built}: SQL with holes is SQL(text, values)"


def is_put_together(node):
    """Whether a text is an f-string, a sum, filled by %, or formatted."""
    if isinstance(node, ast.Call):
        return getattr(node.func, "attr", "") in ("format", "join", "replace")
    return isinstance(node, (ast.JoinedStr, ast.BinOp))


def declared_models():
    """Model -> (whether it has a table, names of its fields, models it inherits from), for the models of ours."""
    models = {}
    for path in shipped_sources():
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ClassDef) and (name := assigned(node, "_name")) and name.startswith("key.account"):
                has_table = getattr(node.bases[0], "attr", "") != "AbstractModel"
                models[name] = has_table, assigned_names(node), assigned(node, "_inherit") or []
    return models


def assigned_names(node):
    """The names a class body assigns."""
    return {
        target.id for it in node.body if isinstance(it, ast.Assign) for target in it.targets if hasattr(target, "id")
    }


def assigned(node, name):
    """The literal a class body assigns to that name."""
    for it in node.body:
        if isinstance(it, ast.Assign) and getattr(it.targets[0], "id", "") == name:
            return ast.literal_eval(it.value)
    return None


def has_company(name, models):
    _has_table, names, inherited = models.get(name, (False, set(), []))
    inherited = [inherited] if isinstance(inherited, str) else inherited
    return "company_id" in names or any(has_company(it, models) for it in inherited)


def company_rules():
    """External names of the models with a record rule for everybody that looks at the user's companies."""
    for path in sorted((ADDON / "security").glob("*.xml")):
        for record in ElementTree.parse(path).iter("record"):
            fields = {field.get("name"): field for field in record if record.get("model") == "ir.rule"}
            if fields and "groups" not in fields and "company_ids" in (fields["domain_force"].text or ""):
                yield fields["model_id"].get("ref")


def test_every_model_says_who_may_use_it():
    with open(ADDON / "security" / "ir.model.access.csv", newline="") as file:
        granted = {row["model_id:id"] for row in csv.DictReader(file)}
    models = declared_models()
    assert len(models) > 10
    missing = [name for name, (has_table, *_rest) in models.items() if has_table and external(name) not in granted]
    assert not missing


def test_every_model_of_a_company_is_that_companys_alone():
    models = declared_models()
    ruled = set(company_rules())
    owned = [name for name, (has_table, *_rest) in models.items() if has_table and has_company(name, models)]
    assert len(owned) >= 6
    assert not [name for name in owned if external(name) not in ruled]


def test_every_right_is_of_a_group():
    with open(ADDON / "security" / "ir.model.access.csv", newline="") as file:
        assert not [row["id"] for row in csv.DictReader(file) if not row["group_id:id"]]


def external(model):
    return "model_" + model.replace(".", "_")


def licensed_sources():
    """Every file of ours that may bear a comment."""
    files = [path for path in PROJECT.rglob("*.*") if path.suffix in COMMENTED]
    return sorted(path for path in files if not FOREIGN_FOLDERS.intersection(path.relative_to(PROJECT).parts))


#: What the standard library has since Python 3.11 only; Odoo 19 runs on 3.10, too.
NEWER = {"datetime": {"UTC"}, "typing": {"Self"}, "enum": {"StrEnum"}}


def test_python_3_10_has_what_is_imported():
    names = {
        (path.name, alias.name)
        for path in licensed_sources()
        if path.suffix == ".py"
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
        if alias.name in NEWER.get(node.module, ())
    }
    assert names == set()


def test_every_source_names_its_license():
    sources = licensed_sources()
    assert {path.suffix for path in sources} == COMMENTED
    bare = [path for path in sources if LICENSE_LINE not in "".join(path.read_text().splitlines(True)[:3])]
    assert [str(path.relative_to(PROJECT)) for path in bare] == []


def test_the_license_is_beside_what_it_is_about():
    text = (PROJECT / "LICENSE").read_text()
    assert text.split()[:7] == ["GNU", "LESSER", "GENERAL", "PUBLIC", "LICENSE", "Version", "3,"]
    assert (ADDON / "LICENSE").read_text() == text
    assert ast.literal_eval((ADDON / "__manifest__.py").read_text())["license"] == "LGPL-3"


ROOMS = ADDON / "models"


def rooms():
    """The rooms in the order of the one line that imports them."""
    [line] = [node for node in ast.parse((ROOMS / "__init__.py").read_text()).body if isinstance(node, ast.ImportFrom)]
    return [alias.name for alias in line.names]


def rooms_entered(tree):
    """The rooms that a file of a room imports from, each with the line."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.level == 2:
            names = [node.module] if node.module else [alias.name for alias in node.names]
            yield from ((name.split(".")[0], node.lineno) for name in names)


def models_opened(tree):
    """Of each class of a model, its name and whether the class declares it rather than opens it again."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef):
            values = {
                target.id: part.value
                for part in node.body
                if isinstance(part, ast.Assign)
                for target in part.targets
                if isinstance(target, ast.Name) and target.id in ("_name", "_inherit")
            }
            given = {name: ast.literal_eval(value) for name, value in values.items()}
            if given:
                inherited = given.get("_inherit", [])
                name = given.get("_name") or (inherited if isinstance(inherited, str) else inherited[0])
                yield name, name not in ([inherited] if isinstance(inherited, str) else inherited)


def test_every_room_is_imported_in_the_order_of_the_house():
    assert set(rooms()) == {path.parent.name for path in sources("models/*/__init__.py")}
    assert [path.name for path in sources("models/*.py")] == ["__init__.py"], "each model has a room"


@pytest.mark.parametrize("room", rooms())
def test_a_room_imports_from_those_before_it(room):
    before = rooms()[: rooms().index(room)]
    above = [
        f"{path.relative_to(ADDON)}:{line} imports from {entered}/"
        for path in sources(f"models/{room}/**/*.py")
        for entered, line in rooms_entered(ast.parse(path.read_text()))
        if entered not in before
    ]
    assert not above, f"{room}/ may import from {', '.join(before) or 'no room'} only: {above}"


@pytest.mark.parametrize("room", rooms())
def test_a_room_says_what_it_is_for(room):
    told = ast.get_docstring(ast.parse((ROOMS / room / "__init__.py").read_text())) or ""
    missing = [word for word in ("In:", "Out:", "Never:") if not re.search(rf"^{word} +\S", told, re.MULTILINE)]
    assert not missing, (
        f"models/{room}/__init__.py does not say {missing}: what comes in, what goes out, what must not be"
    )


#: Rooms that still have several files of one model. A room that has not fails here until it is taken out.
UNFINISHED = set()


@pytest.mark.parametrize(
    "room",
    [
        pytest.param(room, marks=pytest.mark.xfail(strict=True, reason="UNFINISHED")) if room in UNFINISHED else room
        for room in rooms()
    ],
)
def test_a_room_opens_a_model_once(room):
    """Where does a method live? In the file of its model: one that declares it, or one that opens it again."""
    opened = {}
    for path in sources(f"models/{room}/*.py"):
        for name, declares in models_opened(ast.parse(path.read_text())):
            opened.setdefault((name, declares), []).append(path.name)
    twice = {name: files for (name, _declares), files in opened.items() if len(files) > 1}
    assert not twice, f"{room}/ opens a model more than once: make it one file, or a folder with a file for each kind"
