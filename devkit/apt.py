# SPDX-License-Identifier: LGPL-3.0-only
"""An apt of one's own: Debian packages are fetched and unpacked below the cache folder, nothing is installed."""

import os
import re
import shutil
import subprocess
import tarfile
from pathlib import Path

from .cache import cache_folder
from .run import failure_text, run
from .say import Failure

SUITES = ("sid", "bookworm")
KEYRING = Path("/usr/share/keyrings/debian-archive-keyring.gpg")
OPTIONS = """\
Dir::Etc::sourcelist "{folder}/sources.list";
Dir::Etc::sourceparts "/nonexistent";
Dir::Etc::preferencesparts "/nonexistent";
Dir::State::Lists "{folder}/lists";
Dir::State::status "{folder}/status";
Dir::Cache "{folder}/cache";
Debug::NoLocking "1";
APT::Sandbox::User "";
APT::Install-Recommends "0";
Acquire::Check-Valid-Until "false";
Acquire::Check-Date "false";
Acquire::Languages "none";
Acquire::Retries "3";
APT::Update::Error-Mode "any";
"""


def apt_folder():
    """Where the private apt keeps its lists; set up and updated on first use in this process."""
    folder = cache_folder() / "apt"
    if folder in _updated:
        return folder
    require_debian()
    for name in ("lists/partial", "cache/archives/partial"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    (folder / "status").write_text("")
    (folder / "sources.list").write_text(sources_text(debian_mirror()))
    (folder / "apt.conf").write_text(OPTIONS.format(folder=folder))
    run(["apt-get", "update"], "Reading Debian's package lists", env=apt_environment(folder))
    _updated.add(folder)
    return folder


_updated = set()


def apt_environment(folder):
    """The environment in which apt-get sees only the private set-up."""
    return {**os.environ, "APT_CONFIG": str(folder / "apt.conf"), "LC_ALL": "C"}


def require_debian():
    """Stop with the way out where this machine has no apt or no key of Debian's archive."""
    if shutil.which("apt-get") and shutil.which("dpkg-deb") and KEYRING.exists():
        return
    raise Failure(
        "This is not a Debian system (apt-get, dpkg-deb or debian-archive-keyring is missing), so Odoo's package "
        "cannot be fetched.\nSet ODOO_SOURCE to the path of an Odoo 19 checkout, and have a Chrome or Chromium on PATH "
        "for the browser tests."
    )


def sources_text(mirror):
    """The sources.list for this mirror."""
    return "".join(f"deb [signed-by={KEYRING}] {mirror} {suite} main\n" for suite in SUITES)


def debian_mirror():
    """The mirror of the machine's own apt configuration; DEBIAN_MIRROR overrides it."""
    if os.environ.get("DEBIAN_MIRROR"):
        return os.environ["DEBIAN_MIRROR"]
    for path in [Path("/etc/apt/sources.list"), *sorted(Path("/etc/apt/sources.list.d").glob("*"))]:
        mirrors = mirrors_in(path.read_text(errors="replace")) if path.is_file() else []
        if mirrors:
            return mirrors[0]
    raise Failure(
        "No Debian mirror stands in this machine's apt configuration. Set DEBIAN_MIRROR to one that has the suite sid, "
        "or ODOO_SOURCE to the path of an Odoo 19 checkout."
    )


def mirrors_in(text):
    """The main Debian mirrors that an apt sources file names, in either format.

    >>> mirrors_in("Types: deb\\nURIs: http://one/debian\\nSuites: bookworm\\n")
    ['http://one/debian']
    >>> mirrors_in("deb [arch=amd64] http://two/debian/ bookworm main\\n# deb http://no/debian bookworm main")
    ['http://two/debian']
    """
    lines = [line for line in text.splitlines() if not line.lstrip().startswith("#")]
    addresses = re.findall(r"(?:https?|file|copy|mirror\S*):/\S+", "\n".join(lines))
    return [address.rstrip("/") for address in addresses if address.rstrip("/").endswith("/debian")]


def download(packages, folder):
    """Download packages (`name/suite`) into the folder and return the files."""
    environment = apt_environment(apt_folder())
    run(["apt-get", "download", *packages], "Downloading Debian packages", env=environment, cwd=folder)
    return sorted(folder.glob("*.deb"))


def download_with_dependencies(packages, suite, folder):
    """Download packages and all that they need from a suite, without installing anything, and return the files."""
    private = apt_folder()
    archives = private / "cache" / "archives"
    run(
        ["apt-get", "install", "--download-only", "--yes", "--target-release", suite, *packages],
        "Downloading Debian packages",
        env=apt_environment(private),
    )
    for file in archives.glob("*.deb"):
        shutil.move(str(file), folder / file.name)
    return sorted(folder.glob("*.deb"))


def unpack(package, root, wanted=lambda name: True):
    """Unpack the files of a package whose name (`usr/...`) is wanted."""
    reader = subprocess.Popen(["dpkg-deb", "--fsys-tarfile", str(package)], stdout=subprocess.PIPE)
    try:
        with tarfile.open(fileobj=reader.stdout, mode="r|", bufsize=1 << 20) as archive:
            for member in archive:
                if wanted(member.name.removeprefix("./")):
                    archive.extract(member, root, set_attrs=member.isfile())
    except (OSError, tarfile.TarError) as error:
        raise Failure(failure_text(f"Unpacking {package.name}", str(error))) from error
    finally:
        reader.stdout.close()
        reader.wait()
