/** Random decisions that a seed decides: the same seed, the same decisions, on every machine. */
export interface Chance {
  /** From 0 up to but not including 1. */
  readonly next: () => number
  /** A whole number from 0 up to but not including `n`. */
  readonly below: (n: number) => number
  /** True with this probability. */
  readonly happens: (probability: number) => boolean
  /** One of the items, each as likely as the others. There must be one. */
  readonly pick: <A>(items: ReadonlyArray<A>) => A
}

/** Mulberry32. */
const numbers = (seed: number) => {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
}

export const chance = (seed: number): Chance => {
  const next = numbers(seed)
  const below = (n: number) => Math.floor(next() * n)
  return {
    next,
    below,
    happens: (probability) => next() < probability,
    pick: (items) => {
      if (items.length === 0) throw new Error("There is nothing to pick from")
      return items[below(items.length)] as (typeof items)[number]
    }
  }
}
