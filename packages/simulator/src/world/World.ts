/**
 * All practices, and the world's clock. The generated past ends with June 2019, so a clock that stands
 * before that (a test clock starts in 1970) is moved to 2019-07-01T12:00:00Z and runs on from there: what
 * happens later always has the later stamp.
 */
import { Occurrences } from "./Occurrences.ts"
import { PracticeWorld } from "./PracticeWorld.ts"
import { profilesOf } from "./practices.ts"

export interface WorldOptions {
  readonly seed: number
  /** How many practices there are, from 195900 on. */
  readonly practices: number
  /** Appointments with a patient in June 2019, by practice; practices that are not named get 120. */
  readonly volume: Readonly<Record<string, number>>
  /** Patients by practice; practices that are not named get 55 for 100 appointments, at least 60. */
  readonly patients: Readonly<Record<string, number>>
}

const generatedPastEnds = Date.parse("2019-07-01T12:00:00Z")

export class World {
  readonly practices: ReadonlyMap<string, PracticeWorld>
  /** Of all practices. */
  readonly occurrences = new Occurrences()
  readonly #clockShift: number

  constructor(options: WorldOptions, startedAt: number) {
    this.#clockShift = startedAt < generatedPastEnds ? generatedPastEnds - startedAt : 0
    this.practices = new Map(
      profilesOf(options.practices).map((profile) => {
        const volume = options.volume[profile.id] ?? 120
        const patients = options.patients[profile.id] ?? Math.max(60, Math.round(volume * 0.55))
        return [profile.id, new PracticeWorld(profile, { seed: options.seed, volume, patients })]
      })
    )
  }

  /** The world's time of a clock's time, both in epoch milliseconds. */
  timeOf(clockMillis: number): number {
    return clockMillis + this.#clockShift
  }
}
