// SPDX-License-Identifier: LGPL-3.0-only
import {animationFrame, expect, pointerDown, pointerUp, hover, queryOne} from "@odoo/hoot";
import {mailModels} from "@mail/../tests/mail_test_helpers";
import {
    contains,
    defineModels,
    fields,
    findComponent,
    mockService,
    models,
    mountView,
    onRpc,
    preloadBundle,
} from "@web/../tests/web_test_helpers";
import {Domain} from "@web/core/domain";
import {PLACES} from "@key_account_segmentation/views/quadrant/quadrant_geometry";
import {QuadrantChart} from "@key_account_segmentation/views/quadrant/quadrant_chart";
import {QuadrantController} from "@key_account_segmentation/views/quadrant/quadrant_controller";

class Manager extends models.Model {
    _name = "manager";

    name = fields.Char();

    _records = [{id: 7, name: "Mitchell"}];
}

/** Four customers: revenue 10, 20, 30, 40 and loyalty 1, 5, 2, 9 are cut at 25 and 3.5, one in each quadrant. */
export const RECORDS = [
    {id: 4, name: "Dora", revenue: 40, loyalty: 9, lateness: 3, category: "active", manager_id: 7},
    {id: 3, name: "Cyd", revenue: 30, loyalty: 2, lateness: 12, category: "client"},
    {id: 2, name: "Bob", revenue: 20, loyalty: 5, lateness: 0, category: "client", manager_id: 7},
    {id: 1, name: "Ann", revenue: 10, loyalty: 1, lateness: 30, category: "active"},
];

class Customer extends models.Model {
    _name = "customer";

    name = fields.Char();
    revenue = fields.Monetary({string: "Revenue", currency_field: "currency_id"});
    loyalty = fields.Float({string: "Loyalty"});
    lateness = fields.Integer({string: "Lateness"});
    category = fields.Selection({
        string: "Category",
        selection: [
            ["active", "Active"],
            ["client", "Client"],
        ],
    });
    manager_id = fields.Many2one({string: "Manager", relation: "manager"});
    currency_id = fields.Many2one({relation: "res.currency", default: 1});

    _records = RECORDS;

    _views = {
        quadrant: `
            <quadrant size="revenue" color="category" colors="category,manager_id" axes="revenue,loyalty,lateness">
                <field name="loyalty"/>
                <field name="revenue"/>
                <field name="manager_id"/>
            </quadrant>`,
        list: `<list><field name="name"/></list>`,
        "list,21": `<list><field name="revenue"/></list>`,
        form: `<form><field name="name"/></form>`,
        search: `<search><filter name="clients" string="Clients" domain="[('category', '=', 'client')]"/></search>`,
    };
}

/** Who stands beside the picture: two newcomers, and nobody who is lost. */
export const ASIDE = [
    {
        place: "newcomer",
        id: 5,
        name: "Newcomers",
        advice: "Get to know them",
        color: 8,
        domain: [["category", "=", "new"]],
        count: 7,
        size: 20,
        largest: [[21, "Nia", 15]],
    },
    {place: "win_back", id: 6, name: "Lost", advice: false, color: 1, domain: [], count: 0, size: 0, largest: []},
];
export const DRAWN = [["category", "!=", "new"]];

let changes = {};

/** The model, and Chart.js as Odoo bundles it. */
export function defineCustomers() {
    defineModels({...mailModels, Customer, Manager});
    preloadBundle("web.chartjs_lib");
    onRpc("customer", "matrix_read", ({kwargs}) => answer(kwargs, changes));
}

/** Mounts the view; `more` changes what the server answers. */
export function mountMatrix(more = {}, props = {}) {
    changes = more;
    return mountView({
        type: "quadrant",
        resModel: "customer",
        selectRecord: (id, {newWindow} = {}) => expect.step(newWindow ? `open ${id} beside` : `open ${id}`),
        ...props,
    });
}

export function catchActions() {
    mockService("action", {
        doAction: ({domain, views, name}) => expect.step([name, JSON.stringify(domain), views[0][1]].join(" | ")),
    });
}

const LABELS = {revenue: "Revenue", loyalty: "Loyalty", lateness: "Lateness"};
const UNITS = {revenue: "money", loyalty: "ratio", lateness: "days"};
const CUTS = {revenue: 25, loyalty: 3.5, lateness: 7.5};
const NAMES = {low_high: "Loyal", high_high: "Pillars", low_low: "Passers-by", high_low: "Big tickets"};

export function axis(field, values, more) {
    return {
        field,
        label: LABELS[field],
        help: `What ${field} is`,
        unit: UNITS[field],
        digits: [16, 2],
        reversed: field === "lateness",
        can_be_empty: true,
        cut: CUTS[field],
        min: Math.min(...values),
        max: Math.max(...values),
        skewness: 0,
        scale: "linear",
        ...more,
    };
}

/** What the server answers about these records on these axes. */
export function answer({x, y, color}, {records = RECORDS, axes = {}, ...more} = {}) {
    const [fieldX, fieldY] = [x || "revenue", y || "loyalty"];
    const valuesOf = (field) => records.map((record) => record[field]);
    const sides = {x: axis(fieldX, valuesOf(fieldX), axes.x), y: axis(fieldY, valuesOf(fieldY), axes.y)};
    const points = records.map((record) => [
        record.id,
        record.name,
        record[fieldX],
        record[fieldY],
        record.revenue,
        record[color || "category"] || false,
        placeOf(record, sides),
    ]);
    const isPolicy = fieldX === "revenue" && fieldY === "loyalty";
    return {
        ...sides,
        is_policy: isPolicy,
        quadrants: PLACES.map((place) => quadrant(place, points, sides, isPolicy)),
        colors: colors(color || "category"),
        points,
        bins: [],
        aside: [],
        drawn: [],
        total: sum(points),
        currency_id: 1,
        ...more,
        missing: {count: 0, size: 0, records: [], domain: missingDomain(sides), ...more.missing},
    };
}

/** The records without a value on one of the axes. */
const missingDomain = ({x, y}) =>
    Domain.or([x, y].filter((side) => side.can_be_empty).map(({field}) => [[field, "=", false]])).toList();

const sum = (points) => ({count: points.length, size: points.reduce((total, point) => total + point[4], 0)});

const comparisons = ({reversed}) => (reversed ? {high: "<=", low: ">"} : {high: ">=", low: "<"});

/** The records at a place, false where an axis has no cut. */
function domainOf(place, {x, y}) {
    const [levelX, levelY] = place.split("_");
    const part = (side, level) => [side.field, comparisons(side)[level], side.cut];
    return x.cut !== null && y.cut !== null && [part(x, levelX), part(y, levelY)];
}

const placeOf = (record, axes) =>
    PLACES.find((place) => {
        const domain = domainOf(place, axes);
        return domain && new Domain(domain).contains(record);
    }) || null;

function quadrant(place, points, axes, isPolicy) {
    const held = points.filter((point) => point[6] === place);
    const [name, advice] = isPolicy ? [NAMES[place], `What to do with ${NAMES[place]}`] : [`There: ${place}`, false];
    const largest = held.map(([id, customer, , , size]) => [id, customer, size]);
    const domain = domainOf(place, axes);
    return {place, id: isPolicy ? 1 : false, name, advice, color: PLACES.indexOf(place), domain, largest, ...sum(held)};
}

function colors(field) {
    const values = {
        category: [
            {value: "client", label: "Client", count: 2},
            {value: "active", label: "Active", count: 2},
        ],
        manager_id: [
            {value: 7, label: "Mitchell", count: 2},
            {value: false, label: "None", count: 2},
        ],
    };
    return {field, label: field === "category" ? "Category" : "Manager", values: values[field]};
}

export const chartOf = (view) => findComponent(view, (component) => component instanceof QuadrantChart);
export const modelOf = (view) => findComponent(view, (component) => component instanceof QuadrantController).model;

/** Where a customer's bubble lies on the canvas. */
export function spotOf(view, name) {
    const {layout, scene} = chartOf(view);
    const {px: x, py: y} = layout.bubbles[scene.bubbles.findIndex((bubble) => bubble.name === name)];
    return {x, y};
}

const at = (position) => ({position, relative: true});

export async function hoverOn(position) {
    await hover(".o_quadrant_chart canvas", at(position));
    await animationFrame();
}

export async function clickOn(position) {
    await contains(".o_quadrant_chart canvas").click(at(position));
}

export async function brush(start, end, on = ".o_quadrant_chart canvas") {
    const target = queryOne(on);
    await pointerDown(target, at(start));
    await hover(target, at({x: (start.x + end.x) / 2, y: (start.y + end.y) / 2}));
    await hover(target, at(end));
    await animationFrame();
    return async () => {
        await pointerUp(target, at(end));
        await animationFrame();
    };
}

export async function chooseItem(button, text) {
    await contains(button).click();
    await contains(`.o-dropdown--menu .dropdown-item:contains(${text})`).click();
}
