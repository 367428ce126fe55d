import { Effect, Schema } from "effect"

/** What a piece of work cost the process that did it. */
export const Usage = Schema.Struct({
  /** User and system time of all threads: garbage collection and compilation are in it. */
  cpuMillis: Schema.Finite,
  wallMillis: Schema.Finite,
  /** The most memory that the process ever held, its own code included. */
  peakMegabytes: Schema.Finite
})
export type Usage = typeof Usage.Type

/** Runs `effect` and tells what it cost. */
export const measured = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
  Effect.gen(function* () {
    const cpu = process.cpuUsage()
    const began = performance.now()
    const value = yield* effect
    const { user, system } = process.cpuUsage(cpu)
    const usage: Usage = {
      cpuMillis: (user + system) / 1000,
      wallMillis: performance.now() - began,
      peakMegabytes: process.resourceUsage().maxRSS / 1024
    }
    return { value, usage }
  })

/** The value in the middle; of an even number the lower one of the two. */
export const median = (values: ReadonlyArray<number>): number =>
  values.toSorted((a, b) => a - b)[Math.floor((values.length - 1) / 2)] ?? Number.NaN
