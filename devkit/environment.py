# SPDX-License-Identifier: LGPL-3.0-only
"""Python environments with exactly the locked packages: one that runs Odoo, one for the linters."""

import os
import shutil
import subprocess
import sys

from .apt import download, unpack
from .cache import PROJECT, building, cache_folder, digest, require_space
from .run import run
from .say import Failure, say, step

REQUIREMENTS = PROJECT / "requirements"


def odoo_environment(odoo):
    """The folder of the environment in which `import odoo` finds the given Odoo."""
    target = environment("odoo", "Odoo and its tests", digest(odoo))
    site = next((target / "lib").glob("python3.*")) / "site-packages"
    pth = site / "odoo_19.pth"
    if not pth.exists():
        pth.write_text(f"{odoo}\n")
    return target


def lint_environment():
    """The folder of the environment with the linters and the wheel builder."""
    return environment("dev", "linters")


def environment(name, purpose, variant=""):
    """The folder of an environment with the packages of requirements/NAME.txt, made if need be."""
    lock = REQUIREMENTS / f"{name}.txt"
    target = cache_folder() / f"python-{name}-{digest(lock, sys.version, variant)}"
    if not target.exists():
        require_space()
        with step(f"Python packages: {purpose}"), building(target) as partial:
            make_environment(partial)
            install(partial, lock)
            relocate(partial, target)
            drop_outdated(name, target)
    return target


def relocate(partial, target):
    """Make the scripts in bin/ name the folder's final path."""
    for script in (partial / "bin").iterdir():
        if script.is_file() and not script.is_symlink():
            content = script.read_bytes()
            if b"\0" not in content:
                script.write_bytes(content.replace(str(partial).encode(), str(target).encode()))


def drop_outdated(name, target):
    """Remove the environments that this one replaces, save those of another Python or Odoo still in use."""
    marker = f"python-{name}-"
    siblings = [path for path in target.parent.glob(marker + "*") if not path.name.endswith(".partial")]
    for path in sorted(siblings, key=lambda path: path.stat().st_mtime)[:-2]:
        shutil.rmtree(path)


def make_environment(folder):
    """An empty environment with pip, also on a Debian without python3-venv."""
    with_pip = [sys.executable, "-m", "venv", "--clear", str(folder)]
    if subprocess.run(with_pip, capture_output=True).returncode == 0:
        return
    run([sys.executable, "-m", "venv", "--clear", "--without-pip", str(folder)], "Making a Python environment")
    wheel = debian_pip_wheel()
    run(
        [str(folder / "bin" / "python"), f"{wheel}/pip", "install", "--no-index", "--quiet", str(wheel)],
        "Installing pip",
    )


def debian_pip_wheel():
    """The path of pip's own wheel, taken from Debian's package python3-pip-whl."""
    target = cache_folder() / "pip"
    if not target.exists():
        with building(target) as partial:
            for package in download(["python3-pip-whl/bookworm"], partial):
                unpack(package, partial)
    wheels = sorted(target.glob("usr/share/python-wheels/pip-*.whl"))
    if not wheels:
        raise Failure("Neither venv nor pip is on this machine. Install python3-venv and run the same command again.")
    return wheels[-1]


def install(folder, lock):
    """Install the locked packages, with uv if it can be had (four times faster), else with pip."""
    python = str(folder / "bin" / "python")
    pip = [python, "-m", "pip", "--disable-pip-version-check"]
    try:
        run([*pip, "install", "--quiet", "uv"], "Installing uv")
        uv = [python, "-m", "uv", "pip", "install", "--quiet", "--python", python]
        run([*uv, "--require-hashes", "-r", str(lock)], "uv", env=uv_variables(pip))
    except Failure:
        say("  uv does not work here; pip is slower, please wait")
        run([*pip, "install", "--quiet", "--require-hashes", "-r", str(lock)], "Installing Python packages")


def uv_variables(pip):
    """uv does not read pip's configuration: hand the index on, and keep its cache below ours."""
    variables = {**os.environ, "UV_CACHE_DIR": str(cache_folder() / "uv")}
    asked = subprocess.run([*pip, "config", "get", "global.index-url"], capture_output=True, text=True)
    index = os.environ.get("PIP_INDEX_URL") or asked.stdout.strip()
    if index:
        variables.setdefault("UV_DEFAULT_INDEX", index)
    return variables
