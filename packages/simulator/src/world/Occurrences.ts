/**
 * What happened in the practices that the vendor's event platform tells of (dossier H.3), until it is taken up. Nothing is
 * thrown away here; whoever changes the world takes them up in the same step.
 */

/** Something happened to a record, under one of the platform's topics. */
export interface Occurrence {
  readonly practiceId: string
  /** `Appointment.check-in` and its like. */
  readonly topic: string
  /** The id that `/v1` knows the record by. */
  readonly localId: string
  /** Whom it concerns, and where; absent where nobody is known. */
  readonly patientId: string | undefined
  readonly departmentId: string | undefined
  /** Epoch milliseconds of the world. */
  readonly at: number
}

export class Occurrences {
  #waiting: Array<Occurrence> = []

  add(occurrence: Occurrence): void {
    this.#waiting.push(occurrence)
  }

  /** Those that nobody took up yet, oldest first; from now on they are. */
  take(): ReadonlyArray<Occurrence> {
    if (this.#waiting.length === 0) return this.#waiting
    const taken = this.#waiting
    this.#waiting = []
    return taken
  }
}
