import { computed, effectScope, ref, shallowRef, watch, type InjectionKey } from "vue";
import { asRefusal, call, type DesignNote, type Designed, type RefusalError } from "@/api";
import { forget, keep, kept } from "./kept";
import { pieceAt } from "./place";
import type { Tree } from "./tree";

/** How long after the last key an edited form is judged. */
const JUDGE_AFTER_MS = 400;

/** A form that is being changed, and what the desk says of it. */
export type Designer = Awaited<ReturnType<typeof openDesigner>>;

export const DESIGNER: InjectionKey<Designer> = Symbol("designer");

/** Opens a definition, as this person left it. */
export async function openDesigner(base: string, person: string) {
  const opened = await call("design_open", { definition: base });
  const unchanged = (): Tree => JSON.parse(opened.tree) as Tree;
  const untouched = JSON.stringify(unchanged());
  const tree = ref<Tree>(kept(person, base) ?? unchanged());
  const judged = shallowRef<Designed | null>(null);
  /** The last slip that could be shown. */
  const pdf = shallowRef("");
  const refusal = shallowRef<RefusalError | null>(null);
  /** What is on the screen was not judged yet. */
  const stale = ref(true);
  const full = ref(false);

  let timer: ReturnType<typeof setTimeout> | undefined;
  let round = 0;

  async function judge(): Promise<void> {
    clearTimeout(timer);
    const mine = (round += 1);
    try {
      const answer = await call("design_check", { base, tree: JSON.stringify(tree.value) });
      if (mine !== round) return;
      judged.value = answer;
      refusal.value = null;
      if (answer.slip) pdf.value = answer.slip.pdf;
    } catch (thrown) {
      if (mine !== round) return;
      refusal.value = asRefusal(thrown);
    }
    stale.value = false;
  }

  function changed(): void {
    round += 1;
    stale.value = true;
    const text = JSON.stringify(tree.value);
    if (text === untouched) forget(person, base);
    else full.value = !keep(person, base, text);
    clearTimeout(timer);
    timer = setTimeout(() => void judge(), JUDGE_AFTER_MS);
  }

  // Made after an answer of the desk, outside any component: whoever opened it closes it.
  const scope = effectScope(true);
  scope.run(() => watch(tree, changed, { deep: true }));
  void judge();

  const changes = computed(() => judged.value?.changes ?? []);
  const faults = computed(() => judged.value?.faults ?? []);
  const notes = computed(() => [...faults.value, ...(judged.value?.warnings ?? [])]);

  return {
    base,
    version: opened.version,
    may_change: opened.may_change,
    tree,
    judged,
    pdf,
    refusal,
    stale,
    full,
    changes,
    faults,
    /** What is said of a piece of the slip. */
    notesOf: (name: string): DesignNote[] => notes.value.filter((note) => pieceAt(tree.value, note.place) === name),
    ready: computed(() => !stale.value && refusal.value === null && faults.value.length === 0 && changes.value.length > 0),
    /** Everything as it was. */
    undo(): void {
      tree.value = unchanged();
    },
    /** The change is in use: nothing is left to keep. */
    done: (): void => forget(person, base),
    close(): void {
      scope.stop();
      clearTimeout(timer);
      round += 1;
    },
  };
}
