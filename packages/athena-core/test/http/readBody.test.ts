import { assert, it } from "@effect/vitest"
import { Effect } from "effect"
import { readBody } from "../../src/http/readBody.ts"

it.effect("removes what is never stored, also where its name is written with escapes", () =>
  Effect.gen(function* () {
    const body = yield* readBody(
      String.raw`[{"patientid":"1","\u0073sn":"1","insurances":[{"insuredssn":"2"}]}]`,
      "never"
    )
    assert.deepStrictEqual(body, [{ patientid: "1", insurances: [{}] }])
  })
)

it.effect("quotes nothing of a body that is cut short", () =>
  Effect.gen(function* () {
    const failure = yield* Effect.flip(readBody('[{"lastname":"MARKER', "after-a-while"))
    assert.strictEqual(failure.again, "after-a-while")
    assert.notInclude(JSON.stringify(failure), "MARKER")
  })
)
