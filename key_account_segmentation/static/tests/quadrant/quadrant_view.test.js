// SPDX-License-Identifier: LGPL-3.0-only
import {describe, expect, getFixture, press, queryAllTexts, queryFirst, queryOne, resize, test} from "@odoo/hoot";
import {markup} from "@odoo/owl";
import {Domain} from "@web/core/domain";
import {advanceTime, animationFrame} from "@odoo/hoot-mock";
import {
    contains,
    defineParams,
    defineStyle,
    makeServerError,
    mockService,
    mountView,
    onRpc,
    patchWithCleanup,
    toggleMenuItem,
    toggleSearchBarMenu,
} from "@web/../tests/web_test_helpers";
import {
    ASIDE,
    DRAWN,
    RECORDS,
    answer,
    brush,
    catchActions,
    chartOf,
    chooseItem,
    clickOn,
    defineCustomers,
    hoverOn,
    modelOf,
    mountMatrix,
    spotOf,
} from "./quadrant_test_helpers";
import {DRAW_MEASURE} from "@key_account_segmentation/views/quadrant/quadrant_chart";

describe.current.tags("desktop");

const X = ".o_quadrant_axis_x";
const Y = ".o_quadrant_axis_y";

defineCustomers();

const oneRecord = (values) => [{id: 9, name: "Solo", revenue: 40, loyalty: 9, category: "client", ...values}];

describe("model", () => {
    test("the arch's size and colour and the search's domain are asked for; axes it does not name are the policy's", async () => {
        onRpc("customer", "matrix_read", ({kwargs}) => {
            const {context, ...asked} = kwargs;
            expect.step(JSON.stringify(asked));
            expect(context.lang).toBe("en");
        });
        await mountMatrix({}, {domain: [["revenue", ">", 0]]});
        await toggleSearchBarMenu();
        await toggleMenuItem("Clients");
        const asked = (domain) => `{"domain":${domain},"x":false,"y":false,"size":"revenue","color":"category"}`;
        expect.verifySteps([asked(`[["revenue",">",0]]`), asked(`["&",["revenue",">",0],["category","=","client"]]`)]);
    });

    test("a favourite keeps what is looked at, and brings it back", async () => {
        const view = await mountMatrix();
        await chooseItem(Y, "Lateness");
        await chooseItem(".o_quadrant_color", "Manager");
        modelOf(view).toggleScale("x");
        expect(modelOf(view).getContext()).toEqual({
            quadrant_x: "revenue",
            quadrant_y: "lateness",
            quadrant_color: "manager_id",
            quadrant_scale_x: "log",
        });
    });

    test("a context with axes is followed", async () => {
        const context = {quadrant_y: "lateness", quadrant_color: "manager_id", quadrant_scale_x: "log"};
        const view = await mountMatrix({}, {context});
        expect(modelOf(view).data.y.field).toBe("lateness");
        expect(modelOf(view).data.colors.field).toBe("manager_id");
        expect(chartOf(view).chart.scales.x.type).toBe("logarithmic");
    });

    test("a scale that a context only pretends to know is the server's", async () => {
        const view = await mountMatrix({}, {context: {quadrant_scale_x: "circular"}});
        expect(chartOf(view).chart.scales.x.type).toBe("linear");
    });

    test("axes the server refuses are not kept", async () => {
        expect.errors(1);
        await mountMatrix();
        onRpc("customer", "matrix_read", () => {
            throw makeServerError({message: "“Lateness” is no stored number"});
        });
        await chooseItem(Y, "Lateness");
        await animationFrame();
        expect(".o_error_dialog").toHaveCount(1);
        expect(Y).toHaveText("Loyalty");
        expect.verifyErrors(["RPC_ERROR"]);
    });

    test("a bin lists those in it that are not among the points", async () => {
        const bin = {x0: 0, x1: 5, y0: 1, y1: 2, count: 7, size: 12};
        const view = await mountMatrix({bins: [bin]});
        const model = modelOf(view);
        const isIn = (record) => new Domain(model.binDomain(bin)).contains(record);
        expect(isIn({id: 9, revenue: 3, loyalty: 1})).toBe(true);
        expect(isIn({id: 9, revenue: 5, loyalty: 1})).toBe(false, {message: "the next bin's"});
        expect(isIn({id: 9, revenue: 3, loyalty: 2})).toBe(false);
        const upToTen = {...bin, x1: 12};
        const isAmongRest = (id, revenue) => new Domain(model.binDomain(upToTen)).contains({id, revenue, loyalty: 1});
        expect([isAmongRest(1, 10), isAmongRest(2, 10), isAmongRest(2, 11)]).toEqual([false, true, false]);
    });
});

describe("picture", () => {
    test("it says in words what it shows", async () => {
        await mountMatrix();
        expect(".o_quadrant_chart canvas").toHaveAttribute("role", "img");
        const label = queryOne(".o_quadrant_chart canvas").getAttribute("aria-label").replaceAll("\u00a0", "");
        expect(label).toBe(
            "4 customers by Revenue and Loyalty. Loyal: 1 customer · $20 · 20%. Pillars: 1 customer · $40 · 40%. " +
                "Passers-by: 1 customer · $10 · 10%. Big tickets: 1 customer · $30 · 30%."
        );
    });

    test("right is more and up is more; where less is better, less is", async () => {
        const view = await mountMatrix();
        expect(spotOf(view, "Dora").x).toBeGreaterThan(spotOf(view, "Ann").x);
        expect(spotOf(view, "Dora").y).toBeLessThan(spotOf(view, "Ann").y);
        await chooseItem(Y, "Lateness");
        expect(spotOf(view, "Bob").y).toBeLessThan(spotOf(view, "Ann").y, {message: "0 days late above 30 days"});
        expect(chartOf(view).chart.scales.y.options.title.text).toBe("Lateness (less is better)");
    });

    test("each customer lies in the box of its quadrant, whose headers are in the corners", async () => {
        const view = await mountMatrix();
        const {boxes} = chartOf(view).layout;
        const places = {Ann: "low_low", Bob: "low_high", Cyd: "high_low", Dora: "high_high"};
        for (const [name, place] of Object.entries(places)) {
            const {left, right, top, bottom} = boxes[place];
            const {x, y} = spotOf(view, name);
            expect(x > left && x < right && y > top && y < bottom).toBe(true, {message: name});
        }
        expect(".o_quadrant_header").toHaveCount(4);
        expect(".o_quadrant_high_high").toHaveAttribute("aria-label", "Pillars");
        expect(".o_quadrant_high_high").toHaveAttribute("data-tooltip", "What to do with Pillars");
    });

    test("a header says who is there, and what to do; without an advice the picture has more room", async () => {
        const view = await mountMatrix();
        const linesOf = () => chartOf(view).layout.headers[1].lines.map(({text}) => text.replaceAll("\u00a0", ""));
        expect(linesOf()).toEqual(["Pillars", "1 customer · $40 · 40%", "What to do with Pillars"]);
        const {y} = spotOf(view, "Dora");
        await chooseItem(Y, "Lateness");
        expect(linesOf()).toEqual(["There: high_high", "1 customer · $40 · 40%"]);
        expect(spotOf(view, "Bob").y).toBeLessThan(y);
    });

    test("on a page that is read from the right, more is to the left", async () => {
        defineParams({lang_parameters: {direction: "rtl"}});
        const view = await mountMatrix();
        expect(spotOf(view, "Dora").x).toBeLessThan(spotOf(view, "Ann").x);
        expect(chartOf(view).chart.scales.y.options.position).toBe("right");
        const {boxes, area} = chartOf(view).layout;
        expect(boxes.high_high.left).toBe(area.left);
    });

    test("colour and shape say the same, and the legend says what", async () => {
        const view = await mountMatrix();
        const {pointStyle, borderColor} = chartOf(view).chart.data.datasets[0];
        expect(pointStyle).toEqual(["circle", "triangle", "triangle", "circle"]);
        expect(new Set(borderColor).size).toBe(2);
        expect(queryAllTexts(".o_quadrant_series")).toEqual(["Active\n2", "Client\n2"]);
        await chooseItem(".o_quadrant_color", "Manager");
        expect(queryAllTexts(".o_quadrant_series")).toEqual(["Mitchell\n2", "None\n2"]);
    });

    test("a click in the legend lets the others step back, another one calls them", async () => {
        const view = await mountMatrix();
        const fills = () => chartOf(view).chart.data.datasets[0].backgroundColor;
        await contains(".o_quadrant_series:contains(Client)").click();
        expect(fills().map((fill) => fill === "transparent")).toEqual([true, false, false, true]);
        expect(".o_quadrant_series:contains(Client)").toHaveAttribute("aria-pressed", "true");
        await contains(".o_quadrant_series:contains(Client)").click();
        expect(fills()).not.toInclude("transparent");
    });

    test("its colours are the style sheet's at the moment of drawing", async () => {
        const view = await mountMatrix();
        defineStyle(`.o_quadrant_view { --quadrant-series-0: rgb(1, 2, 3) !important; }`);
        chartOf(view).draw();
        expect(chartOf(view).chart.data.datasets[0].borderColor[0]).toBe("rgb(1, 2, 3)");
    });

    test("the largest customers have labels, and none overlaps a header", async () => {
        const view = await mountMatrix();
        const {labels} = chartOf(view).layout;
        expect(labels.map(({text}) => text)).toEqual(["Dora", "Cyd", "Bob", "Ann"]);
    });

    test("how long the drawing took is logged", async () => {
        await mountMatrix();
        const [measure] = performance.getEntriesByName(DRAW_MEASURE);
        expect(measure.duration).toBeGreaterThan(0);
    });

    test("a size nobody asked for is no revenue, and all bubbles are alike", async () => {
        const view = await mountMatrix({}, {arch: `<quadrant color="category"/>`});
        const {bubbles} = chartOf(view).scene;
        expect(new Set(bubbles.map(({radius}) => radius)).size).toBe(1);
        expect(chartOf(view).scene.headers.high_high.text).toBe("1 customer");
    });

    test("sizes in several currencies are drawn and not added up", async () => {
        const view = await mountMatrix({
            currency_id: false,
            total: {count: 4, size: null},
            quadrants: answer({}).quadrants.map((quadrant) => ({...quadrant, size: null})),
        });
        expect(chartOf(view).scene.headers.high_high.text).toBe("1 customer");
        expect(chartOf(view).scene.bubbles[0].radius).toBeGreaterThan(chartOf(view).scene.bubbles[3].radius);
    });
});

describe("scales", () => {
    test("the server's scale is the default, and can be changed", async () => {
        const view = await mountMatrix({axes: {x: {scale: "log"}}});
        expect(chartOf(view).chart.scales.x.type).toBe("logarithmic");
        await chooseItem(X, "Logarithmic scale");
        expect(chartOf(view).chart.scales.x.type).toBe("linear");
        expect(".o_quadrant_log").not.toHaveClass("selected");
        await contains(".o_quadrant_log").click();
        expect(chartOf(view).chart.scales.x.type).toBe("logarithmic");
        expect(".o_quadrant_log").toHaveClass("selected");
    });

    test("values of zero and below are listed beside a logarithmic scale", async () => {
        const records = [
            ...RECORDS,
            {id: 5, name: "Eve", revenue: 0, loyalty: 2, category: "client"},
            {id: 6, name: "Flo", revenue: -15, loyalty: 2, category: "client"},
        ];
        catchActions();
        const view = await mountMatrix({records});
        expect(".o_quadrant_left_out").toHaveCount(0);
        await chooseItem(X, "Logarithmic scale");
        expect(chartOf(view).scene.bubbles.map(({name}) => name)).toEqual(["Dora", "Cyd", "Bob", "Ann"]);
        expect(".o_quadrant_left_out").toHaveText("2 customers not in the picture");
        await contains(".o_quadrant_left_out").click();
        expect(queryAllTexts(".o_quadrant_missing .text-truncate")).toEqual(["Eve", "Flo"]);
        await contains(".o_quadrant_missing .btn-link").click();
        const set = `"&",["revenue","!=",false],["loyalty","!=",false]`;
        expect.verifySteps([`Zero or below: not on a logarithmic scale | ["&",["revenue","<=",0],${set}] | list`]);
    });

    test("bins of zero and below are counted among those who are not in the picture", async () => {
        const bins = [
            {x0: -20, x1: 10, y0: 1, y1: 2, count: 30, size: -90},
            {x0: 10, x1: 20, y0: 1, y1: 2, count: 5, size: 60},
        ];
        const view = await mountMatrix({bins, axes: {x: {scale: "log", min: -20, min_above_zero: 10}}});
        expect(chartOf(view).layout.bins).toHaveLength(1);
        expect(".o_quadrant_left_out").toHaveText(/30 customers not in the picture/);
    });

    test("without a value above zero there is no logarithmic scale, and it says why", async () => {
        const records = oneRecord({revenue: -15});
        const view = await mountMatrix({records, axes: {x: {cut: -15}}});
        await contains(X).click();
        expect(".o_quadrant_log").toHaveText("Logarithmic scale\nIt needs a value above zero.");
        expect(".o_quadrant_log").toHaveAttribute("aria-disabled", "true");
        await contains(".o_quadrant_log").click();
        expect(chartOf(view).chart.scales.x.type).toBe("linear");
    });

    test("the cut is a tick of its own", async () => {
        const view = await mountMatrix();
        const labels = chartOf(view).chart.scales.x.ticks.map(({label}) => label.replace("\u00a0", ""));
        expect(labels).toInclude("$25");
    });

    test("bins are drawn as far as the scale reaches", async () => {
        const bins = [
            {x0: 0, x1: 20, y0: 1, y1: 2, count: 7, size: 12},
            {x0: -20, x1: 0, y0: 1, y1: 2, count: 3, size: 2},
        ];
        const view = await mountMatrix({bins});
        expect(chartOf(view).layout.bins).toHaveLength(2);
        await chooseItem(X, "Logarithmic scale");
        expect(chartOf(view).layout.bins).toHaveLength(1);
        expect(chartOf(view).layout.bins.every((box) => Object.values(box).every(Number.isFinite))).toBe(true);
    });
});

describe("axes", () => {
    test("other quadrants have headers of their own: what was said of the former ones closes with them", async () => {
        await mountMatrix();
        const header = queryOne(".o_quadrant_high_high");
        await chooseItem(X, "Lateness");
        await animationFrame();
        expect(header.isConnected).toBe(false);
        expect(".o_quadrant_high_high").toHaveCount(1);
    });

    test("other axes are for looking, and the way back is one click", async () => {
        const view = await mountMatrix();
        expect(".o_quadrant_looking").toHaveCount(0);
        await chooseItem(X, "Lateness");
        expect(X).toHaveText("Lateness");
        expect(".o_quadrant_looking").toHaveCount(1);
        await contains(".o_quadrant_looking button").click();
        expect(X).toHaveText("Revenue");
        expect(".o_quadrant_looking").toHaveCount(0);
        expect(modelOf(view).getContext()).toEqual({});
    });

    test("the same field on the other axis swaps the two", async () => {
        await mountMatrix();
        await chooseItem(X, "Loyalty");
        expect(X).toHaveText("Loyalty");
        expect(Y).toHaveText("Revenue");
    });

    test("without a list in the arch, the server's axes are offered, else every stored number", async () => {
        const arch = `<quadrant size="revenue"/>`;
        const view = await mountMatrix({}, {arch});
        expect(
            modelOf(view)
                .axisFields.map(({field}) => field)
                .sort()
        ).toEqual(["lateness", "loyalty", "revenue"]);
        modelOf(view).data.axes = [{field: "revenue", label: "Revenue", help: ""}];
        expect(modelOf(view).axisFields.map(({field}) => field)).toEqual(["revenue"]);
    });
});

describe("pointing", () => {
    test("the card says who, where and the facts of the arch, which are read once", async () => {
        onRpc("customer", "web_read", ({args, kwargs}) => {
            expect.step([...args[0], ...Object.keys(kwargs.specification)].join(" "));
        });
        const view = await mountMatrix();
        await hoverOn(spotOf(view, "Dora"));
        expect(".o_quadrant_card").toHaveCount(0, {message: "not while the pointer passes by"});
        await advanceTime(150);
        await animationFrame();
        const text = queryFirst(".o_quadrant_card").innerText.replaceAll("\u00a0", "");
        expect(text.split("\n").filter(Boolean)).toEqual([
            "Dora",
            "Pillars",
            "Revenue",
            "$40.00",
            "Loyalty",
            "9",
            "Manager",
            "Mitchell",
        ]);
        expect.verifySteps(["4 loyalty revenue currency_id manager_id"]);
        await hoverOn({x: 5, y: 5});
        expect(".o_quadrant_card").toHaveCount(0);
        await hoverOn(spotOf(view, "Dora"));
        await advanceTime(150);
        await animationFrame();
        expect(".o_quadrant_card").toHaveCount(1);
        expect.verifySteps([]);
    });

    test("a click opens the customer", async () => {
        const view = await mountMatrix();
        await clickOn(spotOf(view, "Cyd"));
        expect.verifySteps(["open 3"]);
    });

    test("customers on the very same spot are listed", async () => {
        catchActions();
        const twin = {id: 5, name: "Dina", revenue: 40, loyalty: 9, category: "client"};
        const view = await mountMatrix({records: [...RECORDS, twin]});
        const spot = spotOf(view, "Dora");
        await hoverOn(spot);
        await advanceTime(150);
        await animationFrame();
        expect(".o_quadrant_card").toHaveText(/1 customer on the very same spot/);
        await clickOn(spot);
        expect.verifySteps([`Selection | [["id","in",[4,5]]] | list`]);
    });

    test("a box lists those in it", async () => {
        const domains = [];
        mockService("action", {doAction: ({domain}) => domains.push(domain)});
        const view = await mountMatrix({}, {domain: [["category", "!=", false]]});
        const [bob, dora] = [spotOf(view, "Bob"), spotOf(view, "Dora")];
        const drop = await brush({x: bob.x - 10, y: dora.y - 10}, {x: dora.x + 10, y: bob.y + 10});
        expect(".o_quadrant_brush").toHaveCount(1);
        await drop();
        expect(".o_quadrant_brush").toHaveCount(0);
        expect(domains).toHaveLength(1);
        const inBox = RECORDS.filter((record) => new Domain(domains[0]).contains(record));
        expect(inBox.map(({name}) => name)).toEqual(["Dora", "Bob"]);
        expect(domains[0]).toInclude("&");
        expect(JSON.stringify(domains[0])).toInclude(`["category","!=",false]`);
    });

    test("a box may begin and end on a header", async () => {
        mockService("action", {doAction: ({name}) => expect.step(name)});
        await mountMatrix();
        const drop = await brush({x: 2, y: 2}, {x: 20, y: 20}, ".o_quadrant_low_high");
        expect(".o_quadrant_brush").toHaveCount(1);
        await drop();
        expect.verifySteps(["Selection"]);
        await contains(".o_quadrant_low_high").click();
        expect.verifySteps(["Loyal"]);
    });

    test("a quadrant lists whom the server finds there, all without a cut", async () => {
        const domains = [];
        mockService("action", {doAction: ({domain}) => domains.push(JSON.stringify(domain))});
        const view = await mountMatrix({}, {domain: [["category", "!=", false]]});
        await contains(".o_quadrant_low_high").click();
        expect(domains).toEqual([`["&",["category","!=",false],"&",["revenue","<",25],["loyalty",">=",3.5]]`]);
        const uncut = modelOf(view).data.quadrants.map((quadrant) => ({...quadrant, domain: false}));
        modelOf(view).data.quadrants = uncut;
        expect(modelOf(view).placeDomain("low_high")).toEqual([["category", "!=", false]]);
    });

    test("Escape gives up a box", async () => {
        catchActions();
        const view = await mountMatrix();
        const dora = spotOf(view, "Dora");
        const drop = await brush({x: dora.x - 60, y: dora.y + 20}, {x: dora.x, y: dora.y + 90});
        await press("Escape");
        await drop();
        expect.verifySteps([]);
    });

    test("a quadrant's header lists its customers", async () => {
        catchActions();
        await mountMatrix();
        await contains(".o_quadrant_low_high").click();
        expect.verifySteps([`Loyal | ["&",["revenue","<",25],["loyalty",">=",3.5]] | list`]);
    });

    test("a bin says how many it holds, and lists them", async () => {
        catchActions();
        const bins = [{x0: 12, x1: 16, y0: 6, y1: 8, count: 7, size: 90}];
        const view = await mountMatrix({bins});
        const {left, top} = chartOf(view).layout.bins[0];
        await hoverOn({x: left + 4, y: top + 4});
        await advanceTime(150);
        await animationFrame();
        expect(".o_quadrant_card").toHaveText(/7 customers/);
        await clickOn({x: left + 4, y: top + 4});
        const box = `["revenue",">=",12],["revenue","<",16],["loyalty",">=",6],["loyalty","<",8]`;
        const rest = `"|",["revenue","<",10],"&",["revenue","=",10],["id",">",1]`;
        expect.verifySteps([`Smaller customers | ["&","&","&","&",${box},${rest}] | list`]);
    });
});

describe("beside the picture", () => {
    test("places that no quadrant holds have their count, their money and their largest", async () => {
        catchActions();
        await mountMatrix({aside: ASIDE, drawn: DRAWN, total: {count: 11, size: 120}});
        expect(queryAllTexts(".o_quadrant_beside h4")).toEqual(["Newcomers"], {message: "only where somebody is"});
        expect(".o_quadrant_beside .o_quadrant_section").toHaveText(
            /7 customers · \$ 20 · 17%\s+Get to know them\s+Nia\s*\$ 15\.00\s+All 7 customers/
        );
        expect(".o_quadrant_left_out").toHaveCount(0);
        await contains(".o_quadrant_beside .o_quadrant_customer").click();
        await contains(".o_quadrant_beside .o_quadrant_title").click();
        await contains(".o_quadrant_beside .btn-link").click();
        const list = `Newcomers | [["category","=","new"]] | list`;
        expect.verifySteps(["open 21", list, list]);
    });

    test("they are in no list of what is drawn", async () => {
        catchActions();
        const view = await mountMatrix({aside: ASIDE, drawn: DRAWN});
        await contains(".o_quadrant_low_high").click();
        expect.verifySteps([
            `Loyal | ["&",["category","!=","new"],"&",["revenue","<",25],["loyalty",">=",3.5]] | list`,
        ]);
        const [range, rest] = [modelOf(view).rangeDomain({x: [1, 2], y: [3, 4]}), modelOf(view).restDomain()];
        expect([range, rest].map((domain) => JSON.stringify(domain).includes(`["category","!=","new"]`))).toEqual([
            true,
            true,
        ]);
    });

    test("they stand beside the table, too, and readers of a screen hear of them", async () => {
        await mountMatrix({aside: ASIDE, drawn: DRAWN});
        expect("canvas").toHaveAttribute("aria-label", /Newcomers: 7 customers/);
        await contains(".o_quadrant_as_table").click();
        expect(".o_quadrant_beside h4").toHaveText("Newcomers");
    });

    test("nobody is in the picture", async () => {
        const missing = {count: 0, size: 0, records: []};
        await mountMatrix({records: [], aside: ASIDE, missing, total: {count: 7, size: 20}});
        expect(".o_quadrant_empty").toHaveText("Everybody stands beside the picture.");
        expect(".o_quadrant_beside").toHaveCount(1);
    });

    test("a narrow screen lists them after the quadrants", async () => {
        await resize({width: 400, height: 800});
        await mountMatrix({aside: ASIDE, drawn: DRAWN});
        expect(queryAllTexts(".o_quadrant_section h4").at(-1)).toBe("Newcomers");
        expect(".o_quadrant_beside").toHaveCount(0);
    });
});

describe("table", () => {
    test("readers of a screen always have it, the Tab key only when it is shown", async () => {
        await mountMatrix();
        expect(".o_quadrant_table").toHaveClass("visually-hidden");
        expect(".o_quadrant_table .o_quadrant_row").toHaveCount(4);
        expect(".o_quadrant_table [tabindex='0']").toHaveCount(0);
        await contains(".o_quadrant_as_table").click();
        expect(".o_quadrant_table").not.toHaveClass("visually-hidden");
        expect(".o_quadrant_table [tabindex='0']").toHaveCount(1);
        expect("canvas").toHaveCount(0);
    });

    test("its groups are the quadrants with what to do, its rows the customers", async () => {
        await mountMatrix();
        await contains(".o_quadrant_as_table").click();
        expect(".o_quadrant_group:eq(1) .o_quadrant_stop").toHaveText("Pillars");
        expect(".o_quadrant_group:eq(1)").toHaveText(/1 customer · \$ 40 · 40%\nWhat to do with Pillars/);
        expect(queryAllTexts(".o_quadrant_table thead th")).toEqual(["Customer", "Revenue", "Loyalty", "Category"]);
        expect(queryAllTexts(".o_quadrant_row:eq(1) > *")).toEqual(["Dora", "$ 40.00", "9", "Active"]);
    });

    test("the keyboard goes from row to row and opens", async () => {
        catchActions();
        await mountMatrix();
        await contains(".o_quadrant_as_table").click();
        queryFirst(".o_quadrant_stop").focus();
        await press("Enter");
        await press("ArrowDown");
        expect(document.activeElement).toHaveText("Bob");
        await press("Enter");
        await press("End");
        await press("ArrowDown");
        expect(document.activeElement).toHaveText("Cyd");
        await press("ArrowUp");
        await press("Home");
        expect(document.activeElement).toHaveText("Loyal");
        expect.verifySteps([`Loyal | ["&",["revenue","<",25],["loyalty",">=",3.5]] | list`, "open 2"]);
    });

    test("many rows come by the hundred, and the smaller customers as a list", async () => {
        catchActions();
        const records = Array.from({length: 230}, (_, index) => ({
            id: index + 1,
            name: `Customer ${index}`,
            revenue: 500 - index,
            loyalty: index % 12,
            category: "client",
        }));
        const bins = [{x0: 0, x1: 20, y0: 1, y1: 2, count: 1500, size: 12}];
        await mountMatrix({records, bins});
        await contains(".o_quadrant_as_table").click();
        expect(".o_quadrant_row").toHaveCount(100);
        await contains(".o_quadrant_more").click();
        await contains(".o_quadrant_more:contains(30)").click();
        expect(".o_quadrant_row").toHaveCount(230);
        expect(".o_quadrant_more").toHaveCount(0);
        await contains(".o_quadrant_table .btn:contains(1,500 customers more)").click();
        expect.verifySteps([
            `Smaller customers | ["|",["revenue","<",271],"&",["revenue","=",271],["id",">",230]] | list`,
        ]);
    });
});

describe("bad input", () => {
    const missing = {count: 90, size: 500, records: [[8, "Hal", 12]]};

    test("no customer at all", async () => {
        await mountMatrix({records: [], total: {count: 0, size: 0}}, {noContentHelp: markup`<p>Post an invoice</p>`});
        expect(".o_view_nocontent").toHaveText("Post an invoice");
        expect("canvas").toHaveCount(0);
    });

    test("no customer, with a sample behind the help", async () => {
        onRpc("customer", "matrix_read", () => answer({}, {records: [], total: {count: 0, size: 0}}));
        await mountView({
            type: "quadrant",
            resModel: "customer",
            arch: `<quadrant sample="1" size="revenue" color="category"/>`,
            noContentHelp: markup`<p>Post an invoice</p>`,
        });
        expect(".o_view_sample_data .o_quadrant_chart canvas").toHaveCount(1);
        expect(".o_view_nocontent").toHaveCount(1);
    });

    test("one customer lies on both cuts: high and high", async () => {
        const view = await mountMatrix({records: oneRecord(), axes: {x: {cut: 40}, y: {cut: 9}}});
        const {boxes, labels} = chartOf(view).layout;
        const {x, y} = spotOf(view, "Solo");
        expect([x, y].map(Math.round)).toEqual([boxes.high_high.left, boxes.high_high.bottom].map(Math.round));
        expect(labels).toHaveLength(1);
    });

    test("all values equal", async () => {
        const records = RECORDS.map((record) => ({...record, revenue: 5, loyalty: 5}));
        const view = await mountMatrix({records, axes: {x: {cut: 5, scale: "log"}, y: {cut: 5}}});
        expect(new Set(chartOf(view).layout.bubbles.map(({px, py}) => `${px} ${py}`)).size).toBe(1);
        expect(".o_quadrant_header").toHaveCount(4);
    });

    test("all values zero", async () => {
        const records = RECORDS.map((record) => ({...record, revenue: 0, loyalty: 0}));
        const view = await mountMatrix({records, axes: {x: {cut: 0}, y: {cut: 0}}, total: {count: 4, size: 0}});
        const {layout} = chartOf(view);
        expect(layout.bubbles.every(({px, py, r}) => [px, py, r].every(Number.isFinite))).toBe(true);
    });

    test("nobody has a value on both axes", async () => {
        await mountMatrix({
            records: [],
            total: {count: 90, size: 500},
            missing,
            axes: {x: {cut: null}, y: {cut: null}},
        });
        expect(".o_quadrant_empty").toHaveText(
            "None of the 90 customers has a value for both Revenue and Loyalty. Choose another axis."
        );
        expect(".o_quadrant_missing").toHaveCount(1, {message: "who they are stands beside"});
    });

    test("customers without a value are listed beside, the rest of them by one click", async () => {
        catchActions();
        await mountMatrix({missing, total: {count: 94, size: 600}});
        expect(".o_quadrant_missing").toHaveCount(0);
        await contains(".o_quadrant_left_out:contains(90 customers)").click();
        expect(queryAllTexts(".o_quadrant_missing li")[1]).toBe("89 customers more");
        await contains(".o_quadrant_missing .o_quadrant_customer").click();
        await contains(".o_quadrant_missing .btn-link").click();
        expect.verifySteps([
            "open 8",
            `No value for Revenue or Loyalty | ["|",["revenue","=",false],["loyalty","=",false]] | list`,
        ]);
    });

    test("an axis without a cut has no quadrants in the picture, and all customers in the table", async () => {
        const view = await mountMatrix({axes: {x: {cut: null}}});
        expect(".o_quadrant_header").toHaveCount(0);
        expect(chartOf(view).scene.bubbles).toHaveLength(4);
        expect(".o_quadrant_row").toHaveCount(4);
    });

    test("values of a colour the server did not count", async () => {
        const view = await mountMatrix({colors: {field: "category", label: "Category", values: []}});
        expect(chartOf(view).chart.data.datasets[0].pointStyle[0]).toBe("circle");
    });
});

describe("exports", () => {
    test("as list: the same customers", async () => {
        catchActions();
        await mountMatrix({}, {domain: [["revenue", ">", 0]], context: {search_default_clients: 1}});
        await contains(".o_quadrant_as_list").click();
        expect.verifySteps([`Matrix | ["&",["revenue",">",0],["category","=","client"]] | list`]);
    });

    test("as image: the picture with title and legend", async () => {
        patchWithCleanup(HTMLAnchorElement.prototype, {
            click() {
                expect.step(`${this.download} ${this.href.slice(0, 22)}`);
                expect(this.href.length).toBeGreaterThan(5000);
            },
        });
        await mountMatrix({}, {arch: `<quadrant string="Customers" size="revenue" color="category"/>`});
        await contains(".o_quadrant_as_image").click();
        expect.verifySteps(["Customers.png data:image/png;base64,"]);
    });
});

describe("narrow screens", () => {
    test("the quadrants are lists", async () => {
        catchActions();
        await resize({width: 400, height: 800});
        await mountMatrix();
        expect("canvas").toHaveCount(0);
        expect(queryAllTexts(".o_quadrant_section h4")).toEqual(["Loyal", "Pillars", "Passers-by", "Big tickets"]);
        expect(".o_quadrant_section:eq(1)").toHaveText(/1 customer · \$ 40 · 40%\s+What to do with Pillars\s+Dora/);
        await contains(".o_quadrant_section:eq(1) .o_quadrant_customer").click();
        await contains(".o_quadrant_section:eq(2) .o_quadrant_title").click();
        expect.verifySteps(["open 4", `Passers-by | ["&",["revenue","<",25],["loyalty","<",3.5]] | list`]);
        expect(getFixture().querySelectorAll(".o_quadrant_as_image, .o_quadrant_color")).toHaveLength(0);
    });
});
