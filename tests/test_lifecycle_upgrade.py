# SPDX-License-Identifier: LGPL-3.0-only
"""What people entered in the version before survives a dump, its restoration, and the update to this version."""

import json
import shutil
from datetime import date

import pytest
from lifecycle import history, picture, stage

from devkit import databases
from devkit.cache import ADDON, NAME, PROJECT
from devkit.invoices import prepared_documents, read_documents
from devkit.logs import complaints_in
from devkit.run import run
from devkit.workplace import SCRIPTS, set_up

OLD, NEW = databases.passing_name("old"), databases.passing_name("new")

#: Tables beside our own whose rows people may have edited, and an update may not.
EDITED = {
    "ir_cron", "ir_rule", "web_tour_tour", "res_users", "res_groups_users_rel", "ir_default", "mail_activity",
    "mail_activity_plan", "mail_activity_plan_template", "mail_message",
}  # fmt: skip

#: Our tables that must have rows to be kept, and those of them that a refresh writes.
FIGURES = {"key_account_profile", "key_account_snapshot", "key_account_portfolio"}
ENTERED = FIGURES | {
    "key_account_policy", "key_account_run", "key_account_stale", "key_account_collaboration", "key_account_follow_up",
    "key_account_follow_up_rule", "key_account_hand_over", "key_account_play", "key_account_transition",
}  # fmt: skip

#: Names of columns in the version before -> in this one.
RENAMED = {"settled_lifecycle": "recorded_lifecycle", "settled_major": "recorded_major"}

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def release():
    """The earlier release, as a tag or commit and its version."""
    try:
        return history.earlier_release()
    except LookupError as reason:
        pytest.skip(f"No earlier version to upgrade from: {reason}")


@pytest.fixture(scope="module")
def workplace():
    """The set-up machine; the databases are removed afterwards."""
    workplace = set_up()
    yield workplace
    databases.drop(workplace, OLD)
    databases.drop(workplace, NEW)


@pytest.fixture(scope="module")
def old_configuration(workplace, release, tmp_path_factory):
    """A configuration with the earlier release in the place of ours, and a database of it with all kinds of entries."""
    folder = tmp_path_factory.mktemp("release")
    history.unpack(release[0], folder)
    stage.bare_database(workplace, OLD)
    configuration = folder / "odoo.conf"
    present = workplace.configuration(OLD).read_text()
    configuration.write_text(present.replace(f",{PROJECT}\n", f",{folder}\n"))
    stage.install(workplace, OLD, NAME, configuration=configuration)
    documents = prepared_documents(read_documents(stage.ORACLE), date.today())
    loading = {"configuration": configuration, "input": documents, "text": True}
    stage.play(workplace, OLD, SCRIPTS / "load_invoices.py", **loading)
    for script in ("enter", "post", "follow_up"):
        stage.play(workplace, OLD, script, configuration=configuration)
    return configuration


@pytest.fixture(scope="module")
def log(workplace, old_configuration, tmp_path_factory):
    """The log of updating a restored dump."""
    assert old_configuration
    restore_dump(workplace, tmp_path_factory.mktemp("dump") / "dump")
    return workplace.run_odoo("Updating", f"update_{NEW}", workplace.configuration(NEW), "-u", NAME)


def restore_dump(workplace, dump):
    """Dump the old database as an administrator does, and restore it under the new name."""
    variables = workplace.server.variables()
    run([program(workplace, "pg_dump"), "--format=custom", f"--file={dump}", OLD], "Dumping", env=variables)
    databases.drop(workplace, NEW)
    databases.execute(workplace, f'CREATE DATABASE "{NEW}" TEMPLATE template0')
    run([program(workplace, "pg_restore"), "--no-owner", f"--dbname={NEW}", str(dump)], "Restoring", env=variables)
    shutil.copytree(databases.filestore(workplace, OLD), databases.filestore(workplace, NEW))


def program(workplace, name):
    """PostgreSQL's program: of our own server, else the one on the PATH."""
    return str(workplace.server.programs / name) if workplace.server.programs else name


def test_the_update_complains_of_nothing(workplace, log):
    assert complaints_in(workplace, log) == ""
    query = "SELECT latest_version FROM ir_module_module WHERE name = %s"
    [[version]] = databases.execute(workplace, query, NAME, database=NEW)
    assert version == history.version_of((ADDON / "__manifest__.py").read_text())


@pytest.mark.usefixtures("log")
def test_everything_entered_is_still_there(workplace):
    """The rows are the same: follow-ups and their activities, what people wrote, the rhythm of the nightly refresh."""
    before, after = picture.rows(workplace, OLD), picture.rows(workplace, NEW)
    own = {name for name, rows in before.items() if rows and name.startswith("key_account_")}
    assert own >= ENTERED
    states = {(row["state"], row["agreed"] is None) for row in map(json.loads, before["key_account_follow_up"])}
    assert states >= {("open", True), ("open", False), ("handled", True), ("ended", True)}
    assert {name: lost(before[name], after[name]) for name in own | EDITED if lost(before[name], after[name])} == {}


@pytest.mark.usefixtures("log")
def test_columns_have_another_name_and_their_values(workplace):
    query = "SELECT id, {}, {} FROM key_account_profile ORDER BY id"
    before = databases.execute(workplace, query.format(*RENAMED), database=OLD)
    assert before == databases.execute(workplace, query.format(*RENAMED.values()), database=NEW)
    assert {("active", "True"), ("lost", "False")} <= {tuple(values) for _id, *values in before}
    assert not {column[1] for column in picture.schema(workplace, NEW)["columns"]} & RENAMED.keys()


@pytest.mark.usefixtures("log")
def test_types_and_collaborations_have_a_company(workplace):
    def rows(query):
        return databases.execute(workplace, query, database=NEW)

    rules = dict(rows("SELECT name ->> 'en_US', rule_domain FROM key_account_type WHERE company_id = 1"))
    assert rules.pop("Curious").startswith("[('partner_id', '=', ")
    assert rules == {
        "Loyal": "[('event_count', '>=', 3)]",
        "Steady": "[('recorded_lifecycle', '=', 'active')]",
        "Friends": "None",
    }
    assert len(rows("SELECT code FROM key_account_type WHERE company_id IS NULL")) == 5
    assert rows("SELECT company_id FROM key_account_collaboration") == [["1"]]
    used = "SELECT name ->> 'en_US' FROM key_account_type AS type JOIN key_account_profile ON main_type_id = type.id"
    assert rows(used).count(["Curious"]) == 1


@pytest.mark.usefixtures("log")
def test_the_model_of_the_demo_data_is_gone(workplace):
    query = "SELECT COUNT(*) FROM ir_model WHERE model = 'key.account.demo'"
    assert [databases.execute(workplace, query, database=name) for name in (OLD, NEW)] == [[["1"]], [["0"]]]


@pytest.mark.usefixtures("log")
def test_what_people_made_with_our_fields_and_views_opens(workplace, old_configuration):
    before = stage.play(workplace, OLD, "opened", configuration=old_configuration)
    after = stage.play(workplace, NEW, "opened")
    assert after["own"] == before["own"]
    assert len(after["own"]) == 2
    assert after["link"] == before["link"] == "key.account.follow.up"
    assert {name: found[0] for name, found in after["favourites"].items()} == {
        name: found[0] for name, found in before["favourites"].items()
    }
    assert {
        name: after["favourites"][name][1:] for name in ("Were active", "As they were", "Archived", "By archived")
    } == {
        "Were active": [[], []],
        "As they were": [["recorded_lifecycle"], ["recorded_major desc"]],
        "Archived": [[], []],
        "By archived": [["presence"], []],
    }
    assert after["templates"] == {
        "key.account.profile": ["partner_id", "recorded_major"],
        "key.account.load": ["account_manager_id", "presence"],
    }
    assert after["views"] == {
        "Mine: profile_view_list": ["recorded_major"],
        "Mine: profile_view_form": ["recorded_lifecycle"],
        "Mine: profile_view_search": ["recorded_lifecycle"],
        "Mine: load_view_list": [],
    }


@pytest.mark.usefixtures("log")
def test_account_managers_stay_and_are_confirmed(workplace):
    query = """
        SELECT contact.ref, manager.login, salesperson.login
          FROM key_account_profile AS profile
          JOIN res_partner AS contact ON contact.id = profile.partner_id
          JOIN res_users AS manager ON manager.id = profile.account_manager_id
          LEFT JOIN res_users AS salesperson ON salesperson.id = profile.salesperson_id
         WHERE contact.ref IS NOT NULL
         ORDER BY 1
    """
    assert databases.execute(workplace, query, database=NEW) == [
        ["01_monthly_1st", "mara", "nora"],
        ["03_quarterly", "nora", "nora"],
        ["11_weekly", "gus", "gus"],
    ]
    query = "SELECT COUNT(*) FROM ir_rule WHERE domain_force LIKE '%%waits_for_night%%'"
    assert databases.execute(workplace, query, database=NEW) == [["4"]]


@pytest.fixture(scope="module")
def gone_on(workplace, old_configuration, log):
    """What the scheduled actions made of what the earlier release left: of that release, and of this one."""
    assert log
    before = stage.play(workplace, OLD, "go_on", configuration=old_configuration)
    return before, stage.play(workplace, NEW, "go_on")


def test_scheduled_actions_go_on_as_the_release_before_would(workplace, gone_on):
    """They are of the model that they were made for; who has changed them finds them so."""
    before, after = gone_on
    assert after == before
    query = """
        SELECT model.model, action.code
          FROM ir_cron
          JOIN ir_act_server AS action ON action.id = ir_actions_server_id
          JOIN ir_model AS model ON model.id = action.model_id
         WHERE model.model LIKE 'key.account.%%'
         ORDER BY 1, 2
    """
    assert databases.execute(workplace, query, database=NEW) == [
        ["key.account.profile", "model._cron_follow_up()"],
        ["key.account.profile", "model._cron_refresh_stale()"],
        ["key.account.run", "model._cron_refresh_all()"],
    ]


def test_nothing_is_followed_up_twice(gone_on):
    _before, after = gone_on
    then, now = ({row[0]: row[1:] for row in rows} for rows in after["follow_ups"])
    # what is overdue in the new sense is known after the first night: until then nothing is closed, nothing planned
    assert then.keys() == now.keys()
    changed = {tuple(then[number]): now[number][2:] for number in then if then[number] != now[number]}
    assert changed == {("Asked", "payment", "open", 0): ["handled", 0]}
    assert after["follow_ups_again"] == [after["follow_ups"][1]] * 2


def test_new_documents_are_taken_in(gone_on):
    _before, after = gone_on
    (marks, then), (left, now) = after["new_documents"]
    assert (marks > 0, left, now - then) == (True, 0, 70)


def test_unfinished_refreshes_are_finished(gone_on):
    _before, after = gone_on
    then, now = after["runs"]
    assert [run[1:] for run in then if run[2] == "running"] == [["past", "running", False], ["all", "running", False]]
    assert [run[0] for run in now] == [run[0] for run in then]
    ended = {run[0]: run[2:] for run in now}
    assert [ended[run[0]] for run in then if run[2] == "running"] == [["done", False]] * 2


@pytest.mark.usefixtures("gone_on")
def test_figures_of_finished_refreshes_are_those_of_the_release_before(workplace):
    """But of customers who came after the batches: this version ranks them, the one before left it to the next night."""
    assert_same_figures(workplace, lambda row: row.get("first_invoice_date") or "customer_count" in row)


@pytest.mark.usefixtures("gone_on")
def test_figures_are_the_same_after_a_refresh(workplace, old_configuration):
    stage.play(workplace, OLD, "refresh", configuration=old_configuration)
    stage.play(workplace, NEW, "refresh")
    assert_same_figures(workplace)


def assert_same_figures(workplace, is_compared=bool):
    before, after = picture.rows(workplace, OLD), picture.rows(workplace, NEW)
    for name in FIGURES:
        compared = {row for row in before[name] if is_compared(json.loads(row))}
        assert len(before[name]) == len(after[name]) >= len(compared) > 0
        assert lost(compared, after[name]) == []
    assert before["key_account_stale"] == after["key_account_stale"] == set()


def lost(before, after):
    """The rows whose values no row has any more; a row may have gained columns, and a column have another name."""
    found = [json.loads(row) for row in after]
    rows = [{RENAMED.get(name, name): value for name, value in json.loads(row).items()} for row in before - after]
    rows = [row | ({"rule_domain": renamed(row["rule_domain"])} if row.get("rule_domain") else {}) for row in rows]
    return [row for row in rows if not any(row.items() <= other.items() for other in found)]


def renamed(text):
    """A text with the names of this version."""
    for old, new in RENAMED.items():
        text = text.replace(old, new)
    return text
