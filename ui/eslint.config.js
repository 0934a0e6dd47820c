// What the compiler cannot say: no `any`, and who may import whom.
import vue from "eslint-plugin-vue";
import typescript from "typescript-eslint";

const host = { group: ["@tauri-apps/*"], message: "Only platform/ talks to the host." };
const parent = { group: ["../*"], message: "Import through @/ so that the tier rules can be checked." };
const forbid = (...tiers) => ({
  group: tiers.flatMap((tier) => [`@/${tier}`, `@/${tier}/**`]),
  message: "platform ← api ← shared ← feature ← view: nothing imports upwards.",
});
const tier = (files, ...groups) => ({
  files,
  rules: { "no-restricted-imports": ["error", { patterns: [parent, ...groups] }] },
});

export default typescript.config(
  { ignores: ["dist", "node_modules", "src/api/generated"] },
  ...typescript.configs.strict,
  ...vue.configs["flat/recommended"],
  {
    files: ["**/*.vue"],
    languageOptions: { parserOptions: { parser: typescript.parser, extraFileExtensions: [".vue"] } },
  },
  {
    rules: {
      "@typescript-eslint/no-explicit-any": "error",
      "@typescript-eslint/no-non-null-assertion": "error",
      "@typescript-eslint/consistent-type-imports": "error",
      "no-undef": "off",
      "max-lines": ["error", 500],
      "vue/block-order": ["error", { order: ["script", "template", "style"] }],
      "vue/html-self-closing": ["error", { html: { void: "always", normal: "always", component: "always" } }],
      "vue/max-attributes-per-line": "off",
      "vue/singleline-html-element-content-newline": "off",
      "vue/html-indent": "off",
      "vue/first-attribute-linebreak": "off",
      "vue/multiline-html-element-content-newline": "off",
      "vue/html-closing-bracket-newline": "off",
      "vue/multi-word-component-names": "off",
      "vue/no-v-html": "error",
      "vue/no-static-inline-styles": "error",
      "vue/require-default-prop": "off",
    },
  },
  tier(["src/platform/**"], forbid("api", "shared", "feature", "view")),
  tier(["src/api/**"], host, forbid("shared", "feature", "view")),
  tier(["src/shared/**"], host, forbid("feature", "view", "platform")),
  tier(["src/feature/**"], host, forbid("view", "platform")),
  tier(["src/view/**", "src/*.ts", "src/*.vue"], host),
);
