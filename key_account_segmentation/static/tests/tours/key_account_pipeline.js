// SPDX-License-Identifier: LGPL-3.0-only
import {registry} from "@web/core/registry";

const filterBy = (name) => [
    {trigger: ".o_searchview_dropdown_toggler", run: "click"},
    {trigger: `.o_filter_menu .o_menu_item:contains(/^${name}$/)`, run: "click"},
    {trigger: ".o_searchview_dropdown_toggler", run: "click"},
    {trigger: `.o_searchview_facet:contains(${name})`},
];

const withoutFilter = (name) => [{trigger: `.o_searchview_facet:contains(${name}) .o_facet_remove`, run: "click"}];

registry.category("web_tour.tours").add("key_account_pipeline", {
    steps: () => [
        {
            content: "the type of a key account, with its icon",
            trigger:
                ".o_kanban_record:contains(New bottles) .o_key_account_type:contains(Large and steady) .fa-university",
        },
        {
            content: "nothing on the card of somebody else's customer",
            trigger: ".o_kanban_record:contains(Festival tent):not(:has(.o_key_account_type))",
        },
        ...filterBy("Key Accounts"),
        {
            trigger:
                ".o_kanban_view:not(:has(.o_kanban_record:contains(Festival tent))) .o_kanban_record:contains(New bottles)",
        },
        ...withoutFilter("Key Accounts"),
        ...filterBy("Customer At Risk"),
        {trigger: ".o_kanban_view:not(:has(.o_kanban_record:contains(New bottles)))"},
        ...withoutFilter("Customer At Risk"),
        {
            content: "a customer without invoices is made a key account",
            trigger: ".o_kanban_record:contains(New house)",
            run: "click",
        },
        {trigger: ".o_form_view:contains(New house)"},
        {trigger: ".o_cp_action_menus .dropdown-toggle:has(.fa-cog)", run: "click"},
        {trigger: ".o-dropdown--menu .o_menu_item:contains(Make key account)", run: "click"},
        {trigger: ".modal .o_field_widget[name=type_id] .o_selection_badge:contains(Image)", run: "click"},
        {trigger: ".modal .o_field_widget[name=reason] input", run: "edit Everybody asks them"},
        {trigger: ".modal footer button[name=action_apply]", run: "click"},
        {trigger: "body:not(:has(.modal)) .o_key_account_panel .o_key_account_type:contains(Image)"},
        {trigger: ".breadcrumb-item a:contains(Pipeline), .o_back_button a", run: "click"},
        {trigger: ".o_kanban_record:contains(New bottles)", run: "click"},
        {trigger: ".o_form_view .o_key_account_panel .o_key_account_type:contains(Large and steady)"},
        {trigger: ".o_statusbar_buttons button:contains(Lost)", run: "click"},
        {
            content: "losing it means something for the account",
            trigger: ".modal .o_field_widget[name=key_account_meaning] textarea",
            run: "edit Ask again in spring",
        },
        {trigger: ".modal footer button[name=action_lost_reason_apply]", run: "click"},
        {
            content: "it stands on the opportunity",
            trigger: "body:not(:has(.modal)) .o-mail-Message:contains(Ask again in spring)",
        },
    ],
});
