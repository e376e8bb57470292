// SPDX-License-Identifier: LGPL-3.0-only
const ICON = /^fa-[a-z0-9-]+$/;

/** The class of an icon; what is no name of one becomes no class. */
export function iconClass(icon) {
    return ICON.test(icon) ? icon : "";
}
