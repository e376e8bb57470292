// SPDX-License-Identifier: LGPL-3.0-only
import {registry} from "@web/core/registry";

registry.category("web_tour.tours").add("key_account_salesperson", {
    steps: () => [
        {
            content: "who the customer is stands on the card",
            trigger: ".o_kanban_record:contains(New bottles):contains(Active partner) .badge:contains(On time)",
        },
        {
            content: "nothing stands on the card of somebody else's customer",
            trigger: ".o_kanban_record:contains(Festival tent):not(:contains(Client))",
        },
        {trigger: ".o_searchview_dropdown_toggler", run: "click"},
        {trigger: ".o_group_by_menu .o_menu_item:contains(Customer Category)", run: "click"},
        {trigger: ".o_searchview_dropdown_toggler", run: "click"},
        {
            content: "customers of others, without a heading",
            trigger: ".o_kanban_group:not(:contains(partner)) .o_kanban_record:contains(Festival tent)",
        },
        {
            trigger: ".o_kanban_group:contains(Active partner) .o_kanban_record:contains(New bottles)",
            run: "click",
        },
        {
            content: "the opportunity says why",
            trigger: ".o_form_view .o_key_account_panel:contains(Brought money in 12 of 12 months)",
        },
        {
            trigger: ".o_field_widget[name=partner_id]:not(:has(img[src=x])) .o_external_button:not(:visible)",
            run: "hover && click .o_external_button",
        },
        {
            content: "the contact says the same, and shows the months",
            trigger: ".o_form_view .o_key_account_panel:contains(Brought money in 12 of 12 months)",
        },
        {trigger: ".o_key_account_panel .o_field_widget[name=key_account_months_chart] canvas"},
        {trigger: "button[name=action_open_key_account]:contains(Active partner)", run: "click"},
        {trigger: ".o_form_view .o_field_widget[name=months_chart] canvas"},
        {
            content: "names are no markup",
            trigger: ".o_form_view h1:contains(<img src=x):not(:has(img[src=x]))",
        },
        {trigger: ".nav-link:contains(Messages and Activities)", run: "click"},
        {content: "what was written with the contact", trigger: ".o-mail-Chatter .o-mail-Message:contains(See you)"},
        {trigger: "button[name=action_open_opportunities]", run: "click"},
        {trigger: ".o_kanban_record:contains(New bottles)"},
    ],
});
