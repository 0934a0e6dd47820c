import type { ActionOffer } from "@/api";

/** What Ctrl+Enter does: the first offer that carries the form on. */
export function primaryOf(offers: readonly ActionOffer[]): ActionOffer | undefined {
  const onward: readonly ActionOffer["action"][] = ["submit", "approve", "seal", "close"];
  return offers.find((offer) => onward.includes(offer.action));
}
