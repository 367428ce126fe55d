import { Simulator } from "@athena-engine/simulator/Simulator"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { TestClock } from "effect/testing"
import { answerTo, signIn, tokenRequest } from "../support/asking.ts"

describe("the token endpoint", () => {
  it.effect("takes the client's credentials by header or by form", () =>
    Effect.gen(function* () {
      const basic = yield* answerTo(tokenRequest())
      assert.strictEqual(basic.status, 200)
      assert.strictEqual(JSON.parse(basic.body).token_type, "Bearer")
      const { authorization: _, ...headers } = tokenRequest().headers
      const form =
        "grant_type=client_credentials&scope=system/Patient.read&client_id=simulator&client_secret=simulator-secret"
      const post = yield* answerTo({ ...tokenRequest(form), headers })
      assert.strictEqual(JSON.parse(post.body).scope, "system/Patient.read")
    }).pipe(Effect.provide(Simulator.layer()))
  )

  it.effect("writes expires_in now as a number, now as text", () =>
    Effect.gen(function* () {
      const one = JSON.parse((yield* answerTo(tokenRequest())).body)
      const other = JSON.parse((yield* answerTo(tokenRequest())).body)
      assert.deepStrictEqual([one.expires_in, other.expires_in], [3600, "3600"])
      assert.notStrictEqual(one.access_token, other.access_token)
    }).pipe(Effect.provide(Simulator.layer()))
  )

  it.effect("refuses with OAuth error bodies", () =>
    Effect.gen(function* () {
      const error = (answer: { status: number; body: string }) => [answer.status, JSON.parse(answer.body).error]
      const wrong = { ...tokenRequest(), headers: { ...tokenRequest().headers, authorization: `Basic ${btoa("a:b")}` } }
      assert.deepStrictEqual(error(yield* answerTo(wrong)), [401, "invalid_client"])
      const grant = tokenRequest("grant_type=password&scope=athena/service/Athenanet.MDP.*")
      assert.deepStrictEqual(error(yield* answerTo(grant)), [400, "unsupported_grant_type"])
      const scope = tokenRequest("grant_type=client_credentials&scope=everything")
      assert.deepStrictEqual(error(yield* answerTo(scope)), [400, "invalid_scope"])
      assert.deepStrictEqual(error(yield* answerTo(tokenRequest("scope=x"))), [400, "invalid_request"])
    }).pipe(Effect.provide(Simulator.layer()))
  )

  it.effect("gives five tokens a minute, and none for the rest of it; a new minute starts at its top", () =>
    Effect.gen(function* () {
      yield* TestClock.setTime(Date.parse("2026-03-01T10:00:50Z"))
      for (let left = 4; left >= 0; left--) {
        const answer = yield* answerTo(tokenRequest())
        assert.strictEqual(answer.headers["X-RateLimit-Remaining"], String(left))
        assert.strictEqual(answer.headers["X-RateLimit-Limit"], "5")
      }
      assert.strictEqual((yield* answerTo(tokenRequest())).status, 429)
      yield* TestClock.adjust("9 seconds")
      assert.strictEqual((yield* answerTo(tokenRequest())).status, 429)
      yield* TestClock.adjust("1 second")
      assert.strictEqual((yield* answerTo(tokenRequest())).status, 200)
      const { tokenRequests, tokensIssued } = yield* (yield* Simulator).statistics
      assert.deepStrictEqual([tokenRequests, tokensIssued], [8, 6])
    }).pipe(Effect.provide(Simulator.layer()))
  )

  it.effect("tells no bearer, an unknown token, an expired one and a missing scope apart", () =>
    Effect.gen(function* () {
      const ping = (authorization?: string) =>
        answerTo({
          method: "GET",
          path: "/v1/195900/ping",
          headers: authorization === undefined ? {} : { authorization },
          body: ""
        })
      assert.include((yield* ping()).body, "Developer Inactive")
      assert.include((yield* ping("Bearer made-up")).body, "invalid_access_token")
      const read = yield* signIn
      assert.strictEqual((yield* read("/v1/195900/ping")).body, `{"pong":"true"}`)
      const fhirOnly = JSON.parse(
        (yield* answerTo(tokenRequest("grant_type=client_credentials&scope=system/Patient.read"))).body
      )
      assert.strictEqual((yield* ping(`Bearer ${fhirOnly.access_token}`)).status, 403)
      yield* TestClock.adjust("1 hour")
      const expired = yield* read("/v1/195900/ping")
      assert.strictEqual(expired.status, 401)
      assert.include(expired.body, "access_token_expired")
    }).pipe(Effect.provide(Simulator.layer()))
  )
})
