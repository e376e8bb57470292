# SPDX-License-Identifier: LGPL-3.0-only
"""`./dev demo`: a classified database, of the addon's demo data or of a person's own documents."""

from datetime import datetime, timezone

from .cache import digest, locked
from .databases import (
    BUILDING,
    addon_database,
    copy,
    database_names,
    drop_replaced,
    execute,
    own_name,
    rename,
)
from .invoices import prepared_documents
from .say import say, step
from .workplace import SCRIPTS


def demo_database(workplace):
    """Name of the classified database with the addon's demo data, built if need be."""
    with locked():
        return classified(workplace, "demo", addon_database(workplace, with_demo=True))


def invoices_database(workplace, documents, up_to_today):
    """Name of the classified database with these documents and no demo data, built if need be."""
    kind = f"invoices_{digest(prepared_documents(documents))}"
    # the day of a company that does not say where it is
    text = prepared_documents(documents, datetime.now(timezone.utc).date() if up_to_today else None)
    with locked():
        return classified(workplace, kind, addon_database(workplace), text)


def classified(workplace, kind, source, documents=""):
    """Name of the copy of source with the documents posted and every customer classified, built if need be."""
    scripts = sorted(SCRIPTS.glob("*.py"))
    name = own_name(kind, source, documents, *scripts)
    if name not in database_names(workplace):
        copy(workplace, source, BUILDING)
        if documents:
            post(workplace, documents)
        configuration = workplace.configuration(BUILDING)
        with step("Classify every customer"):
            workplace.run_script("Classifying", SCRIPTS / "classify.py", configuration)
        with step("Build the web client"):
            workplace.run_script("Building the web client", SCRIPTS / "build_assets.py", configuration)
        execute(workplace, "VACUUM ANALYZE", database=BUILDING)
        rename(workplace, BUILDING, name)
        drop_replaced(workplace, name)
    return name


def post(workplace, documents):
    """Post the documents through the ORM."""
    say("- Post the documents ...")
    workplace.run_script(
        "Posting the documents",
        SCRIPTS / "load_invoices.py",
        workplace.configuration(BUILDING),
        input=documents,
        text=True,
    )


def set_address(workplace, name, address):
    """Make the links that Odoo writes (in mails, for example) point at the served address."""
    statement = "UPDATE ir_config_parameter SET value = %s WHERE key = 'web.base.url'"
    execute(workplace, statement, address, database=name)
