// SPDX-License-Identifier: LGPL-3.0-only
export default {
    plugins: ["@prettier/plugin-xml"],
    printWidth: 120,
    tabWidth: 4,
    bracketSpacing: false,
    trailingComma: "es5",
    // Spaces in the text of views are what a person sees: only tags are laid out.
    xmlWhitespaceSensitivity: "strict",
    xmlSelfClosingSpace: true,
    overrides: [{files: ["*.json", "*.yaml", "*.yml"], options: {tabWidth: 2}}],
};
