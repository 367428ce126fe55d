/** What control routes answer with: JSON, and for garbage a 400 that says what is wrong with it. */
import { Effect, Schema } from "effect"
import type { SimulatedAnswer } from "../http/SimulatedResponse.ts"

/** Decodes a body, and answers with what is done with it. */
export const decoded = <S extends Schema.ConstraintDecoder<unknown>>(
  schema: S,
  body: string,
  then: (value: S["Type"]) => Effect.Effect<SimulatedAnswer>
): Effect.Effect<SimulatedAnswer> =>
  Schema.decodeEffect(Schema.fromJsonString(schema))(body, { onExcessProperty: "error" }).pipe(
    Effect.matchEffect({
      onFailure: (error) => Effect.succeed(json(400, { error: error.message })),
      onSuccess: then
    })
  )

/** An effect's value, or its error with `refusedStatus`. */
export const answered = <A, E extends { readonly message: string }>(
  effect: Effect.Effect<A, E>,
  refusedStatus = 400
): Effect.Effect<SimulatedAnswer> =>
  Effect.match(effect, {
    onFailure: (error) => json(refusedStatus, { error: error.message }),
    onSuccess: (value) => json(200, value)
  })

export const json = (status: number, body: unknown): SimulatedAnswer => ({
  _tag: "Answer",
  status,
  headers: { "Content-Type": "application/json; charset=utf-8" },
  body: `${JSON.stringify(body)}\n`
})

export const text = (status: number, body: string): SimulatedAnswer => ({
  _tag: "Answer",
  status,
  headers: { "Content-Type": "text/plain; charset=utf-8" },
  body
})
