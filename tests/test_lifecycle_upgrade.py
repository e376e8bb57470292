"""What people entered in the version before survives a dump, its restoration, and the update to this version."""

import json
import shutil
from datetime import date

import pytest
from lifecycle import history, picture, stage

from devkit import databases
from devkit.cache import ADDON, NAME, PROJECT
from devkit.invoices import prepared_documents, read_documents
from devkit.run import run
from devkit.workplace import SCRIPTS, set_up

OLD, NEW = "kas_lifecycle_old", "kas_lifecycle_new"

#: Tables beside our own whose rows people may have edited, and an update may not.
EDITED = {"ir_cron", "ir_rule", "web_tour_tour", "res_users", "res_groups_users_rel", "ir_default"}

#: Our tables that must have rows to be kept, and those of them that a refresh writes.
FIGURES = {"key_account_profile", "key_account_snapshot", "key_account_portfolio"}
ENTERED = FIGURES | {"key_account_policy", "key_account_run", "key_account_stale", "key_account_collaboration"}

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
def log(workplace, old_configuration, tmp_path_factory):
    """The log of updating a restored dump."""
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
    assert databases.own_complaints(log) == []
    query = "SELECT latest_version FROM ir_module_module WHERE name = %s"
    [[version]] = databases.execute(workplace, query, NAME, database=NEW)
    assert version == history.version_of((ADDON / "__manifest__.py").read_text())


@pytest.mark.usefixtures("log")
def test_everything_entered_is_still_there(workplace):
    before, after = picture.rows(workplace, OLD), picture.rows(workplace, NEW)
    own = {name for name, rows in before.items() if rows and name.startswith("key_account_")}
    assert own >= ENTERED
    gone = {name: lost(before[name], after[name]) for name in own | EDITED if lost(before[name], after[name])}
    # the nightly refresh looks every hour now: days begin at different hours
    assert [row["interval_type"] for row in gone.pop("ir_cron")] == ["days"]
    assert gone == {}


@pytest.mark.usefixtures("log")
def test_the_nightly_refresh_looks_every_hour(workplace):
    query = """
    SELECT cron.interval_number, cron.interval_type, cron.active,
           cron.nextcall < NOW() AT TIME ZONE 'UTC' + INTERVAL '2 hours'
      FROM ir_cron AS cron
      JOIN ir_model_data AS known ON known.res_id = cron.id AND known.name = 'ir_cron_refresh_all'
    """
    assert databases.execute(workplace, query, database=NEW) == [[1, "hours", True, True]]


@pytest.mark.usefixtures("log")
def test_figures_are_the_same_after_a_refresh(workplace, old_configuration):
    stage.play(workplace, OLD, "refresh", configuration=old_configuration)
    stage.play(workplace, NEW, "refresh")
    before, after = picture.rows(workplace, OLD), picture.rows(workplace, NEW)
    for name in FIGURES:
        assert len(before[name]) == len(after[name]) > 0
        assert lost(before[name], after[name]) == []
    assert before["key_account_stale"] == after["key_account_stale"] == set()


def lost(before, after):
    """The rows whose values no row has any more; a row may have gained columns."""
    found = [json.loads(row) for row in after]
    rows = [json.loads(row) for row in before - after]
    return [row for row in rows if not any(row.items() <= other.items() for other in found)]
