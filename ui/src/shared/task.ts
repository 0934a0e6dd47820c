import { ref, type Ref } from "vue";
import { asRefusal, type RefusalError } from "@/api";

/** Something that takes a moment: whether it runs, and how it went wrong. */
export interface Task<Arguments extends unknown[]> {
  readonly running: Ref<boolean>;
  readonly refusal: Ref<RefusalError | null>;
  /** Runs it; a second call while it runs does nothing. Answers whether it succeeded. */
  run(...given: Arguments): Promise<boolean>;
}

/** Wraps an action so that its refusal lands beside the button instead of nowhere. */
export function useTask<Arguments extends unknown[]>(act: (...given: Arguments) => Promise<unknown>): Task<Arguments> {
  const running = ref(false);
  const refusal: Ref<RefusalError | null> = ref(null);
  return {
    running,
    refusal,
    async run(...given) {
      if (running.value) return false;
      running.value = true;
      refusal.value = null;
      try {
        await act(...given);
        return true;
      } catch (thrown) {
        refusal.value = asRefusal(thrown);
        return false;
      } finally {
        running.value = false;
      }
    },
  };
}
