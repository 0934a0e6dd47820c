const KIB = 1024;
const MIB = KIB * KIB;

/** 「860 字节」「12 KB」「3.4 MB」. */
export function sizeText(bytes: number): string {
  if (bytes < KIB) return `${bytes} 字节`;
  if (bytes < MIB) return `${Math.round(bytes / KIB)} KB`;
  return `${(bytes / MIB).toFixed(1)} MB`;
}
