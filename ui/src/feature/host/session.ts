import { computed, ref, type Ref } from "vue";
import { asRefusal, call, type HostStatus, type OpenDatabase, type RefusalError } from "@/api";

const status: Ref<HostStatus | null> = ref(null);
const lost: Ref<RefusalError | null> = ref(null);
const beforeLeaving = new Set<() => Promise<unknown>>();

/** Where the program stands, as the host last said. */
export const session = {
  status: computed(() => status.value),
  /** Why the host could not be asked. */
  lost: computed(() => lost.value),
  person: computed(() => status.value?.person ?? null),
  bureau: computed(() => status.value?.bureau ?? null),
};

/** Asks the host where it stands. */
export async function refreshSession(): Promise<void> {
  try {
    status.value = await call("host_status", {});
    lost.value = null;
  } catch (thrown) {
    lost.value = asRefusal(thrown);
  }
}

/** Sits a person down at the desk. */
export async function unlock(person: string, password: string): Promise<void> {
  status.value = await call("unlock", { person, password });
}

/** Opens the database where the operating system does not keep its key. While a seat is awaited it opens all the same. */
export async function openDatabase(request: OpenDatabase): Promise<void> {
  try {
    status.value = await call("open_database", request);
  } catch (thrown) {
    if (asRefusal(thrown).code === "SEAT-AWAITED") return refreshSession();
    throw thrown;
  }
}

/** Takes the sample bureau away; the screen is that of the program's own ledger again. */
export async function eraseSample(): Promise<void> {
  status.value = await call("sample_erase", {});
}

/** Stores what is typed, then leaves the desk. The screen is cleared even when the host does not answer. */
export async function lock(): Promise<void> {
  await Promise.allSettled([...beforeLeaving].map((act) => act()));
  if (status.value) status.value = { ...status.value, stage: "locked", person: null };
  try {
    status.value = await call("lock", {});
  } catch (thrown) {
    lost.value = asRefusal(thrown);
  }
}

/** Registers something to finish before the desk is left; answers how to take it back. */
export function finishBeforeLeaving(act: () => Promise<unknown>): () => void {
  beforeLeaving.add(act);
  return () => beforeLeaving.delete(act);
}
