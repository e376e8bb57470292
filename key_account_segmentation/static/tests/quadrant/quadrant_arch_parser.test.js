// SPDX-License-Identifier: LGPL-3.0-only
import {describe, expect, test} from "@odoo/hoot";
import {parseXML} from "@web/core/utils/xml";
import {QuadrantArchParser} from "@key_account_segmentation/views/quadrant/quadrant_arch_parser";

describe.current.tags("headless");

const FIELDS = Object.fromEntries(
    ["revenue", "coverage", "category", "lifecycle", "manager_id", "last_date"].map((name) => [
        name,
        {name, string: name.toUpperCase()},
    ])
);

const parse = (arch) => new QuadrantArchParser().parse(parseXML(arch), FIELDS);

test("everything an arch can say", () => {
    const arch = `
        <quadrant string="Customers" x="revenue" y="coverage" size="revenue" color="category"
                  colors="category, lifecycle,manager_id" axes="coverage,revenue">
            <field name="lifecycle"/>
            <field name="coverage" string="Months with money" widget="percentage"/>
            <field name="last_date" invisible="1"/>
        </quadrant>`;
    expect(parse(arch)).toEqual({
        title: "Customers",
        x: "revenue",
        y: "coverage",
        size: "revenue",
        color: "category",
        colors: ["category", "lifecycle", "manager_id"],
        axes: ["coverage", "revenue"],
        facts: [
            {name: "lifecycle", string: "LIFECYCLE", widget: null},
            {name: "coverage", string: "Months with money", widget: "percentage"},
        ],
    });
});

test("an arch that says nothing leaves axes, size and colour to the server", () => {
    const nothing = {title: "", x: false, y: false, size: false, color: false, colors: [], axes: [], facts: []};
    expect(parse("<quadrant/>")).toEqual(nothing);
});

test("the first of the colours is the one to begin with, and the one to begin with is among them", () => {
    expect(parse(`<quadrant colors="lifecycle,category"/>`).color).toBe("lifecycle");
    expect(parse(`<quadrant color="category"/>`).colors).toEqual(["category"]);
    expect(parse(`<quadrant color="category" colors="lifecycle"/>`).colors).toEqual(["category", "lifecycle"]);
});

test("fields of groups the user is not in are left out", () => {
    const arch = `<quadrant color="secret" colors="secret,category" axes="margin,revenue"><field name="secret"/></quadrant>`;
    const {color, colors, axes, facts} = parse(arch);
    expect({color, colors, axes, facts}).toEqual({
        color: "category",
        colors: ["category"],
        axes: ["revenue"],
        facts: [],
    });
});
