/** The endpoints of appointments that are not plain reads of what is booked: slots, feeds, writes. */
import { BookAppointment } from "@athena-engine/athena-core/endpoints/appointments/BookAppointment"
import { CancelAppointment } from "@athena-engine/athena-core/endpoints/appointments/CancelAppointment"
import {
  ChangedAppointments,
  ChangedAppointmentsSubscription
} from "@athena-engine/athena-core/endpoints/appointments/ChangedAppointments"
import { CheckIn } from "@athena-engine/athena-core/endpoints/appointments/CheckIn"
import { ConfirmAppointment } from "@athena-engine/athena-core/endpoints/appointments/ConfirmAppointment"
import { CreateAppointmentNote } from "@athena-engine/athena-core/endpoints/appointments/CreateAppointmentNote"
import { DeleteAppointmentNote } from "@athena-engine/athena-core/endpoints/appointments/DeleteAppointmentNote"
import { FreezeSlot } from "@athena-engine/athena-core/endpoints/appointments/FreezeSlot"
import { ListAppointmentNotes } from "@athena-engine/athena-core/endpoints/appointments/ListAppointmentNotes"
import { ListCancelReasons } from "@athena-engine/athena-core/endpoints/appointments/ListCancelReasons"
import { ListOpenSlots } from "@athena-engine/athena-core/endpoints/appointments/ListOpenSlots"
import { ListPatientAppointmentReasons } from "@athena-engine/athena-core/endpoints/appointments/ListPatientAppointmentReasons"
import { ListPatientAppointments } from "@athena-engine/athena-core/endpoints/appointments/ListPatientAppointments"
import { RescheduleAppointment } from "@athena-engine/athena-core/endpoints/appointments/RescheduleAppointment"
import { StartCheckIn } from "@athena-engine/athena-core/endpoints/appointments/StartCheckIn"
import { UpdateAppointmentNote } from "@athena-engine/athena-core/endpoints/appointments/UpdateAppointmentNote"
import { UpdateBookedAppointment } from "@athena-engine/athena-core/endpoints/appointments/UpdateBookedAppointment"
import { appointmentNotes, createNote, deleteNote, updateNote } from "./appointmentNotes.ts"
import { appointmentCancelReasons, patientAppointmentReasons } from "./appointmentReference.ts"
import {
  bookAppointment,
  cancelAppointment,
  checkIn,
  confirmAppointment,
  freezeSlot,
  rescheduleAppointment,
  startCheckIn,
  updateBookedAppointment
} from "./appointmentWrites.ts"
import { changedAppointments } from "./changedAppointments.ts"
import { subscribe, subscription, subscriptionEvents, unsubscribe } from "./feedSubscription.ts"
import { openSlots } from "./openSlots.ts"
import { patientAppointments } from "./patientAppointments.ts"
import type { RouteAnswer } from "./RouteAnswer.ts"
import type { RouteContext } from "./RouteContext.ts"

const { descriptions } = ChangedAppointmentsSubscription

export const appointmentRoutes = {
  openSlots: ListOpenSlots.description,
  appointmentReasons: ListPatientAppointmentReasons.description,
  cancelReasons: ListCancelReasons.description,
  patientAppointments: ListPatientAppointments.description,
  changedAppointments: ChangedAppointments.description,
  appointmentsSubscription: descriptions.read,
  appointmentsEvents: descriptions.events,
  subscribeToAppointments: descriptions.subscribe,
  unsubscribeFromAppointments: descriptions.unsubscribe,
  bookAppointment: BookAppointment.description,
  cancelAppointment: CancelAppointment.description,
  rescheduleAppointment: RescheduleAppointment.description,
  updateBookedAppointment: UpdateBookedAppointment.description,
  freezeSlot: FreezeSlot.description,
  startCheckIn: StartCheckIn.description,
  checkIn: CheckIn.description,
  confirmAppointment: ConfirmAppointment.description,
  appointmentNotes: ListAppointmentNotes.description,
  createNote: CreateAppointmentNote.description,
  updateNote: UpdateAppointmentNote.description,
  deleteNote: DeleteAppointmentNote.description
} as const

type AppointmentRoute = keyof typeof appointmentRoutes

const answers: Readonly<Record<AppointmentRoute, (context: RouteContext) => RouteAnswer>> = {
  openSlots,
  appointmentReasons: patientAppointmentReasons,
  cancelReasons: appointmentCancelReasons,
  patientAppointments,
  changedAppointments,
  appointmentsSubscription: (context) => subscription(context, context.practice.feeds.appointments),
  appointmentsEvents: (context) => subscriptionEvents(context.practice.feeds.appointments),
  subscribeToAppointments: (context) => subscribe(context, context.practice.feeds.appointments),
  unsubscribeFromAppointments: (context) => unsubscribe(context, context.practice.feeds.appointments),
  bookAppointment,
  cancelAppointment,
  rescheduleAppointment,
  updateBookedAppointment,
  freezeSlot,
  startCheckIn,
  checkIn,
  confirmAppointment,
  appointmentNotes,
  createNote,
  updateNote,
  deleteNote
}

/** The answer of an endpoint of this family. */
export const answerAppointmentRoute = (name: AppointmentRoute, context: RouteContext): RouteAnswer =>
  answers[name](context)

/** Whether an endpoint is of this family. */
export const isAppointmentRoute = (name: string): name is AppointmentRoute => Object.hasOwn(answers, name)
