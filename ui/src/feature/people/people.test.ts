import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { emptyPerson, newPerson, personProblems } from "./personDraft";
import { ROLES } from "./roles";

it("names the roles exactly as assets/roles.toml does", () => {
  const source = readFileSync("../assets/roles.toml", "utf8");
  const listed = [...source.matchAll(/^code = "(.+)"\nname = "(.+)"$/gm)].map(([, code, title]) => ({ code, title }));
  expect(ROLES).toEqual(listed);
});

it("says what a person still lacks", () => {
  expect(personProblems(emptyPerson())).toHaveLength(3);
  const person = { ...emptyPerson(["clerk"]), name: " 王小明 ", password: "12345678", again: "12345678" };
  expect(personProblems(person)).toEqual([]);
  expect(personProblems({ ...person, again: "1234567x" })).toEqual(["两次输入的口令不一致。"]);
});

it("gives no password to who signs on paper only", () => {
  const person = { ...emptyPerson(["clerk"]), name: " 王小明 ", seat: false, password: "left over" };
  expect(newPerson(person)).toEqual({ name: "王小明", unit: "", roles: ["clerk"], password: null });
});
