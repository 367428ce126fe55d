/**
 * Endpoints that return one record by id, which the vendor sends as an array of one.
 */
import { Effect, Option, Predicate, Result, Schema } from "effect"
import type { AuditTrail, AuditTrailUnavailable } from "../audit/AuditTrail.ts"
import { AthenaError, RecordNotFound } from "../errors/AthenaError.ts"
import { type Answer, Athena } from "../http/Athena.ts"
import type { Call } from "../http/Call.ts"
import { type EndpointDescription, templateOf } from "../http/EndpointDescription.ts"
import { type ReadBody, readJson } from "../http/readBody.ts"
import { PracticeId } from "../ids/PracticeId.ts"
import type { NoPhi } from "../phi/PhiClass.ts"
import { audited } from "./audited.ts"
import { unexpectedShape } from "./list.ts"
import { ReceivedRecords } from "./ReceivedRecords.ts"
import { type Misfit, noSubjects, type RecordKind, type ReferenceKind, type Subjects } from "./RecordKind.ts"

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
  /** How the answer to this query is read; stricter than `description.kind` where it must be of one practice. */
  readonly kindFor: (query: Query) => RecordKind<A>
  /** Reads the record. Fails with the reason `RecordNotFound` when the vendor knows none. Safe to repeat. */
  readonly read: (query: Query) => Effect.Effect<A, E | RecordMisfit, R>
}

/** A record as it is read, with what the trail is told of it. */
interface ReceivedRecord<A> {
  readonly received: ReceivedRecords<A>
  readonly subjects: Subjects
  readonly count: number
}

const readRecord =
  <A>(kind: RecordKind<A>): ReadBody<ReceivedRecord<A>> =>
  (body) =>
    Result.flatMap(readJson(body), (json) => {
      const rows: ReadonlyArray<unknown> = Array.isArray(json) ? json : [json]
      if (rows.length > 1 || !rows.every(Predicate.isObject)) return unexpectedShape
      const received = new ReceivedRecords(kind)
      for (const row of rows) received.add(row, JSON.stringify(row))
      return Result.succeed({ received, subjects: received.subjects, count: received.count })
    })

/** The call for the record. */
export const callOf = <Query extends RecordQuery, A>(description: RecordDescription<Query, A>, query: Query): Call => ({
  endpoint: description,
  practiceId: query.practiceId,
  path: description.pathOf(query),
  query: description.parameters(query)
})

/** `receive` sends the call, in the audit trail's bracket where a patient is behind the record. */
const assemble = <Query extends RecordQuery, A, E, R>(
  description: RecordDescription<Query, A>,
  receive: (call: Call, query: Query) => Effect.Effect<Answer<ReceivedRecord<A>>, E, R>
): RecordEndpoint<Query, A, E | AthenaError, R | Athena> => ({
  description,
  kindFor: () => description.kind,
  read: (query) =>
    Effect.gen(function* () {
      const athena = yield* Athena
      const call = callOf(description, query)
      const answer = yield* athena.inFlight(query.practiceId, receive(call, query))
      const { records, misfits } = answer.body.received
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
        requestId: answer.requestId,
        attempts: answer.attempts,
        reason: new RecordNotFound()
      })
    })
})

const exchangeRecord = <A>(kind: RecordKind<A>, call: Call) =>
  Athena.use((athena) => athena.exchange(call, readRecord(kind)))

export interface ReferenceRecordDescription<Query extends RecordQuery, A>
  extends Omit<RecordDescription<Query, A>, "asked"> {
  readonly phi: NoPhi
  readonly kind: ReferenceKind<A>
}

/** A record without a patient behind it: no audit trail needed. */
export const referenceRecord = <Query extends RecordQuery, A>(
  description: ReferenceRecordDescription<Query, A>
): RecordEndpoint<Query, A, AthenaError, Athena> =>
  assemble({ ...description, asked: () => noSubjects }, (call) => exchangeRecord(description.kind, call))

/** A record of patient data: one audited access. */
export const patientDataRecord = <Query extends RecordQuery, A>(
  description: RecordDescription<Query, A>
): RecordEndpoint<Query, A, AthenaError | AuditTrailUnavailable, Athena | AuditTrail> =>
  assemble(description, (call, query) =>
    Athena.use((athena) =>
      audited(
        call,
        description.asked(query),
        "record",
        Effect.provideService(exchangeRecord(description.kind, call), Athena, athena)
      )
    )
  )
