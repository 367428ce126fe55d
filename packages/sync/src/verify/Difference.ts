/** A stored appointment that is not as athenahealth has it. By ids and columns alone; no value of either side. */
import type { AppointmentId } from "@athena-engine/athena-core/ids/AppointmentId"

export interface Difference {
  readonly appointmentId: AppointmentId | undefined
  /**
   * - `missing`: athenahealth lists it, and it is not stored, or stored as gone
   * - `different`: the columns named differ
   * - `gone`: stored, and athenahealth knows it no more, or has freed it
   * - `does-not-fit`: it was read and does not fit its schema
   */
  readonly kind: "missing" | "different" | "gone" | "does-not-fit"
  /** Of `different`: which of the columns, or `raw` when only what has no column differs. */
  readonly columns: ReadonlyArray<string>
}
