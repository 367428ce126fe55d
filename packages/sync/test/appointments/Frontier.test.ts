import { LocalDate } from "@athena-engine/athena-core/time/LocalDate"
import { chance } from "@athena-engine/testing/random/Chance"
import { seeds } from "@athena-engine/testing/random/seeds"
import { assert, describe, it } from "@effect/vitest"
import { makeFrontier } from "../../src/appointments/Frontier.ts"
import { planWindows } from "../../src/appointments/Window.ts"

const windows = planWindows(LocalDate.make("2015-01-01"), LocalDate.make("2025-12-31"))

describe("how far a run has come without a gap", () => {
  it.for([...seeds({ short: 20, long: 2000 })])(
    "is the last of the days that are done from the first on (TEST_SEED=%i)",
    (seed) => {
      const { below } = chance(seed)
      const range = windows.slice(0, 1 + below(40))
      const done = new Set(range.filter(() => below(3) === 0).map(({ key }) => key))
      const frontier = makeFrontier(range, ({ key }) => done.has(key))
      const open = range.filter(({ key }) => !done.has(key))
      while (open.length > 0) {
        const [window] = open.splice(below(Math.min(8, open.length)), 1)
        assert.isDefined(window)
        const gap = range.findIndex(({ key }) => key !== window.key && !done.has(key))
        assert.strictEqual(
          frontier.with(window),
          range.at(gap === -1 ? range.length - 1 : gap - 1 < 0 ? range.length : gap - 1)?.date
        )
        // What fails to be committed is not done.
        if (below(5) === 0) open.push(window)
        else done.add(window.key)
      }
    }
  )

  it("looks at each of eleven years' days a few times at most", () => {
    const done = new Set<string>()
    let looks = 0
    const frontier = makeFrontier(windows, ({ key }) => {
      looks += 1
      return done.has(key)
    })
    for (const window of windows) {
      frontier.with(window)
      done.add(window.key)
    }
    assert.isBelow(looks, 5 * windows.length)
  })
})
