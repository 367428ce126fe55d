/** `GET /v1/{practiceid}/appointments/changed`: cancelled ones and open slots too, which have no patient and no stamps. */
import { appointmentRow } from "./appointmentRows.ts"
import { changedFeed } from "./changedFeed.ts"
import type { RouteAnswer } from "./RouteAnswer.ts"
import type { RouteContext } from "./RouteContext.ts"

export const changedAppointments = (context: RouteContext): RouteAnswer => {
  const { marker, practice, query } = context
  const [departments, providers, patients] = ["departmentid", "providerid", "patientid"].map((name) => query.list(name))
  const detail = {
    leaner: false,
    showCopay: query.flag("showcopay", true),
    showPatient: query.flag("showpatientdetail")
  }
  return changedFeed(context, {
    feed: practice.feeds.appointments,
    recordsKey: "appointments",
    parameters: ["departmentid", "providerid", "patientid", "showcopay", "showpatientdetail", "ignorerestrictions"],
    find: (id) => practice.appointments.get(id),
    matches: (a) =>
      isAmong(departments, a.departmentId) &&
      isAmong(providers, a.providerId) &&
      isAmong(patients, String(a.patientId ?? "")),
    render: (a) => appointmentRow(practice, a, detail, marker),
    patientIdOf: (a) => (a.patientId === undefined ? undefined : String(a.patientId))
  })
}

const isAmong = (wanted: ReadonlyArray<string> | undefined, value: string): boolean =>
  wanted === undefined || wanted.length === 0 || wanted.includes(value)
