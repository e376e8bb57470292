// SPDX-License-Identifier: LGPL-3.0-only
import {describe, expect, test} from "@odoo/hoot";
import {press, queryAllTexts, queryFirst} from "@odoo/hoot-dom";
import {animationFrame} from "@odoo/hoot-mock";
import {mailModels} from "@mail/../tests/mail_test_helpers";
import {
    contains,
    defineModels,
    fields,
    makeMockEnv,
    mockService,
    models,
    mountView,
    onRpc,
} from "@web/../tests/web_test_helpers";
import {iconClass} from "@key_account_segmentation/fields/icon_class";
import {
    isTiny,
    percentageText,
    shareInPercent,
} from "@key_account_segmentation/fields/percentage_or_empty/percentage_text";

describe.current.tags("desktop");

const line = (id, customers, revenue, stays = false) => ({id, customers, revenue, stays});

/** Three customers of two categories; one of them would move. */
const MOVES = {
    currency_id: 1,
    total: {customers: 3, revenue: 1000},
    columns: [
        {label: "Partner", color: 4, customers: 1, revenue: 600},
        {label: "Client", color: false, customers: 2, revenue: 400},
    ],
    rows: [
        {label: "Partner", color: 4, customers: 2, revenue: 999, cells: [line(11, 1, 600, true), line(12, 1, 399)]},
        {label: "Client", color: false, customers: 1, revenue: 1, cells: [null, line(13, 1, 1, true)]},
        {label: "None", color: false, customers: 0, revenue: 0, cells: [null, null]},
    ],
};

class Kind extends models.Model {
    _name = "kind";

    name = fields.Char();

    _records = [{id: 1, name: "Image"}];
}

class Customer extends models.Model {
    _name = "customer";

    icon = fields.Char();
    color = fields.Integer();
    share = fields.Float();
    moves = fields.Json();
    kind_id = fields.Many2one({relation: "kind"});

    _records = [
        {id: 1, icon: "fa-star", color: 4, share: 0.25, kind_id: 1, moves: MOVES},
        {id: 2, icon: "fa-anchor", color: 0, share: 0.0004, kind_id: 1},
        {id: 3, icon: "fa-star modal", color: 0, share: 0, kind_id: false},
    ];
}

defineModels({...mailModels, Customer, Kind});

const mountForm = (resId, field) =>
    mountView({type: "form", resModel: "customer", resId, arch: `<form>${field}</form>`});

describe("percentages", () => {
    test("a share is said to the tenth, and what is tiny is not nothing", async () => {
        await makeMockEnv();
        expect([0, 0.0004, 0.0005, 0.25, 1].map(percentageText)).toEqual(["0%", "< 0.1%", "0.1%", "25%", "100%"]);
        expect([0, 0.0004, 0.0005, -0.0004].map(isTiny)).toEqual([false, true, false, false]);
    });

    test("in whole percents, tenths where it would be none", async () => {
        await makeMockEnv();
        expect([0, 0.0004, 0.004, 0.005, 0.254].map(shareInPercent)).toEqual(["0%", "< 0.1%", "0.4%", "1%", "25%"]);
    });

    test("a list shows an empty cell without a value, and a tiny one as such", async () => {
        onRpc("web_search_read", async ({parent}) => {
            const answer = await parent();
            answer.records[2].share = false;
            return answer;
        });
        await mountView({
            type: "list",
            resModel: "customer",
            arch: `<list><field name="share" widget="key_account_percentage"/></list>`,
        });
        expect(queryAllTexts(".o_data_row .o_data_cell")).toEqual(["25%", "< 0.1%", ""]);
    });
});

describe("icons", () => {
    test("what is no name of an icon becomes no class", () => {
        const tried = ["fa-star", "fa-lightbulb-o", "fa-star modal", "star", "fa-<b>", "", false, undefined];
        expect(tried.map(iconClass)).toEqual(["fa-star", "fa-lightbulb-o", "", "", "", "", "", ""]);
    });

    test("one is chosen by looking", async () => {
        await mountForm(1, `<field name="icon" widget="key_account_icon"/>`);
        expect("[role=radio][aria-checked=true]").toHaveAttribute("aria-label", "star");
        await contains("[role=radio][aria-label=leaf]").click();
        expect("[role=radio][aria-checked=true]").toHaveCount(1);
        expect("[role=radio][aria-checked=true]").toHaveAttribute("aria-label", "leaf");
    });

    test("another one that is stored already stays to choose", async () => {
        await mountForm(2, `<field name="icon" widget="key_account_icon"/>`);
        expect(queryFirst("[role=radio]")).toHaveAttribute("aria-label", "anchor");
        expect("[role=radio][aria-checked=true]").toHaveAttribute("aria-label", "anchor");
    });

    test("what is no icon is none: nothing is chosen, and nothing is added to choose", async () => {
        await mountForm(3, `<field name="icon" widget="key_account_icon"/>`);
        expect("[role=radio][aria-checked=true]").toHaveCount(0);
        expect("[role=radio]:first").toHaveAttribute("aria-label", "star");
    });

    test("an icon that was stored and is replaced can be chosen no more", async () => {
        await mountForm(2, `<field name="icon" widget="key_account_icon"/>`);
        await contains("[role=radio][aria-label=key]").click();
        expect("[role=radio][aria-label=anchor]").toHaveCount(0);
    });

    test("the keyboard chooses, and the choice is saved", async () => {
        onRpc("customer", "web_save", ({args}) => expect.step(args[1].icon));
        await mountForm(1, `<field name="icon" widget="key_account_icon"/>`);
        queryFirst("[role=radio][aria-label=leaf]").focus();
        await press("Enter");
        await animationFrame();
        expect("[role=radio][aria-label=leaf]").toHaveAttribute("aria-checked", "true");
        await contains(".o_form_button_save").click();
        expect.verifySteps(["fa-leaf"]);
    });

    test("who may not write sees it", async () => {
        await mountForm(1, `<field name="icon" widget="key_account_icon" readonly="1"/>`);
        expect("[role=radio]").toHaveCount(0);
        expect(".o_field_key_account_icon [role=img]").toHaveClass("fa-star");
    });
});

describe("badge of a type", () => {
    const BADGE = `<field name="kind_id" widget="key_account_type_badge" readonly="1"
                          options="{'color_field': 'color', 'icon_field': 'icon'}"/>`;

    test("it has the icon, the name and the colour of the type", async () => {
        await mountForm(1, BADGE);
        expect(".o_key_account_type").toHaveText("Image");
        expect(".o_key_account_type").toHaveClass("o_badge_color_4");
        expect(".o_key_account_type .fa").toHaveClass("fa-star");
    });

    test("nothing stands where there is no type", async () => {
        await mountForm(3, BADGE);
        expect(".o_key_account_type").toHaveCount(0);
    });
});

describe("table of moves", () => {
    const TABLE = `<field name="moves" widget="key_account_moves" readonly="1"/>`;

    test("rows are what customers are, columns what they would be", async () => {
        await mountForm(1, TABLE);
        expect(queryAllTexts(".o_key_account_moves thead th .fw-bold")).toEqual(["Partner", "Client"]);
        expect(queryAllTexts(".o_key_account_moves tbody th .fw-bold")).toEqual(["Partner", "Client", "None"]);
        expect(queryAllTexts(".o_key_account_moves_count")).toEqual(["1", "1", "1"]);
        expect(".o_key_account_moves td.o_stays").toHaveCount(2);
        expect(".o_key_account_moves tr.o_empty").toHaveCount(1);
    });

    test("heads say which part of all they are", async () => {
        await mountForm(1, TABLE);
        expect(queryAllTexts(".o_key_account_moves thead .ms-1")).toEqual(["(33%)", "(60%)", "(67%)", "(40%)"]);
        expect(queryAllTexts(".o_key_account_moves tbody .ms-1").slice(2, 4)).toEqual(["(33%)", "(0.1%)"]);
    });

    test("a number opens the names", async () => {
        mockService("action", {doAction: (action) => expect.step(action)});
        onRpc("key.account.preview.line", "action_open", ({args}) => `names of ${args[0]}`);
        await mountForm(1, TABLE);
        await contains(".o_key_account_moves td.o_stays button:first").click();
        expect.verifySteps(["names of 11"]);
    });

    test("a number says in words what it counts", async () => {
        await mountForm(1, TABLE);
        const title = queryFirst(".o_key_account_moves tbody button").title.replaceAll("\u00a0", " ");
        expect(title).toMatch(/^From “Partner” to “Partner”: 1 customers, .*600.*\. Show the names$/);
    });

    test("without an answer there is no table", async () => {
        await mountForm(2, TABLE);
        expect(".o_key_account_moves").toHaveCount(0);
    });
});
