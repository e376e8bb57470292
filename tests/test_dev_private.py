# SPDX-License-Identifier: LGPL-3.0-only
"""What ./dev serves and leaves on the disk is for whoever runs it alone."""

import stat
import urllib.parse
import urllib.request

import own_postgres
import pytest
from conftest import served

from devkit import databases, postgres
from devkit.cache import as_user, cache_folder, service_user
from devkit.run import run
from devkit.workplace import configuration_path, set_up

VICTIM, SERVED = databases.passing_name("victim"), databases.passing_name("served_outside")
FORMER_PASSWORD = "admin"


@pytest.fixture(scope="module")
def outside():
    """The variables of a PostgreSQL of one's own."""
    with own_postgres.running() as variables:
        yield variables


@pytest.fixture(scope="module")
def workplace(outside):
    """The workplace there, with a database to be served and one that is nobody's business."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in outside.items():
            patch.setenv(name, value)
        workplace = set_up()
        databases.execute(workplace, f'CREATE DATABASE "{VICTIM}"')
        databases.copy(workplace, databases.template(workplace, modules=("web",)), SERVED)
        yield workplace
        databases.drop(workplace, SERVED)


@pytest.fixture(scope="module")
def port(workplace):
    """The port of a server; ./dev demo starts the same one."""
    with served("server", "--database", SERVED) as (_process, port):
        yield port


def post(port, path, **values):
    """The page that a form of Odoo's database manager is answered with."""
    data = urllib.parse.urlencode(values).encode()
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/web/database/{path}", data, timeout=60) as page:
        return page.read().decode(errors="replace")


@pytest.mark.parametrize("password", [FORMER_PASSWORD, "", "of the file"])
@pytest.mark.parametrize("name", [VICTIM, SERVED])
def test_a_form_drops_no_database(workplace, port, name, password):
    if password == "of the file":
        password = master_password(SERVED)
    assert "Access Denied" in post(port, "drop", master_pwd=password, name=name)
    assert {VICTIM, SERVED} <= databases.database_names(workplace)


def test_a_form_makes_and_hands_out_no_database(workplace, port):
    password = master_password(SERVED)
    before = databases.database_names(workplace)
    assert "Access Denied" in post(port, "duplicate", master_pwd=password, name=SERVED, new_name="copy")
    assert "Access Denied" in post(port, "backup", master_pwd=password, name=VICTIM)
    assert databases.database_names(workplace) == before


def master_password(name):
    """The one in the configuration of a database."""
    lines = configuration_path(name).read_text().splitlines()
    return next(line.partition(" = ")[2] for line in lines if line.startswith("admin_passwd"))


def test_it_listens_to_this_machine_alone(port):
    """Local addresses of all sockets that wait for connections at this port."""
    assert [address for address, number in listeners() if number == port] == ["0100007F"]


def listeners():
    """(address in hex, port) of each socket that waits for connections."""
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        with open(table) as file:
            rows = [line.split() for line in file][1:]
        for row in rows:
            if row[3] == "0A":
                address, _, number = row[1].partition(":")
                yield address, int(number, 16)


@pytest.mark.usefixtures("port")
def test_no_file_holds_the_password(outside):
    folders = [cache_folder() / name for name in ("conf", "log")]
    files = [path for folder in folders for path in folder.iterdir()]
    assert configuration_path(SERVED) in files
    assert [path for path in files if outside["PGPASSWORD"].encode() in path.read_bytes()] == []


def test_a_configuration_is_for_its_owner_alone(workplace):
    path = workplace.configuration(SERVED)
    first = path.read_text()
    path.write_text(first.replace(master_password(SERVED), FORMER_PASSWORD))
    path.chmod(0o644)
    workplace.configuration(SERVED)
    assert mode(path) == 0o600
    assert len(master_password(SERVED)) > len(FORMER_PASSWORD)
    second = path.read_text()
    path.chmod(0o644)
    workplace.configuration(SERVED)
    assert (mode(path), path.read_text()) == (0o600, second)


@pytest.mark.parametrize("name", ["conf", "log", "data"])
def test_nobody_else_enters_a_folder_with_secrets(workplace, name):
    folder = cache_folder() / name
    folder.chmod(0o755)
    workplace.configuration(SERVED), set_up(), workplace.data
    assert mode(folder) == 0o700


def test_nobody_else_reaches_our_postgresql(open_cache, monkeypatch):
    """Whoever reaches its socket needs no password."""
    programs = own_postgres.programs()
    monkeypatch.setenv("KEY_ACCOUNT_CACHE", str(open_cache))
    (cache_folder() / "log").mkdir()
    data = cache_folder() / "postgres" / "dev"
    postgres.make_cluster(programs, data, service_user(), postgres.SETTINGS["dev"])
    postgres.start_cluster(programs, data, service_user())
    try:
        assert mode(postgres.socket_folder(data) / ".s.PGSQL.5432") == 0o700
    finally:
        run([str(programs / "pg_ctl"), "-D", str(data), "-m", "immediate", "stop"], "", **as_user(service_user()))


def mode(path):
    """A file's or folder's permissions."""
    return stat.S_IMODE(path.stat().st_mode)
