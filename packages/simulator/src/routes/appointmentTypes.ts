/** `GET /v1/{practiceid}/appointmenttypes`; types not for patients are hidden unless `hidenonpatient=false`. */
import { appointmentTypeRecord } from "../render/appointmentType.ts"
import type { RouteAnswer } from "./RouteAnswer.ts"
import type { RouteContext } from "./RouteContext.ts"
import { smallList } from "./smallList.ts"

export const appointmentTypes = (context: RouteContext): RouteAnswer => {
  const { query } = context
  const shown = context.practice.profile.appointmentTypes.filter(
    (type) =>
      (type.forPatients || !query.flag("hidenonpatient", true)) &&
      !(type.generic && query.flag("hidegeneric")) &&
      (type.generic || !query.flag("hidenongeneric"))
  )
  return smallList(context, "appointmenttypes", shown.map(appointmentTypeRecord), [
    "hidegeneric",
    "hidenongeneric",
    "hidenonpatient",
    "hidetemplatetypeonly",
    "departmentids",
    "providerids"
  ])
}
