/**
 * Endpoints that return a list: most in pages, `{ totalcount, next, <recordsKey>: [ … ] }`. Some send all there is in one
 * answer, some the rows in groups, some nothing around the rows; a description says which.
 */
import { Effect, Option, Result, Stream } from "effect"
import type { AuditTrail, AuditTrailUnavailable } from "../audit/AuditTrail.ts"
import { type AthenaError, UnreadableAnswer } from "../errors/AthenaError.ts"
import { type Answer, Athena } from "../http/Athena.ts"
import type { Call } from "../http/Call.ts"
import type { EndpointDescription } from "../http/EndpointDescription.ts"
import { parseJson, type ReadBody, readJson, unlessRefused } from "../http/readBody.ts"
import type { PracticeId } from "../ids/PracticeId.ts"
import { isNextLink, nextOffset } from "../pagination/nextOffset.ts"
import type { NoPhi } from "../phi/PhiClass.ts"
import type { WireRecord } from "../wire/columns.ts"
import { takeApart } from "../wire/takeApart.ts"
import { wholeNumber } from "../wire/wholeNumber.ts"
import { audited } from "./audited.ts"
import { ReceivedRecords } from "./ReceivedRecords.ts"
import { type Misfit, noSubjects, type RecordKind, type ReferenceKind, type Subjects } from "./RecordKind.ts"

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
  /** The vendor's key of the rows; undefined where the answer is a bare array. */
  readonly recordsKey: string | undefined
  /** `by-offset` when absent. `whole`: the vendor knows neither `limit` nor `offset` here, all rows come at once. */
  readonly paging?: "by-offset" | "whole"
  /** The most rows that the vendor gives a page, where a `limit` above it would be refused. */
  readonly maxLimit?: number
  /** The rows come in groups: an array of arrays. */
  readonly isGrouped?: true
  readonly kind: RecordKind<A>
  readonly parameters: (query: Query) => Readonly<Record<string, string>>
  /** Values of the path's placeholders, where it has any besides the practice. */
  readonly pathOf?: (query: Query) => Readonly<Record<string, string>>
  /** Whose data is asked for, where the query names them. */
  readonly asked?: (query: Query) => Subjects
}

/** A list endpoint, ready to be called. `R` is `Athena`, and `AuditTrail` where patients are behind the rows. */
export interface ListEndpoint<Query extends ListQuery, A, E, R> {
  readonly description: ListDescription<Query, A>
  /** One page; one that is empty and yet has a `next` only if it comes so again and again. Safe to repeat. */
  readonly page: (query: Query, offset: number) => Effect.Effect<Page<A>, E, R>
  /** Page after page, until the list ends. */
  readonly pages: (query: Query) => Stream.Stream<Page<A>, E, R>
  /** The records of all pages; those that do not fit are logged by id and left out (see `pages`). */
  readonly records: (query: Query) => Stream.Stream<A, E, R>
}

/** Rows asked for, where the caller does not say. */
const defaultLimit = 1000

/** The call for one page. */
export const callOf = <Query extends ListQuery, A>(
  description: ListDescription<Query, A>,
  query: Query,
  offset: number
): Call => ({
  endpoint: description,
  practiceId: query.practiceId,
  path: description.pathOf?.(query) ?? {},
  query: {
    ...description.parameters(query),
    ...limitOf(description, query),
    ...(offset > 0 ? { offset: String(offset) } : {})
  }
})

/** The parameter `limit`, where the vendor knows one. */
export const limitOf = <Query extends ListQuery, A>(
  { maxLimit = Number.POSITIVE_INFINITY, paging }: ListDescription<Query, A>,
  query: Query
): Record<string, string> =>
  paging === "whole" ? {} : { limit: String(Math.min(query.limit ?? defaultLimit, maxLimit)) }

/** A page as it is read, with what the trail is told of it. */
export interface ReceivedPage<A> {
  readonly received: ReceivedRecords<A>
  readonly subjects: Subjects
  readonly count: number
  readonly totalCount: number | undefined
  readonly hasNext: boolean
}

/** JSON, but not of the documented shape. */
export const unexpectedShape = Result.fail(new UnreadableAnswer({ kind: "shape" }))

const readPage =
  <Query extends ListQuery, A>(
    { isGrouped, kind, recordsKey }: ListDescription<Query, A>,
    practiceId: PracticeId,
    asked: Subjects
  ): ReadBody<ReceivedPage<A>> =>
  (body) => {
    const apart = takeApart(body.pieces, recordsKey)
    if (apart === undefined) return Result.flatMap(readJson(body), () => unexpectedShape)
    const received = new ReceivedRecords(kind)
    for (const element of apart.elements) {
      const parsed = parseJson(element)
      if (Result.isFailure(parsed)) return Result.fail(parsed.failure)
      if (isGrouped && Array.isArray(parsed.success)) {
        for (const row of parsed.success) received.add(row, JSON.stringify(row))
      } else received.add(parsed.success, element)
    }
    return parseJson(apart.envelope).pipe(
      Result.flatMap(unlessRefused),
      Result.map((json) => {
        const envelope = json as WireRecord
        const total = envelope["totalcount"]
        return {
          received,
          subjects: both(asked, received.subjects),
          count: received.count,
          totalCount: typeof total === "number" || typeof total === "string" ? wholeNumber.parse(total) : undefined,
          hasNext: isNextLink(envelope["next"], practiceId)
        }
      })
    )
  }

/** Who was asked for is told of even if the list is empty: that there is nothing says something about them. */
const both = (asked: Subjects, received: Subjects): Subjects =>
  asked === noSubjects
    ? received
    : {
        patientIds: [...new Set([...asked.patientIds, ...received.patientIds])],
        appointmentIds: [...new Set([...asked.appointmentIds, ...received.appointmentIds])]
      }

/** Sends a call for one page and reads it. `asked`: whose data it is, as far as the query says. */
export const exchangePage = <Query extends ListQuery, A>(
  description: ListDescription<Query, A>,
  call: Call,
  asked: Subjects = noSubjects
) => Athena.use((athena) => athena.exchange(call, readPage(description, call.practiceId, asked)))

/**
 * No rows, and a `next` all the same. Taken for the end it would hide whatever follows, all of a list even; so the page is
 * asked for again, a few times: a list that always ends so must still end.
 */
const contradictsItself = (page: { readonly count: number; readonly hasNext: boolean }) =>
  page.count === 0 && page.hasNext

const repeatsOfContradiction = 3

const assemble = <Query extends ListQuery, A, E, R>(
  description: ListDescription<Query, A>,
  receive: (call: Call, asked: Subjects) => Effect.Effect<Answer<ReceivedPage<A>>, E, R>
): ListEndpoint<Query, A, E, R | Athena> => {
  const page = (query: Query, offset: number) =>
    Athena.use((athena) =>
      athena.inFlight(
        query.practiceId,
        receive(callOf(description, query, offset), description.asked?.(query) ?? noSubjects)
      )
    ).pipe(
      Effect.repeat({ while: ({ body }) => contradictsItself(body), times: repeatsOfContradiction }),
      Effect.map(
        ({ body }): Page<A> => ({
          offset,
          records: body.received.records,
          misfits: body.received.misfits,
          received: body.count,
          totalCount: body.totalCount,
          hasNext: body.hasNext
        })
      )
    )

  /** Of what comes whole, `totalcount` may count something else than the rows; only a `next` makes it go on. */
  const following = (current: Page<A>) =>
    nextOffset(description.paging === "whole" ? { ...current, totalCount: undefined } : current)

  const pages = (query: Query) =>
    Stream.paginate(0, (offset: number) =>
      Effect.map(page(query, offset), (current) => [[current], Option.fromUndefinedOr(following(current))] as const)
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

export interface ReferenceListDescription<Query extends ListQuery, A> extends ListDescription<Query, A> {
  readonly phi: NoPhi
  readonly kind: ReferenceKind<A>
}

/** A list without patients behind it. */
export interface ReferenceList<Query extends ListQuery, A> extends ListEndpoint<Query, A, AthenaError, Athena> {
  readonly description: ReferenceListDescription<Query, A>
}

/** A list without patients behind it: no audit trail needed. */
export const referenceList = <Query extends ListQuery, A>(
  description: ReferenceListDescription<Query, A>
): ReferenceList<Query, A> => ({ ...listWithoutTrail(description), description })

/** For the two that have seen to it that no patient is behind the rows: `referenceList` and `referenceFeed`. */
export const listWithoutTrail = <Query extends ListQuery, A>(
  description: ListDescription<Query, A>
): ListEndpoint<Query, A, AthenaError, Athena> => assemble(description, (call) => exchangePage(description, call))

/** A list of patient data: every page is one audited access. */
export const patientDataList = <Query extends ListQuery, A>(
  description: ListDescription<Query, A>
): ListEndpoint<Query, A, AthenaError | AuditTrailUnavailable, Athena | AuditTrail> =>
  assemble(description, (call, asked) =>
    Athena.use((athena) =>
      audited(call, asked, "list", Effect.provideService(exchangePage(description, call, asked), Athena, athena))
    )
  )
