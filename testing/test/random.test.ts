import { afterEach, assert, describe, it, vi } from "vitest"
import { chance } from "../src/random/Chance.ts"
import { seeds } from "../src/random/seeds.ts"

afterEach(() => vi.unstubAllEnvs())

describe("seeds", () => {
  it("are the same at every short run", () => {
    vi.stubEnv("TEST_SIZE", "")
    vi.stubEnv("TEST_SEED", "")
    assert.deepStrictEqual(seeds({ short: 3, long: 9 }), [1, 2, 3])
  })

  it("are new ones, and more, at every long run", () => {
    vi.stubEnv("TEST_SIZE", "long")
    vi.stubEnv("TEST_SEED", "")
    const first = seeds({ short: 3, long: 9 })
    assert.strictEqual(first.length, 9)
    assert.notDeepEqual(first, seeds({ short: 3, long: 9 }))
  })

  it("are the one that is asked for, whatever the size", () => {
    vi.stubEnv("TEST_SEED", "123")
    assert.deepStrictEqual(seeds({ short: 3, long: 9 }), [123])
  })

  it("refuse what is no seed", () => {
    vi.stubEnv("TEST_SEED", "12x")
    assert.throws(() => seeds({ short: 3, long: 9 }), /TEST_SEED must be a whole number/)
  })
})

describe("chance", () => {
  it("decides alike for the same seed, and otherwise for another", () => {
    const decisions = (seed: number) => {
      const { below } = chance(seed)
      return Array.from({ length: 20 }, () => below(1000))
    }
    assert.deepStrictEqual(decisions(5), decisions(5))
    assert.notDeepEqual(decisions(5), decisions(6))
  })

  it("picks every item in about equal measure, and none from an empty list", () => {
    const { pick } = chance(1)
    const picked = Array.from({ length: 3000 }, () => pick(["a", "b", "c"]))
    for (const item of ["a", "b", "c"]) {
      const times = picked.filter((one) => one === item).length
      assert.isAbove(times, 900)
      assert.isBelow(times, 1100)
    }
    assert.throws(() => pick([]), /nothing to pick/)
  })
})
