/** Every endpoint that the engine describes; the reference pages and the audit's coverage test walk this list. */
import type { EndpointDescription } from "../http/EndpointDescription.ts"
import { GetAppointment } from "./appointments/GetAppointment.ts"
import { ListBookedAppointments } from "./appointments/ListBookedAppointments.ts"
import { ListBookedAppointmentsOfDepartments } from "./appointments/ListBookedAppointmentsOfDepartments.ts"
import { GetPatient } from "./patients/GetPatient.ts"
import { ListDepartments } from "./practice/ListDepartments.ts"
import { ListPractices } from "./practice/ListPractices.ts"
import { ListProviders } from "./practice/ListProviders.ts"
import { Ping } from "./practice/Ping.ts"

export const catalogue: ReadonlyArray<EndpointDescription> = [
  ListBookedAppointments.description,
  ListBookedAppointmentsOfDepartments.description,
  GetAppointment.description,
  GetPatient.description,
  ListDepartments.description,
  ListProviders.description,
  ListPractices.description,
  Ping.description
]
