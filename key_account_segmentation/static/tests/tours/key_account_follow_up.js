import {registry} from "@web/core/registry";

const ACTIVITY = ".o-mail-Activity:contains(Ask about overdue invoices)";

registry.category("web_tour.tours").add("key_account_follow_up", {
    steps: () => [
        {content: "who is to be followed up, and why", trigger: ".o_data_row:contains(Steady Brewery):contains(42)"},
        {trigger: ".o_data_row:contains(Steady Brewery) td[name=kind]", run: "click"},
        {content: "the contact has the activity", trigger: `.o_form_view ${ACTIVITY}`},
        {trigger: `${ACTIVITY} .o-mail-Activity-note:contains(of what they owe is overdue)`},
        {trigger: `${ACTIVITY} .o-mail-Activity-markDone`, run: "click"},
        {trigger: ".o-mail-ActivityMarkAsDone textarea", run: "edit They pay on Friday"},
        {trigger: ".o-mail-ActivityMarkAsDone button[aria-label=Done]", run: "click"},
        {content: "it is done", trigger: ".o-mail-Message:contains(They pay on Friday)"},
        {trigger: `.o_form_view:not(:has(${ACTIVITY}))`},
    ],
});
