// Lint rules of the TypeScript in all workspaces.
import js from "@eslint/js";
import { defineConfig, globalIgnores } from "eslint/config";
import tseslint from "typescript-eslint";

/** Files whose framework reads their default export. */
const FRAMEWORK_ENTRIES = [
  "*.config.ts",
  "*/*.config.ts",
  "indexer/src/api/**/*.ts",
  "indexer/bench/backfill/ponder/{*.config.ts,src/api/*.ts}",
];

export default defineConfig(
  globalIgnores([
    "**/node_modules/",
    "**/assembly/",
    "**/wasm/",
    "**/dist/",
    "**/generated/",
    "indexer/**/ponder-env.d.ts",
    "artifacts/",
    "cache/",
    "coverage/",
    "types/",
    "protocol/src/abi/",
    "deploy/deployments/",
  ]),
  js.configs.recommended,
  {
    files: ["**/*.mjs"],
    languageOptions: { globals: { process: "readonly", console: "readonly" } },
  },
  {
    files: ["**/*.ts", "**/*.tsx"],
    extends: [tseslint.configs.strict, tseslint.configs.stylistic],
    languageOptions: { parserOptions: { project: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      "@typescript-eslint/await-thenable": "error",
      "@typescript-eslint/consistent-type-definitions": "off",
      "@typescript-eslint/consistent-type-imports": "error",
      "@typescript-eslint/no-floating-promises": "error",
      "@typescript-eslint/no-misused-promises": "error",
      "@typescript-eslint/only-throw-error": "error",
      "@typescript-eslint/prefer-promise-reject-errors": "error",
      "@typescript-eslint/switch-exhaustiveness-check": "error",
      // Typed arrays indexed inside their bounds need it under `noUncheckedIndexedAccess`.
      "@typescript-eslint/no-non-null-assertion": "off",
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_", varsIgnorePattern: "^_" }],
      eqeqeq: ["error", "always"],
      "no-restricted-exports": ["error", { restrictDefaultExports: { direct: true, named: true, defaultFrom: true } }],
      "object-shorthand": "error",
      "prefer-const": "error",
    },
  },
  {
    // Parts are used through their commands and published entries only; docs/architecture.md, layout and imports.
    files: ["**/*.ts", "**/*.tsx"],
    rules: {
      "no-restricted-imports": [
        "error",
        {
          patterns: [
            { regex: "^@tributary/(attribution-engine|cli)(/|$)", message: "run its command instead" },
            { regex: "^@tributary/indexer(?!/start$)", message: "its published entry is @tributary/indexer/start" },
            { regex: "^@tributary/dashboard(?!/start$)", message: "its published entry is @tributary/dashboard/start" },
            { regex: "\\.\\./(attribution-engine|cli|indexer)/", message: "import no file of another workspace" },
          ],
        },
      ],
    },
  },
  {
    // Tests of the engine's services against the contracts: they need the simulated chain, which only this suite has.
    files: ["test/faults/**/*.ts", "test/watcher/**/*.ts", "test/disputes/**/*.ts", "test/openings/**/*.ts"],
    rules: { "no-restricted-imports": "off" },
  },
  {
    files: ["protocol/**/*.ts"],
    rules: {
      "no-restricted-imports": [
        "error",
        { patterns: [{ regex: "^@tributary/", message: "protocol imports no other workspace" }] },
      ],
    },
  },
  {
    // What the contracts compute from sketches is compared with the engine's own arithmetic.
    files: ["test/formats/sketches.test.ts"],
    rules: { "no-restricted-imports": "off" },
  },
  {
    // What is shown is text: markup out of data would run in the reader's browser.
    files: ["dashboard/**/*.tsx"],
    rules: {
      "no-restricted-syntax": [
        "error",
        { selector: "JSXAttribute[name.name='dangerouslySetInnerHTML']", message: "show it as text" },
        { selector: "JSXAttribute[name.name='target']", message: "links open where the reader wants them" },
      ],
    },
  },
  {
    // Chai asserts through property access.
    files: ["**/*.test.ts", "test/**/*.ts"],
    rules: { "@typescript-eslint/no-unused-expressions": "off" },
  },
  {
    files: FRAMEWORK_ENTRIES,
    rules: { "no-restricted-exports": "off" },
  },
);
