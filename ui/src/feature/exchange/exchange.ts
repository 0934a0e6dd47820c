import { onBeforeUnmount, onMounted, ref, type Ref } from "vue";
import { call, type ExchangeStatus, type ExchangeTask } from "@/api";

/** How often a running exchange is asked how far it is. */
const ASK_EVERY_MS = 300;

/**
 * The running or last exchange by bundle that is one of these tasks, asked again while it runs. One that was begun before
 * the room was left is found again; `found` is told of it.
 */
export function useExchange(
  tasks: readonly ExchangeTask[],
  found: (status: ExchangeStatus) => void,
): { status: Ref<ExchangeStatus | null>; take(answer: ExchangeStatus): Promise<ExchangeStatus> } {
  const status: Ref<ExchangeStatus | null> = ref(null);
  let gone = false;
  onBeforeUnmount(() => (gone = true));
  onMounted(async () => {
    const answer = await call("exchange_status", {}).catch(() => null);
    if (!answer?.running || answer.task === null || !tasks.includes(answer.task)) return;
    const ended = await take(answer);
    if (!gone) found(ended);
  });

  async function take(answer: ExchangeStatus): Promise<ExchangeStatus> {
    status.value = answer;
    while (status.value.running && !gone) {
      await new Promise((resolve) => setTimeout(resolve, ASK_EVERY_MS));
      status.value = await call("exchange_status", {});
    }
    return status.value;
  }

  return { status, take };
}

/** Whole percent; 0 while the total is not known. */
export function percent(done: number, total: number): number {
  return total > 0 ? Math.min(100, Math.floor((done * 100) / total)) : 0;
}

/** Bytes as people say them. */
export function bytes(count: number): string {
  if (count < 1024) return `${count} 字节`;
  const units = ["KB", "MB", "GB"];
  let size = count / 1024;
  let unit = 0;
  while (size >= 1024 && unit < units.length - 1) {
    size /= 1024;
    unit += 1;
  }
  return `${size.toFixed(1)} ${units[unit]}`;
}
