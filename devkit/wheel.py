# SPDX-License-Identifier: LGPL-3.0-only
"""`./dev wheel`: the addon as a wheel, for an Odoo whose addons are installed with pip."""

import os

from .cache import ADDON, PROJECT, locked
from .databases import require_addon
from .environment import lint_environment
from .run import run

BUILD = """\
import sys, whool.buildapi
print(whool.buildapi.build_wheel(sys.argv[1]))
"""


def build_wheel():
    """Build the wheel into dist/ and return its path. Its version is the manifest's, with or without a git history."""
    require_addon()
    with locked():
        environment = lint_environment()
    target = PROJECT / "dist"
    target.mkdir(exist_ok=True)
    variables = {**os.environ, "WHOOL_POST_VERSION_STRATEGY_OVERRIDE": "none"}
    command = [str(environment / "bin" / "python"), "-B", "-c", BUILD, str(target)]
    output = run(command, "Building the wheel", cwd=ADDON, env=variables)
    return target / output.split()[-1]
