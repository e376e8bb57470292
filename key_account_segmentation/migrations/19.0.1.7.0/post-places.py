# SPDX-License-Identifier: LGPL-3.0-only
import json

from odoo import SUPERUSER_ID
from odoo.tools import SQL

#: The places beside the four quadrants, as a matrix begins with them: place, sequence, colour, playbook, and in English,
#: German and French name and advice.
PLACES = (
    (
        "newcomer",
        5,
        8,
        "playbook_newcomers",
        ("Newcomers", "Neue Kunden", "Nouveaux clients"),
        (
            "Too new to tell. Get to know them: a second purchase is what makes a customer.",
            "Noch zu neu für ein Urteil. Lernen Sie sie kennen: Erst der zweite Kauf macht den Kunden.",
            "Trop récents pour en juger. Faites connaissance : c'est le deuxième achat qui fait le client.",
        ),
    ),
    (
        "win_back",
        6,
        1,
        "playbook_win_back",
        ("Lost", "Verloren", "Perdus"),
        (
            "Gone by their own rhythm. Ask why, then win them back or let them go.",
            "Nach ihrem eigenen Rhythmus weg. Fragen Sie nach dem Grund, dann zurückgewinnen oder ziehen lassen.",
            "Partis, selon leur propre rythme. Demandez pourquoi, puis reconquérez-les ou laissez-les partir.",
        ),
    ),
)

#: Place -> its sequence of before and of now: the columns of the board begin with the best.
SEQUENCES = {"low_high": (1, 2), "high_high": (2, 1), "low_low": (3, 4), "high_low": (4, 3)}


def migrate(cr, version):
    """Every policy gets the places of new and lost customers, archived ones too; the next refresh fills them."""
    for place, (then, now) in SEQUENCES.items():
        cr.execute(
            SQL(
                "UPDATE key_account_quadrant SET sequence = %s WHERE place = %s AND sequence = %s AND policy_id IN %s",
                now,
                place,
                then,
                SQL("(SELECT policy_id FROM key_account_quadrant GROUP BY policy_id HAVING COUNT(*) = 4)"),
            )
        )
    cr.execute("SELECT code FROM res_lang WHERE active")
    languages = [code for (code,) in cr.fetchall()]
    for place, sequence, color, playbook, names, advices in PLACES:
        give_place(cr, place, sequence, color, playbook, said(names, languages), said(advices, languages))


def said(texts, languages):
    """The text in the installed languages that the module speaks, as a translated field keeps it."""
    spoken = dict(zip(("en", "de", "fr"), texts, strict=True))
    return {"en_US": texts[0]} | {code: spoken[code[:2]] for code in languages if code[:2] in ("de", "fr")}


def give_place(cr, place, sequence, color, playbook, name, advice):
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
                   %(name)s::jsonb,
                   %(advice)s::jsonb,
                   (SELECT plan.id
                      FROM ir_model_data AS known
                      JOIN mail_activity_plan AS plan
                        ON plan.id = known.res_id
                     WHERE known.module = 'key_account_segmentation'
                       AND known.name = %(playbook)s),
                   %(user)s, NOW() AT TIME ZONE 'UTC', %(user)s, NOW() AT TIME ZONE 'UTC'
              FROM key_account_policy AS policy
             WHERE NOT EXISTS (SELECT FROM key_account_quadrant WHERE policy_id = policy.id AND place = %(place)s)
            """,
            place=place,
            sequence=sequence,
            color=color,
            name=json.dumps(name),
            advice=json.dumps(advice),
            playbook=playbook,
            user=SUPERUSER_ID,
        )
    )
