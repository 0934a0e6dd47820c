import { nameOf, type Cell, type Tree } from "./tree";

/** The piece of the slip that a place of the desk (`step.1.roles`) is about: its name; empty where it is about none. */
export function pieceAt(tree: Tree, place: string): string {
  const [list, number, ...rest] = place.split(".");
  const at = Number(number);
  switch (list) {
    case "field": {
      const field = tree.field?.[at];
      return field ? `${field.type === "table" ? "table" : "field"}:${field.key}` : "";
    }
    case "step":
      return tree.step?.[at] ? `step:${tree.step[at].key}` : "";
    case "table":
      return tree.table?.[at] ? `entry:${tree.table[at].name}` : "";
    case "link":
      return tree.link?.[at] ? `links:${tree.link[at].slot}` : "";
    case "slip": {
      const cell: Cell | undefined = number === "row" ? tree.slip.row[Number(rest[0])]?.cells[Number(rest[2])] : undefined;
      return cell ? nameOf(cell) : "";
    }
    default:
      return "";
  }
}
