/**
 * Endpoints that return a list in pages: `{ totalcount, next, <recordsKey>: [ … ] }`.
 */
import { Effect, Option, Predicate, Stream } from "effect"
import type { AuditTrail, AuditTrailUnavailable } from "../audit/AuditTrail.ts"
import { AthenaError, UnreadableAnswer } from "../errors/AthenaError.ts"
import { type Answer, Athena } from "../http/Athena.ts"
import type { Call } from "../http/Call.ts"
import { type EndpointDescription, templateOf } from "../http/EndpointDescription.ts"
import type { PracticeId } from "../ids/PracticeId.ts"
import { isNextLink, nextOffset } from "../pagination/nextOffset.ts"
import type { WireRecord } from "../wire/columns.ts"
import { wholeNumber } from "../wire/wholeNumber.ts"
import { audited, type Received } from "./audited.ts"
import { decodeRecords } from "./decodeRecords.ts"
import { type Misfit, noSubjects, type RecordKind } from "./RecordKind.ts"

/** One page of a list, as it was at the moment it was read: lists have no order and move while they are read. */
export interface Page<A> {
  /** Index of its first row. */
  readonly offset: number
  readonly records: ReadonlyArray<A>
  /** Rows that do not fit their schema, set aside. */
  readonly misfits: ReadonlyArray<Misfit>
  /** Rows in the page: records and misfits. */
  readonly received: number
  /** Rows of the whole list, as this answer says; undefined when it does not. */
  readonly totalCount: number | undefined
  readonly hasNext: boolean
}

/** What every query of a list has. */
export interface ListQuery {
  readonly practiceId: PracticeId
  /** Rows a page, 1000 by default. A server may send fewer. */
  readonly limit?: number
}

export interface ListDescription<Query extends ListQuery, A> extends EndpointDescription {
  /** The vendor's key of the rows. */
  readonly recordsKey: string
  readonly kind: RecordKind<A>
  readonly parameters: (query: Query) => Readonly<Record<string, string>>
}

/** A list endpoint, ready to be called. `R` is `Athena`, and `AuditTrail` where patients are behind the rows. */
export interface ListEndpoint<Query extends ListQuery, A, E, R> {
  readonly description: ListDescription<Query, A>
  /** One page. Safe to repeat. */
  readonly page: (query: Query, offset: number) => Effect.Effect<Page<A>, E, R>
  /** Page after page, until the list ends. */
  readonly pages: (query: Query) => Stream.Stream<Page<A>, E, R>
  /** The records of all pages; those that do not fit are logged by id and left out (see `pages`). */
  readonly records: (query: Query) => Stream.Stream<A, E, R>
}

const defaultLimit = 1000

const callOf = <Query extends ListQuery, A>(
  description: ListDescription<Query, A>,
  query: Query,
  offset: number
): Call => ({
  endpoint: description,
  practiceId: query.practiceId,
  path: {},
  query: {
    ...description.parameters(query),
    limit: String(query.limit ?? defaultLimit),
    ...(offset > 0 ? { offset: String(offset) } : {})
  }
})

interface ReceivedPage extends Received {
  readonly totalCount: number | undefined
  readonly hasNext: boolean
}

const readPage = (call: Call, recordsKey: string, answer: Answer): Effect.Effect<ReceivedPage, AthenaError> => {
  const rows = Predicate.isObject(answer.body) ? (answer.body as WireRecord)[recordsKey] : undefined
  if (!Array.isArray(rows)) return Effect.fail(unreadable(call, answer))
  const body = answer.body as WireRecord
  const total = body["totalcount"]
  return Effect.succeed({
    // A row that is no object still counts, and is set aside like any other that does not fit.
    records: rows.map((row: unknown): WireRecord => (Predicate.isObject(row) ? (row as WireRecord) : { row })),
    attempts: answer.attempts,
    requestId: answer.requestId,
    totalCount: typeof total === "number" || typeof total === "string" ? wholeNumber.parse(total) : undefined,
    hasNext: isNextLink(body["next"], call.practiceId)
  })
}

/** JSON, but not of the documented shape. */
export const unreadable = (call: Call, answer: Answer): AthenaError =>
  new AthenaError({
    endpoint: templateOf(call.endpoint),
    practiceId: Option.some(call.practiceId),
    requestId: answer.requestId,
    attempts: answer.attempts,
    reason: new UnreadableAnswer({ kind: "shape" })
  })

const exchangePage = (call: Call, recordsKey: string) =>
  Athena.use((athena) => Effect.flatMap(athena.exchange(call), (answer) => readPage(call, recordsKey, answer)))

const assemble = <Query extends ListQuery, A, E, R>(
  description: ListDescription<Query, A>,
  receive: (call: Call) => Effect.Effect<ReceivedPage, E, R>
): ListEndpoint<Query, A, E, R | Athena> => {
  const page = (query: Query, offset: number) =>
    Athena.use((athena) => athena.inFlight(query.practiceId, receive(callOf(description, query, offset)))).pipe(
      Effect.map(
        (received): Page<A> => ({
          offset,
          ...decodeRecords(description.kind, received.records),
          received: received.records.length,
          totalCount: received.totalCount,
          hasNext: received.hasNext
        })
      )
    )

  const pages = (query: Query) =>
    Stream.paginate(0, (offset: number) =>
      Effect.map(page(query, offset), (current) => [[current], Option.fromUndefinedOr(nextOffset(current))] as const)
    )

  const records = (query: Query) =>
    pages(query).pipe(
      Stream.tap((current) =>
        Effect.forEach(
          current.misfits,
          (misfit) =>
            Effect.logWarning("A record does not fit its schema and is left out").pipe(
              Effect.annotateLogs({ practiceId: query.practiceId, recordId: misfit.recordId, reason: misfit.reason })
            ),
          { discard: true }
        )
      ),
      Stream.flatMap((current) => Stream.fromIterable(current.records))
    )

  return { description, page, pages, records }
}

/** A list without patients behind it: no audit trail needed. */
export const referenceList = <Query extends ListQuery, A>(
  description: ListDescription<Query, A>
): ListEndpoint<Query, A, AthenaError, Athena> =>
  assemble(description, (call) => exchangePage(call, description.recordsKey))

/** A list of patient data: every page is one audited access. */
export const patientDataList = <Query extends ListQuery, A>(
  description: ListDescription<Query, A>
): ListEndpoint<Query, A, AthenaError | AuditTrailUnavailable, Athena | AuditTrail> =>
  assemble(description, (call) =>
    Athena.use((athena) =>
      audited(
        call,
        description.kind,
        noSubjects,
        "list",
        Effect.provideService(exchangePage(call, description.recordsKey), Athena, athena)
      )
    )
  )
