// SPDX-License-Identifier: LGPL-3.0-only
import js from "@eslint/js";
import globals from "globals";

export default [
    {ignores: ["node_modules/", "dist/", "**/static/lib/"]},
    js.configs.recommended,
    {
        languageOptions: {
            ecmaVersion: 2024,
            sourceType: "module",
            globals: {...globals.browser, odoo: "readonly", luxon: "readonly", QUnit: "readonly"},
        },
        rules: {
            complexity: ["error", 10],
            curly: "error",
            eqeqeq: ["error", "smart"],
            "no-console": ["error", {allow: ["warn", "error"]}],
            "no-shadow": "error",
            "no-unused-vars": ["error", {argsIgnorePattern: "^_"}],
            "no-var": "error",
            "object-shorthand": "error",
            "prefer-const": "error",
        },
    },
    {
        // Odoo's browser tests and tours tell their result through the console.
        files: ["**/static/tests/**"],
        rules: {"no-console": "off"},
    },
];
