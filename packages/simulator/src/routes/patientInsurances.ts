/** `GET /v1/{practiceid}/patients/{patientid}/insurances`: cancelled ones only with `showcancelled`. */
import { insuranceRecords } from "../render/insurance.ts"
import { pagedList, patientOfPath } from "./patientList.ts"
import type { RouteAnswer } from "./RouteAnswer.ts"
import type { RouteContext } from "./RouteContext.ts"

export const patientInsurances = (context: RouteContext): RouteAnswer => {
  const patient = patientOfPath(context)
  if ("_tag" in patient) return patient
  const all = context.query.flag("showcancelled")
  return pagedList(context, {
    recordsKey: "insurances",
    records: insuranceRecords(context.practice, patient).filter(
      (record) => all || !("cancelled" in record && record.cancelled !== undefined)
    ),
    patientIds: [String(patient.id)],
    parameters: ["departmentid", "showcancelled"],
    defaultRows: 100
  })
}
