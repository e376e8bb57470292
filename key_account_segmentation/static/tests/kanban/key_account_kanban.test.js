// SPDX-License-Identifier: LGPL-3.0-only
import {beforeEach, describe, expect, queryAll, queryAllTexts, test} from "@odoo/hoot";
import {Deferred, animationFrame} from "@odoo/hoot-mock";
import {mailModels} from "@mail/../tests/mail_test_helpers";
import {
    MockServer,
    contains,
    defineModels,
    fields,
    mockService,
    models,
    mountView,
    onRpc,
    patchWithCleanup,
} from "@web/../tests/web_test_helpers";
import {user} from "@web/core/user";

describe.current.tags("desktop");

class Quadrant extends models.Model {
    _name = "quadrant";

    name = fields.Char();
    advice = fields.Text();

    _records = [
        {id: 1, name: "Pillars", advice: "Keep them close"},
        {id: 2, name: "Passers-by", advice: false},
    ];
}

class Kind extends models.Model {
    _name = "kind";

    name = fields.Char();
    description = fields.Text();

    _records = [
        {id: 1, name: "Image", description: "Speaks for us"},
        {id: 2, name: "Tester", description: "Tries what is new"},
    ];
}

class Contact extends models.Model {
    _name = "contact";

    name = fields.Char();

    _records = [
        {id: 1, name: "Ann"},
        {id: 2, name: "Bob"},
        {id: 3, name: "Cyd"},
    ];
}

const ANN = {id: 11, partner_id: 1, quadrant_id: false, main_type_id: false, revenue_12m: 0.4, lifecycle: "lost"};
const BOB = {id: 12, partner_id: 2, quadrant_id: 1, main_type_id: 1, revenue_12m: 300, lifecycle: "active"};
const CYD = {id: 13, partner_id: 3, quadrant_id: 2, main_type_id: 2, revenue_12m: 99.6, lifecycle: "active"};

class Customer extends models.Model {
    _name = "customer";

    partner_id = fields.Many2one({relation: "contact"});
    quadrant_id = fields.Many2one({relation: "quadrant"});
    main_type_id = fields.Many2one({relation: "kind"});
    revenue_12m = fields.Float({aggregator: "sum"});
    lifecycle = fields.Selection({
        selection: [
            ["active", "Active"],
            ["lost", "Lost"],
        ],
    });
}

defineModels({...mailModels, Contact, Customer, Kind, Quadrant});
beforeEach(() => {
    Customer._records = [ANN, BOB, CYD].map((record) => ({...record}));
});

const mountBoard = (groupBy, more = {}) =>
    mountView({
        type: "kanban",
        resModel: "customer",
        groupBy: [groupBy],
        arch: `
            <kanban js_class="key_account_kanban" sample="1" records_draggable="0" groups_draggable="0"
                    group_create="0" group_edit="0" group_delete="0" create="0">
                <field name="revenue_12m" sum="Revenue"/>
                <progressbar field="lifecycle" colors='{"active": "success", "lost": "danger"}' sum_field="revenue_12m"/>
                <templates><t t-name="card"><field name="partner_id"/></t></templates>
            </kanban>`,
        ...more,
    });

const titles = () => queryAllTexts(".o_kanban_group .o_column_title").map((title) => title.split("\n")[0]);
const advice = () =>
    queryAll(".o_kanban_group").map((group) => queryAllTexts(".o_key_account_advice span", {root: group}));
const unfold = () => contains(".o_kanban_group.o_column_folded").click();
const column = (name) => `.o_kanban_group:contains(${name})`;
const card = (name) => `.o_kanban_record:contains(${name})`;

/** A board without customers whose column is there, with a sample in it. */
function mountSample(groupBy, [id, name]) {
    Customer._records = [];
    const group = {[groupBy]: [id, name], __count: 0, "revenue_12m:sum": 0, __records: [], __extra_domain: []};
    const values = {id, advice: "Keep them close", description: "Speaks for us"};
    onRpc("customer", "web_read_group", () => ({groups: [{...group, __values: values}], length: 1}));
    return mountBoard(groupBy);
}

/** What a drop asks the server and opens. */
function catchQuestions(question = {type: "ir.actions.act_window", name: "Set by Hand"}) {
    onRpc("customer", "action_judge", ({args}) => {
        expect.step(`judge ${args[0]}`);
        return question;
    });
    mockService("action", {
        doAction({name}, {additionalContext, onClose}) {
            expect.step(`${name}: ${JSON.stringify(additionalContext)}`);
            catchQuestions.close = onClose;
        },
    });
}

describe("columns", () => {
    test("each says its share of the revenue and what to do, and customers without a quadrant come last", async () => {
        await mountBoard("quadrant_id");
        await unfold();
        expect(titles()).toEqual(["Pillars", "Passers-by", "None"]);
        expect(advice()).toEqual([["75% of revenue.", "Keep them close"], ["25% of revenue."], ["0.1% of revenue."]]);
    });

    test("a type says what it is about, and customers without one come last", async () => {
        await mountBoard("main_type_id");
        expect(titles()).toEqual(["Image", "Tester", "None"]);
        expect(advice()[0]).toEqual(["75% of revenue.", "Speaks for us"]);
    });

    test("of other columns there is no advice, and they stand as in every kanban", async () => {
        Customer._records = [ANN, {...BOB, partner_id: false}, CYD];
        await mountBoard("partner_id");
        expect(titles()).toEqual(["None", "Ann", "Cyd"]);
        expect(advice()).toEqual([[], ["0.1% of revenue."], ["25% of revenue."]]);
    });

    test("a folded column keeps its advice to itself", async () => {
        await mountBoard("quadrant_id");
        await contains(".o_kanban_group:eq(0) .o_group_config .dropdown-toggle", {visible: false}).click();
        await contains(".o-dropdown--menu .o_kanban_toggle_fold").click();
        expect(".o_kanban_group:eq(0)").toHaveClass("o_column_folded");
        expect(advice()).toEqual([[], ["25% of revenue."], []]);
    });

    test("without a revenue above zero there is no share, and the advice stays", async () => {
        Customer._records = [
            {...BOB, revenue_12m: 50},
            {...CYD, revenue_12m: -50},
        ];
        await mountBoard("quadrant_id");
        expect(advice()).toEqual([["Keep them close"], []]);
    });

    test("revenues of several companies do not add up to a share", async () => {
        patchWithCleanup(user, {
            get activeCompanies() {
                return [{id: 1}, {id: 2}];
            },
        });
        await mountBoard("quadrant_id");
        expect(advice()).toEqual([["Keep them close"], [], []]);
    });

    test("a sample has no shares: nobody has billed it", async () => {
        await mountSample("quadrant_id", [1, "Pillars"]);
        expect(".o_view_sample_data").toHaveCount(1);
        expect(".o_kanban_record:not(.o_kanban_ghost)").not.toHaveCount(0);
        expect(advice().join()).not.toInclude("revenue");
    });
});

describe("moving cards", () => {
    test("cards move between types and nowhere else", async () => {
        await mountBoard("main_type_id");
        await unfold();
        expect(".o_kanban_record.o_draggable").toHaveCount(3);
    });

    test("a quadrant follows from figures: no card can be dragged out of it", async () => {
        catchQuestions();
        await mountBoard("quadrant_id");
        expect(".o_kanban_record.o_draggable").toHaveCount(0);
        await contains(card("Bob")).dragAndDrop(column("Passers-by"));
        expect.verifySteps([]);
    });

    test("without columns no card can be dragged", async () => {
        await mountBoard("main_type_id", {groupBy: []});
        expect(".o_kanban_record.o_draggable").toHaveCount(0);
    });

    test("cards of a sample stay", async () => {
        await mountSample("main_type_id", [1, "Image"]);
        expect(".o_view_sample_data").toHaveCount(1);
        expect(".o_kanban_record.o_draggable").toHaveCount(0);
    });

    test("a drop asks why, with the type it was dropped on", async () => {
        catchQuestions();
        await mountBoard("main_type_id");
        await contains(card("Bob")).dragAndDrop(column("Tester"));
        expect.verifySteps(["judge 12", `Bob → Tester: {"default_what":"type","default_type_id":2,"is_dragged":true}`]);
        expect(`${column("Image")} ${card("Bob")}`).toHaveCount(1, {message: "it stays until somebody has said why"});
        expect(".o_kanban_hover").toHaveCount(0);
    });

    test("a drop on customers without a type asks for no key account", async () => {
        catchQuestions();
        await mountBoard("main_type_id");
        await contains(card("Cyd")).dragAndDrop(column("None"));
        expect.verifySteps(["judge 13", `Cyd → None: {"default_what":"no_type","is_dragged":true}`]);
    });

    test("the board is read again when the question is answered", async () => {
        catchQuestions();
        await mountBoard("main_type_id");
        await contains(card("Bob")).dragAndDrop(column("Tester"));
        expect.verifySteps(["judge 12", `Bob → Tester: {"default_what":"type","default_type_id":2,"is_dragged":true}`]);
        MockServer.env.customer.write([12], {main_type_id: 2});
        onRpc("customer", "web_read_group", ({parent}) => {
            expect.step("read");
            return parent();
        });
        await catchQuestions.close();
        await animationFrame();
        expect.verifySteps(["read"]);
        expect(`${column("Tester")} ${card("Bob")}`).toHaveCount(1);
    });

    test("another place in the own column asks nothing", async () => {
        catchQuestions();
        Customer._records = [BOB, {...CYD, main_type_id: 1}];
        await mountBoard("main_type_id");
        await contains(card("Bob")).dragAndDrop(card("Cyd"));
        expect.verifySteps([]);
        expect(queryAllTexts(".o_kanban_record:not(.o_kanban_ghost)")).toEqual(["Bob", "Cyd"]);
    });

    test("a card that is brought back asks nothing, and no column stays marked", async () => {
        catchQuestions();
        await mountBoard("main_type_id");
        const {moveTo, drop} = await contains(card("Bob")).drag();
        await moveTo(column("Tester"));
        expect(column("Tester")).toHaveClass("o_kanban_hover");
        await moveTo(column("Image"));
        await drop();
        expect(".o_kanban_hover").toHaveCount(0);
        expect.verifySteps([]);
    });

    test("while the server is asked, the card cannot be dragged again", async () => {
        catchQuestions(new Deferred());
        await mountBoard("main_type_id");
        await contains(card("Bob")).dragAndDrop(column("Tester"));
        expect.verifySteps(["judge 12"]);
        expect(`${card("Bob")}.o_draggable`).toHaveCount(0);
        expect(`${card("Cyd")}.o_draggable`).toHaveCount(1);
    });

    test("a refusal of the server is said, and the card can be dragged again", async () => {
        expect.errors(1);
        onRpc("customer", "action_judge", () => {
            throw new Error("Customers of others are not yours to set");
        });
        await mountBoard("main_type_id");
        await contains(card("Bob")).dragAndDrop(column("Tester"));
        await animationFrame();
        expect.verifyErrors([/not yours to set/]);
        expect(`${card("Bob")}.o_draggable`).toHaveCount(1);
    });
});
