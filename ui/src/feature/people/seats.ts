import type { People, PersonView, SeatView } from "@/api";

/** A seat in force with its owner. */
export interface OwnedSeat {
  person: PersonView;
  seat: SeatView;
  /** 「张三 · 01（本机）」 */
  name: string;
}

/** Every seat in force, in order of people. */
export function seatsInForce(people: People): OwnedSeat[] {
  return people.people.flatMap((person) =>
    person.seats
      .filter((seat) => !seat.revoked)
      .map((seat) => ({ person, seat, name: `${person.name} · ${seat.code}${seat.here ? "（本机）" : ""}` })),
  );
}

/** The name of a seat; also of one that was revoked. */
export function seatName(people: People, id: string | null): string {
  for (const person of people.people) {
    const seat = person.seats.find((one) => one.id === id);
    if (seat) return `${person.name} · ${seat.code}${seat.revoked ? "（已吊销）" : ""}`;
  }
  return "（无）";
}

/** The name of a person. */
export function personName(people: People, id: string): string {
  return people.people.find((person) => person.id === id)?.name ?? "（不在名册）";
}
