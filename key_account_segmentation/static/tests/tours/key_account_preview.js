// SPDX-License-Identifier: LGPL-3.0-only
import {registry} from "@web/core/registry";

const cell = (row, column) =>
    `div[name=quadrant_table] tbody tr:contains(${row}) td[data-label="${column}"] button:contains(1)`;

registry.category("web_tour.tours").add("key_account_preview", {
    steps: () => [
        {trigger: ".o_form_view:contains(Matrix) button[name=action_preview]", run: "click"},
        {content: "what would change", trigger: "h1:contains(Preview of “Draft of the tour”)"},
        {trigger: "div[name=summary]:contains(would change quadrant)"},
        {trigger: ".alert-warning li:contains(Nobody would be in “Pillars”)"},
        {trigger: cell("Pillars", "Big tickets"), run: "click"},
        {content: "the names", trigger: ".o_list_view .o_data_row:contains(Steady Brewery)"},
        {trigger: ".breadcrumb-item:contains(Preview of “Draft of the tour”) a", run: "click"},
        {trigger: "button[name=action_back]", run: "click"},
        {content: "at the draft again", trigger: ".o_statusbar_status .o_arrow_button_current:contains(Draft)"},
        {trigger: "body:not(:has(.breadcrumb-item:contains(Preview))) button[name=action_preview]", run: "click"},
        {trigger: "h1:contains(Preview of “Draft of the tour”)"},
        {trigger: "button[name=action_publish]", run: "click"},
        {trigger: ".modal footer .btn-primary", run: "click"},
        {trigger: ".o_notification:contains(“Draft of the tour” counts from now on)"},
        {content: "published", trigger: ".o_statusbar_status .o_arrow_button_current:contains(Published)"},
    ],
});
