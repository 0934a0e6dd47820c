import type { LeafView } from "@/api";

/** A field of several revisions side by side. */
export interface Line {
  label: string;
  /** What each revision says, in the order of the revisions; empty where it says nothing. */
  texts: string[];
  differs: boolean;
}

const FILES = "附件";

/** Every field that some revision fills, in the order of the form, then the files. */
export function compare(leaves: readonly LeafView[]): Line[] {
  const said = leaves.map((leaf) => {
    const texts = new Map(leaf.fields.map((field) => [field.label, field.shown]));
    if (leaf.attachments.length > 0) texts.set(FILES, leaf.attachments.map((file) => file.name).join("、"));
    return texts;
  });
  const files = leaves.map((leaf) => leaf.attachments.map((file) => file.digest).join());
  const labels = [...new Set(said.flatMap((texts) => [...texts.keys()]))];
  const last = labels.filter((label) => label === FILES);
  return [...labels.filter((label) => label !== FILES), ...last].map((label) => {
    const texts = said.map((one) => one.get(label) ?? "");
    const compared = label === FILES ? files : texts;
    return { label, texts, differs: compared.some((text) => text !== compared[0]) };
  });
}
