// SPDX-License-Identifier: LGPL-3.0-only
import {registry} from "@web/core/registry";

const openMenu = (section, item) => [
    {trigger: `.o_menu_sections button:contains(${section})`, run: "click"},
    {trigger: `.o-dropdown--menu .dropdown-item:contains(${item})`, run: "click"},
];

registry.category("web_tour.tours").add("key_account_walk", {
    steps: () => [
        {
            content: "a column says what to do",
            trigger: ".o_kanban_group:contains(Pillars) .o_key_account_advice:contains(the business rests on them)",
        },
        {content: "all four are there", trigger: ".o_kanban_group:contains(Loyal)"},
        {trigger: ".o_kanban_record:contains(Steady Brewery)", run: "click"},
        {content: "the rules are explained", trigger: ".o_key_account_explanation:contains(Recurrence: Monthly)"},
        {trigger: ".nav-link:contains(All Figures)", run: "click"},
        {content: "invoiced in twelve months", trigger: "div[name=gross_12m]:contains(14,400.00)"},
        {trigger: "button[name=action_refresh]", run: "click"},
        {content: "still the same", trigger: "div[name=gross_12m]:contains(14,400.00)"},
        {trigger: "button[name=action_open_invoices_12m]", run: "click"},
        {content: "the invoices behind the figure", trigger: ".o_list_view .o_data_row:nth-child(12)"},
        {trigger: ".o_menu_sections a:contains(Customers)", run: "click"},
        {trigger: ".o_kanban_group:contains(Pillars)"},
        {trigger: ".o_switch_view.o_list", run: "click"},
        {content: "sorted by rank", trigger: ".o_data_row:first:contains(Steady Brewery)"},
        {content: "no growth rate without a year before", trigger: ".o_data_row:contains(First Order Ltd)"},
        {trigger: "button[name=action_refresh_all]", run: "click"},
        {content: "all customers were read", trigger: ".o_key_account_refresh:contains(3 of 3 customers)"},
        {trigger: ".modal footer .btn-primary:contains(Close)", run: "click"},
        {trigger: "body:not(:has(.modal)) .o_data_row:first:contains(Steady Brewery)"},
        {trigger: ".o_switch_view.o_pivot", run: "click"},
        {trigger: ".o_pivot_cell_value:contains(14,400.00)"},
        {trigger: ".o_switch_view.o_graph", run: "click"},
        {trigger: ".o_graph_canvas_container canvas"},
        {trigger: ".o_menu_sections a:contains(Matrix)", run: "click"},
        {trigger: ".o_quadrant_view canvas"},
        ...openMenu("Reporting", "Customer Analysis"),
        {trigger: ".o_pivot_view"},
        ...openMenu("Reporting", "Concentration"),
        {trigger: ".o_data_row .o_data_cell", run: "click"},
        {content: "who hangs on whom", trigger: ".o_form_view .alert-warning:contains(One customer brings)"},
        ...openMenu("Configuration", "Policies"),
        {trigger: ".o_data_row .o_data_cell:contains(Standard policy)", run: "click"},
        {content: "published policies are frozen", trigger: ".o_form_view .alert-info:contains(stays as it is)"},
        ...openMenu("Configuration", "Collaboration Types"),
        {trigger: ".o_list_view"},
        ...openMenu("Configuration", "Refreshes"),
        {trigger: ".o_data_row:contains(Done)"},
    ],
});
