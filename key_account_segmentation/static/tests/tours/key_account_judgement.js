// SPDX-License-Identifier: LGPL-3.0-only
import {registry} from "@web/core/registry";

const column = (name) => `.o_kanban_group:contains(${name})`;
const card = (name) => `${column(name)} .o_kanban_record:contains(Steady Brewery)`;
const drag = (from, to) => ({trigger: card(from), run: `drag_and_drop(${column(to)})`});
const choose = (field, name) => ({
    trigger: `.modal .o_field_widget[name=${field}] .o_selection_badge:contains(/^${name}$/)`,
    run: "click",
});
const fill = (field, text) => ({trigger: `.modal .o_field_widget[name=${field}] input`, run: `edit ${text}`});
const confirm = (label) => [
    {trigger: `.modal footer button[name=action_apply]:contains(${label})`, run: "click"},
    {trigger: "body:not(:has(.modal))"},
];

registry.category("web_tour.tours").add("key_account_judgement", {
    steps: () => [
        {
            content: "the types are columns, and say what they are about",
            trigger: `${column("Tester")} .o_key_account_advice:contains(try what is new)`,
        },
        drag("Large and steady", "Image"),
        {
            content: "the type it was dropped on is chosen",
            trigger: ".modal .o_field_widget[name=type_id] .o_selection_badge.active:contains(Image)",
        },
        {content: "the title says what is asked", trigger: ".modal-title:contains(Steady Brewery → Image)"},
        {
            content: "what the figures say",
            trigger: ".modal .o_field_widget[name=figures_say]:contains(Large and steady)",
        },
        {trigger: ".modal footer button:contains(Discard)", run: "click"},
        {content: "nothing has moved", trigger: `body:not(:has(.modal)) ${card("Large and steady")}`},
        drag("Large and steady", "Image"),
        {trigger: ".modal footer button[name=action_apply]:contains(Set by Hand)", run: "click"},
        {content: "not without a reason", trigger: ".modal .o_field_widget[name=reason].o_field_invalid"},
        fill("reason", "They speak for us"),
        ...confirm("Set by Hand"),
        {content: "it has moved", trigger: card("Image")},
        {trigger: `${card("Image")} .o_key_account_type:contains(Image) .fa-bullhorn`},
        {trigger: card("Image"), run: "click"},
        {
            content: "who said so, why, and what the figures say",
            trigger:
                ".o_form_view .o_field_widget[name=judgement_table]:contains(Set by):contains(They speak for us):contains(The figures say: Large and steady)",
        },
        {trigger: ".nav-link:contains(Changes)", run: "click"},
        {
            content: "the change is logged",
            trigger:
                ".o_field_widget[name=transition_ids] .o_data_row:contains(Large and steady):contains(Image):contains(They speak for us)",
        },
        {trigger: "button[name=action_judge]", run: "click"},
        choose("what", "No key account"),
        {trigger: ".modal .o_field_widget[name=what] .o_selection_badge.active:contains(No key account)"},
        fill("reason", "They are leaving"),
        ...confirm("Set by Hand"),
        {trigger: ".o_form_view .o_field_widget[name=judgement_table]:contains(No key account)"},
        {trigger: "button[name=action_judge]", run: "click"},
        {trigger: ".modal .o_field_widget[name=mode] label:contains(Take back)", run: "click"},
        ...confirm("Take Back"),
        {content: "the figures decide again", trigger: ".o_form_view .o_key_account_type:contains(Large and steady)"},
        {trigger: ".o_form_view:not(:has(.o_field_widget[name=judgement_table]))"},
    ],
});

registry.category("web_tour.tours").add("key_account_judgement_refused", {
    steps: () => [
        drag("Large and steady", "Image"),
        {
            content: "a sentence says whom to ask",
            trigger: ".modal:contains(may override its figures)",
        },
        {trigger: ".modal footer button.btn-primary", run: "click"},
        {trigger: `body:not(:has(.modal)) ${card("Large and steady")}`},
    ],
});

registry.category("web_tour.tours").add("key_account_judgement_phone", {
    steps: () => [
        {trigger: ".o_kanban_record:contains(Steady Brewery)", run: "click"},
        {trigger: ".o_form_view .o_key_account_type:contains(Large and steady)"},
        {trigger: ".o_statusbar_buttons button:has(.oi-ellipsis-v)", run: "click"},
        {trigger: "button[name=action_judge]", run: "click"},
        choose("type_id", "Tester"),
        fill("reason", "They try everything first"),
        ...confirm("Set by Hand"),
        {trigger: ".o_form_view .o_key_account_type:contains(Tester)"},
    ],
});

registry.category("web_tour.tours").add("key_account_types", {
    steps: () => [
        {trigger: ".o_data_row:contains(Large and steady)"},
        {trigger: ".o_list_button_add", run: "click"},
        {trigger: ".o_field_widget[name=name] input", run: "edit Reference plant"},
        {trigger: ".o_field_widget[name=icon] button[aria-label=industry]", run: "click"},
        {trigger: ".o_field_widget[name=icon] button.btn-primary[aria-label=industry]"},
        {trigger: ".o_field_widget[name=contact_days] input", run: "edit 45"},
        {trigger: ".o_form_button_save", run: "click"},
        {trigger: ".o_form_saved"},
    ],
});
