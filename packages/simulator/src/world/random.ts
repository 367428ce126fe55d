/**
 * Chance without state: every number is a hash of the seed and of what it is for, so that record
 * 900,000 can be made without making the ones before it, and is the same in every run.
 */

/** 32 bits that depend on all of `keys`; equal keys give equal bits. */
export const draw = (seed: number, a: number, b = 0, c = 0): number => {
  let h = Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b)
  h = mix(h ^ Math.imul(a + 0x7f4a7c15, 0xc2b2ae35))
  h = mix(h ^ Math.imul(b + 0x165667b1, 0x27d4eb2f))
  h = mix(h ^ Math.imul(c + 0x2545f491, 0x9e3779b1))
  return h >>> 0
}

/** A number from 0 up to but not including 1. */
export const share = (seed: number, a: number, b = 0, c = 0): number => draw(seed, a, b, c) / 4294967296

/** One of `values`, which must not be empty. */
export const pick = <A>(values: ReadonlyArray<A>, bits: number): A => values[bits % values.length] as A

/** 32 bits of a text, for keys that are not numbers. */
export const bitsOf = (text: string): number => {
  let h = 0x811c9dc5
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193)
  return mix(h) >>> 0
}

const mix = (h: number): number => {
  let x = h
  x = Math.imul(x ^ (x >>> 16), 0x85ebca6b)
  x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35)
  return x ^ (x >>> 16)
}
