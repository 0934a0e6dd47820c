import { computed, inject, onBeforeUnmount, reactive, ref, type ComputedRef, type InjectionKey, type Ref } from "vue";
import { asRefusal, call, type Cell, type DraftSaved, type FieldKind, type FormPage, type LinkEdit, type RefusalError, type RowChange, type Section, type SectionView } from "@/api";
import { Autosave, type Outcome } from "@/shared/autosave";
import { showNoSaving, showSaved, showSaving, showStuck } from "@/shared/saveState";
import { addressOf, placeOf } from "./address";

/** How long after the last stored change the whole page is read again: plan, actions and problems may have moved. */
const REREAD_AFTER_MS = 500;

interface Change {
  address: string;
  section: Section;
  field: string;
  cell: Cell | null;
  text: string;
}

/** The form on screen: what the desk said last, and what is being typed over it. */
export interface FormModel {
  readonly page: Ref<FormPage | null>;
  /** Whether problems of untouched fields are shown too. */
  readonly allProblems: Ref<boolean>;
  /** All parts of the form by name. */
  readonly sections: ComputedRef<Map<string, SectionView>>;
  /** What was typed and is not what the desk knows yet. */
  typedAt(address: string): string | undefined;
  /** Why what was typed in a field was refused. */
  refusedAt(address: string): RefusalError | undefined;
  /** Takes what was typed. */
  type(section: Section, field: string, cell: Cell | null, text: string): void;
  focus(address: string): void;
  blur(address: string): void;
  /** Adds or removes a row of a table field. */
  changeRows(section: Section, field: string, change: RowChange): Promise<void>;
  /** Puts the rows of a spreadsheet (base64) into a table field: all of them, or none. */
  importRows(section: Section, field: string, bytes: string): Promise<void>;
  /** The correction of a row of a do-table that is being written. */
  correctionOf(table: string): SectionView | undefined;
  /** Begins to correct a row of a do-table, or leaves it (`null`); what was typed stays a draft. */
  correct(table: string, row: string | null): Promise<void>;
  /** Adds or removes links to sealed forms. */
  changeLinks(slot: string, change: LinkEdit): Promise<void>;
  /** Takes the desk's answer to any change of a draft. */
  take(saved: DraftSaved): void;
  /** Stores all that waits; answers whether all is stored. */
  flush(): Promise<boolean>;
  /** Reads the page again. */
  reload(): Promise<void>;
}

const KEY: InjectionKey<FormModel> = Symbol("form");
export { KEY as FORM };

/** The form of the screen around this component. */
export function useForm(): FormModel {
  const model = inject(KEY);
  if (!model) throw new Error("no form around this component");
  return model;
}

/** Whether a field holds a number, which stands to the right. */
export const isNumber = (kind: FieldKind): boolean => kind === "money" || kind === "integer" || kind === "percent";

/** All parts by name. */
function sectionsOf(page: FormPage, corrections: readonly SectionView[]): Map<string, SectionView> {
  const drafts = page.tables.flatMap((table) => (table.draft ? [table.draft] : []));
  const all = [page.content, ...page.steps.map((step) => step.section), ...drafts, ...corrections];
  return new Map(all.map((view) => [placeOf(view.section), view]));
}

/** Puts a part in the place of its earlier state. */
function putSection(page: FormPage, fresh: SectionView): void {
  const place = placeOf(fresh.section);
  if (place === "content") page.content = fresh;
  for (const step of page.steps) if (placeOf(step.section.section) === place) step.section = fresh;
  for (const table of page.tables) if (table.draft && place === placeOf(table.draft.section)) table.draft = fresh;
}

/** Opens a form for a screen. */
export function openForm(form: string): FormModel {
  const page: Ref<FormPage | null> = ref(null);
  const typed = reactive(new Map<string, string>());
  const refused = reactive(new Map<string, RefusalError>());
  const allProblems = ref(false);
  let focused = "";
  let reread: ReturnType<typeof setTimeout> | undefined;
  /** How many answers to changes were taken: a page that was asked for before the last of them is an old one. */
  let taken = 0;
  /** By do-table: the correction of one of its rows. */
  const corrections = reactive(new Map<string, SectionView>());
  const sections = computed(() => (page.value ? sectionsOf(page.value, [...corrections.values()]) : new Map<string, SectionView>()));
  const queue: Autosave<Change> = new Autosave(store);

  async function store(change: Change): Promise<Outcome> {
    showSaving();
    const { address, section, field, cell, text } = change;
    try {
      take(await call("draft_set", { form, section, field, cell, text }));
      refused.delete(address);
    } catch (thrown) {
      const refusal = asRefusal(thrown);
      if (refusal.unreachable) {
        showStuck(refusal.message);
        return "unreachable";
      }
      refused.set(address, refusal);
      showStuck(refusal.message);
      rereadSoon();
      return "refused";
    }
    settle();
    return "stored";
  }

  /** Lets go of what was typed where the desk has it now and nobody is typing. */
  function settle(): void {
    for (const address of [...typed.keys()]) {
      if (address !== focused && !queue.holds(address) && !refused.has(address)) typed.delete(address);
    }
  }

  function take(saved: DraftSaved): void {
    taken += 1;
    if (page.value) putSection(page.value, saved.section);
    for (const [table, view] of corrections) if (placeOf(view.section) === placeOf(saved.section.section)) corrections.set(table, saved.section);
    showSaved(saved.saved_at);
    rereadSoon();
  }

  function rereadSoon(): void {
    clearTimeout(reread);
    reread = setTimeout(() => void (queue.empty && reload().catch(() => undefined)), REREAD_AFTER_MS);
  }

  /** What is typed goes first; afterwards cells have other places, so nothing is held for them. */
  async function replaceRows(section: Section, field: string, ask: () => Promise<DraftSaved>): Promise<void> {
    if (!(await queue.flush())) return;
    const saved = await ask();
    const prefix = `${addressOf(section, field, null)}/`;
    for (const held of [typed, refused]) for (const address of [...held.keys()]) if (address.startsWith(prefix)) held.delete(address);
    take(saved);
  }

  async function reload(): Promise<void> {
    const asked = taken;
    const fresh = await call("form_get", { form });
    if (page.value && (!queue.empty || asked !== taken)) return;
    page.value = fresh;
    if (refused.size === 0) showSaved(fresh.saved_at);
    settle();
  }

  onBeforeUnmount(() => {
    clearTimeout(reread);
    void queue.flush();
    showNoSaving();
  });

  return {
    page,
    allProblems,
    sections,
    typedAt: (address) => typed.get(address),
    refusedAt: (address) => refused.get(address),
    type(section, field, cell, text) {
      const address = addressOf(section, field, cell);
      typed.set(address, text);
      clearTimeout(reread);
      queue.put(address, { address, section, field, cell, text });
    },
    focus(address) {
      focused = address;
    },
    blur(address) {
      if (focused === address) focused = "";
      void queue.flush().then(settle);
    },
    changeRows: (section, field, change) =>
      replaceRows(section, field, () => call("draft_rows", { form, section, field, change })),
    importRows: (section, field, bytes) =>
      replaceRows(section, field, () => call("table_import", { form, section, field, bytes })),
    correctionOf: (table) => corrections.get(table),
    async correct(table, row) {
      if (!(await queue.flush())) return;
      if (row === null) corrections.delete(table);
      else corrections.set(table, await call("draft_get", { form, section: { kind: "entry", table, row } }));
    },
    async changeLinks(slot, change) {
      if (!(await queue.flush())) return;
      page.value = await call("link_change", { form, slot, change });
      taken += 1;
      showSaved(page.value.saved_at);
    },
    take,
    flush: () => queue.flush(),
    reload,
  };
}
