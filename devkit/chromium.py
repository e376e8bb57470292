# SPDX-License-Identifier: LGPL-3.0-only
"""A Chromium for the browser tests: the system's, or Debian's unpacked below the cache folder."""

import platform
import shutil

from .apt import download_with_dependencies, unpack
from .cache import building, cache_folder, locked
from .say import step

# The names that Odoo looks for, in its order.
SYSTEM_NAMES = ("google-chrome", "chromium", "chromium-browser", "google-chrome-stable")
# The oldest suite's packages work on every newer Debian, since their C library is not newer than the system's.
SUITE = "bookworm"
LIBRARIES = ("usr/lib/{0}", "lib/{0}", "usr/lib/{0}/nss", "usr/lib/{0}/pulseaudio", "usr/lib/chromium")
# The renderer dies without any font.
FONTS = """\
<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>{root}/usr/share/fonts</dir>
  <cachedir>{root}/font-cache</cachedir>
  <alias binding="same"><family>system-ui</family><prefer><family>Liberation Sans</family></prefer></alias>
  <alias binding="same"><family>sans-serif</family><prefer><family>Liberation Sans</family></prefer></alias>
</fontconfig>
"""
WRAPPER = """\
#!/bin/sh
export LD_LIBRARY_PATH="{libraries}"
export FONTCONFIG_FILE="{root}/fonts.conf"
exec "{root}/usr/lib/chromium/chromium" "$@"
"""


def chromium_folder():
    """A folder to put on PATH so that Odoo finds a browser, or None when it finds the system's."""
    if any(map(shutil.which, SYSTEM_NAMES)):
        return None
    target = cache_folder() / "chromium"
    with locked():
        if not target.exists():
            with step("Chromium: download and unpack Debian's package (230 MB)"), building(target) as partial:
                fetch_chromium(partial, target)
    return target / "bin"


def fetch_chromium(root, target):
    """Download and unpack Chromium, its libraries and a font; it will be run from target."""
    packages = root / "packages"
    packages.mkdir()
    for package in download_with_dependencies(["chromium", "fonts-liberation"], SUITE, packages):
        if not package.name.startswith("libc6_"):
            unpack(package, root, lambda name: not name.startswith(("usr/share/doc", "usr/share/locale", "dev/")))
        package.unlink()
    packages.rmdir()
    (root / "fonts.conf").write_text(FONTS.format(root=target))
    (root / "bin").mkdir(exist_ok=True)
    wrapper = root / "bin" / "chromium"
    wrapper.unlink(missing_ok=True)
    folders = [f"{target}/{name.format(f'{platform.machine()}-linux-gnu')}" for name in LIBRARIES]
    wrapper.write_text(WRAPPER.format(root=target, libraries=":".join(folders)))
    wrapper.chmod(0o755)
