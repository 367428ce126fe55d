/**
 * What is known of one budget, a practice's or the app's, by all processes: the rate that it runs at and the pause that it
 * was told to keep. Pure functions of it; the gate keeps it in a cell.
 */
import { Schema } from "effect"
import type { CellKind } from "../coordination/SharedState.ts"
import { type DeclaredPace, declared, type Pace, refused } from "./Pace.ts"

const Declared = Schema.Struct({
  sustained: Schema.Finite,
  left: Schema.UndefinedOr(Schema.Finite),
  until: Schema.Finite
})

const StoredPace = Schema.Struct({
  ceiling: Schema.Finite,
  base: Schema.Finite,
  target: Schema.Finite,
  climb: Schema.Finite,
  probe: Schema.Finite,
  since: Schema.UndefinedOr(Schema.Finite),
  lowered: Schema.Boolean,
  declared: Schema.UndefinedOr(Declared)
})

const GateMemory = Schema.Struct({
  pace: StoredPace,
  /** Epoch milliseconds; in the past when the gate is open. */
  pausedUntil: Schema.Finite,
  consecutiveRefusals: Schema.Finite,
  /** About when a request was last let through, epoch milliseconds. */
  usedAt: Schema.Finite
})
export type GateMemory = typeof GateMemory.Type

const shiftedPace = (pace: Pace, millis: number): Pace => ({
  ...pace,
  since: pace.since === undefined ? undefined : pace.since + millis,
  declared: pace.declared === undefined ? undefined : { ...pace.declared, until: pace.declared.until + millis }
})

export const gateMemory = (initial: Pace): CellKind<GateMemory> => ({
  schema: Schema.toCodecJson(GateMemory),
  initial: { pace: initial, pausedUntil: 0, consecutiveRefusals: 0, usedAt: 0 },
  shifted: (memory, millis) => ({
    ...memory,
    pace: shiftedPace(memory.pace, millis),
    // Whole milliseconds: the clock has no finer ones, and a wait of a part of one never ends.
    pausedUntil: memory.pausedUntil === 0 ? 0 : Math.ceil(memory.pausedUntil + millis),
    usedAt: memory.usedAt + millis
  }),
  isSecret: false
})

/** Rests until `time` at least. */
export const restedUntil = (memory: GateMemory, time: number): GateMemory =>
  Math.ceil(time) <= memory.pausedUntil ? memory : { ...memory, pausedUntil: Math.ceil(time) }

/** `Retry-After: 0` and the like still mean that something was refused. */
const minPause = 300
/**
 * Refused without a word: 1 s doubling to 30 s, with half of it left to chance. What the server said counts for more, but
 * when it has proved too short (the next request was refused too) this is the least.
 */
const ownPause = (consecutive: number, isTold: boolean, chance: number) =>
  isTold && consecutive === 1 ? minPause : Math.min(30_000, 1000 * 2 ** (consecutive - 1)) * (0.5 + chance / 2)

/** A request that was refused for its rate. */
export interface Refused {
  /** Epoch milliseconds. */
  readonly admittedAt: number
  /** How many requests of the second before `admittedAt` were not refused. */
  readonly letThrough: number
  /** What the server said, if it said anything. */
  readonly resumesAt: number | undefined
  /** From 0 to 1. */
  readonly chance: number
}

export const afterRefusal = (memory: GateMemory, refusal: Refused, now: number): GateMemory => {
  const { admittedAt, chance, letThrough, resumesAt } = refusal
  const isSameEpisode = memory.pausedUntil > now && admittedAt < now
  const consecutiveRefusals = memory.consecutiveRefusals + (isSameEpisode ? 0 : 1)
  const chosen = isSameEpisode ? minPause : ownPause(consecutiveRefusals, resumesAt !== undefined, chance)
  const rested =
    resumesAt !== undefined || !isSameEpisode ? restedUntil(memory, Math.max(now + chosen, resumesAt ?? 0)) : memory
  const pace = refused(rested.pace, { admittedAt, letThrough, resumesAt: rested.pausedUntil }, now)
  return { ...rested, pace, consecutiveRefusals }
}

/** Whether the pace knows as much already. What is left of a window is told anew with every answer. */
const isKnown = ({ declared }: Pace, allowed: DeclaredPace): boolean =>
  declared !== undefined &&
  declared.sustained === allowed.sustained &&
  declared.left === undefined &&
  allowed.left === undefined

export const afterDeclaration = (memory: GateMemory, allowed: DeclaredPace, now: number): GateMemory =>
  isKnown(memory.pace, allowed) ? memory : { ...memory, pace: declared(memory.pace, allowed, now) }
