// SPDX-License-Identifier: LGPL-3.0-only
import {describe, expect, press, queryAllTexts, queryFirst, test} from "@odoo/hoot";
import {contains} from "@web/../tests/web_test_helpers";
import {RECORDS, answer, catchActions, chooseItem, defineCustomers, mountMatrix} from "./quadrant_test_helpers";

describe.current.tags("desktop");

defineCustomers();

async function mountTable(more, props) {
    await mountMatrix(more, props);
    await contains(".o_quadrant_as_table").click();
}

const heads = () => queryAllTexts(".o_quadrant_table thead th");
const cells = (row) => queryAllTexts(`.o_quadrant_row:eq(${row}) > *`).map((text) => text.replaceAll("\u00a0", " "));
const many = (count) =>
    Array.from({length: count}, (_, index) => ({
        id: index + 1,
        name: `Customer ${index}`,
        revenue: 500 - index,
        loyalty: 1 + (index % 12),
        category: "client",
    }));

describe("columns", () => {
    test("a size that is no axis has a column of its own", async () => {
        await mountTable();
        await chooseItem(".o_quadrant_axis_x", "Lateness");
        expect(heads()).toEqual(["Customer", "Lateness", "Loyalty", "Revenue", "Category"]);
        expect(cells(1)[3]).toMatch(/^\$ /);
    });

    test("without a colour and a size there are the axes only", async () => {
        const colors = {field: false, label: "", values: []};
        await mountTable({colors}, {arch: `<quadrant/>`});
        expect(heads()).toEqual(["Customer", "Revenue", "Loyalty"]);
        expect(cells(0)).toHaveLength(3);
    });

    test("an empty value is a dash, and a value nobody counted has no name", async () => {
        const point = [9, "Solo", 40, null, 40, "gone", "high_high"];
        await mountTable({points: [point]});
        expect(cells(0)).toEqual(["Solo", "$ 40.00", "–", ""]);
    });
});

describe("groups", () => {
    test("a quadrant without customers is named all the same", async () => {
        await mountTable({records: RECORDS.slice(0, 1)});
        expect(queryAllTexts(".o_quadrant_group .o_quadrant_stop")).toEqual([
            "Loyal",
            "Pillars",
            "Passers-by",
            "Big tickets",
        ]);
        expect(".o_quadrant_group:eq(0)").toHaveText(/0 customers/);
        expect(".o_quadrant_row").toHaveCount(1);
    });

    test("customers that no quadrant holds come last, below a name that opens nothing", async () => {
        await mountTable({axes: {x: {cut: null}}});
        expect(".o_quadrant_group:last").toHaveText("No quadrant");
        expect(".o_quadrant_group:last button").toHaveCount(0);
        expect(".o_quadrant_group").toHaveCount(5);
    });

    test("where each has its quadrant, there is no group of those without", async () => {
        await mountTable();
        expect(".o_quadrant_group").toHaveCount(4);
    });
});

describe("many customers", () => {
    test("the button says how many it brings, and goes when all are there", async () => {
        await mountTable({records: many(130)});
        expect(".o_quadrant_row").toHaveCount(100);
        expect(".o_quadrant_more").toHaveText("Show 30 more");
        await contains(".o_quadrant_more").click();
        expect(".o_quadrant_row").toHaveCount(130);
        expect(".o_quadrant_more").toHaveCount(0);
    });

    test("it brings a hundred at a time", async () => {
        await mountTable({records: many(250)});
        expect(".o_quadrant_more").toHaveText("Show 100 more");
        await contains(".o_quadrant_more").click();
        expect(".o_quadrant_row").toHaveCount(200);
        expect(".o_quadrant_more").toHaveText("Show 50 more");
    });

    test("exactly a hundred need no button", async () => {
        await mountTable({records: many(100)});
        expect(".o_quadrant_row").toHaveCount(100);
        expect(".o_quadrant_more").toHaveCount(0);
    });

    test("the Tab key reaches its buttons only while it is shown", async () => {
        const bins = [{x0: 0, x1: 20, y0: 1, y1: 2, count: 15, size: 12}];
        await mountMatrix({records: many(130), bins});
        expect(".o_quadrant_table .btn-secondary[tabindex='-1']").toHaveCount(2);
        await contains(".o_quadrant_as_table").click();
        expect(".o_quadrant_table .btn-secondary[tabindex='0']").toHaveCount(2);
    });
});

describe("keyboard", () => {
    const focusAt = (selector) => queryFirst(selector).focus();

    test("the arrows stop at the first and at the last", async () => {
        await mountTable();
        focusAt(".o_quadrant_stop");
        await press("ArrowUp");
        expect(".o_quadrant_stop:first").toBeFocused();
        await press("End");
        await press("ArrowDown");
        expect(".o_quadrant_stop:last").toBeFocused();
    });

    test("keys that are none of its own do what they always do", async () => {
        await mountTable();
        focusAt(".o_quadrant_stop");
        const [taken] = await press("ArrowDown");
        const [left] = await press("ArrowRight");
        expect([taken.defaultPrevented, left.defaultPrevented]).toEqual([true, false]);
        expect(".o_quadrant_stop:eq(1)").toBeFocused();
    });

    test("Enter on a customer opens it once", async () => {
        catchActions();
        await mountTable();
        focusAt(".o_quadrant_row .o_quadrant_stop");
        await press("Enter");
        expect.verifySteps(["open 2"]);
    });

    test("a quadrant without a cut lists all", async () => {
        catchActions();
        const quadrants = answer({}).quadrants.map((quadrant) => ({...quadrant, domain: false}));
        await mountTable({quadrants});
        focusAt(".o_quadrant_stop");
        await press("Enter");
        expect.verifySteps(["Loyal | [] | list"]);
    });
});
