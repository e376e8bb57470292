// SPDX-License-Identifier: LGPL-3.0-only
import {KanbanController} from "@web/views/kanban/kanban_controller";
import {KanbanHeader} from "@web/views/kanban/kanban_header";
import {KanbanRenderer} from "@web/views/kanban/kanban_renderer";
import {extractFieldsFromArchInfo} from "@web/model/relational_model/utils";
import {kanbanView} from "@web/views/kanban/kanban_view";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {user} from "@web/core/user";
import {shareInPercent} from "../fields/percentage_or_empty/percentage_text";
import {useService} from "@web/core/utils/hooks";

const QUADRANT = "quadrant_id";
const TYPE = "main_type_id";
const REVENUE = "revenue_12m";

/** Field of the columns' records that says what they are about. */
const ADVICE = {[QUADRANT]: "advice", [TYPE]: "description"};

/** The head of a column: share of revenue, and what a quadrant or a type is about. */
export class KeyAccountKanbanHeader extends KanbanHeader {
    static template = "key_account_segmentation.KanbanHeader";

    get isOpen() {
        return this.env.isSmall || !this.group.isFolded;
    }

    /** Of the revenue of all columns, as text; what several companies bill does not add up. */
    get share() {
        const {group, list} = this.props;
        const revenueOf = ({aggregates}) => aggregates[REVENUE] || 0;
        const total = list.groups.reduce((sum, column) => sum + revenueOf(column), 0);
        if (total <= 0 || !group.count || list.model.useSampleModel || user.activeCompanies.length > 1) {
            return "";
        }
        return shareInPercent(revenueOf(group) / total);
    }

    get advice() {
        return this.group.record?.data[ADVICE[this.group.groupByField.name]] || "";
    }
}

export class KeyAccountKanbanRenderer extends KanbanRenderer {
    static components = {...KanbanRenderer.components, KanbanHeader: KeyAccountKanbanHeader};

    setup() {
        super.setup();
        this.orm = useService("orm");
        this.action = useService("action");
    }

    /** Who has no quadrant or no type comes after those who have one. */
    getGroupsOrRecords() {
        const columns = super.getGroupsOrRecords();
        const isNone = ({group}) => group?.groupByField.name in ADVICE && !group.value;
        return [...columns.filter((column) => !isNone(column)), ...columns.filter(isNone)];
    }

    /** Cards move between the types and nowhere else: the type is what people may override. */
    get canResequenceRecords() {
        const {isGrouped, groupByField, model} = this.props.list;
        return isGrouped && groupByField.name === TYPE && !model.useSampleModel;
    }

    get canMoveRecords() {
        return this.canResequenceRecords;
    }

    /** Ask why; the card stays where it is until somebody has said so. */
    async sortRecordDrop(recordId, groupId, {parent}) {
        const target = this.props.list.groups.find(({id}) => id === parent?.dataset.id);
        parent?.classList.remove("o_kanban_hover");
        if (!target || target.id === groupId) {
            return;
        }
        const record = this.props.list.records.find(({id}) => id === recordId);
        this.toggleProcessing(recordId, true);
        try {
            await this.override(record, target);
        } finally {
            this.toggleProcessing(recordId, false);
        }
    }

    async override(record, {value, displayName}) {
        const action = await this.orm.call(record.resModel, "action_judge", [[record.resId]]);
        const override = value ? {default_what: "type", default_type_id: value} : {default_what: "no_type"};
        const name = `${record.data.partner_id.display_name} → ${displayName}`;
        await this.action.doAction(
            {...action, name},
            {
                additionalContext: {...override, is_dragged: true},
                onClose: () => this.props.list.model.load(),
            }
        );
    }
}

export class KeyAccountKanbanController extends KanbanController {
    get modelParams() {
        const groupByInfo = {};
        for (const [groupBy, name] of Object.entries(ADVICE)) {
            const fields = {[name]: {name, type: "text", string: _t("What to Do"), readonly: true}};
            groupByInfo[groupBy] = extractFieldsFromArchInfo(
                {fieldNodes: {[name]: {...fields[name], attrs: {}}}},
                fields
            );
        }
        return {...super.modelParams, groupByInfo};
    }
}

registry.category("views").add("key_account_kanban", {
    ...kanbanView,
    Controller: KeyAccountKanbanController,
    Renderer: KeyAccountKanbanRenderer,
});
