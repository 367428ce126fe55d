import { Schema } from "effect"

/**
 * A practice (also "context" or "tablespace"): the tenant that every `/v1` path starts with, digits only.
 * The sandbox that every app is given is `195900`.
 */
export const PracticeId = Schema.String.check(
  Schema.isPattern(/^[0-9]{1,12}$/, { message: "a practice id is expected, digits only" })
).pipe(Schema.brand("PracticeId"))
export type PracticeId = typeof PracticeId.Type

/** Practice 1 is no practice: `GET /v1/1/practiceinfo` lists the practices that the credentials reach. */
export const everyPractice = PracticeId.make("1")
