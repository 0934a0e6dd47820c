// An edited form that is not activated yet stays on this PC, for the person who edits it.
import type { Tree } from "./tree";

const KEY = "qianban.design";

const keyOf = (person: string, base: string): string => `${KEY}.${person}.${base}`;

/** Keeps an edited form, as JSON; answers whether there was room. */
export function keep(person: string, base: string, tree: string): boolean {
  try {
    localStorage.setItem(keyOf(person, base), tree);
    return true;
  } catch {
    return false;
  }
}

/** The form as this person left it; `null` if they did not change it. */
export function kept(person: string, base: string): Tree | null {
  const text = localStorage.getItem(keyOf(person, base));
  if (text === null) return null;
  try {
    return JSON.parse(text) as Tree;
  } catch {
    return null;
  }
}

/** Forgets it. */
export function forget(person: string, base: string): void {
  localStorage.removeItem(keyOf(person, base));
}
