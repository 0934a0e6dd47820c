import type { SignAction } from "@/api";
import type { Task } from "@/shared/task";

/** Has a change of the registry signed; its refusal is shown in the dialog that asked. */
export type SignTask = Task<[action: SignAction]>;
