import { onBeforeUnmount, onMounted } from "vue";

const SIGNS_OF_LIFE = ["keydown", "pointerdown", "pointermove", "wheel"] as const;
const LOOK_EVERY_MS = 5_000;

/** Calls `lock` once nobody touched the PC for `minutes()`; 0 means never. */
export function useIdleLock(minutes: () => number, lock: () => void): void {
  let last = Date.now();
  let timer: ReturnType<typeof setInterval> | undefined;
  const alive = (): void => {
    last = Date.now();
  };
  const look = (): void => {
    const limit_ms = minutes() * 60_000;
    if (limit_ms > 0 && Date.now() - last >= limit_ms) {
      alive();
      lock();
    }
  };
  onMounted(() => {
    for (const sign of SIGNS_OF_LIFE) window.addEventListener(sign, alive, { passive: true });
    timer = setInterval(look, LOOK_EVERY_MS);
  });
  onBeforeUnmount(() => {
    for (const sign of SIGNS_OF_LIFE) window.removeEventListener(sign, alive);
    clearInterval(timer);
  });
}
