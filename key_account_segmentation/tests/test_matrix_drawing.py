# SPDX-License-Identifier: LGPL-3.0-only
"""As many customers as are drawn one by one, in a browser; how long it takes is for the bench to say."""

import random

from odoo.tests import HttpCase, tagged
from odoo.tools import SQL

from ..models.matrix.key_account_matrix import POINTS
from .common import KeyAccountCase

#: Draws the picture time and again by pointing at the legend, and tells how long each time took.
DRAWING = """
    const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
    const times = [];
    for (let number = 0; number < 12; number++) {
        document.querySelector(".o_quadrant_legend button").click();
        await wait(250);
        times.push(performance.getEntriesByName("quadrant draw").at(-1).duration.toFixed(1));
    }
    const {data} = window.Chart.getChart(document.querySelector(".o_quadrant_view canvas"));
    const points = data.datasets.reduce((count, dataset) => count + dataset.data.length, 0);
    console.log(`quadrant draw: ${times.slice(2).join(" ")} ms for ${points} points`);
    console.log(points === %(points)s ? "test successful" : `${points} points are drawn`);
"""


@tagged("post_install", "-at_install", "key_account_drawing")
class TestDrawing(KeyAccountCase, HttpCase):
    def test_each_of_them_is_drawn(self):
        chance = random.Random(5)
        partners = self.env["res.partner"].create([{"name": f"Customer {number}"} for number in range(POINTS)])
        quadrant = self.company.key_account_policy_id.quadrant_ids[0]
        rows = [
            (
                self.company.id,
                partner.id,
                round(chance.lognormvariate(8, 1.5), 2),
                chance.randrange(1, 13) / 12,
                "monthly",
                "active",
                chance.choice(["client", "active_partner", "passive_partner"]),
                quadrant.id,
            )
            for partner in partners
        ]
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO key_account_profile (
                    company_id, partner_id, revenue_12m, loyalty, recurrence, lifecycle, category, quadrant_id
                )
                VALUES %s
                """,
                SQL(", ").join(SQL("%s", row) for row in rows),
            )
        )
        admin = self.env.ref("base.user_admin")
        admin.company_ids += self.company
        admin.company_id = self.company
        self.browser_js(
            "/odoo/key-account-matrix",
            "(async () => {%s})()" % (DRAWING % {"points": POINTS}),
            "Boolean(document.querySelector('.o_quadrant_view canvas'))",
            login="admin",
            timeout=60,
        )
