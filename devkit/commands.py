# SPDX-License-Identifier: LGPL-3.0-only
"""The subcommands of ./dev."""

import argparse
import signal

from . import bench, databases, demo, invoices, linters, neighbours, serve, testing, wheel
from .cache import chosen_folder
from .postgres import stop_clusters
from .run import cause_of
from .say import Failure, say, step
from .workplace import set_up

DEFAULT_DATABASE = "key_accounts"
EPILOG = """\
Everything is kept in one cache folder ({folder}); removing it undoes all.
Variables: KEY_ACCOUNT_CACHE (another folder), ODOO_SOURCE (an Odoo 19 checkout of your own), DEBIAN_MIRROR,
PGHOST PGPORT PGUSER PGPASSWORD (a PostgreSQL server of your own).
"""


def run_command(arguments):
    """Run ./dev with these arguments; returns the exit code."""
    parser = command_parser()
    chosen, rest = parser.parse_known_args(arguments)
    if not chosen.command:
        parser.print_help()
        return 0
    if rest and not chosen.takes_more:
        parser.error(f"./dev {chosen.command} does not know: {' '.join(rest)}")
    chosen.rest = rest
    # A polite kill ends like Ctrl+C: what runs below is stopped, and what is temporary is removed.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    # A shell that starts ./dev in the background has it ignore Ctrl+C; whoever sends it all the same means it.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        return chosen.run(chosen) or 0
    except Failure as failure:
        say(f"./dev: {failure}")
    except KeyboardInterrupt:
        say("\n./dev: stopped. Run the same command again: it goes on where it stopped.")
    except OSError as error:
        say(f"./dev: {error.strerror}: {error.filename}. {cause_of(str(error))}")
    return 1


def command_parser():
    """What ./dev understands."""
    parser = argparse.ArgumentParser(
        prog="./dev",
        description="A real Odoo 19 with Key Account Segmentation, on this machine, in one command.",
        epilog=EPILOG.format(folder=chosen_folder()),
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")
    for add in (
        add_demo,
        add_test,
        add_lint,
        add_server,
        add_shell,
        add_database,
        add_wheel,
        add_bench,
        add_neighbours,
        add_stop,
    ):
        add(commands)
    return parser


def add_command(commands, name, run, text, takes_more=False):
    """Add one subcommand; `takes_more` hands unknown arguments on."""
    command = commands.add_parser(name, help=text, description=text, allow_abbrev=False)
    command.set_defaults(run=run, takes_more=takes_more)
    return command


def add_demo(commands):
    command = add_command(commands, "demo", run_demo, "serve a classified database on http://localhost:8069")
    command.add_argument("--port", type=int, default=8069)
    command.add_argument("--invoices", metavar="FILE.csv", help="your own documents instead of the demo data")
    command.add_argument(
        "--up-to-today",
        action="store_true",
        help="move all dates alike, so that the newest document is of today",
    )
    command.add_argument("--no-serve", action="store_true", help="only make the database and print its name")


def run_demo(chosen):
    """Validate before anything slow, then build and serve."""
    if chosen.up_to_today and not chosen.invoices:
        raise Failure("--up-to-today moves the dates of a file: name it with --invoices FILE.csv.")
    documents = invoices.read_documents(chosen.invoices) if chosen.invoices else []
    if not chosen.no_serve:
        serve.require_free_port(chosen.port)
    workplace = set_up()
    if chosen.invoices:
        name = demo.invoices_database(workplace, documents, chosen.up_to_today)
    else:
        name = demo.demo_database(workplace)
    if chosen.no_serve:
        print(name)
        return 0
    demo.set_address(workplace, name, f"http://localhost:{chosen.port}")
    return serve.serve_quietly(workplace, name, chosen.port)


def add_server(commands):
    text = "serve a database with Odoo's log on the terminal; more arguments go to Odoo (-u, --dev ...)"
    command = add_command(commands, "server", run_server, text, takes_more=True)
    command.add_argument("--port", type=int, default=8069)
    command.add_argument("--database", default=DEFAULT_DATABASE, metavar="NAME", help="made when it does not exist")


def run_server(chosen):
    serve.require_free_port(chosen.port)
    workplace = workplace_with_database(chosen.database)
    return serve.serve(workplace, chosen.database, chosen.port, chosen.rest)


def workplace_with_database(name):
    """The workplace, with a database of that name: an existing one is left as it is."""
    workplace = set_up()
    if name not in databases.database_names(workplace):
        databases.make_database(workplace, name)
    return workplace


def add_shell(commands):
    text = "Odoo's shell (env, self); a script on standard input is run"
    command = add_command(commands, "shell", run_shell, text)
    command.add_argument("--database", default=DEFAULT_DATABASE, metavar="NAME", help="made when it does not exist")


def run_shell(chosen):
    workplace = workplace_with_database(chosen.database)
    return workplace.shell(chosen.database)


def add_database(commands):
    text = "make a database anew with the addon installed, from a cached template"
    command = add_command(commands, "database", run_database, text)
    command.add_argument("name", metavar="NAME")
    command.add_argument("--with-demo", action="store_true")


def run_database(chosen):
    workplace = set_up()
    with step(f"Make the database {chosen.name}"):
        databases.make_database(workplace, chosen.name, chosen.with_demo)


def add_test(commands):
    text = "run the tests; more arguments go to pytest"
    command = add_command(commands, "test", run_test, text, takes_more=True)
    command.add_argument("--all", action="store_true", help="also the slow tests")
    command.add_argument(
        "--declared", action="store_true", help="only the tests in Odoo, with no module but those the manifest asks for"
    )


def run_test(chosen):
    return testing.run_tests(chosen.rest, chosen.all, chosen.declared)


def add_lint(commands):
    command = add_command(commands, "lint", run_lint, "check the code's style")
    command.add_argument("--fix", action="store_true", help="repair what can be repaired")


def run_lint(chosen):
    return linters.lint(chosen.fix)


def add_wheel(commands):
    add_command(commands, "wheel", run_wheel, "build the addon's wheel into dist/")


def run_wheel(chosen):
    print(wheel.build_wheel())


def add_bench(commands):
    text = "measure speed on a PostgreSQL with production settings, as ratios to stock Odoo or to a bare query"
    command = add_command(commands, "bench", bench.run_bench, text)
    command.add_argument("--customers", type=int, default=100_000)
    command.add_argument("--invoices", type=int, default=1_000_000)
    command.add_argument("--leads", type=int, default=20_000, help="opportunities")
    command.add_argument("--runs", type=int, default=5, help="how often all customers are refreshed, of each kind")
    command.add_argument("--markdown", action="store_true", help="print the table as Markdown")


def add_neighbours(commands):
    text = "run Odoo's own tests, and ours beside OCA addons: does anything break?"
    command = add_command(commands, "neighbours", run_neighbours, text)
    command.add_argument("--quick", action="store_true", help="only Odoo's tests of crm, about a minute")
    command.add_argument("--only", default="", metavar="WORD", help="only the suites with this word in their name")


def run_neighbours(chosen):
    return neighbours.run_neighbours(chosen.quick, chosen.only)


def add_stop(commands):
    add_command(commands, "stop", run_stop, "stop the PostgreSQL that ./dev left running")


def run_stop(chosen):
    for name in stop_clusters():
        say(f"PostgreSQL stopped: {name}")
