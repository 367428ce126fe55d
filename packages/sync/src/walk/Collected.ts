/**
 * The rows of a window, collapsed by id over all the pages and walks that brought them: of two versions of one
 * appointment the one modified later stays, and of two that cannot be told apart the one read later.
 */
import type { Appointment } from "@athena-engine/athena-core/endpoints/appointments/Appointment"
import type { Page } from "@athena-engine/athena-core/endpoints/list"
import type { Misfit } from "@athena-engine/athena-core/endpoints/RecordKind"
import { isRepeatedHour } from "@athena-engine/athena-core/time/isRepeatedHour"
import { DateTime } from "effect"

/** Stamps of the hour that occurs twice each autumn say nothing about each other. */
const isOlder = (candidate: Appointment, known: Appointment): boolean =>
  candidate.lastModifiedAt !== undefined &&
  known.lastModifiedAt !== undefined &&
  !isRepeatedHour(candidate.lastModifiedAt) &&
  !isRepeatedHour(known.lastModifiedAt) &&
  DateTime.toEpochMillis(candidate.lastModifiedAt) < DateTime.toEpochMillis(known.lastModifiedAt)

export class Collected {
  readonly appointments = new Map<string, Appointment>()
  readonly misfits = new Map<string, Misfit>()
  private anonymous = 0

  add(page: Page<Appointment>): void {
    for (const appointment of page.records) {
      const known = this.appointments.get(appointment.appointmentId)
      if (known === undefined || !isOlder(appointment, known)) {
        this.appointments.set(appointment.appointmentId, appointment)
      }
      this.misfits.delete(appointment.appointmentId)
    }
    for (const misfit of page.misfits) {
      const key = misfit.recordId ?? `without id ${this.anonymous++}`
      if (!this.appointments.has(key)) this.misfits.set(key, misfit)
    }
  }

  addAll(other: Collected): void {
    this.add({
      offset: 0,
      records: [...other.appointments.values()],
      misfits: [...other.misfits.values()],
      received: 0,
      totalCount: undefined,
      hasNext: false
    })
  }

  /** Different rows seen. */
  get size(): number {
    return this.appointments.size + this.misfits.size
  }
}
