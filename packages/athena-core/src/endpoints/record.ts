/**
 * Endpoints that return one record by id, which the vendor sends as an array of one.
 */
import { Effect, Option, Predicate, Schema } from "effect"
import type { AuditTrail, AuditTrailUnavailable } from "../audit/AuditTrail.ts"
import { AthenaError, RecordNotFound } from "../errors/AthenaError.ts"
import { type Answer, Athena } from "../http/Athena.ts"
import type { Call } from "../http/Call.ts"
import { type EndpointDescription, templateOf } from "../http/EndpointDescription.ts"
import { PracticeId } from "../ids/PracticeId.ts"
import type { WireRecord } from "../wire/columns.ts"
import { audited, type Received } from "./audited.ts"
import { decodeRecords } from "./decodeRecords.ts"
import { unreadable } from "./list.ts"
import type { Misfit, RecordKind, Subjects } from "./RecordKind.ts"

/** The record was read, but does not fit its schema. `misfit.raw` is redacted. */
export class RecordMisfit extends Schema.TaggedError<RecordMisfit>()("RecordMisfit", {
  practiceId: PracticeId,
  endpoint: Schema.String,
  misfit: Schema.declare((input: unknown): input is Misfit => Predicate.isObject(input))
}) {
  override get message() {
    return `practice ${this.practiceId}, ${this.endpoint}: record ${this.misfit.recordId ?? "without id"} does not fit: ${this.misfit.reason}`
  }
}

export interface RecordQuery {
  readonly practiceId: PracticeId
}

export interface RecordDescription<Query extends RecordQuery, A> extends EndpointDescription {
  readonly kind: RecordKind<A>
  /** Values of the path's placeholders. */
  readonly pathOf: (query: Query) => Readonly<Record<string, string>>
  readonly parameters: (query: Query) => Readonly<Record<string, string>>
  /** Whose data is asked for, known from the path. */
  readonly asked: (query: Query) => Subjects
}

export interface RecordEndpoint<Query extends RecordQuery, A, E, R> {
  readonly description: RecordDescription<Query, A>
  /** Reads the record. Fails with the reason `RecordNotFound` when the vendor knows none. Safe to repeat. */
  readonly read: (query: Query) => Effect.Effect<A, E | RecordMisfit, R>
}

const readRecords = (call: Call, answer: Answer): Effect.Effect<Received, AthenaError> => {
  const body = Array.isArray(answer.body) ? answer.body : [answer.body]
  const records = body.filter((row): row is WireRecord => Predicate.isObject(row))
  return records.length === body.length && records.length <= 1
    ? Effect.succeed({ records, attempts: answer.attempts, requestId: answer.requestId })
    : Effect.fail(unreadable(call, answer))
}

/** A record of patient data: one audited access. */
export const patientDataRecord = <Query extends RecordQuery, A>(
  description: RecordDescription<Query, A>
): RecordEndpoint<Query, A, AthenaError | AuditTrailUnavailable, Athena | AuditTrail> => ({
  description,
  read: (query) =>
    Effect.gen(function* () {
      const athena = yield* Athena
      const call: Call = {
        endpoint: description,
        practiceId: query.practiceId,
        path: description.pathOf(query),
        query: description.parameters(query)
      }
      const exchange = Effect.flatMap(athena.exchange(call), (answer) => readRecords(call, answer))
      const received = yield* athena.inFlight(
        query.practiceId,
        audited(call, description.kind, description.asked(query), "record", exchange)
      )
      const { records, misfits } = decodeRecords(description.kind, received.records)
      const endpoint = templateOf(description)
      const [misfit] = misfits
      if (misfit !== undefined) {
        return yield* new RecordMisfit({ practiceId: query.practiceId, endpoint, misfit })
      }
      const [record] = records
      if (record !== undefined) return record
      return yield* new AthenaError({
        endpoint,
        practiceId: Option.some(query.practiceId),
        requestId: received.requestId,
        attempts: received.attempts,
        reason: new RecordNotFound()
      })
    })
})
