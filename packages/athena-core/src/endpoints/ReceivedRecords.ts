/**
 * The records of one answer. Each is decoded by itself as soon as it is parsed, and of what was parsed nothing is kept:
 * one that does not fit is set aside, its neighbours go on.
 */
import { Predicate, Result } from "effect"
import type { AppointmentId } from "../ids/AppointmentId.ts"
import type { PatientId } from "../ids/PatientId.ts"
import { mayHoldNeverStored, removeNeverStored } from "../phi/neverStored.ts"
import { SealedRecord } from "../phi/SealedRecord.ts"
import type { WireRecord } from "../wire/columns.ts"
import { type Misfit, type RecordKind, recordIdOf, type Subjects } from "./RecordKind.ts"

export class ReceivedRecords<A> {
  readonly #kind: RecordKind<A>
  readonly #records: Array<A> = []
  readonly #misfits: Array<Misfit> = []
  readonly #patientIds = new Set<PatientId>()
  readonly #appointmentIds = new Set<AppointmentId>()

  constructor(kind: RecordKind<A>) {
    this.#kind = kind
  }

  /** `parsed`: what `json` says. A row that is no object still counts, and is set aside like any other that does not fit. */
  add(parsed: unknown, json: string): void {
    const wire: WireRecord = Predicate.isObject(parsed) ? (parsed as WireRecord) : { row: parsed }
    const isAsSent = wire === parsed && !mayHoldNeverStored(json)
    const raw = new SealedRecord(this.#kind.name, isAsSent ? json : JSON.stringify(removeNeverStored(wire)))
    const { patientIds, appointmentIds } = this.#kind.subjects(wire)
    for (const id of patientIds) this.#patientIds.add(id)
    for (const id of appointmentIds) this.#appointmentIds.add(id)
    const decoded = this.#kind.decode(wire, raw)
    if (Result.isSuccess(decoded)) this.#records.push(decoded.success)
    else {
      const reason = decoded.failure.message.replace(/\s+/g, " ")
      this.#misfits.push({ recordId: recordIdOf(this.#kind, wire), reason, raw })
    }
  }

  get records(): ReadonlyArray<A> {
    return this.#records
  }

  /** Those that do not fit their schema. */
  get misfits(): ReadonlyArray<Misfit> {
    return this.#misfits
  }

  /** Records and misfits. */
  get count(): number {
    return this.#records.length + this.#misfits.length
  }

  /** Whose data they are, each patient and appointment once. */
  get subjects(): Subjects {
    return { patientIds: [...this.#patientIds], appointmentIds: [...this.#appointmentIds] }
  }
}
