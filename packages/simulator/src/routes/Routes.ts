import { GetAppointment } from "@athena-engine/athena-core/endpoints/appointments/GetAppointment"
import { ListAppointmentTypes } from "@athena-engine/athena-core/endpoints/appointments/ListAppointmentTypes"
import { ListBookedAppointments } from "@athena-engine/athena-core/endpoints/appointments/ListBookedAppointments"
import { ListBookedAppointmentsOfDepartments } from "@athena-engine/athena-core/endpoints/appointments/ListBookedAppointmentsOfDepartments"
import { GetPatient } from "@athena-engine/athena-core/endpoints/patients/GetPatient"
import { GetProvider } from "@athena-engine/athena-core/endpoints/practice/GetProvider"
import { ListDepartments } from "@athena-engine/athena-core/endpoints/practice/ListDepartments"
import { ListPractices } from "@athena-engine/athena-core/endpoints/practice/ListPractices"
import { ListProviders } from "@athena-engine/athena-core/endpoints/practice/ListProviders"
import { Ping } from "@athena-engine/athena-core/endpoints/practice/Ping"
import { appointmentRoutes } from "./appointmentRoutes.ts"
import { fhirRoutes } from "./fhirRoutes.ts"
import { patientRoutes } from "./patientRoutes.ts"

/**
 * Verb and path template of every endpoint; the one thing that the simulator shares with the client's descriptions. What
 * it answers is rendered by code of its own, so that it cannot agree with the client's mistakes.
 */
export const routes = {
  token: { verb: "POST", path: "/oauth2/v1/token" },
  ping: Ping.description,
  practiceinfo: ListPractices.description,
  departments: ListDepartments.description,
  department: { verb: "GET", path: "/v1/{practiceid}/departments/{departmentid}" },
  providers: ListProviders.description,
  provider: GetProvider.description,
  appointmenttypes: ListAppointmentTypes.description,
  booked: ListBookedAppointments.description,
  bookedMultipleDepartment: ListBookedAppointmentsOfDepartments.description,
  appointment: GetAppointment.description,
  ...appointmentRoutes,
  patient: GetPatient.description,
  ...patientRoutes,
  ...fhirRoutes
} as const

/** The name of an endpoint, as fault plans and statistics use it. */
export type RouteName = keyof typeof routes

export const routeNames = Object.keys(routes) as ReadonlyArray<RouteName>

/** A request path, taken apart. `practiceId` is absent on the token endpoint. */
export interface RouteMatch {
  readonly name: RouteName
  readonly practiceId: string | undefined
  /** The last of the ids in the path, by which fault plans choose: an appointment's, a patient's. */
  readonly id: string | undefined
}

/** The endpoint of a path; `"method"` when the path exists under another verb, `undefined` when nothing is there. */
export const matchRoute = (verb: string, path: string): RouteMatch | "method" | undefined => {
  let known = false
  for (const [name, pattern] of patterns) {
    const found = pattern.exec(path)
    if (found === null) continue
    known = true
    if (routes[name].verb === verb) return { name, practiceId: found.groups?.["practiceid"], id: found.groups?.["id"] }
  }
  return known ? "method" : undefined
}

/** The ids of a path but for the practice's. */
const idsIn = (path: string): number => path.split("{").length - 2

// Literal paths come before those with an id in the same place, so `booked` is not taken for an appointment's id.
const patterns = routeNames
  .map((name) => {
    const source = routes[name].path
      .replace("{practiceid}", "(?<practiceid>\\d+)")
      .replace(/\{\w+\}(?!.*\{)/, "(?<id>[^/]+)")
      .replace(/\{\w+\}/g, "[^/]+")
    return [name, new RegExp(`^${source}/?$`)] as const
  })
  .sort(([a], [b]) => idsIn(routes[a].path) - idsIn(routes[b].path))
