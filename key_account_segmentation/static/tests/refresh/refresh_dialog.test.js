// SPDX-License-Identifier: LGPL-3.0-only
import {describe, expect, queryAllTexts, test} from "@odoo/hoot";
import {Deferred, animationFrame} from "@odoo/hoot-mock";
import {mailModels} from "@mail/../tests/mail_test_helpers";
import {
    contains,
    defineModels,
    getService,
    makeServerError,
    mockService,
    mountWebClient,
    onRpc,
} from "@web/../tests/web_test_helpers";

describe.current.tags("desktop");

defineModels(mailModels);

const DIALOG = ".o_key_account_refresh";

const answer = (values) => ({
    company: "Berlin",
    state: "running",
    done: 0,
    total: 4,
    changed: 0,
    skipped: 0,
    message: false,
    ...values,
});

/** Opens the dialog; `runs` are the ids of the runs, `steps` what the server answers step by step. */
async function openDialog({runs = [1], steps = []}) {
    onRpc("key.account.run", "refresh_start", () => (typeof runs === "function" ? runs() : runs));
    onRpc("key.account.run", "refresh_step", ({args}) => {
        expect.step(`step ${args[0]}`);
        const next = steps.shift();
        return typeof next === "function" ? next() : next;
    });
    onRpc("key.account.run", "refresh_in_background", ({args}) => {
        expect.step(`background ${args[0]}`);
        return true;
    });
    await mountWebClient();
    await getService("action").doAction({
        type: "ir.actions.client",
        tag: "key_account_refresh",
        name: "Refresh",
        target: "new",
    });
    await animationFrame();
}

/** As a server does: its own words are the description, the message says no more than that it is an error. */
function refuse(description) {
    throw makeServerError({description});
}

/** Pressed while a step is on its way, or after the end. */
const leave = () => contains(".modal footer button:visible").click();

describe("how far it is", () => {
    test("before the first answer it reads the invoices", async () => {
        await openDialog({runs: () => new Deferred()});
        expect(DIALOG).toHaveText("Reading the invoices…");
        expect(`${DIALOG} .progress`).toHaveCount(0);
    });

    test("a company without an answer has an empty bar and no name", async () => {
        await openDialog({steps: [new Deferred()]});
        expect(`${DIALOG} .fw-bold`).toHaveText("Reading the invoices…");
        expect(`${DIALOG} [role=progressbar]`).toHaveAttribute("aria-valuenow", "0");
        await leave();
        expect.verifySteps(["step 1", "background 1"]);
    });

    test("between two steps the bar is as long as the part that is done", async () => {
        await openDialog({steps: [answer({done: 1, total: 3}), new Deferred()]});
        expect(DIALOG).toHaveText(/^Berlin\s+1 of 3 customers$/);
        expect(`${DIALOG} [role=progressbar]`).toHaveAttribute("aria-valuenow", "33");
        expect(`${DIALOG} .progress-bar`).toHaveStyle("width: 33%", {inline: true});
        expect(".modal footer button:visible").toHaveText("Go on in the background");
        await leave();
        expect.verifySteps(["step 1", "step 1", "background 1"]);
    });

    test("one company after the other", async () => {
        const steps = [
            answer({done: 2}),
            answer({done: 4, changed: 3, state: "done"}),
            answer({company: "Wien", total: 0, state: "done"}),
        ];
        await openDialog({runs: [5, 6], steps});
        expect.verifySteps(["step 5", "step 5", "step 6"]);
        expect(queryAllTexts(`${DIALOG} .fw-bold`)).toEqual(["Berlin", "Wien"]);
        expect(queryAllTexts(`${DIALOG} small`)).toEqual([
            "Up to date, 3 customers changed.",
            "Up to date, 0 customers changed.",
        ]);
    });

    test("a company without customers is through at once", async () => {
        await openDialog({steps: [answer({total: 0, state: "done"})]});
        expect(`${DIALOG} [role=progressbar]`).toHaveAttribute("aria-valuenow", "100");
        expect(".modal footer button:visible").toHaveText("Close");
        expect(".modal footer button:visible").toHaveClass("btn-primary");
        expect.verifySteps(["step 1"]);
    });

    test("customers that were skipped are counted, and none is not", async () => {
        const steps = [answer({state: "done", skipped: 2}), answer({state: "done"})];
        await openDialog({runs: [1, 2], steps});
        expect(queryAllTexts(`${DIALOG} .text-warning-emphasis`)).toEqual([
            "2 customers could not be classified: see Configuration, Refreshes.",
        ]);
        expect.verifySteps(["step 1", "step 2"]);
    });
});

describe("what goes wrong", () => {
    test("a run that failed says why, and the other company is refreshed all the same", async () => {
        const steps = [
            answer({done: 2, state: "failed", message: "The disk is full."}),
            answer({company: "Wien", done: 4, state: "done"}),
        ];
        await openDialog({runs: [1, 2], steps});
        expect.verifySteps(["step 1", "step 2"]);
        expect(`${DIALOG} .alert`).toHaveCount(1);
        expect(`${DIALOG} .alert`).toHaveText("The disk is full.");
        expect(`${DIALOG} [role=progressbar]:first`).toHaveAttribute("aria-valuenow", "50");
        expect(queryAllTexts(`${DIALOG} small`)).toEqual(["Up to date, 0 customers changed."]);
    });

    test("a run that another one has overtaken asks for no more steps", async () => {
        await openDialog({steps: [answer({done: 2, state: "interrupted"})]});
        expect.verifySteps(["step 1"]);
        expect(".modal footer button:visible").toHaveText("Close");
    });

    test("a step that the server refuses says why, and what is left goes on in the background", async () => {
        await openDialog({
            runs: [1, 2],
            steps: [answer({done: 2}), () => refuse("This refresh does not exist any more.")],
        });
        expect.verifySteps(["step 1", "step 1"]);
        expect(`${DIALOG} > .alert`).toHaveText("This refresh does not exist any more.");
        expect(queryAllTexts(`${DIALOG} .text-nowrap`)).toEqual(["2 of 4 customers"], {
            message: "what was done before is still said",
        });
        expect(".modal footer button:visible").toHaveText("Close");
        await leave();
        expect.verifySteps(["background 1,2"]);
    });

    test("who may not refresh is told so, and leaves nothing behind", async () => {
        await openDialog({runs: () => refuse("Only sales administrators may refresh all customers.")});
        expect(DIALOG).toHaveText("Only sales administrators may refresh all customers.");
        await leave();
        expect(".modal").toHaveCount(0);
        expect.verifySteps([]);
    });
});

describe("leaving", () => {
    test("half way, the rest goes on in the background, and no step is asked for any more", async () => {
        const onItsWay = new Deferred();
        await openDialog({runs: [1, 2], steps: [onItsWay]});
        expect.verifySteps(["step 1"]);
        await leave();
        expect(".modal").toHaveCount(0);
        expect.verifySteps(["background 1,2"]);
        onItsWay.resolve(answer({done: 2}));
        await animationFrame();
        expect.verifySteps([]);
    });

    test("the cross does the same as the button", async () => {
        await openDialog({steps: [new Deferred()]});
        await contains(".modal .btn-close").click();
        expect.verifySteps(["step 1", "background 1"]);
    });

    test("even before the runs are known, they go on in the background", async () => {
        const start = new Deferred();
        await openDialog({runs: () => start});
        await leave();
        expect.verifySteps([]);
        start.resolve([7, 8]);
        await animationFrame();
        expect.verifySteps(["background 7,8"]);
    });

    test("after the end there is nothing to go on with, and the screen behind shows the new figures", async () => {
        mockService("action", {
            doAction(action) {
                if (typeof action === "string") {
                    expect.step(action);
                }
                return super.doAction(...arguments);
            },
        });
        await openDialog({steps: [answer({done: 4, state: "done"})]});
        await leave();
        expect(".modal").toHaveCount(0);
        expect.verifySteps(["step 1", "soft_reload"]);
    });
});
