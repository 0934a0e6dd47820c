import { host } from "@/platform";
import type { Commands } from "./generated";
import { asRefusal } from "./refusal";

/** A command of the table. */
export type Command = keyof Commands;

/** Calls one command; every failure arrives as a {@link RefusalError}. */
export async function call<C extends Command>(
  command: C,
  request: Commands[C]["request"],
): Promise<Commands[C]["response"]> {
  try {
    return (await (await host).call(command, request)) as Commands[C]["response"];
  } catch (thrown) {
    throw asRefusal(thrown);
  }
}
