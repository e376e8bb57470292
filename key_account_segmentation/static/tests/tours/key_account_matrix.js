// SPDX-License-Identifier: LGPL-3.0-only
/* global Chart */
import {click, drag, hover, press, queryAllTexts, queryOne, waitFor} from "@odoo/hoot-dom";
import {registry} from "@web/core/registry";

const CANVAS = ".o_quadrant_chart canvas";
/** Of each customer its revenue, by which its bubble is found. */
const REVENUE = {brewery: 14400, bakery: 600, tents: 5000};

let remembered = null;

function assertThat(isTrue, message) {
    if (!isTrue) {
        throw new Error(message);
    }
}

const chart = () => Chart.getChart(queryOne(CANVAS));
const at = (position) => ({position, relative: true});

/** Where a customer's bubble lies on the canvas. */
function spotOf(name) {
    const {data, index} = chart().getDatasetMeta(0);
    const place = chart().data.datasets[index].data.findIndex(({x}) => x === REVENUE[name]);
    return {x: data[place].x, y: data[place].y};
}

/** Everything that is drawn, and what is said of it. */
function picture() {
    const {data, scales, canvas} = chart();
    const [{data: points, borderColor, pointStyle}] = data.datasets;
    const ranges = [scales.x, scales.y].map(({type, min, max}) => [type, min, max]);
    const legend = queryAllTexts(".o_quadrant_legend li");
    return JSON.stringify({points, borderColor, pointStyle, ranges, legend, said: canvas.ariaLabel});
}

async function pressUntil(key, selector, times = 80) {
    for (let time = 0; time < times && !document.activeElement.matches(selector); time++) {
        await press(key);
    }
    assertThat(document.activeElement.matches(selector), `${key} does not lead to ${selector}`);
}

const isSaid = (...texts) => CANVAS + texts.map((text) => `[aria-label*="${text}"]`).join("");

const chooseIn = (button, item) => [
    {trigger: button, run: "click"},
    {trigger: `.o-dropdown--menu .dropdown-item:contains(${item})`, run: "click"},
];

const backTo = (content) => [
    {trigger: ".o_breadcrumb .o_back_button, .breadcrumb-item:contains(Matrix) a", run: "click"},
    {content, trigger: CANVAS, run: () => assertThat(picture() === remembered, "it is another picture")},
];

const remember = {trigger: CANVAS, run: () => (remembered = picture())};

const open = [
    {trigger: ".o_menu_sections a:contains(Matrix)", run: "click"},
    {content: "four customers are drawn", trigger: isSaid("4 customers by", "Pillars: 1 customer")},
    {
        trigger: CANVAS,
        run: () => assertThat(chart().data.datasets[0].data.length === 4, "a bubble for each customer"),
    },
];

const look = [
    ...chooseIn(".o_quadrant_color", "Lifecycle"),
    {trigger: ".o_quadrant_color:contains(Lifecycle)"},
    ...chooseIn(".o_quadrant_axis_x", "Logarithmic scale"),
    {trigger: ".o_quadrant_log.selected"},
    {trigger: ".o_quadrant_axis_x", run: "click"},
    {
        trigger: `body:not(:has(.o_quadrant_log)) ${CANVAS}`,
        run: () => assertThat(chart().scales.x.type === "logarithmic", "the scale was chosen"),
    },
    remember,
];

const hoverAndClick = [
    {trigger: CANVAS, run: () => hover(CANVAS, at(spotOf("brewery")))},
    {
        content: "its name, quadrant, axes and facts",
        trigger: ".o_quadrant_card:contains(Steady Brewery):contains(Pillars):contains(14,400.00):contains(Lifecycle)",
    },
    {trigger: ".o_quadrant_card dd:contains(Monthly)"},
    {trigger: CANVAS, run: () => click(CANVAS, at(spotOf("brewery")))},
    {trigger: ".o_form_view h1:contains(Steady Brewery)"},
    ...backTo("the same picture"),
];

const brush = [
    {
        content: "a rectangle around the middles of two bubbles",
        trigger: CANVAS,
        run: async () => {
            const [from, to] = [spotOf("bakery"), spotOf("brewery")];
            const {moveTo, drop} = await drag(CANVAS, at({x: from.x - 12, y: from.y + 40}));
            await moveTo(CANVAS, at({x: (from.x + to.x) / 2, y: to.y}));
            await moveTo(CANVAS, at({x: to.x + 12, y: to.y - 12}));
            await waitFor(".o_quadrant_brush");
            await drop();
        },
    },
    {
        content: "exactly these two are listed",
        trigger: ".o_list_view .o_data_row:contains(Steady Brewery)",
        run: () => {
            const names = queryAllTexts(".o_data_row .o_data_cell[name=partner_id]").sort();
            assertThat(names.join() === "Corner Bakery,Steady Brewery", `${names} are listed`);
        },
    },
    ...backTo("the same picture"),
];

const otherAxis = [
    ...chooseIn(".o_quadrant_axis_y", "Customer Since"),
    {trigger: ".o_quadrant_looking:contains(These axes are for looking)"},
    {content: "its quadrants are not the policy's", trigger: ".o_quadrant_header[aria-label*='Customer Since']"},
    {trigger: ".o_quadrant_looking button", run: "click"},
    {trigger: ".o_quadrant_view:not(:has(.o_quadrant_looking)) .o_quadrant_header[aria-label=Pillars]"},
    {trigger: ".o_quadrant_axis_y:contains(Loyalty)"},
    remember,
];

const filter = [
    {trigger: ".o_searchview_dropdown_toggler", run: "click"},
    {trigger: ".o_filter_menu .o_menu_item:contains(My Customers)", run: "click"},
    {trigger: ".o_searchview_dropdown_toggler", run: "click"},
    {
        content: "only theirs, in points and sums",
        trigger: isSaid("1 customer by", "Loyal: 0 customers", "Pillars: 1 customer", "14.4k", "100%"),
        run: () => {
            const shown = chart().data.datasets[0].data.map(({x}) => x);
            assertThat(shown.join() === String(REVENUE.brewery), `${shown} are drawn`);
        },
    },
    {trigger: ".o_searchview_facet:contains(My Customers) .o_facet_remove", run: "click"},
    {trigger: isSaid("4 customers by"), run: () => assertThat(picture() === remembered, "everybody is back")},
];

const keyboard = [
    {
        trigger: ".o_quadrant_as_table",
        run: async () => {
            document.activeElement.blur();
            await pressUntil("Tab", ".o_searchview_input");
            await press("ArrowDown");
            await pressUntil("Tab", ".o_quadrant_as_table");
            await press("Enter");
        },
    },
    {
        content: "the arrows go through the table, the Tab key has one stop in it",
        trigger: ".o_quadrant_table:not(.visually-hidden) .o_quadrant_row:contains(Steady Brewery)",
        run: async () => {
            await pressUntil("Tab", ".o_quadrant_stop");
            assertThat(document.activeElement.textContent === "Loyal", "the first quadrant");
            await press("ArrowUp");
            assertThat(document.activeElement.textContent === "Loyal", "there is none before the first");
            const passed = [];
            for (let row = 0; row < 3; row++) {
                await press("ArrowDown");
                passed.push(document.activeElement.textContent);
            }
            assertThat(passed.join() === "Corner Bakery,Pillars,Steady Brewery", `${passed} were passed`);
            await press("Enter");
        },
    },
    {trigger: ".o_form_view h1:contains(Steady Brewery)"},
    {trigger: ".o_breadcrumb .o_back_button, .breadcrumb-item:contains(Matrix) a", run: "click"},
    {content: "the table is still there", trigger: ".o_quadrant_table:not(.visually-hidden) .o_quadrant_row"},
];

registry.category("web_tour.tours").add("key_account_matrix", {
    steps: () => [...open, ...look, ...hoverAndClick, ...brush, ...otherAxis, ...filter, ...keyboard],
});

registry.category("web_tour.tours").add("key_account_matrix_favourite", {
    steps: () => [
        {trigger: isSaid("4 customers by", "Loyalty")},
        ...chooseIn(".o_quadrant_axis_y", "Customer Since"),
        ...chooseIn(".o_quadrant_color", "Lifecycle"),
        {trigger: ".o_quadrant_color:contains(Lifecycle)"},
        {trigger: ".o_quadrant_axis_y:contains(Customer Since)"},
        {trigger: ".o_searchview_dropdown_toggler", run: "click"},
        {trigger: ".o_favorite_menu .o_add_favorite", run: "click"},
        {trigger: ".o_favorite_menu input[type=text]", run: "edit By age"},
        {trigger: ".o_save_favorite", run: "click"},
        {trigger: ".o_searchview_facet:contains(By age)"},
        {trigger: ".o_menu_sections a:contains(Matrix)", run: "click"},
        {content: "the policy's axes again", trigger: ".o_quadrant_axis_y:contains(Loyalty)"},
        {trigger: ".o_searchview_dropdown_toggler", run: "click"},
        {trigger: ".o_favorite_menu .o_menu_item:contains(By age)", run: "click"},
        {content: "what was looked at", trigger: ".o_quadrant_axis_y:contains(Customer Since)"},
        {trigger: ".o_quadrant_axis_x:contains(Revenue)"},
        {trigger: ".o_quadrant_color:contains(Lifecycle)"},
        {trigger: isSaid("4 customers by", "Customer Since")},
    ],
});

const shade = (color) => color.match(/\d+/g).reduce((sum, part) => sum + Number(part), 0);

registry.category("web_tour.tours").add("key_account_matrix_dark", {
    steps: () => [
        {
            content: "light on dark, in the picture as well",
            trigger: CANVAS,
            run: () => {
                const style = getComputedStyle(queryOne(".o_quadrant_content"));
                assertThat(shade(style.color) > 2 * shade(style.backgroundColor), `${style.color} on the ground`);
                const text = style.getPropertyValue("--quadrant-text").trim();
                assertThat(chart().options.color === text, "the picture was drawn with other colours");
            },
        },
    ],
});

registry.category("web_tour.tours").add("key_account_matrix_phone", {
    steps: () => [
        {
            content: "the four as lists, in reading order",
            trigger: ".o_quadrant_section:eq(1):contains(Pillars):contains(1 customer):contains(Steady Brewery)",
        },
        {trigger: ".o_quadrant_section:eq(3):contains(Big tickets):contains(without a rhythm)"},
        {trigger: ".o_quadrant_view:not(:has(canvas)) .o_quadrant_customer:contains(Corner Bakery)", run: "click"},
        {trigger: ".o_form_view h1:contains(Corner Bakery)"},
    ],
});
