/**
 * The truth about a practice, in no wire format: what a database that was synced from the simulator has to
 * hold. Days are ISO, times of day local to the department, stamps ISO instants in UTC.
 */
import type { Appointment } from "../world/Appointment.ts"
import { clockTime, isoDate } from "../world/calendar.ts"
import type { Person } from "../world/Person.ts"
import type { PracticeWorld } from "../world/PracticeWorld.ts"

export interface AppointmentTruth {
  readonly appointmentId: string
  readonly status: string
  readonly date: string
  readonly startTime: string
  /** IANA or US zone name of the department. */
  readonly timeZone: string
  readonly durationMinutes: number
  readonly departmentId: string
  readonly providerId: string
  readonly appointmentTypeId: string
  /** `null` on open slots. */
  readonly patientId: string | null
  readonly lastModified: string | null
  readonly cancelReasonId: string | null
  readonly rescheduledAppointmentId: string | null
}

export interface PatientTruth {
  readonly patientId: string
  readonly firstName: string
  readonly lastName: string
  readonly birthDate: string
  readonly sex: string | null
  readonly status: string
  readonly email: string | null
  readonly mobilePhone: string | null
  readonly departmentId: string | null
  readonly mergedInto: string | null
  readonly previousPatientIds: ReadonlyArray<string>
}

export interface Snapshot {
  readonly practiceId: string
  /** Open slots and cancelled ones too, by id. */
  readonly appointments: ReadonlyArray<AppointmentTruth>
  /** Deleted and merged ones too, by id. */
  readonly patients: ReadonlyArray<PatientTruth>
}

/** Everything in the practice. */
export const snapshotOf = (practice: PracticeWorld): Snapshot => ({
  practiceId: practice.id,
  appointments: practice.appointments
    .all()
    .sort((a, b) => a.id - b.id)
    .map((appointment) => appointmentTruth(practice, appointment)),
  patients: practice.patients.all().map(patientTruth)
})

const appointmentTruth = (practice: PracticeWorld, a: Appointment): AppointmentTruth => ({
  appointmentId: String(a.id),
  status: a.status,
  date: isoDate(a.day),
  startTime: clockTime(a.minutes),
  timeZone: practice.departments.get(a.departmentId)?.timeZone ?? "US/Eastern",
  durationMinutes: a.durationMinutes,
  departmentId: a.departmentId,
  providerId: a.providerId,
  appointmentTypeId: a.typeId,
  patientId: text(a.patientId),
  // The wire has whole seconds.
  lastModified:
    a.lastModifiedAt === undefined ? null : new Date(Math.floor(a.lastModifiedAt / 1000) * 1000).toISOString(),
  cancelReasonId: a.cancelReasonId ?? null,
  rescheduledAppointmentId: text(a.rescheduledTo)
})

const patientTruth = (person: Person): PatientTruth => ({
  patientId: String(person.id),
  firstName: person.firstName,
  lastName: person.lastName,
  birthDate: isoDate(person.birthDay),
  sex: person.sex ?? null,
  status: person.status,
  email: person.email ?? null,
  mobilePhone: person.mobilePhone ?? null,
  departmentId: person.departmentId ?? null,
  mergedInto: text(person.mergedInto),
  previousPatientIds: person.previousIds.map(String)
})

const text = (id: number | undefined): string | null => (id === undefined ? null : String(id))
