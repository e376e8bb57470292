// SPDX-License-Identifier: LGPL-3.0-only
import {describe, expect, press, queryFirst, test} from "@odoo/hoot";
import {animationFrame} from "@odoo/hoot-mock";
import {
    contains,
    mockService,
    mountView,
    onRpc,
    patchWithCleanup,
    toggleSearchBarMenu,
} from "@web/../tests/web_test_helpers";
import {answer, catchActions, chooseItem, defineCustomers, mountMatrix} from "./quadrant_test_helpers";

describe.current.tags("desktop");

defineCustomers();

describe("keyboard", () => {
    async function leaveSearch() {
        queryFirst(".o_searchview_input").focus();
        await press("ArrowDown");
        await animationFrame();
    }

    test("arrow down leaves the search bar for the first button of the toolbar", async () => {
        await mountMatrix();
        await leaveSearch();
        expect(".o_quadrant_axis_x").toBeFocused();
    });

    test("with the table, for its first row", async () => {
        await mountMatrix();
        await contains(".o_quadrant_as_table").click();
        await leaveSearch();
        expect(".o_quadrant_stop:first").toBeFocused();
    });

    test("behind the help of an empty view there is nothing to go to", async () => {
        onRpc("customer", "matrix_read", () => answer({}, {records: [], total: {count: 0, size: 0}}));
        await mountView({type: "quadrant", resModel: "customer", arch: `<quadrant sample="1" size="revenue"/>`});
        expect(".o_view_sample_data .o_quadrant_toolbar").toHaveCount(1);
        await leaveSearch();
        expect(".o_searchview_input").toBeFocused();
    });
});

describe("lists that are opened", () => {
    /** Opens the list and answers the action. */
    async function openedList(props) {
        let action = null;
        mockService("action", {doAction: (opened) => (action = opened)});
        await mountMatrix({}, props);
        await contains(".o_quadrant_as_list").click();
        return action;
    }

    test("what belongs to this search is not taken along, everything else is", async () => {
        const {context} = await openedList({
            context: {
                search_default_clients: 1,
                quadrant_y: "lateness",
                group_by: ["category"],
                default_category: "client",
            },
        });
        expect(context).toInclude("default_category");
        for (const name of ["search_default_clients", "quadrant_y", "group_by"]) {
            expect(context).not.toInclude(name);
        }
    });

    test("the views are those of the action, Odoo's own where it has none", async () => {
        const config = {
            views: [
                [21, "list"],
                [23, "quadrant"],
            ],
        };
        const {
            views,
            search_view_id: searchView,
            res_model: model,
        } = await openedList({
            config,
            searchViewId: 22,
            searchViewArch: "<search/>",
        });
        expect(views).toEqual([
            [21, "list"],
            [false, "form"],
        ]);
        expect(searchView).toEqual([22, "search"]);
        expect(model).toBe("customer");
    });
});

describe("title", () => {
    async function titleOf(props) {
        patchWithCleanup(HTMLAnchorElement.prototype, {
            click() {
                expect.step(this.download);
            },
        });
        await mountMatrix({}, props);
        await contains(".o_quadrant_as_image").click();
    }

    test("an image is called as the arch calls the view", async () => {
        const config = {getDisplayName: () => "Action"};
        await titleOf({arch: `<quadrant string="Customers" size="revenue"/>`, config});
        expect.verifySteps(["Customers.png"]);
    });

    test("else as the action", async () => {
        await titleOf({arch: `<quadrant size="revenue"/>`, config: {getDisplayName: () => "Action"}});
        expect.verifySteps(["Action.png"]);
    });

    test("the title in the image says the axes that are looked at", async () => {
        const texts = [];
        patchWithCleanup(CanvasRenderingContext2D.prototype, {
            fillText(text) {
                texts.push(text);
                return super.fillText(...arguments);
            },
        });
        patchWithCleanup(HTMLAnchorElement.prototype, {click() {}});
        await mountMatrix({}, {arch: `<quadrant string="Customers" size="revenue" axes="revenue,loyalty,lateness"/>`});
        await chooseItem(".o_quadrant_axis_y", "Lateness");
        await contains(".o_quadrant_as_image").click();
        expect(texts).toInclude("Customers: Revenue × Lateness");
    });
});

describe("state", () => {
    test("the way back shows the axes and the table as they were left", async () => {
        const state = {choice: {y: "lateness"}, view: {isTable: true}};
        await mountMatrix({}, {state});
        expect(".o_quadrant_axis_y").toHaveText("Lateness");
        expect(".o_quadrant_table").not.toHaveClass("visually-hidden");
        expect("canvas").toHaveCount(0);
    });

    test("without a state the picture comes first", async () => {
        await mountMatrix();
        expect("canvas").toHaveCount(1);
        expect(".o_quadrant_table").toHaveClass("visually-hidden");
    });

    test("an image is offered with the picture only", async () => {
        await mountMatrix();
        expect(".o_quadrant_as_image").toHaveCount(1);
        await contains(".o_quadrant_as_table").click();
        expect(".o_quadrant_as_image").toHaveCount(0);
        await contains(".o_quadrant_as_table").click();
        expect(".o_quadrant_as_image").toHaveCount(1);
    });

    test("the search offers filters and favourites, and no groups", async () => {
        catchActions();
        await mountMatrix();
        await toggleSearchBarMenu();
        expect(".o_filter_menu").toHaveCount(1);
        expect(".o_group_by_menu").toHaveCount(0);
    });
});
