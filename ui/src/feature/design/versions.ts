import type { DefinitionBrief, Designs, DesignVersion } from "@/api";

/** A form in use, with all its versions, the newest first. */
export interface ListedForm extends DefinitionBrief {
  versions: DesignVersion[];
}

/** The forms in use by ledger and title. */
export function listed({ active, versions }: Designs): ListedForm[] {
  const order = new Intl.Collator("zh-Hans-CN");
  return active
    .map((form) => ({ ...form, versions: versions.filter((version) => version.id === form.id) }))
    .sort((one, other) => order.compare(one.ledger_title, other.ledger_title) || order.compare(one.title, other.title));
}
