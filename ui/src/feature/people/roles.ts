import type { RoleView } from "@/api";

/** The roles of `assets/roles.toml`, for founding, when there is no registry to ask yet. */
export const ROLES: readonly RoleView[] = [
  { code: "applicant", title: "申请人" },
  { code: "unit_head", title: "单位负责人" },
  { code: "clerk", title: "业务经办" },
  { code: "section_chief", title: "分管科长" },
  { code: "division", title: "主管处室审核人" },
  { code: "payment_center", title: "支付中心" },
  { code: "maintainer", title: "运维人员" },
  { code: "info_center", title: "信息中心" },
  { code: "registrar", title: "台账登记员" },
  { code: "admin", title: "管理员" },
  { code: "auditor", title: "审计员" },
];

/** What the founder always holds. */
export const FOUNDER_ROLES: readonly string[] = ["admin", "registrar"];

/** Chinese titles of role codes; an unknown code is shown as it is. */
export function titles(codes: readonly string[], roles: readonly RoleView[]): string[] {
  return codes.map((code) => roles.find((role) => role.code === code)?.title ?? code);
}
