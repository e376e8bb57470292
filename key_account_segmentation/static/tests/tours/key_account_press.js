import {rpcBus} from "@web/core/network/rpc";

/** Opens views one after the other and presses every button in each, as `tests/test_every_button.py` asks for. */

const BUTTONS = [
    ".o_content button[name]",
    ".o_content a[name][type]",
    ".o_control_panel button[name]",
    ".o_form_statusbar button[name]",
    ".o-form-buttonbox button[name]",
].join(",");
const MENU_BUTTONS = ".o-dropdown--menu [name]";
const DIALOG_BUTTONS = ".modal footer button[name], .modal .o_form_statusbar button[name]";
/** The client's own, beside those of views. */
const NOT_OURS = /^(paging|create|schedule|activity_|list_buttons|action_archive|action_unarchive)/;

let waiting = 0;
rpcBus.addEventListener("RPC:REQUEST", () => waiting++);
rpcBus.addEventListener("RPC:RESPONSE", () => waiting--);

const pause = (time) => new Promise((resolve) => setTimeout(resolve, time));

/** Until nothing is asked of the server any more, and everything is drawn. */
async function settled() {
    let calm = 0;
    for (let turn = 0; turn < 400 && calm < 3; turn++) {
        await pause(20);
        calm = waiting > 0 || document.querySelector(".o_blockUI") ? 0 : calm + 1;
    }
}

class Presser {
    constructor(env) {
        this.env = env;
        this.pressed = [];
        this.problems = [];
        this.words = [];
        this.where = "";
        for (const level of ["warn", "error"]) {
            const say = console[level];
            console[level] = (...words) => {
                this.words.push(`${this.where}: ${level} ${words.join(" ")}`);
                // an error ends the test before it could say where
                (level === "error" ? console.info : say).call(console, ...words);
            };
        }
        window.addEventListener("error", (event) => this.problems.push(`${this.where}: ${event.message}`));
        window.addEventListener("unhandledrejection", (event) => this.note(event.reason));
    }

    /** A failure that people meet as a dialog: one that says what is wrong is no crash. */
    note(reason) {
        const name = reason?.exceptionName || reason?.cause?.exceptionName || "";
        if (!/UserError|ValidationError|RedirectWarning/.test(name)) {
            this.problems.push(`${this.where}: ${name} ${reason?.message} ${reason?.data?.message || ""}`);
        }
    }

    async open({action, view, resId}) {
        await this.closeDialogs();
        const props = resId ? {resId} : {};
        await this.env.services.action.doAction(action, {viewType: view, clearBreadcrumbs: true, props});
        await settled();
    }

    async closeDialogs() {
        for (let turn = 0; turn < 5 && document.querySelector(".modal"); turn++) {
            const close = [...document.querySelectorAll(".modal .btn-close, .modal footer .btn-secondary, .modal footer .btn")];
            close.at(0)?.click();
            await settled();
        }
        if (document.querySelector(".modal")) {
            this.problems.push(`${this.where}: a dialog does not close`);
        }
    }

    name(button) {
        const label = button.textContent.trim().replace(/\s+/g, " ").slice(0, 30);
        return `${button.getAttribute("name")} (${label || button.title})`;
    }

    find(selector) {
        const found = new Map();
        for (const button of document.querySelectorAll(selector)) {
            const name = button.getAttribute("name");
            if (!NOT_OURS.test(name) && !button.disabled && !found.has(name) && button.checkVisibility()) {
                found.set(name, button);
            }
        }
        return found;
    }

    /** Buttons of a list show once a row is chosen, those of a card in its menu. */
    async reveal() {
        document.querySelector(".o_data_row .o_list_record_selector input")?.click();
        const menu = document.querySelector(".o_kanban_record:not(.o_kanban_ghost) .o_dropdown_kanban button");
        menu?.click();
        await settled();
    }

    async pressAll(step) {
        this.where = `${step.name}, ${step.view}`;
        await this.open(step);
        await this.reveal();
        const names = [...this.find(`${BUTTONS}, ${MENU_BUTTONS}`).keys()];
        for (const name of names) {
            this.where = `${step.name}, ${step.view}, ${name}`;
            await this.open(step);
            await this.reveal();
            await this.press(this.find(`${BUTTONS}, ${MENU_BUTTONS}`).get(name));
        }
    }

    async press(button) {
        if (!button) {
            return;
        }
        this.pressed.push(`${this.where} = ${this.name(button)}`);
        button.click();
        await settled();
        // what it asks before, and what the assistant it opens has
        document.querySelector(".modal footer .btn-primary:not([name])")?.click();
        await settled();
        const [assistant] = this.find(DIALOG_BUTTONS).values();
        if (assistant) {
            this.pressed.push(`${this.where} = ${this.name(assistant)}, in the dialog`);
            assistant.click();
            await settled();
        }
    }
}

odoo.keyAccountPress = async (steps) => {
    const presser = new Presser(odoo.__WOWL_DEBUG__.root.env);
    for (const step of steps) {
        try {
            await presser.pressAll(step);
        } catch (error) {
            presser.note(error);
        }
    }
    await presser.closeDialogs();
    console.log(`pressed ${presser.pressed.length}: ${JSON.stringify(presser.pressed)}`);
    const wrong = [...presser.problems, ...presser.words];
    if (wrong.length) {
        throw new Error(wrong.join("\n"));
    }
    console.log("test successful");
};
