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
RENAMED = {"cadence_late_ratio": "late_gaps", "cadence_risk_ratio": "risk_gaps"}

#: Columns of the version before that are gone, or that the update writes: a new version of the policy is published, the
#: quadrant by hand is that of the new one, and refreshes under way begin again.
GONE = {"late_ratio", "lost_probability_min", "risk_probability_min", "monthly_adi"}
WRITTEN = {
    "key_account_policy": {"state", "state_sequence", "note", "published_date"},
    "key_account_profile": {"manual_quadrant_id"},
    "key_account_quadrant": {"sequence"},
    "key_account_run": {
        "state", "policy_id", "position", "batch_ends", "started_at", "read_count", "changed_count", "skipped_count",
        "seconds", "cause",
    },
    "key_account_follow_up_rule": {"overdue_limit"},
}  # fmt: skip

#: Figures whose definition is the same.
SUMS = (
    "revenue_12m", "revenue_prev_12m", "gross_12m", "refunds_12m", "revenue_lifetime", "invoice_count_12m", "share", "rank",
    "first_invoice_date", "last_invoice_date", "event_count", "median_gap_days", "cadence", "expected_next_date",
)  # fmt: skip

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
    gone = {name: lost(before[name], after[name], WRITTEN.get(name, set())) for name in own | EDITED}
    assert {name: rows for name, rows in gone.items() if rows} == {}


@pytest.mark.usefixtures("log")
def test_each_company_has_a_new_version_of_its_policy(workplace):
    """With the thresholds and axes that it had chosen; what nobody had chosen is as a new policy begins."""
    query = """
        SELECT company.name, policy.name, policy.state, new_months, abc_a_share::text, late_gaps::text, risk_gaps::text,
               axis_y, cut_y_method, cut_x_method, (SELECT COUNT(*) FROM key_account_quadrant WHERE policy_id = policy.id)
          FROM key_account_policy AS policy
          JOIN res_company AS company ON company.id = policy.company_id
         WHERE policy.state != 'archived'
         ORDER BY policy.company_id, policy.state
    """
    [draft, own, sister] = databases.execute(workplace, query, database=NEW)
    assert draft[1:] == ["Perhaps", "draft", "5", "0.7", "1.8", "4", "event_count_12m", "median", "median", "6"]
    assert own[1:] == [
        "Agreed in spring",
        "published",
        "5",
        "0.7",
        "1.8",
        "3",
        "event_count_12m",
        "median",
        "median",
        "6",
    ]
    assert sister == [
        "Sister",
        "Standard policy",
        "published",
        "6",
        "0.8",
        "2",
        "3",
        "loyalty",
        "value",
        "a_border",
        "6",
    ]
    query = "SELECT note FROM key_account_policy WHERE state = 'archived' AND note LIKE '%%Minutes of 3 March%%'"
    notes = databases.execute(workplace, query, database=NEW)
    assert [note for [note] in notes if "late above (x usual gap) 1.6" in note]


@pytest.mark.usefixtures("log")
def test_columns_are_renamed_or_gone(workplace):
    columns = {column[1] for column in picture.schema(workplace, NEW)["columns"] if column[0] == "key_account_policy"}
    assert not columns & (RENAMED.keys() | GONE)
    assert columns >= set(RENAMED.values())


@pytest.mark.usefixtures("log")
def test_what_people_made_with_our_fields_and_views_opens(workplace, old_configuration):
    before = stage.play(workplace, OLD, "opened", configuration=old_configuration)
    after = stage.play(workplace, NEW, "opened")
    assert after["own"] == before["own"]
    assert len(after["own"]) == 2
    assert after["link"] == before["link"] == "key.account.follow.up"
    assert {name: found[1:] for name, found in after["favourites"].items() if name in ("Strict", "By lateness")} == {
        "Strict": [[], []],
        "By lateness": [[], ["late_gaps desc"]],
    }
    assert after["templates"] == {"key.account.policy": ["name", "risk_gaps", "silence_lost_min"]}
    assert after["views"] == {"Mine": ["late_gaps", "silence_risk_min"]}


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
def gone_on(workplace, log):
    """What the scheduled actions made of what the earlier release left."""
    assert log
    return stage.play(workplace, NEW, "go_on")


@pytest.mark.usefixtures("log")
def test_scheduled_actions_are_of_the_model_that_has_them(workplace):
    query = """
        SELECT model.model, action.code
          FROM ir_cron
          JOIN ir_act_server AS action ON action.id = ir_actions_server_id
          JOIN ir_model AS model ON model.id = action.model_id
         WHERE model.model LIKE 'key.account.%%'
         ORDER BY 1, 2
    """
    assert databases.execute(workplace, query, database=NEW) == [
        ["key.account.follow.up.rule", "model._cron_follow_up()"],
        ["key.account.refresh", "model._cron_refresh_stale()"],
        ["key.account.run", "model._cron_refresh_all()"],
    ]


def test_follow_ups_wait_for_the_new_figures_and_go_on(gone_on):
    before, waiting = gone_on["waiting"]
    assert waiting == before
    then, now = ({row[0]: row[1:] for row in rows} for rows in gone_on["follow_ups"])
    assert then.keys() < now.keys()
    added = [now[number] for number in now.keys() - then.keys()]
    assert ["Due since", "review", "open", 1] in added
    changed = {tuple(then[number]): now[number][2:] for number in then if then[number] != now[number]}
    assert changed == {
        ("Not due any more", "review", "open", 1): ["ended", 0],
        ("Asked", "review", "open", 0): ["handled", 0],
        # an invoice was the contact that it counted from; now it is the day the customer was found, which is today
        ("03_quarterly", "contact", "open", 1): ["ended", 0],
        # the refresh finds nothing that would make a key account
        ("Started", "became_key_account", "open", 2): ["ended", 0],
    }
    assert gone_on["follow_ups_again"] == [gone_on["follow_ups"][1]] * 2


def test_changes_by_the_new_rules_say_so_and_plan_nothing(workplace, gone_on):
    assert gone_on
    [[last]] = databases.execute(workplace, "SELECT COALESCE(MAX(id), 0) FROM key_account_transition", database=OLD)
    query = "SELECT cause, COUNT(*) FROM key_account_transition WHERE id > %s GROUP BY 1"
    causes = dict(databases.execute(workplace, query, last, database=NEW))
    assert causes.keys() == {"policy"}
    query = "SELECT COUNT(*) FROM key_account_follow_up WHERE transition_id > %s"
    assert databases.execute(workplace, query, last, database=NEW) == [["0"]]


def test_a_quadrant_by_hand_stays(workplace, gone_on):
    assert gone_on
    query = """
        SELECT quadrant.place, policy.state
          FROM key_account_profile AS profile
          JOIN res_partner AS contact ON contact.id = profile.partner_id
          JOIN key_account_quadrant AS quadrant ON quadrant.id = profile.quadrant_id
          JOIN key_account_policy AS policy ON policy.id = quadrant.policy_id
         WHERE contact.ref = '10_seasonal'
    """
    assert databases.execute(workplace, query, database=NEW) == [["high_high", "published"]]


def test_new_documents_are_taken_in(gone_on):
    (_marks, then), (left, now) = gone_on["new_documents"]
    assert (left, now) == (0, then)


def test_refreshes_under_way_begin_again_and_end(gone_on):
    then, now = gone_on["runs"]
    under_way = [run[0] for run in then if run[2] == "waiting"]
    assert len(under_way) == 2
    assert [run[2:] for run in now if run[0] in under_way] == [["done", False]] * 2


@pytest.mark.usefixtures("gone_on")
def test_sums_are_the_same(workplace, old_configuration):
    stage.play(workplace, OLD, "refresh", configuration=old_configuration)
    stage.play(workplace, NEW, "refresh")
    before, after = sums(workplace, OLD), sums(workplace, NEW)
    assert len(before) > 10
    assert before == after


def sums(workplace, database):
    rows = map(json.loads, picture.rows(workplace, database)["key_account_profile"])
    return {row["partner_id"]: [row[name] for name in SUMS] for row in rows if row["revenue_lifetime"]}


def lost(before, after, written):
    """The rows whose values no row has any more; a row may have gained columns, and a column have another name."""
    found = [json.loads(row) for row in after]
    rows = [
        {RENAMED.get(name, name): value for name, value in json.loads(row).items() if name not in GONE | written}
        for row in before - after
    ]
    return [row for row in rows if not any(row.items() <= other.items() for other in found)]
