// SPDX-License-Identifier: LGPL-3.0-only
import {registry} from "@web/core/registry";

const ACTIVITY = ".o-mail-Activity:contains(Talk about invoices)";

registry.category("web_tour.tours").add("key_account_follow_up", {
    steps: () => [
        {content: "who is to be followed up, and why", trigger: ".o_data_row:contains(Steady Brewery):contains(1,300)"},
        {trigger: ".o_data_row:contains(Steady Brewery) td[name=kind]", run: "click"},
        {content: "the contact has the activity", trigger: `.o_form_view ${ACTIVITY}`},
        {content: "and its panel says why", trigger: ".o_key_account_panel:contains(overdue, the oldest for 35 days)"},
        {trigger: `${ACTIVITY}:not(:contains(overdue))`},
        {
            content: "the link of the activity leads to the follow-up",
            trigger: `${ACTIVITY} .o-mail-Activity-note a:contains(Open the follow-up)`,
            run: "click",
        },
        {trigger: ".o_form_view .o_field_widget[name=reason]:contains(overdue, the oldest for 35 days)"},
        {content: "its activity can be opened", trigger: "button[name=action_open_activity]", run: "click"},
        {trigger: ".modal button[name=action_close_dialog], .modal .btn-close", run: "click"},
        {trigger: "body:not(.modal-open) button[name=action_open_customer]", run: "click"},
        {trigger: `${ACTIVITY} .o-mail-Activity-markDone`, run: "click"},
        {trigger: ".o-mail-ActivityMarkAsDone textarea", run: "edit They pay on Friday"},
        {trigger: ".o-mail-ActivityMarkAsDone button[aria-label=Done]", run: "click"},
        {content: "it is done", trigger: ".o-mail-Message:contains(They pay on Friday)"},
        {trigger: `.o_form_view:not(:has(${ACTIVITY}))`},
    ],
});
