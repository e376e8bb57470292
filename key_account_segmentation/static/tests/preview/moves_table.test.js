// SPDX-License-Identifier: LGPL-3.0-only
import {describe, expect, queryAll, queryAllTexts, queryFirst, test} from "@odoo/hoot";
import {mailModels} from "@mail/../tests/mail_test_helpers";
import {
    contains,
    defineModels,
    fields,
    getService,
    makeMockEnv,
    mockService,
    models,
    mountView,
    onRpc,
} from "@web/../tests/web_test_helpers";
import {registry} from "@web/core/registry";

describe.current.tags("desktop");

class Preview extends models.Model {
    _name = "preview";

    moves = fields.Json();
}

defineModels({...mailModels, Preview});

const head = (label, customers, revenue, more) => ({label, color: false, customers, revenue, ...more});

/** A table of one row and two columns; only the first of them has a customer. */
const table = (values) => ({
    currency_id: 1,
    total: {customers: 1, revenue: 10},
    columns: [head("Partner", 1, 10), head("Client", 0, 0)],
    rows: [head("Partner", 1, 10, {cells: [{id: 5, customers: 1, revenue: 10, stays: true}, null]})],
    ...values,
});

async function mountTable(moves) {
    Preview._records = [{id: 1, moves}];
    const arch = `<form><field name="moves" widget="key_account_moves" readonly="1"/></form>`;
    await mountView({type: "form", resModel: "preview", resId: 1, arch});
}

const parts = () => queryAllTexts(".o_key_account_moves thead .ms-1");
const money = (selector) => queryFirst(selector).innerText.replaceAll("\u00a0", " ");

describe("table of moves", () => {
    test("no part is said of a total that is not above zero", async () => {
        await mountTable(table({total: {customers: 1, revenue: -10}}));
        expect(parts()).toEqual(["(100%)", "", "(0%)", ""]);
    });

    test("no customer at all has no parts", async () => {
        const rows = [head("Partner", 0, 0, {cells: [null, null]})];
        await mountTable(table({total: {customers: 0, revenue: 0}, rows}));
        expect(parts().join("")).toBe("");
        expect(".o_key_account_moves tr.o_empty").toHaveCount(1);
        expect(".o_key_account_moves button").toHaveCount(0);
    });

    test("money has no cents and keeps its sign", async () => {
        const cells = [{id: 5, customers: 1, revenue: -1234.56, stays: true}, null];
        await mountTable(table({rows: [head("Partner", 1, -1234.56, {cells})]}));
        expect(money(".o_key_account_moves tbody button")).toMatch(/\$ -1,235$/);
    });

    test("thousands of customers are readable", async () => {
        await mountTable(table({columns: [head("Partner", 12345, 10), head("Client", 0, 0)]}));
        expect(money(".o_key_account_moves thead th")).toMatch(/12,345/);
    });

    test("a colour is a dot, the first one too, and none is none", async () => {
        await mountTable(table({columns: [head("Partner", 1, 10, {color: 0}), head("Client", 0, 0)]}));
        expect(".o_key_account_moves thead .o_key_account_moves_dot").toHaveCount(1);
        expect(".o_key_account_moves thead .o_key_account_moves_dot").toHaveClass("o_key_account_moves_dot_0");
    });

    test("on a narrow screen each cell says its column", async () => {
        await mountTable(table());
        const labels = queryAll(".o_key_account_moves tbody td").map((cell) => cell.dataset.label);
        expect(labels).toEqual(["Partner", "Client"]);
    });

    test("each number opens its own names, columns of the same name too", async () => {
        mockService("action", {doAction: (action) => expect.step(action)});
        onRpc("key.account.preview.line", "action_open", ({args}) => `names of ${args[0]}`);
        const cell = (id) => ({id, customers: 1, revenue: 5, stays: false});
        const columns = [head("Partner", 1, 5), head("Partner", 1, 5)];
        await mountTable(table({columns, rows: [head("Client", 2, 10, {cells: [cell(6), cell(7)]})]}));
        await contains(".o_key_account_moves button:eq(1)").click();
        await contains(".o_key_account_moves button:eq(0)").click();
        expect.verifySteps(["names of 7", "names of 6"]);
    });
});

describe("the way back", () => {
    const next = {type: "ir.actions.client", tag: "policy"};
    const back = {type: "ir.actions.client", tag: "key_account_back", params: {next}};

    /** What the screen before answers when it is asked for. */
    async function goBack(restore) {
        registry.category("actions").add("policy", () => expect.step("policy"));
        mockService("action", {restore});
        await makeMockEnv();
        await getService("action").doAction(back);
    }

    test("leads to where the user came from", async () => {
        await goBack(() => expect.step("restored"));
        expect.verifySteps(["restored"]);
    });

    test("leads to the policy if that is not known any more, as after a reload", async () => {
        await goBack(() => {
            throw new Error("There is no screen before");
        });
        expect.verifySteps(["policy"]);
    });
});
