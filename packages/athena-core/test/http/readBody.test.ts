import { assert, it } from "@effect/vitest"
import { Result } from "effect"
import { readJson } from "../../src/http/readBody.ts"
import { BodyText } from "../../src/transport/BodyText.ts"

it("reads the JSON of a body in pieces, and null of an empty one", () => {
  assert.deepStrictEqual(readJson(new BodyText(['[{"patient', 'id":"1"}]'])), Result.succeed([{ patientid: "1" }]))
  assert.deepStrictEqual(readJson(BodyText.of(" \n")), Result.succeed(null))
})

it("quotes nothing of a body that is cut short", () => {
  const failure = Result.getFailure(readJson(BodyText.of('[{"lastname":"MARKER')))
  assert.include(JSON.stringify(failure), "not-json")
  assert.notInclude(JSON.stringify(failure), "MARKER")
})

it("removes what is never stored, also where its name is written with escapes", () => {
  const body = BodyText.of(String.raw`[{"patientid":"1","\u0073sn":"1","insurances":[{"insuredssn":"2"}]}]`)
  assert.deepStrictEqual(readJson(body), Result.succeed([{ patientid: "1", insurances: [{}] }]))
})
