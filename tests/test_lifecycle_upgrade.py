# SPDX-License-Identifier: LGPL-3.0-only
"""What people entered in the version before survives a dump, its restoration, and the update to this version."""

import json
import re
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
EDITED = {"ir_cron", "ir_rule", "web_tour_tour", "res_users", "res_groups_users_rel", "ir_default"}

#: Our tables that must have rows to be kept, and those of them that a refresh writes.
FIGURES = {"key_account_profile", "key_account_snapshot", "key_account_portfolio"}
ENTERED = FIGURES | {"key_account_policy", "key_account_run", "key_account_stale", "key_account_collaboration"}

#: What record rules said that this version replaces wherever nobody has changed them.
REPLACED = {
    '[("profile_id.account_manager_id", "=", user.id)]',
    '["|", ("user_id", "=", user.id), ("key_account_profile_id.account_manager_id", "=", user.id)]',
}

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
    stage.play(workplace, OLD, "enter", configuration=configuration)
    stage.play(workplace, OLD, "post", configuration=configuration)
    return configuration


@pytest.fixture(scope="module")
def written(workplace, old_configuration):
    """What people wrote beside what the earlier release told on contacts; and what stood there then."""
    written = stage.play(workplace, OLD, "tell", configuration=old_configuration)
    return {**written, "before": stage.play(workplace, OLD, "told", configuration=old_configuration)}


@pytest.fixture(scope="module")
def log(workplace, written, tmp_path_factory):
    """The log of updating a restored dump."""
    assert written
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
    # what people typed before and may not any more is switched off, and said
    told = complaints_in(workplace, log)
    assert "The rule of “Curious” cannot be used" in told
    assert told.count("WARNING") + told.count("ERROR") <= 1
    query = "SELECT latest_version FROM ir_module_module WHERE name = %s"
    [[version]] = databases.execute(workplace, query, NAME, database=NEW)
    assert version == history.version_of((ADDON / "__manifest__.py").read_text())


@pytest.mark.usefixtures("log")
def test_everything_entered_is_still_there(workplace):
    before, after = picture.rows(workplace, OLD), picture.rows(workplace, NEW)
    own = {name for name, rows in before.items() if rows and name.startswith("key_account_")}
    assert own >= ENTERED
    # among it the rhythm somebody chose for the nightly refresh
    assert {name: lost(before[name], after[name]) for name in own | EDITED if lost(before[name], after[name])} == {}


@pytest.mark.usefixtures("log")
def test_types_and_collaborations_have_a_company(workplace):
    def rows(query):
        return databases.execute(workplace, query, database=NEW)

    assert dict(rows("SELECT name ->> 'en_US', rule_domain FROM key_account_type WHERE company_id = 1")) == {
        "Curious": "[('partner_id.name', 'ilike', '01_')]",
        "Loyal": "[('event_count', '>=', 3)]",
        "Never": "None",
    }
    assert len(rows("SELECT code FROM key_account_type WHERE company_id IS NULL")) == 5
    assert rows("SELECT company_id FROM key_account_collaboration") == [["1"]]
    used = "SELECT name ->> 'en_US' FROM key_account_type AS type JOIN key_account_profile ON main_type_id = type.id"
    assert rows(used).count(["Curious"]) == 1


#: How customers stand, and that colleagues leave, in the words of the earlier release.
TELLING = re.compile(
    r"overdue|at risk|became|handed on|closed:|hand over|leav|\bleft\b|the plan|last time|42\s?%|→", re.IGNORECASE
)


@pytest.mark.usefixtures("log")
def test_contacts_do_not_tell_any_more_how_customers_stand(workplace, written):
    """What told is where it is guarded, and what people wrote is where they wrote it."""
    before, after = written["before"], stage.play(workplace, NEW, "told")
    told = {name for name, texts in before["contacts"].items() if TELLING.search(" ".join(texts))}
    assert told >= {
        "Open",
        "Edited",
        "Done",
        "Closed",
        "Passed",
        "Gone",
        "Started",
        "By hand",
        "Judged",
        "Mona",
        "Nils",
    }
    telling = {
        name: [text for text in texts if TELLING.search(text.replace(name, "")) and "the shop in May" not in text]
        for name, texts in after["contacts"].items()
    }
    assert {name: texts for name, texts in telling.items() if texts} == {}
    assert set(written["written"]) <= set(after["messages"])
    contacts = {name: " ".join(texts) for name, texts in after["contacts"].items()}
    for name, words in [
        ("Done", "They pay on Friday"), ("Open", "They want blue ones"), ("Edited", "Ask Nora"),
        ("Edited", "She is back on Monday"), ("Judged", "Imported from the old system"), ("Mona", "Welcome"),
        ("Open", "Talk about invoices"), ("Started", "agree how often to talk"),
    ]:  # fmt: skip
        assert words in contacts[name]
    for row in after["follow_ups"]:
        if row["customer"] in ("Open", "Edited", "Done", "Started"):
            assert f'href="/odoo/key-account-follow-ups/{row["id"]}"' in contacts[row["customer"]]


@pytest.mark.usefixtures("log")
def test_what_contacts_told_stands_where_it_is_guarded(workplace, written):
    before, after = written["before"], stage.play(workplace, NEW, "told")
    reasons = {row["id"]: row["reason"] for row in before["follow_ups"]}
    assert {row["id"]: row["reason"] for row in after["follow_ups"]} == reasons
    assert any(reasons.values())
    agreed = {row["customer"]: row["agreed"] for row in after["follow_ups"]}
    assert "They want blue ones" in agreed["Open"]
    assert ["Judged", "type"] in after["changes"]
    assert after["changes"] == before["changes"]
    assert after["plays"] == before["plays"]
    assert {"Started", "By hand"} <= {name for name, _play in after["plays"]}


@pytest.mark.usefixtures("log")
def test_hand_overs_carry_what_stood_on_the_person_they_are_about(workplace):
    after = stage.play(workplace, NEW, "told")
    assert after["asked"]["Mona"] == ["key.account.hand.over", True]
    assert after["asked"]["Nils"] == ["key.account.hand.over", False]
    carried = {name: " ".join(texts) for name, texts in after["hand_overs"].items()}
    assert "Hand over the key accounts of Mona" in carried["Mona"]
    assert "Anna takes them" in carried["Nils"]
    assert "Not leaving within two weeks any more" in carried["Olga"]


@pytest.mark.usefixtures("log")
def test_figures_are_the_same_after_a_refresh(workplace, old_configuration):
    stage.play(workplace, OLD, "refresh", configuration=old_configuration)
    stage.play(workplace, NEW, "refresh")
    before, after = picture.rows(workplace, OLD), picture.rows(workplace, NEW)
    for name in FIGURES:
        assert len(before[name]) == len(after[name]) > 0
        assert lost(before[name], after[name]) == []
    assert before["key_account_stale"] == after["key_account_stale"] == set()


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
        ["05_one_off", "cleo", "cleo"],
        ["11_weekly", "gus", "gus"],
    ]
    query = "SELECT COUNT(*) FROM ir_rule WHERE domain_force LIKE '%%waits_for_night%%'"
    assert databases.execute(workplace, query, database=NEW) == [["4"]]


def lost(before, after):
    """The rows whose values no row has any more; a row may have gained columns."""
    found = [json.loads(row) for row in after]
    rows = [json.loads(row) for row in before - after]
    rows = [row for row in rows if row.get("domain_force") not in REPLACED]
    return [row for row in rows if not any(row.items() <= other.items() for other in found)]
