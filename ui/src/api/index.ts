// Commands and their types; what crosses to the host and nothing else.
export * from "./generated";
export { call, type Command } from "./call";
export { asRefusal, RefusalError } from "./refusal";
export { closeWindow, onSaved, openSign, type SignWindow } from "./window";
