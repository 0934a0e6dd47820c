import { onBeforeUnmount, ref, type Ref } from "vue";

/** Seconds left until trying again makes sense. */
export function useCountdown(): { seconds: Ref<number>; start(seconds: number): void } {
  const seconds = ref(0);
  let timer: ReturnType<typeof setInterval> | undefined;
  const stop = (): void => clearInterval(timer);
  onBeforeUnmount(stop);
  return {
    seconds,
    start(from) {
      stop();
      seconds.value = from;
      if (from === 0) return;
      const end = Date.now() + from * 1_000;
      timer = setInterval(() => {
        seconds.value = Math.max(0, Math.ceil((end - Date.now()) / 1_000));
        if (seconds.value === 0) stop();
      }, 250);
    },
  };
}
