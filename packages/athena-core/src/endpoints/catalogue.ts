/** Every endpoint that the engine describes; the reference pages and the audit's coverage test walk this list. */
import type { EndpointDescription } from "../http/EndpointDescription.ts"
import { BookAppointment } from "./appointments/BookAppointment.ts"
import { CancelAppointment } from "./appointments/CancelAppointment.ts"
import { ChangedAppointments, ChangedAppointmentsSubscription } from "./appointments/ChangedAppointments.ts"
import { CheckIn } from "./appointments/CheckIn.ts"
import { ConfirmAppointment } from "./appointments/ConfirmAppointment.ts"
import { CreateAppointmentNote } from "./appointments/CreateAppointmentNote.ts"
import { DeleteAppointmentNote } from "./appointments/DeleteAppointmentNote.ts"
import { GetAppointment } from "./appointments/GetAppointment.ts"
import { ListAppointmentNotes } from "./appointments/ListAppointmentNotes.ts"
import { ListAppointmentTypes } from "./appointments/ListAppointmentTypes.ts"
import { ListBookedAppointments } from "./appointments/ListBookedAppointments.ts"
import { ListBookedAppointmentsOfDepartments } from "./appointments/ListBookedAppointmentsOfDepartments.ts"
import { ListCancelReasons } from "./appointments/ListCancelReasons.ts"
import { ListOpenSlots } from "./appointments/ListOpenSlots.ts"
import { ListPatientAppointmentReasons } from "./appointments/ListPatientAppointmentReasons.ts"
import { ListPatientAppointments } from "./appointments/ListPatientAppointments.ts"
import { RescheduleAppointment } from "./appointments/RescheduleAppointment.ts"
import { StartCheckIn } from "./appointments/StartCheckIn.ts"
import { UpdateAppointmentNote } from "./appointments/UpdateAppointmentNote.ts"
import { GetPatient } from "./patients/GetPatient.ts"
import { ListDepartments } from "./practice/ListDepartments.ts"
import { ListPractices } from "./practice/ListPractices.ts"
import { ListProviders } from "./practice/ListProviders.ts"
import { Ping } from "./practice/Ping.ts"

export const catalogue: ReadonlyArray<EndpointDescription> = [
  ListBookedAppointments.description,
  ListBookedAppointmentsOfDepartments.description,
  GetAppointment.description,
  ListPatientAppointments.description,
  ChangedAppointments.description,
  ...Object.values(ChangedAppointmentsSubscription.descriptions),
  ListOpenSlots.description,
  ListAppointmentTypes.description,
  ListPatientAppointmentReasons.description,
  ListCancelReasons.description,
  ListAppointmentNotes.description,
  BookAppointment.description,
  CancelAppointment.description,
  RescheduleAppointment.description,
  StartCheckIn.description,
  CheckIn.description,
  ConfirmAppointment.description,
  CreateAppointmentNote.description,
  UpdateAppointmentNote.description,
  DeleteAppointmentNote.description,
  GetPatient.description,
  ListDepartments.description,
  ListProviders.description,
  ListPractices.description,
  Ping.description
]
