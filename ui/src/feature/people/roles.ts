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
  { code: "resident_manager", title: "常驻现场经理" },
  { code: "service_engineer", title: "客户服务工程师" },
  { code: "service_manager", title: "客户服务经理" },
  { code: "supervisor", title: "运维规范监督组" },
  { code: "integrator", title: "软件集成工程师" },
  { code: "tester", title: "测试人员" },
  { code: "budget", title: "预算部门" },
  { code: "treasury", title: "国库部门" },
  { code: "leader", title: "分管领导" },
  { code: "reviewer", title: "复核人" },
];

/** What the founder always holds. */
export const FOUNDER_ROLES: readonly string[] = ["admin", "registrar"];

/** Chinese titles of role codes; an unknown code is shown as it is. */
export function titles(codes: readonly string[], roles: readonly RoleView[]): string[] {
  return codes.map((code) => roles.find((role) => role.code === code)?.title ?? code);
}
