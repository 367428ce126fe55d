/** Every patient of one practice. Made when somebody looks; changed ones are kept. */
import { firstPatientId, generatePerson } from "./generatePerson.ts"
import type { Person } from "./Person.ts"
import type { PracticeProfile } from "./PracticeProfile.ts"

export class PatientRegister {
  readonly #practice: PracticeProfile
  readonly #seed: number
  readonly #size: number
  readonly #changed = new Map<number, Person>()
  #nextId: number

  constructor(practice: PracticeProfile, seed: number, size: number) {
    this.#practice = practice
    this.#seed = seed
    this.#size = size
    this.#nextId = firstPatientId + size + 500
  }

  /** The patient with this id, merged and deleted ones too; `undefined` when there never was one. */
  get(id: number): Person | undefined {
    const changed = this.#changed.get(id)
    if (changed !== undefined) return changed
    const n = id - firstPatientId
    return Number.isInteger(n) && n >= 0 && n < this.#size ? generatePerson(this.#practice, this.#seed, n) : undefined
  }

  /** Adds a patient or covers the one with their id. */
  put(person: Person): void {
    this.#changed.set(person.id, person)
  }

  /** An id that no patient has. */
  newId(): number {
    return this.#nextId++
  }

  /** Every patient, by id. */
  all(): Array<Person> {
    const generated = Array.from({ length: this.#size }, (_, n) => this.get(firstPatientId + n) as Person)
    return [...generated, ...[...this.#changed.values()].filter((person) => person.id >= firstPatientId + this.#size)]
  }
}
