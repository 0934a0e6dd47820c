import { reactive } from "vue";

/** What the footer says about typing. */
export const saveState: { kind: "none" | "saving" | "saved" | "stuck"; at: string | null; why: string } = reactive({
  kind: "none",
  at: null,
  why: "",
});

/** Nothing is being typed here. */
export function showNoSaving(): void {
  Object.assign(saveState, { kind: "none", at: null, why: "" });
}

/** Something is on its way. */
export function showSaving(): void {
  saveState.kind = "saving";
}

/** All is stored, as of a time that the desk gave. */
export function showSaved(at: string | null): void {
  Object.assign(saveState, { kind: at ? "saved" : "none", at });
}

/** Something could not be stored yet. */
export function showStuck(why: string): void {
  Object.assign(saveState, { kind: "stuck", why });
}
