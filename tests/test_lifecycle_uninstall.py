# SPDX-License-Identifier: LGPL-3.0-only
"""Uninstalled after real use, the module leaves nothing behind, Odoo works as before, and it can come back."""

from datetime import date

import pytest
from lifecycle import picture, stage

from devkit import databases
from devkit.cache import NAME
from devkit.invoices import prepared_documents, read_documents
from devkit.logs import complaints_in
from devkit.workplace import SCRIPTS, set_up

PLAIN, USED = databases.passing_name("plain"), databases.passing_name("used")

#: Where Odoo writes down that something was installed, uninstalled or typed into a form.
JOURNALS = {"bus_bus", "orm_signaling_registry", "ir_cron_trigger", "res_config_settings"}


@pytest.fixture(scope="module")
def workplace():
    """Two databases of the same company, one of which never had the module; removed afterwards."""
    workplace = set_up()
    try:
        make_company(workplace, PLAIN)
        databases.copy(workplace, PLAIN, USED)
        stage.play(workplace, PLAIN, "post")
        yield workplace
    finally:
        databases.drop(workplace, PLAIN)
        databases.drop(workplace, USED)


def make_company(workplace, name):
    """A company with three years of invoices, opportunities and favorites."""
    stage.bare_database(workplace, name)
    stage.install(workplace, name, "board")
    documents = prepared_documents(read_documents(stage.ORACLE), date.today())
    stage.play(workplace, name, SCRIPTS / "load_invoices.py", input=documents, text=True)
    stage.play(workplace, name, "work")


@pytest.fixture(scope="module")
def log(workplace):
    """The log of uninstalling, after the module was used."""
    stage.install(workplace, USED, NAME)
    stage.play(workplace, USED, "post")
    stage.play(workplace, USED, "use")
    return stage.uninstall(workplace, USED)


pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("log")]


def test_uninstalling_complains_of_nothing(workplace, log):
    assert complaints_in(workplace, log) == ""


def test_the_schema_is_as_before(workplace):
    assert picture.differences(picture.schema(workplace, PLAIN), picture.schema(workplace, USED)) == {}


def test_every_row_is_as_before(workplace):
    """Except for what people made out of other models as well: that stays, without us."""
    differences = picture.differences(picture.rows(workplace, PLAIN), picture.rows(workplace, USED))
    assert {name: len(gone) for name, (gone, _new) in differences.items() if gone and name not in JOURNALS} == {}
    assert {name: len(new) for name, (_gone, new) in differences.items() if name not in JOURNALS} == {
        "ir_exports": 2,
        "ir_exports_line": 2,
        "ir_ui_view": 1,
        "ir_ui_view_custom": 1,
    }


def test_what_people_made_of_other_models_stays_without_us(workplace):
    templates = "SELECT t.name, l.name FROM ir_exports AS t JOIN ir_exports_line AS l ON l.export_id = t.id ORDER BY 1"
    assert databases.execute(workplace, templates, database=USED) == [
        ["Beside others", "name"],
        ["Of a contact", "name"],
    ]
    views = "SELECT name, active FROM ir_ui_view WHERE name LIKE '% by hand'"
    assert databases.execute(workplace, views, database=USED) == [["key_account_abc by hand", "False"]]
    tiles = "SELECT arch FROM ir_ui_view_custom"
    [[arch]] = databases.execute(workplace, tiles, database=USED)
    assert arch.count("<action ") == arch.count('string="Contacts"') == 1


def test_no_file_holds_our_code(workplace):
    query = "SELECT store_fname, name FROM ir_attachment WHERE store_fname IS NOT NULL"
    folder = databases.filestore(workplace, USED)
    files = databases.execute(workplace, query, database=USED)
    assert files
    assert [name for path, name in files if NAME.encode() in (folder / path).read_bytes()] == []


def test_every_menu_opens_as_before(workplace):
    before, after = (stage.play(workplace, name, "open_menus") for name in (PLAIN, USED))
    for menus in (before, after):
        # the note in the contact's history stays
        menus["account.menu_finance"].pop("Invoicing/Review/Logs/Audit Trail")
    assert before == after


def test_it_can_be_installed_again(workplace):
    log = stage.install(workplace, USED, NAME)
    assert complaints_in(workplace, log) == ""
    stage.play(workplace, USED, SCRIPTS / "classify.py")
    categories = "SELECT DISTINCT category FROM key_account_profile ORDER BY 1"
    assert databases.execute(workplace, categories, database=USED) == [
        ["active_partner"],
        ["client"],
        ["passive_partner"],
    ]
