/**
 * Rendered rows, kept per appointment as long as the appointment itself: a change makes a new appointment
 * value, so stale text cannot be found again.
 */
import { type AppointmentDetail, appointmentRecord } from "../render/appointment.ts"
import { vendorJson } from "../render/json.ts"
import { plantMarker } from "../render/plantMarker.ts"
import type { Appointment } from "../world/Appointment.ts"
import type { PracticeWorld } from "../world/PracticeWorld.ts"

const withCopay = new WeakMap<Appointment, string>()
const withoutCopay = new WeakMap<Appointment, string>()

/** The JSON of one row. Rows with an embedded patient, a marker, the leaner form, or of a large practice are not kept. */
export const appointmentRow = (
  practice: PracticeWorld,
  appointment: Appointment,
  detail: AppointmentDetail,
  marker: string | undefined
): string => {
  if (marker !== undefined) return vendorJson(plantMarker(appointmentRecord(practice, appointment, detail), marker))
  if (detail.leaner || detail.showPatient || practice.isLarge)
    return vendorJson(appointmentRecord(practice, appointment, detail))
  const kept = detail.showCopay ? withCopay : withoutCopay
  const known = kept.get(appointment)
  if (known !== undefined) return known
  const text = vendorJson(appointmentRecord(practice, appointment, detail))
  kept.set(appointment, text)
  return text
}
