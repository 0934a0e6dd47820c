import { ElMessage } from "element-plus";
import { inject, ref, type InjectionKey, type Ref } from "vue";
import { asRefusal, RefusalError, type ActionOffer, type OfferKind, type SignAction, type Signed } from "@/api";
import { requestSignature } from "@/feature/sign/request";
import type { FormModel } from "./model";

/** Kinds whose dialog asks for more before anything can be signed. */
export type AskKind = Exclude<OfferKind, "submit" | "approve" | "seal" | "entry" | "print" | "paper_back" | "resolve">;

/** What the person can do with the form on screen. */
export interface FormActions {
  /** The offer whose dialog is open. */
  readonly asking: Ref<(ActionOffer & { action: AskKind }) | null>;
  /** The sheet that is back on paper and waits for its scan. */
  readonly paper: Ref<boolean>;
  /** The offer whose reasons are shown, because it cannot be done yet. */
  readonly blocked: Ref<ActionOffer | null>;
  readonly running: Ref<boolean>;
  readonly refusal: Ref<RefusalError | null>;
  /** A button was pressed. */
  start(offer: ActionOffer): Promise<void>;
  /** Records a row of a do-table. Answers whether it was signed. */
  entry(table: string, at: string | null, corrects: string | null): Promise<boolean>;
  /** Has an action signed. Answers whether it was. */
  sign(action: SignAction): Promise<boolean>;
}

const KEY: InjectionKey<FormActions> = Symbol("actions");
export { KEY as ACTIONS };

/** The actions of the screen around this component. */
export function useActions(): FormActions {
  const actions = inject(KEY);
  if (!actions) throw new Error("no actions around this component");
  return actions;
}

const NOT_STORED = new RefusalError({
  code: "SCREEN-NOT-STORED",
  message: "有内容尚未存入，现在不能签字。",
  advice: "未存入的内容仍在本页。请先改正标出的字段，或等联系恢复后再试。",
  retry_after_seconds: null,
  problems: [],
});

/** Whether two offers are the same thing to do, in the same name. */
export const isSame = (one: ActionOffer, other: ActionOffer): boolean =>
  one.action === other.action && one.place === other.place && one.on_behalf === other.on_behalf;

/** What the screen does around signing. */
export interface ScreenHooks {
  /** It was signed; the form may have a new key. */
  signed(signed: Signed): Promise<void>;
  print(): void;
}

/** The actions of one form. */
export function formActions(form: string, model: FormModel, hooks: ScreenHooks): FormActions {
  const asking: FormActions["asking"] = ref(null);
  const paper = ref(false);
  const blocked: Ref<ActionOffer | null> = ref(null);
  const running = ref(false);
  const refusal: Ref<RefusalError | null> = ref(null);

  async function sign(action: SignAction): Promise<boolean> {
    if (running.value) return false;
    running.value = true;
    refusal.value = null;
    try {
      if (!(await model.flush())) throw NOT_STORED;
      const signed = await requestSignature(action);
      if (!signed) return false;
      asking.value = null;
      paper.value = false;
      ElMessage.success({ message: [signed.message, signed.number].filter(Boolean).join(" "), offset: 56 });
      await hooks.signed(signed);
      return true;
    } catch (thrown) {
      refusal.value = asRefusal(thrown);
      return false;
    } finally {
      running.value = false;
    }
  }

  /** The offer as it is now: what was typed a moment ago may have mended it. */
  async function current(offer: ActionOffer): Promise<ActionOffer> {
    if (offer.problems.length === 0) return offer;
    await model.flush();
    await model.reload();
    return model.page.value?.actions.find((one) => isSame(one, offer)) ?? offer;
  }

  async function begin(offer: ActionOffer): Promise<void> {
    switch (offer.action) {
      case "submit":
        return void (await sign({ kind: "submit", form }));
      case "approve":
        return void (await sign({ kind: "approve", form, step: offer.place ?? "", on_behalf: offer.on_behalf }));
      case "seal":
        return void (await sign({ kind: "seal", form }));
      case "entry":
        return void (await sign({ kind: "entry", form, table: offer.place ?? "", at: null, corrects: null }));
      case "paper_back":
        paper.value = true;
        return;
      case "print":
        return hooks.print();
      case "resolve":
        return;
      default:
        asking.value = { ...offer, action: offer.action };
    }
  }

  async function start(offer: ActionOffer): Promise<void> {
    refusal.value = null;
    try {
      const now = await current(offer);
      blocked.value = now.problems.length > 0 ? now : null;
      model.allProblems.value ||= blocked.value !== null;
      if (!blocked.value) await begin(now);
    } catch (thrown) {
      refusal.value = asRefusal(thrown);
    }
  }

  return {
    asking,
    paper,
    blocked,
    running,
    refusal,
    start,
    sign,
    async entry(table, at, corrects) {
      const offer = model.page.value?.actions.find((one) => one.action === "entry" && one.place === table);
      const now = offer && corrects === null ? await current(offer) : undefined;
      blocked.value = now && now.problems.length > 0 ? now : null;
      if (blocked.value) return false;
      return sign({ kind: "entry", form, table, at, corrects });
    },
  };
}
