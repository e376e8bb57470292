# SPDX-License-Identifier: LGPL-3.0-only
"""What stood on contacts and told how customers stand, or that a colleague leaves, goes where it is guarded.

Nothing is lost: the reasons are in the follow-ups, the changes in the history, the playbooks in their own table. What people
wrote, the feedback of an activity above all, stays where it is; of hand-overs everything moves to the hand-over.
"""

from datetime import timedelta

from lxml import html
from markupsafe import Markup, escape

from odoo import SUPERUSER_ID, api
from odoo.fields import Domain

QUIET = {"mail_activity_quick_update": True, "tracking_disable": True, "active_test": False}

#: The words of before, in the languages the module has: beginnings of a paragraph, and of what a hand-over was called.
LAST_TIME = ("Last time, on ", "Letztes Mal, am ", "La dernière fois, le ")
HAND_OVER = ("Hand over the key accounts of ", "Key Accounts von ", "Transmettre les comptes clés de ")
#: Beginning and end of the note that closed the follow-ups of who is no customer any more: these are gone.
CLOSED = (
    ("Closed: ", "There are no figures of this customer any more."),
    ("Geschlossen: ", "Von diesem Kunden gibt es keine Zahlen mehr."),
    ("Clos : ", "Il n'y a plus de chiffres de ce client."),
)

#: What stands on a contact from this version on: kind of follow-up -> what to do, in English, German and French.
TOUCH = ("Get in touch", "Kontakt aufnehmen", "Prendre contact")
NEED = ("Ask what they will need", "Fragen, was sie brauchen werden", "Demander ce dont ils auront besoin")
WHAT_TO_DO = {
    "contact": TOUCH,
    "rhythm": NEED,
    "reminder": NEED,
    "became_key_account": (
        "Agree how often to talk",
        "Vereinbaren, wie oft gesprochen wird",
        "Convenir de la fréquence des échanges",
    ),
    "became_at_risk": TOUCH,
    "became_lost": TOUCH,
    "payment": ("Talk about invoices", "Über Rechnungen sprechen", "Parler des factures"),
}
LOOK = ("Look at this account", "Diesen Kunden ansehen", "Examiner ce compte")

#: The notes of activities, and what they name.
OPEN_FOLLOW_UP = ("Open the follow-up", "Wiedervorlage öffnen", "Ouvrir le suivi")
MANAGERS = ("Account Managers", "Kundenbetreuer", "Responsables de compte")
HOW_TO_HAND_OVER = (
    "Open %(link)s and choose “Hand over” beside %(name)s, or assign the customers one by one.",
    "Öffnen Sie %(link)s und wählen Sie neben %(name)s „Übergeben“, oder weisen Sie die Kunden einzeln zu.",
    "Ouvrez %(link)s et choisissez « Transmettre » à côté de %(name)s, ou assignez les clients un par un.",
)


def said(texts, lang):
    """The text in the user's language, English where the module has no other."""
    return texts[("de", "fr").index(lang[:2]) + 1] if lang and lang[:2] in ("de", "fr") else texts[0]


def migrate(cr, version):
    env = api.Environment(cr, SUPERUSER_ID, QUIET)
    rows = env["key.account.follow.up"].search([])
    make_neutral(env, rows)
    changes, plays = (env[name].search([]) for name in ("key.account.transition", "key.account.play"))
    notes = notes_of(env, rows.partner_id | changes.partner_id | plays.profile_id.partner_id)
    (notes_of_changes(changes, notes) | notes_of_follow_ups(rows, notes) | notes_of_playbooks(plays, notes)).unlink()
    notes_of_former_customers(env).unlink()
    move_hand_overs(env)


def notes_of(env, contacts):
    """Contact's id -> what the system has noted there; not what people wrote, nor what they did."""
    messages = env["mail.message"].search(
        Domain("model", "=", "res.partner")
        & Domain("res_id", "in", contacts.ids)
        & Domain("message_type", "=", "notification")
        & Domain("subtype_id", "=", env.ref("mail.mt_note").id)
    )
    return messages.grouped("res_id")


def notes_of_changes(changes, notes):
    """Of these the notes of changes, which the same transaction made as the changes."""
    found = changes.env["mail.message"]
    for contact, of_contact in changes.grouped("partner_id").items():
        moments = set(of_contact.mapped("create_date"))
        found |= notes.get(contact.id, found.browse()).filtered(
            lambda note, moments=moments: note.create_date in moments and "→" in note.body
        )
    return found


def notes_of_follow_ups(rows, notes):
    """Of these the notes that a follow-up was closed, or handed on."""
    found = rows.env["mail.message"]
    for row in rows.filtered("summary"):
        days = {
            day + timedelta(days=more) for day in (row.ended_date, row.escalated_date) if day for more in (-1, 0, 1)
        }
        found |= notes.get(row.partner_id.id, found.browse()).filtered(
            lambda note, row=row, days=days: note.create_date.date() in days and row.summary in text_of(note.body)
        )
    return found


def notes_of_playbooks(plays, notes):
    """Of these what Odoo's assistant has noted when a playbook was started, in the same transaction."""
    found = plays.env["mail.message"]
    for play in plays:
        found |= notes.get(play.profile_id.partner_id.id, found.browse()).filtered(
            lambda note, play=play: note.create_date == play.create_date and play.name in text_of(note.body)
        )
    return found


def notes_of_former_customers(env):
    domain = Domain("model", "=", "res.partner") & Domain("message_type", "=", "notification")
    likely = Domain.OR(Domain("body", "like", escape(start)) for start, _end in CLOSED)
    return (
        env["mail.message"]
        .search(domain & likely)
        .filtered(
            lambda note: any(
                text.startswith(start) and text.endswith(end) for text in [text_of(note.body)] for start, end in CLOSED
            )
        )
    )


def make_neutral(env, rows):
    """Activities of follow-ups, done ones too, say what to do; what they told stands in the row. Feedback stays."""
    rules = env["key.account.follow.up.rule"].search([])
    rule_of = {(rule.company_id, rule.kind): rule for rule in rules}
    for row in rows:
        rule = rule_of.get((row.company_id, row.kind))
        activities = row.activity_id | row.play_id.activity_ids
        done = done_messages(env, row)
        if not rule or not (activities or done):
            continue
        lang = row.user_id.lang
        what_to_do = said(WHAT_TO_DO.get(row.kind, LOOK), lang)
        for activity in activities:
            note, agreed = without_reason(activity.note, row)
            row.agreed = row.agreed or agreed
            summary = what_to_do if activity.summary == row.summary else activity.summary
            activity.write({"summary": summary, "note": (note or "") + link_to(row, lang)})
        for message in done:
            body, agreed = without_reason(message.body, row, what_to_do)
            row.agreed = row.agreed or agreed
            message.body = body


def link_to(row, lang):
    """The way from a contact to the follow-up."""
    return Markup('<p><a href="/odoo/key-account-follow-ups/%s">%s</a></p>') % (row.id, said(OPEN_FOLLOW_UP, lang))


def done_messages(env, row):
    """The messages that an activity with this reason was done."""
    if not row.reason:
        return env["mail.message"]
    messages = env["mail.message"].search(
        Domain("model", "=", "res.partner")
        & Domain("res_id", "=", row.partner_id.id)
        & Domain("subtype_id", "=", env.ref("mail.mt_activities").id)
    )
    return messages.filtered(lambda message: row.reason in text_of(message.body))


def without_reason(body, row, what_to_do=None):
    """A text without the paragraphs that we added, and what was agreed last time, if it was told there.

    :param what_to_do: what stands for the summary of before
    """
    if not body:
        return body, None
    tree = html.fragment_fromstring(str(body), create_parent="div")
    agreed = None
    for paragraph in list(tree.iter("p")):
        text = paragraph.text_content().strip()
        if text.startswith(LAST_TIME):
            agreed = agreed or text
        elif text != (row.reason or "").strip():
            continue
        paragraph.drop_tree()
    for title in tree.find_class("o_mail_note_title"):
        original = title.getnext()
        if original is not None and not original.text_content().strip():
            original.drop_tree()
            title.drop_tree()
    for span in tree.iter("span"):
        if what_to_do and (span.text or "").strip() == row.summary:
            span.text = what_to_do
    inner = (tree.text or "") + "".join(html.tostring(child, encoding="unicode") for child in tree)
    return Markup(inner), agreed


def text_of(body):
    return html.fragment_fromstring(str(body or ""), create_parent="div").text_content().strip()


def move_hand_overs(env):
    """Activities and messages of hand-overs leave the contact of the person they are about."""
    users = env["res.users"].search([]).grouped("partner_id")
    here = Domain("res_id", "in", [partner.id for partner in users])
    called = Domain.OR(Domain("summary", "=like", f"{start}%") for start in HAND_OVER)
    activities = env["mail.activity"].search(Domain("res_model", "=", "res.partner") & here & called)
    told = Domain.OR(Domain("body", "like", escape(start)) for start in HAND_OVER)
    messages = env["mail.message"].search(
        Domain("model", "=", "res.partner")
        & here
        & told
        & Domain("message_type", "in", ["notification", "user_notification"])
    )
    for partner in env["res.partner"].browse({*activities.mapped("res_id"), *messages.mapped("res_id")}):
        move_hand_over(
            env,
            users[partner][:1],
            activities.filtered(lambda it, number=partner.id: it.res_id == number),
            messages.filtered(lambda it, number=partner.id: it.res_id == number),
        )


def move_hand_over(env, user, activities, messages):
    """To the hand-over of this user; what was done, or taken back, to one that is over if there is none any more."""
    hand_overs = env["key.account.hand.over"]
    open_one = hand_overs.search([("user_id", "=", user.id), ("is_over", "=", False)])
    its_own = open_one.activity_id
    over = hand_overs
    if not open_one:
        over = hand_overs.create(
            {"user_id": user.id, "is_over": True, "summary": activities[:1].summary, "activity_id": activities[:1].id}
        )
    target = open_one or over
    for activity in activities | its_own:
        activity.write(
            {
                "res_model_id": env["ir.model"]._get_id("key.account.hand.over"),
                "res_id": target.id,
                "note": how_to_hand_over(user, activity.user_id.lang),
            }
        )
    attached = messages.attachment_ids.filtered(lambda file: file.res_model == "res.partner")
    attached.write({"res_model": "key.account.hand.over", "res_id": target.id})
    messages.write({"model": "key.account.hand.over", "res_id": target.id})


def how_to_hand_over(user, lang):
    """What stands in the activity; whom it is about, the form shows to each as far as they may see it."""
    link = Markup('<a href="/odoo/key-account-managers">%s</a>') % said(MANAGERS, lang)
    return Markup("<p>%s</p>") % (Markup(said(HOW_TO_HAND_OVER, lang)) % {"link": link, "name": user.name})
