// SPDX-License-Identifier: LGPL-3.0-only
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

/** The contact's own form asks for it, where the module that has it may not be installed. */
const NOT_OURS_TO_SAY = /Missing widget: res_partner_many2one/;

/** What tells people what is wrong. */
const SAID = /UserError|ValidationError|RedirectWarning|may override its figures/;

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
        this.known = new Set();
        this.problems = [];
        this.words = [];
        this.where = "";
        for (const level of ["warn", "error"]) {
            const say = console[level];
            console[level] = (...words) => {
                if (!NOT_OURS_TO_SAY.test(words.join(" "))) {
                    this.words.push(`${this.where}: ${level} ${words.join(" ")}`);
                }
                // an error ends the test before it could say where
                (level === "error" ? console.info : say).call(console, ...words);
            };
        }
        window.addEventListener("error", (event) => this.problems.push(`${this.where}: ${event.message}`));
        window.addEventListener("unhandledrejection", (event) => this.note(event.reason));
    }

    /** A failure that people meet as a dialog: one that says what is wrong is no crash. */
    note(reason) {
        const failure = reason?.cause || reason;
        const words = `${failure?.exceptionName} ${failure?.message} ${failure?.data?.message}`;
        if (!SAID.test(words)) {
            this.problems.push(`${this.where}: ${words}`);
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
            const close = [
                ...document.querySelectorAll(".modal .btn-close, .modal footer .btn-secondary, .modal footer .btn"),
            ];
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

    /** Whether the view of this step is still there, with nothing in front. */
    isThere({action, view}) {
        const controller = this.env.services.action.currentController;
        const shown = controller?.action.id === action && controller?.view?.type === view;
        return shown && !document.querySelector(".modal, .o-dropdown--menu");
    }

    async pressAll(step) {
        this.where = `${step.name}, ${step.view}`;
        await this.open(step);
        await this.reveal();
        const names = [...this.find(`${BUTTONS}, ${MENU_BUTTONS}`).keys()];
        for (const name of names.filter((one) => this.isToBePressed(step, one))) {
            this.where = `${step.name}, ${step.view}, ${name}`;
            let button = this.isThere(step) && this.find(BUTTONS).get(name);
            if (!button) {
                await this.open(step);
                await this.reveal();
                button = this.find(`${BUTTONS}, ${MENU_BUTTONS}`).get(name);
            }
            await this.press(button);
        }
    }

    /** Of a form of somebody else our buttons; of ours each button, once or once in each view. */
    isToBePressed({model, view, only, everywhere}, name) {
        const key = everywhere ? `${model} ${view} ${name}` : `${model} ${name}`;
        const isNew = !this.known.has(key) && (!only || only.includes(name));
        this.known.add(key);
        return isNew;
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

odoo.keyAccountPress = async (steps, least) => {
    const presser = new Presser(odoo.__WOWL_DEBUG__.root.env);
    for (const step of steps) {
        try {
            await presser.pressAll(step);
        } catch (error) {
            presser.note(error);
        }
    }
    await presser.closeDialogs();
    const wrong = [...presser.problems, ...presser.words];
    if (presser.pressed.length < least) {
        wrong.push(`Only ${presser.pressed.length} buttons were found: ${presser.pressed.join("; ")}`);
    }
    if (wrong.length) {
        throw new Error(wrong.join("\n"));
    }
    console.log("test successful");
};
