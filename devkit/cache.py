# SPDX-License-Identifier: LGPL-3.0-only
"""The cache folder: everything ./dev makes is under it, and `rm -r` of it undoes everything.

A step builds under a temporary name and is renamed when complete, so what bears its own name is whole.
"""

import fcntl
import hashlib
import os
import pwd
import shutil
import subprocess
from contextlib import contextmanager
from pathlib import Path

from .say import Failure, say

PROJECT = Path(__file__).resolve().parent.parent
ADDON = PROJECT / "key_account_segmentation"
NAME = "key_account_segmentation"
NEEDED_BYTES = 4 * 1024**3
PRIVATE_FOLDER, PRIVATE_FILE = 0o700, 0o600


def cache_folder():
    """The folder, made if need be."""
    folder = Path(chosen_folder()).expanduser().absolute()
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Failure(
            f"The cache folder {folder} cannot be made ({error.strerror}). Set KEY_ACCOUNT_CACHE to another."
        ) from error
    return folder


def chosen_folder():
    """KEY_ACCOUNT_CACHE, else the user's cache folder; for root one that PostgreSQL's user can reach."""
    if os.environ.get("KEY_ACCOUNT_CACHE"):
        return os.environ["KEY_ACCOUNT_CACHE"]
    parent = Path(os.environ.get("XDG_CACHE_HOME") or "~/.cache").expanduser()
    if service_user() and not reachable_by(service_user(), nearest_existing(parent)):
        parent = Path("/var/cache")
    return parent / NAME


def nearest_existing(path):
    """The path itself or the closest folder above it that exists."""
    return next(folder for folder in (path, *path.parents) if folder.exists())


def service_user():
    """As root: the account that PostgreSQL runs as, since it refuses root. Else None."""
    if os.geteuid():
        return None
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise Failure(
        "PostgreSQL does not run as root, and there is no user postgres or nobody. Run ./dev as another user."
    )


def as_user(account):
    """Options of `subprocess.run` to run as that account (none when it is None)."""
    if account is None:
        return {"cwd": "/"}
    return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": [], "cwd": "/"}


def reachable_by(account, folder):
    """Whether that account can enter the folder."""
    return not subprocess.run(["/bin/sh", "-c", 'test -x "$0"', str(folder)], **as_user(account)).returncode


def require_reachable():
    """Stop early when PostgreSQL's user could not work in the folder."""
    account = service_user()
    if account and not reachable_by(account, cache_folder()):
        raise Failure(
            f"PostgreSQL refuses to run as root, and its user {account.pw_name} may not enter {cache_folder()}.\n"
            "Set KEY_ACCOUNT_CACHE to a folder that every user may enter, for example one below /var/tmp."
        )


def require_space():
    """Stop early when a set-up from nothing would fill the disk."""
    free = shutil.disk_usage(cache_folder()).free
    if free < NEEDED_BYTES:
        raise Failure(
            f"Only {free / 1024**3:.1f} GB are free in {cache_folder()}, and the set-up takes about "
            f"{NEEDED_BYTES // 1024**3}. Free some space or set KEY_ACCOUNT_CACHE to a folder on a larger disk."
        )


@contextmanager
def locked():
    """Hold the cache's lock: two ./dev never build the same thing at once. The system frees it when we die."""
    with open(cache_folder() / "lock", "w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("Another ./dev is setting something up; waiting for it ...")
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


@contextmanager
def building(target):
    """A fresh folder beside the target, which takes the target's name if the block ends well."""
    partial = target.with_name(target.name + ".partial")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    yield partial
    partial.rename(target)


def private_folder(name):
    """A folder below the cache folder that only its owner may enter, made if need be."""
    folder = cache_folder() / name
    folder.mkdir(mode=PRIVATE_FOLDER, exist_ok=True)
    # one that an earlier version made may still be open to everybody
    folder.chmod(PRIVATE_FOLDER)
    return folder


def write_private(path, text):
    """Give a file this text, whole or not at all; only its owner may read it."""
    if path.exists() and path.read_text() == text:
        path.chmod(PRIVATE_FILE)
        return
    partial = path.with_name(f"{path.name}.{os.getpid()}")
    with open(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, PRIVATE_FILE), "w") as file:
        file.write(text)
    partial.replace(path)


def digest(*parts):
    """Ten letters that stand for these texts and the contents of these files.

    >>> digest("a", "b") == digest("a", "b") != digest("ab")
    True
    """
    total = hashlib.sha256()
    for part in parts:
        content = part.read_bytes() if isinstance(part, Path) and part.is_file() else str(part).encode()
        total.update(b"%d:" % len(content) + content)
    return total.hexdigest()[:10]
