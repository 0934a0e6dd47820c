import { computed, onBeforeUnmount, onMounted, ref, type Ref } from "vue";
import { call, type ExchangeStatus, type SyncStep } from "@/api";

/** How often an exchange with the endpoint is asked how far it is, while it runs and otherwise. */
const ASK_RUNNING_MS = 300;
const ASK_IDLE_MS = 5_000;

const status: Ref<ExchangeStatus | null> = ref(null);
let watching = 0;
let timer: ReturnType<typeof setTimeout> | undefined;

/** The exchange with the endpoint, whichever room or the background began it. */
export const line = {
  status: computed(() => status.value),
  running: computed(() => status.value?.running ?? false),
};

/** Takes the answer of a command that begins or stops it, and looks again soon. */
export function follow(answer: ExchangeStatus): void {
  status.value = answer;
  schedule();
}

/** Keeps an eye on it for as long as a component is there. */
export function useLine(): void {
  onMounted(() => {
    watching += 1;
    if (watching === 1) void look();
  });
  onBeforeUnmount(() => {
    watching -= 1;
    if (watching > 0) return;
    clearTimeout(timer);
    status.value = null;
  });
}

async function look(): Promise<void> {
  // A host that does not answer now may answer the next time; every command says so where it was given.
  const answer = await call("sync_progress", {}).catch(() => status.value);
  if (watching === 0) return;
  status.value = answer;
  schedule();
}

function schedule(): void {
  clearTimeout(timer);
  timer = setTimeout(() => void look(), status.value?.running ? ASK_RUNNING_MS : ASK_IDLE_MS);
}

const STEPS: Record<SyncStep, string> = {
  pull_registry: "正在收名册",
  push_registry: "正在送名册",
  pull_events: "正在收签名记录",
  pull_files: "正在收内容和附件",
  push_events: "正在送出",
  compare: "正在逐项比对",
  witness: "正在核对交换端的记录",
};

/** How far it is, as people say it. */
export function paceWords({ step, done, total }: Pick<ExchangeStatus, "step" | "done" | "total">): string {
  if (step === null) return "正在连接交换端";
  if (total > 0) return `${STEPS[step]}：${done}，共 ${total} 项`;
  return done > 0 ? `${STEPS[step]}：${done} 项` : STEPS[step];
}
