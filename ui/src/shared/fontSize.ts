import { ref } from "vue";

/** Sizes on offer, in percent. */
export const FONT_PERCENTS = [100, 110, 125, 150, 175] as const;

const KEPT_AS = "qianban.font-percent";
const ROOT_PX = 16;

/** The size in use, in percent. */
export const fontPercent = ref(100);

/** Applies the size kept on this PC. */
export function restoreFontSize(): void {
  const kept = Number(localStorage.getItem(KEPT_AS));
  setFontSize(FONT_PERCENTS.find((percent) => percent === kept) ?? 100);
}

/** Applies a size and keeps it on this PC. */
export function setFontSize(percent: number): void {
  fontPercent.value = percent;
  document.documentElement.style.fontSize = `${(ROOT_PX * percent) / 100}px`;
  localStorage.setItem(KEPT_AS, String(percent));
}

/** Pixels of a length in rem at the size in use, for components that count in pixels. */
export function remPx(rem: number): number {
  return Math.round((rem * ROOT_PX * fontPercent.value) / 100);
}
