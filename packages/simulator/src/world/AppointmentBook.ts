/**
 * Every appointment and open slot of one practice. Generated rows are made a day at a time when somebody
 * looks and may be forgotten again; changed rows are kept beside them and cover them. So a practice of a
 * million rows costs what is looked at, and a change costs one row.
 */
import type { Appointment } from "./Appointment.ts"
import type { PlannedDay } from "./DayPlan.ts"
import { type AppointmentSource, generateAppointment } from "./generateAppointment.ts"

/** Generated rows kept at most, over all days. */
const keptRows = 120_000

/** Appointment ids start above this; in every practice the same, as ids are local to one. */
const firstAppointmentId = 4_410_000

export class AppointmentBook {
  /** Grows with every change; what was computed under another version is stale. */
  version = 0

  readonly #source: AppointmentSource
  readonly #days = new Map<number, ReadonlyArray<Appointment>>()
  readonly #changed = new Map<number, Appointment | undefined>()
  readonly #changedOn = new Map<number, Set<number>>()
  readonly #ids: IdScramble
  #rowsKept = 0
  #nextId: number

  constructor(source: Omit<AppointmentSource, "idOf">) {
    this.#ids = new IdScramble(source.plan.total)
    this.#source = { ...source, idOf: (index) => firstAppointmentId + this.#ids.idOf(index) }
    this.#nextId = firstAppointmentId + source.plan.total + 1000
  }

  /** The row with this id; `undefined` when it never was or is deleted. */
  get(id: number): Appointment | undefined {
    return this.#changed.has(id) ? this.#changed.get(id) : this.#generated(id)
  }

  /** All rows of the days `from` to `to`, both included. Order means nothing. */
  between(from: number, to: number): Array<Appointment> {
    const rows: Array<Appointment> = []
    for (let i = 0; i < this.#source.plan.days.length; i++) {
      const { day } = this.#source.plan.days[i] as PlannedDay
      if (day < from || day > to) continue
      const generated = this.#day(i)
      if (this.#changed.size === 0) for (const row of generated) rows.push(row)
      else for (const row of generated) if (!this.#changed.has(row.id)) rows.push(row)
    }
    for (const [day, ids] of this.#changedOn) {
      if (day < from || day > to) continue
      for (const id of ids) rows.push(this.#changed.get(id) as Appointment)
    }
    return rows
  }

  /** Every row there is. */
  all(): Array<Appointment> {
    return this.between(-Infinity, Infinity)
  }

  /** Adds a row or covers the one with its id. */
  put(row: Appointment): void {
    this.#forgetDayOf(row.id)
    this.#changed.set(row.id, row)
    const ids = this.#changedOn.get(row.day)
    if (ids === undefined) this.#changedOn.set(row.day, new Set([row.id]))
    else ids.add(row.id)
    this.version++
  }

  /** From now on the id answers as unknown. */
  remove(id: number): void {
    this.#forgetDayOf(id)
    this.#changed.set(id, undefined)
    this.version++
  }

  /** An id that no row has. */
  newId(): number {
    return this.#nextId++
  }

  #forgetDayOf(id: number): void {
    const before = this.#changed.get(id)
    if (before !== undefined) this.#changedOn.get(before.day)?.delete(id)
  }

  #generated(id: number): Appointment | undefined {
    const index = this.#ids.indexOf(id - firstAppointmentId)
    if (index === undefined) return undefined
    const { days } = this.#source.plan
    const dayIndex = days.findIndex((day) => index >= day.first && index < day.first + day.booked + day.open)
    return this.#day(dayIndex)[index - (days[dayIndex] as PlannedDay).first]
  }

  #day(dayIndex: number): ReadonlyArray<Appointment> {
    const planned = this.#source.plan.days[dayIndex] as PlannedDay
    const kept = this.#days.get(planned.day)
    if (kept !== undefined) return kept
    const size = planned.booked + planned.open
    const rows = Array.from({ length: size }, (_, k) => generateAppointment(this.#source, dayIndex, k))
    if (this.#rowsKept + size > keptRows) {
      this.#days.clear()
      this.#rowsKept = 0
    }
    this.#days.set(planned.day, rows)
    this.#rowsKept += size
    return rows
  }
}

/** A bijection of the row indexes, so that ids say nothing about dates. */
class IdScramble {
  readonly #size: number
  readonly #factor: number
  readonly #inverse: number

  constructor(size: number) {
    this.#size = size
    let factor = Math.max(1, Math.floor(size * 0.618))
    while (gcd(factor, size) !== 1) factor++
    this.#factor = factor
    this.#inverse = inverseOf(factor, size)
  }

  idOf(index: number): number {
    return (index * this.#factor) % this.#size
  }

  indexOf(id: number): number | undefined {
    return Number.isInteger(id) && id >= 0 && id < this.#size ? (id * this.#inverse) % this.#size : undefined
  }
}

const gcd = (a: number, b: number): number => (b === 0 ? a : gcd(b, a % b))

// Extended Euclid.
const inverseOf = (a: number, modulus: number): number => {
  let [r0, r1, s0, s1] = [a, modulus, 1, 0]
  while (r1 !== 0) {
    const quotient = Math.floor(r0 / r1)
    ;[r0, r1] = [r1, r0 - quotient * r1]
    ;[s0, s1] = [s1, s0 - quotient * s1]
  }
  return ((s0 % modulus) + modulus) % modulus
}
