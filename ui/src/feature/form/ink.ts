import type { InkSignature } from "@/api";

/** The choice of a signer who is not in the registry. */
export const OUTSIDER = "outsider";

/** Most signatures of one sheet. */
const SIGNATURES_MAX = 16;

/** One signature box of the sheet, as being recorded. */
export interface InkLine {
  step: string;
  title: string;
  mayBeOutsider: boolean;
  ticked: boolean;
  /** Person id, {@link OUTSIDER}, or empty. */
  signer: string;
  outsider: string;
}

/** What is still missing, in Chinese; empty when it can be signed. */
export function inkProblem(hasScan: boolean, lines: readonly InkLine[]): string {
  if (!hasScan) return "请先放入扫描件。";
  const ticked = lines.filter((line) => line.ticked);
  if (ticked.length === 0) return "请勾选纸上已签的栏。";
  if (ticked.length > SIGNATURES_MAX) return `一张纸最多登记 ${SIGNATURES_MAX} 个签字。`;
  const nameless = ticked.find((line) => line.signer === "" || (line.signer === OUTSIDER && line.outsider.trim() === ""));
  return nameless ? `请写明「${nameless.title}」由谁签字。` : "";
}

/** As the desk takes them, in the order of the steps. */
export function inkSignatures(lines: readonly InkLine[]): InkSignature[] {
  return lines
    .filter((line) => line.ticked)
    .map((line) =>
      line.signer === OUTSIDER
        ? { step: line.step, signer: null, outsider: line.outsider.trim() }
        : { step: line.step, signer: line.signer, outsider: null },
    );
}
