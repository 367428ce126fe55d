/** Asks a simulator as a client would, but sees the raw answer. */

import type { SimulatedAnswer } from "@athena-engine/simulator/http/SimulatedResponse"
import { Simulator } from "@athena-engine/simulator/Simulator"
import { Effect } from "effect"

export const june = "startdate=06/01/2019&enddate=06/30/2019"

export const tokenRequest = (body = "grant_type=client_credentials&scope=athena%2Fservice%2FAthenanet.MDP.*") => ({
  method: "POST",
  path: "/oauth2/v1/token",
  headers: {
    authorization: `Basic ${btoa("simulator:simulator-secret")}`,
    "content-type": "application/x-www-form-urlencoded"
  },
  body
})

/** The answer to a request; a test that expects one dies without it. */
export const answerTo = Effect.fnUntraced(function* (request: Parameters<typeof Simulator.Service.handle>[0]) {
  const simulator = yield* Simulator
  const response = yield* simulator.handle(request)
  return response._tag === "Answer" ? response : yield* Effect.die(`no answer: ${response._tag}`)
})

/** Takes a token once and answers a function that reads paths with it. */
export const signIn = Effect.gen(function* () {
  const answer = yield* answerTo(tokenRequest())
  const token: string = JSON.parse(answer.body).access_token
  return (path: string) => answerTo({ method: "GET", path, headers: { authorization: `Bearer ${token}` }, body: "" })
})

export type Row = Readonly<Record<string, unknown>>

/** The page in a body. */
export const page = (answer: SimulatedAnswer, key = "appointments") => {
  const body = JSON.parse(answer.body)
  const rows: ReadonlyArray<Row> = body[key]
  return { rows, totalcount: body.totalcount, next: body.next as string | undefined, previous: body.previous }
}

/** The first row of an array answer. */
export const first = (answer: SimulatedAnswer): Row => JSON.parse(answer.body)[0]

/** Every row of a list, page by page. */
export const everyRow = (read: (path: string) => Effect.Effect<SimulatedAnswer, never, Simulator>, path: string) =>
  Effect.gen(function* () {
    const rows: Array<Row> = []
    let next: string | undefined = path
    while (next !== undefined) {
      const found: ReturnType<typeof page> = page(yield* read(next))
      rows.push(...found.rows)
      next = found.next
    }
    return rows
  })
