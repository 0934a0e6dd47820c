import { ref, type Ref } from "vue";
import { call, type CatalogueItem, type FieldView } from "@/api";
import { session } from "@/feature/host/session";

const items: Ref<CatalogueItem[]> = ref([]);
/** State of the registry when the items were read: a bureau's own items stand there. */
let read: number | null = null;

/** The service catalogue with the bureau's own items; read again after the registry has changed. */
export function useCatalogue(): Readonly<Ref<readonly CatalogueItem[]>> {
  const now = session.bureau.value?.registry_number ?? 0;
  if (read !== now) {
    read = now;
    call("catalogue", {}).then(
      (answer) => (items.value = answer.items),
      () => (read = null),
    );
  }
  return items;
}

/** What a field may take: the items of its groups, and the bureau's own whatever the groups. */
export function itemsFor(field: Pick<FieldView, "groups">, all: readonly CatalogueItem[]): CatalogueItem[] {
  return all.filter((item) => item.own || field.groups.length === 0 || field.groups.includes(item.group));
}
