import type { NewPerson } from "@/api";

/** Fewest characters of a password. */
export const PASSWORD_MIN = 8;
/** Most characters of a name. */
const NAME_MAX = 50;

/** A person as being typed. */
export interface PersonDraft {
  name: string;
  unit: string;
  roles: string[];
  /** Whether the person gets a seat on this PC. */
  seat: boolean;
  password: string;
  again: string;
}

/** An empty one. */
export function emptyPerson(roles: readonly string[] = []): PersonDraft {
  return { name: "", unit: "", roles: [...roles], seat: true, password: "", again: "" };
}

/** What is not right yet, in Chinese. The desk checks again. */
export function personProblems(person: PersonDraft): string[] {
  const name = person.name.trim();
  const problems: string[] = [];
  if (name === "") problems.push("请填写姓名。");
  if ([...name].length > NAME_MAX) problems.push(`姓名不超过 ${NAME_MAX} 个字。`);
  if (person.roles.length === 0) problems.push("请至少选一个角色。");
  if (person.seat && [...person.password].length < PASSWORD_MIN) problems.push(`口令至少 ${PASSWORD_MIN} 个字符。`);
  if (person.seat && person.password !== person.again) problems.push("两次输入的口令不一致。");
  return problems;
}

/** As the desk takes it. */
export function newPerson(person: PersonDraft): NewPerson {
  return {
    name: person.name.trim(),
    unit: person.unit,
    roles: [...person.roles],
    password: person.seat ? person.password : null,
  };
}
