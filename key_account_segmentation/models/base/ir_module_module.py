# SPDX-License-Identifier: LGPL-3.0-only
from odoo import api, models

from ...demo.build import STEPS


class IrModuleModule(models.Model):
    _inherit = "ir.module.module"

    @api.model
    def _key_account_demo(self, step):
        """Run a step of the demo data.

        XML can only call methods of models. A hook would not do: *Load Demo Data* runs none, and only the files of the
        demo data may fail without failing the installation.
        """
        STEPS[step](self.env)
