import { expect, it } from "vitest";
import type { People } from "@/api";
import { personName, seatName, seatsInForce } from "./seats";

const seat = { reason: "", here: false, revoked: false };
const people: People = {
  people: [
    { id: "p1", name: "张三", unit: "", roles: [], seats: [{ ...seat, id: "s1", code: "01", here: true }, { ...seat, id: "s2", code: "02", revoked: true }] },
    { id: "p2", name: "李四", unit: "", roles: [], seats: [{ ...seat, id: "s3", code: "03" }] },
  ],
  units: [],
  roles: [],
  may_change: true,
  delegations: [],
  ledgers: [],
  series: [],
  blocks: [],
  number_seat: "s1",
  entries: [],
};

it("offers only seats in force, and says which is here", () => {
  expect(seatsInForce(people).map((one) => one.name)).toEqual(["张三 · 01（本机）", "李四 · 03"]);
});

it("names revoked seats and strangers for what they are", () => {
  expect([seatName(people, "s2"), seatName(people, null), personName(people, "p9")]).toEqual(["张三 · 02（已吊销）", "（无）", "（不在名册）"]);
});
