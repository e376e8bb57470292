// SPDX-License-Identifier: LGPL-3.0-only
import {registry} from "@web/core/registry";

const filterBy = (name) => [
    {trigger: ".o_searchview_dropdown_toggler", run: "click"},
    {trigger: `.o_filter_menu .o_menu_item:contains(${name})`, run: "click"},
    {trigger: ".o_searchview_dropdown_toggler", run: "click"},
    {trigger: `.o_searchview_facet:contains(${name})`},
];

const withoutFilter = (name) => [{trigger: `.o_searchview_facet:contains(${name}) .o_facet_remove`, run: "click"}];

registry.category("web_tour.tours").add("key_account_manager", {
    steps: () => [
        {trigger: ".o_kanban_record:contains(Steady Brewery)"},
        {trigger: ".o_menu_sections button:contains(Reporting)", run: "click"},
        {trigger: ".o-dropdown--menu .dropdown-item:contains(Revenue by Category)", run: "click"},
        {content: "a row for each category", trigger: ".o_pivot_view tr:contains(Active partner)"},
        {trigger: ".o_pivot_view tr:contains(Client) .o_pivot_cell_value:contains(300.00)", run: "click"},
        {content: "the invoices behind the cell", trigger: ".o_list_view .o_data_row:contains(Once Upon a Fair)"},
        {content: "and no others", trigger: ".o_list_view:not(:has(.o_data_row:contains(Steady Brewery)))"},
        {trigger: ".o_menu_sections a:contains(Customers)", run: "click"},
        {trigger: ".o_switch_view.o_list", run: "click"},
        {trigger: ".o_data_row:contains(Steady Brewery)"},
        ...filterBy("No Contact for 60 Days"),
        {
            content: "the brewery was visited yesterday",
            trigger: ".o_list_view:not(:has(.o_data_row:contains(Steady Brewery))) .o_data_row:contains(First Order)",
        },
        ...withoutFilter("No Contact for 60 Days"),
        ...filterBy("New This Quarter"),
        {
            trigger: ".o_list_view:not(:has(.o_data_row:contains(Steady Brewery))) .o_data_row:contains(First Order)",
        },
        ...withoutFilter("New This Quarter"),
        {trigger: ".o_data_row:contains(Steady Brewery)"},
        {trigger: ".o_data_row:contains(First Order) .o_list_record_selector input", run: "click"},
        {trigger: ".o_data_row:contains(Once Upon a Fair) .o_list_record_selector input", run: "click"},
        {trigger: ".o_cp_action_menus .dropdown-toggle:contains(Actions)", run: "click"},
        {trigger: ".o-dropdown--menu .o_menu_item:contains(Assign account manager)", run: "click"},
        {trigger: ".modal .o_field_widget[name=user_id] input", run: "edit key_account_own"},
        {trigger: ".ui-autocomplete .dropdown-item:contains(key_account_own)", run: "click"},
        {trigger: ".modal button[name=action_assign]", run: "click"},
        {trigger: "body:not(:has(.modal)) .o_list_view"},
    ],
});

registry.category("web_tour.tours").add("key_account_settings", {
    steps: () => [
        {trigger: ".o_menu_sections button:contains(Configuration)", run: "click"},
        {trigger: ".o-dropdown--menu .dropdown-item:contains(Settings)", run: "click"},
        {
            content: "when the figures were refreshed",
            trigger: "#key_account_refresh:contains(3 customers)",
        },
        {trigger: "#key_account_seasonal input[type=checkbox]", run: "click"},
        {trigger: ".o_form_button_save", run: "click", expectUnloadPage: true},
        {trigger: "#key_account_seasonal input[type=checkbox]:checked"},
        {trigger: "#key_account_refresh button[name=action_key_account_refresh]", run: "click"},
        {trigger: ".o_key_account_refresh:contains(3 of 3 customers)"},
        {trigger: ".modal footer .btn-primary:contains(Close)", run: "click"},
        {trigger: "body:not(:has(.modal)) #key_account_refresh:contains(3 customers)"},
    ],
});
