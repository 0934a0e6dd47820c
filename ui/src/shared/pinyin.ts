// Pinyin initials without a table of readings: in the order of zh, each letter begins at a known character.

const OPENERS = "阿八嚓搭鹅发噶哈击喀垃妈拿哦啪七然仨他挖昔压匝";
const LETTERS = "abcdefghjklmnopqrstwxyz";
const order = new Intl.Collator("zh-Hans-CN");

/** Further initials of characters that are read in two ways in the words of an office. */
const ALSO: Readonly<Record<string, string>> = { 调: "t", 重: "c", 长: "z", 行: "h", 会: "k", 还: "h", 传: "z", 参: "s" };

const known = new Map<string, string>();

/** The initials under which one character may be looked for: `调` gives `dt`, a letter or a digit itself. */
function initialsOf(character: string): string {
  const before = known.get(character);
  if (before !== undefined) return before;
  const found = /\p{Script=Han}/u.test(character) ? letter(character) + (ALSO[character] ?? "") : character.toLowerCase();
  known.set(character, found);
  return found;
}

function letter(character: string): string {
  const at = [...OPENERS].findLastIndex((opener) => order.compare(character, opener) >= 0);
  return LETTERS[at] ?? "";
}

/** Whether a text contains what was typed: as words, or as the pinyin initials of neighbouring characters. */
export function matches(text: string, typed: string): boolean {
  const wanted = typed.replace(/\s/g, "").toLowerCase();
  if (wanted === "" || text.toLowerCase().includes(wanted)) return true;
  if (!/^[a-z0-9]+$/.test(wanted)) return false;
  const characters = [...text].filter((character) => /[\p{L}\p{N}]/u.test(character)).map(initialsOf);
  return characters.some((_, from) => [...wanted].every((key, at) => characters[from + at]?.includes(key)));
}
