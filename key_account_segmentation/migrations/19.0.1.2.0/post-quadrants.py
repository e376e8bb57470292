# SPDX-License-Identifier: LGPL-3.0-only
from odoo import SUPERUSER_ID, api
from odoo.tools import SQL

#: What a matrix began with in this version: place, name, colour, playbook, advice.
QUADRANTS = (
    (
        "low_high",
        "Loyal",
        10,
        "playbook_loyal",
        "Small, but steady. Grow them: offer what they do not buy yet, ask whom they know.",
    ),
    (
        "high_high",
        "Pillars",
        4,
        "playbook_pillars",
        "Large and steady: the business rests on them. One person each, a talk every quarter, no surprises.",
    ),
    (
        "low_low",
        "Passers-by",
        0,
        "playbook_passers_by",
        "Small and now and then. Serve them well at little cost, and watch who comes back.",
    ),
    (
        "high_low",
        "Big tickets",
        2,
        "playbook_big_tickets",
        "Large, but without a rhythm. Find out when they decide, and make the next order easy: contract, reminder, stock.",
    ),
)


def migrate(cr, version):
    """Policies of before the matrix get quadrants, and a location of the company's country."""
    cr.execute("SELECT id FROM key_account_policy WHERE id NOT IN (SELECT policy_id FROM key_account_quadrant)")
    policies = [number for (number,) in cr.fetchall()]
    for sequence, quadrant in enumerate(QUADRANTS, start=1):
        _give_quadrant(cr, policies, sequence, *quadrant)
    _give_location(cr, policies)
    # the action's own record and Odoo's own method: nothing here depends on how a refresh is done
    env = api.Environment(cr, SUPERUSER_ID, {})
    env.ref("key_account_segmentation.ir_cron_refresh_all")._trigger()


def _give_quadrant(cr, policies, sequence, place, name, color, playbook, advice):
    cr.execute(
        SQL(
            """
            INSERT INTO key_account_quadrant (
                   policy_id, company_id, place, sequence, color, name, advice, plan_id,
                   create_uid, create_date, write_uid, write_date)
            SELECT policy.id,
                   policy.company_id,
                   %(place)s,
                   %(sequence)s,
                   %(color)s,
                   JSONB_BUILD_OBJECT('en_US', %(name)s::text),
                   JSONB_BUILD_OBJECT('en_US', %(advice)s::text),
                   (SELECT plan.id
                      FROM ir_model_data AS known
                      JOIN mail_activity_plan AS plan
                        ON plan.id = known.res_id
                     WHERE known.module = 'key_account_segmentation'
                       AND known.name = %(playbook)s),
                   %(user)s, NOW() AT TIME ZONE 'UTC', %(user)s, NOW() AT TIME ZONE 'UTC'
              FROM key_account_policy AS policy
             WHERE policy.id = ANY(%(policies)s)
            """,
            place=place,
            sequence=sequence,
            color=color,
            name=name,
            advice=advice,
            playbook=playbook,
            user=SUPERUSER_ID,
            policies=policies,
        )
    )


def _give_location(cr, policies):
    cr.execute(
        SQL(
            """
            INSERT INTO key_account_location (
                   policy_id, company_id, country_id, score, create_uid, create_date, write_uid, write_date)
            SELECT policy.id,
                   policy.company_id,
                   contact.country_id,
                   100,
                   %(user)s, NOW() AT TIME ZONE 'UTC', %(user)s, NOW() AT TIME ZONE 'UTC'
              FROM key_account_policy AS policy
              JOIN res_company AS company
                ON company.id = policy.company_id
              JOIN res_partner AS contact
                ON contact.id = company.partner_id
             WHERE policy.id = ANY(%(policies)s)
               AND contact.country_id IS NOT NULL
               AND policy.id NOT IN (SELECT policy_id FROM key_account_location)
            """,
            user=SUPERUSER_ID,
            policies=policies,
        )
    )
