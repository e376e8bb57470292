# SPDX-License-Identifier: LGPL-3.0-only
"""Odoo's command line, as a file: Odoo starts it again by that name, for its gevent worker and when it reloads.

What `python -m odoo` leaves as the name, `odoo/__main__.py`, cannot be run by itself.
"""

from odoo.cli.command import main

if __name__ == "__main__":
    main()
