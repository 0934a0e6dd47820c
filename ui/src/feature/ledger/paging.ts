import { ref, type Ref } from "vue";
import type { LedgerPage, LedgerQuery, LedgerRow } from "@/api";

/** Rows asked for at a time. */
export const PAGE_ROWS = 100;

/** What is asked for, apart from where the last page ended. */
export type Filter = Omit<LedgerQuery, "cursor" | "limit">;

/** A list that grows as it is scrolled. An answer to an older question is dropped. */
export function usePages(ask: (query: LedgerQuery) => Promise<LedgerPage>): {
  rows: Ref<LedgerRow[]>;
  more: Ref<boolean>;
  first(filter: Filter): Promise<void>;
  next(): Promise<void>;
} {
  const rows: Ref<LedgerRow[]> = ref([]);
  const more = ref(false);
  let filter: Filter = { ledger: null, text: "", status: null, year: null };
  let cursor: string | null = null;
  let question = 0;
  let asking = false;

  async function load(fresh: boolean): Promise<void> {
    question += 1;
    const mine = question;
    asking = true;
    try {
      const page = await ask({ ...filter, cursor: fresh ? null : cursor, limit: PAGE_ROWS });
      if (mine !== question) return;
      rows.value = fresh ? page.rows : [...rows.value, ...page.rows];
      cursor = page.cursor;
      more.value = page.cursor !== null;
    } finally {
      if (mine === question) asking = false;
    }
  }

  return {
    rows,
    more,
    first(wanted) {
      filter = wanted;
      return load(true);
    },
    async next() {
      if (more.value && !asking) await load(false);
    },
  };
}
