import type { DefinitionBrief } from "@/api";
import { matches } from "@/shared/pinyin";

/** The forms of one ledger, as they are offered. */
export interface Shelf {
  title: string;
  forms: DefinitionBrief[];
}

/** What may be started and fits what was typed, by ledger, in the order of the ledgers. */
export function shelves(definitions: readonly DefinitionBrief[], typed: string): Shelf[] {
  const found = new Map<string, Shelf>();
  for (const definition of definitions) {
    if (!definition.may_create) continue;
    if (!matches(definition.title, typed) && !matches(definition.ledger_title, typed)) continue;
    const shelf = found.get(definition.ledger) ?? { title: definition.ledger_title, forms: [] };
    shelf.forms.push(definition);
    found.set(definition.ledger, shelf);
  }
  return [...found.values()];
}

/** A line of a list to choose from. */
export interface Choice {
  value: string;
  label: string;
  /** Heading; empty for none. */
  group: string;
  /** What must be known before it is chosen; empty for nothing. */
  mark: string;
}
