# SPDX-License-Identifier: LGPL-3.0-only
"""The release before this one, out of git."""

import ast
import io
import subprocess
import tarfile

from devkit.cache import ADDON, NAME, PROJECT

MANIFEST = f"{NAME}/__manifest__.py"


def earlier_release():
    """The newest tag, or else commit, whose version is below that of the working copy: (its name, its version).

    :raise LookupError: git knows none; the message says why
    """
    present = version_of((ADDON / "__manifest__.py").read_text())
    tags = git("tag", "--merged", "HEAD", "--sort=-creatordate").split()
    commits = git("log", "--format=%H", "--", MANIFEST).split()
    for name in tags + commits:
        version = version_of(git("show", f"{name}:{MANIFEST}"))
        if number(version) < number(present):
            return name, version
    raise LookupError(f"git knows no version before {present} (of a shallow clone it knows little)")


def version_of(manifest):
    """The version a manifest's text names.

    >>> version_of("{'name': 'A', 'version': '19.0.1.0.0'}")
    '19.0.1.0.0'
    """
    return ast.literal_eval(manifest)["version"]


def number(version):
    """A version as numbers, to be compared.

    >>> number("19.0.1.9.0") < number("19.0.1.10.0")
    True
    """
    return [int(part) for part in version.split(".")]


def git(*arguments):
    """What git says.

    :raise LookupError: it cannot; the message is git's
    """
    done = subprocess.run(["git", "-C", PROJECT, *arguments], capture_output=True, text=True)
    if done.returncode:
        raise LookupError(done.stderr.strip())
    return done.stdout


def unpack(name, folder):
    """Put the addon as it was in that tag or commit into a folder."""
    archive = subprocess.run(["git", "-C", PROJECT, "archive", name, NAME], stdout=subprocess.PIPE, check=True).stdout
    with tarfile.open(fileobj=io.BytesIO(archive)) as files:
        files.extractall(folder)
