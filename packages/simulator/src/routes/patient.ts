/** `GET /v1/{practiceid}/patients/{patientid}`: an array of one, of deleted and merged patients too. */
import { invalidValue, unknownRecord } from "../render/errors.ts"
import { vendorJson } from "../render/json.ts"
import { patientRecord } from "../render/patient.ts"
import { plantMarker } from "../render/plantMarker.ts"
import { type RouteAnswer, refuse } from "./RouteAnswer.ts"
import type { RouteContext } from "./RouteContext.ts"

export const patient = (context: RouteContext): RouteAnswer => {
  if (!/^\d+$/.test(context.id)) return refuse(invalidValue("type integer", context.id))
  const found = context.practice.patients.get(Number(context.id))
  if (found === undefined) {
    const { unknownPatient } = context.settings
    if (unknownPatient === "empty") return { _tag: "Rows", rows: [], patientIds: [] }
    return refuse(unknownRecord(unknownPatient, "patient"))
  }
  const { query } = context
  const record = patientRecord(context.practice, found, {
    showPreviousIds: query.flag("showpreviouspatientids"),
    showLocalId: query.flag("showlocalpatientid"),
    showInsurance: query.flag("showinsurance"),
    showCustomFields: query.flag("showcustomfields"),
    departmentId: query.text("departmentid")
  })
  const row = vendorJson(context.marker === undefined ? record : plantMarker(record, context.marker))
  return { _tag: "Rows", rows: [row], patientIds: [String(found.id)] }
}
