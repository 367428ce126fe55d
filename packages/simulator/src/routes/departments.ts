/** `GET /v1/{practiceid}/departments` and `/departments/{departmentid}` */
import { departmentRecord } from "../render/department.ts"
import { unknownRecord } from "../render/errors.ts"
import { isDaylightSaving } from "../world/easternTime.ts"
import { type RouteAnswer, refuse } from "./RouteAnswer.ts"
import type { RouteContext } from "./RouteContext.ts"
import { arrayOfOne, smallList } from "./smallList.ts"

/** Departments that the portal hides are left out unless `showalldepartments`. */
export const departments = (context: RouteContext): RouteAnswer => {
  const { profile } = context.practice
  const all = context.query.flag("showalldepartments")
  const summer = isDaylightSaving(context.now)
  const shown = profile.departments.filter((department) => all || !department.hidden)
  return smallList(
    context,
    "departments",
    shown.map((department) => departmentRecord(department, profile.olderSpelling, summer)),
    ["showalldepartments", "providerlist", "fullproviderlist", "hospitalonly"]
  )
}

/** An array of one, of a hidden department too. */
export const department = (context: RouteContext): RouteAnswer => {
  const found = context.practice.departments.get(context.id)
  if (found === undefined) return refuse(unknownRecord(404, "department"))
  return arrayOfOne(departmentRecord(found, context.practice.profile.olderSpelling, isDaylightSaving(context.now)))
}
