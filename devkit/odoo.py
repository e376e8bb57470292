# SPDX-License-Identifier: LGPL-3.0-only
"""Odoo 19 Community: Debian's package unpacked below the cache folder, or a checkout that ODOO_SOURCE names."""

import hashlib
import os
from pathlib import Path

from .apt import download, unpack
from .cache import building, cache_folder, require_space
from .say import Failure, say, step

PACKAGE_VERSION = "19.0.0+dfsg-1"
PACKAGE_SHA256 = "9d2f598b0555db17e291d48ed24df184c70823c053c4c5ed53c467ca7f629bbf"
SID_PACKAGES = (
    "odoo-19",
    "libjs-jquery",
    "libjs-jquery-form",
    "libjs-underscore",
    "fonts-roboto-unhinted",
    "fonts-montserrat",
    "fonts-ocr-b",
)
# sid's versions of these two no longer have the files that Odoo links to.
BOOKWORM_PACKAGES = ("fonts-font-awesome", "fonts-inconsolata")
LANGUAGES = {"en", "de", "fr", "es", "it", "pt", "pt_BR", "nl", "ar"}
MODULES = "usr/lib/python3/dist-packages"
# Broken doubles in the package: only odoo/addons is whole.
UNWANTED = tuple(f"{MODULES}/{name}" for name in ("addons", "doc", "setup"))
# The package left this file out, and without it the browser reports an error on every page.
MISSING_SCRIPT = "odoo/addons/mail/static/lib/selfie_segmentation/selfie_segmentation.js"


def odoo_folder():
    """The folder that holds the Python package `odoo`, fetched if need be."""
    if os.environ.get("ODOO_SOURCE"):
        return checkout_folder(Path(os.environ["ODOO_SOURCE"]).expanduser().absolute())
    target = cache_folder() / f"odoo-{PACKAGE_VERSION}"
    if not target.exists():
        require_space()
        with step("Odoo 19: download and unpack Debian's package (130 MB)"), building(target) as partial:
            fetch_odoo(partial)
    return target / "path"


def checkout_folder(folder):
    """The checkout itself, if it is one of Odoo 19."""
    release = folder / "odoo" / "release.py"
    if not release.exists() or "version_info = (19, 0" not in release.read_text():
        raise Failure(f"ODOO_SOURCE={folder} is not a checkout of Odoo 19.0 (odoo/release.py says otherwise).")
    return folder


def addons_folders(folder):
    """Where Odoo's own addons are."""
    candidates = (folder / "odoo" / "addons", folder / "addons")
    return [candidate for candidate in candidates if candidate.is_dir()]


def fetch_odoo(root):
    """Download and unpack Odoo and what it links to into root, with a folder `path` to import it from."""
    packages = root / "packages"
    packages.mkdir()
    names = [f"{name}/sid" for name in SID_PACKAGES] + [f"{name}/bookworm" for name in BOOKWORM_PACKAGES]
    for package in download(names, packages):
        if package.name.startswith("odoo-19_"):
            check_version(package)
        unpack(package, root, is_wanted)
        package.unlink()
    packages.rmdir()
    link_modules(root)


def check_version(package):
    """Warn when Debian has a newer Odoo than the one this project was tried with."""
    if hashlib.sha256(package.read_bytes()).hexdigest() != PACKAGE_SHA256:
        say(f"  Warning: {package.name} is not the version this project was tried with ({PACKAGE_VERSION}); using it.")


def is_wanted(name):
    """Whether a file of the package is unpacked: not the doubles, and only the translations we ship.

    >>> is_wanted("usr/lib/python3/dist-packages/odoo/addons/crm/i18n/de.po")
    True
    >>> is_wanted("usr/lib/python3/dist-packages/odoo/addons/crm/i18n/ja.po")
    False
    """
    if name.startswith(UNWANTED):
        return False
    folder, _, file = name.rpartition("/")
    language, _, kind = file.partition(".")
    return kind != "po" or language in LANGUAGES or "i18n" not in folder


def link_modules(root):
    """Make `path`, which holds odoo and nothing else of Debian's Python packages."""
    script = root / MODULES / MISSING_SCRIPT
    script.parent.mkdir(parents=True, exist_ok=True)
    if not script.exists():
        script.write_text("// Left out of the Debian package.\n")
    path = root / "path"
    path.mkdir()
    for name in ("odoo", "odoo-19.0.egg-info"):
        (path / name).symlink_to(Path("..") / MODULES / name)
