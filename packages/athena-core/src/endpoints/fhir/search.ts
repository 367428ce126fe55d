/**
 * Endpoints that search for FHIR resources and answer a Bundle. The pages are the server's: each one names the next by an
 * opaque link, which is followed only to the same host and endpoint, and never in a circle.
 *
 * A search without `ah-practice` is refused by the vendor, so each one sends it.
 */
import { Effect, Option, Redacted, Stream } from "effect"
import type { AuditTrail, AuditTrailUnavailable } from "../../audit/AuditTrail.ts"
import type { AthenaError } from "../../errors/AthenaError.ts"
import { type Answer, Athena } from "../../http/Athena.ts"
import type { Call } from "../../http/Call.ts"
import { type EndpointDescription, templateOf } from "../../http/EndpointDescription.ts"
import type { PracticeId } from "../../ids/PracticeId.ts"
import type { NoPhi } from "../../phi/PhiClass.ts"
import { reveal } from "../../phi/reveal.ts"
import { audited } from "../audited.ts"
import { type Misfit, noSubjects, type Subjects } from "../RecordKind.ts"
import { type ReceivedBundle, readBundle } from "./Bundle.ts"
import { type NextPage, NextPageRefused, searchOf } from "./nextPage.ts"
import { type ReferenceResourceKind, type ResourceKind, within } from "./ResourceKind.ts"

/** What every search has. */
export interface SearchQuery {
  readonly practiceId: PracticeId
  /** Resources a page, by default as many as the server likes. */
  readonly count?: number
}

export interface SearchDescription<Query extends SearchQuery, A> extends EndpointDescription {
  readonly resource: ResourceKind<A>
  readonly parameters: (query: Query) => Readonly<Record<string, string>>
  /** Whose data is asked for, where the query names them. */
  readonly asked: (query: Query) => Subjects
}

/** One page of a search, as it was at the moment it was read. */
export interface SearchPage<A> {
  readonly records: ReadonlyArray<A>
  /** Resources that do not fit, or are of another practice, set aside. */
  readonly misfits: ReadonlyArray<Misfit>
  /** Resources in the page: records and misfits. */
  readonly received: number
  /** Resources that the search found, as this answer says; undefined when it does not. */
  readonly total: number | undefined
  /** None at the end. */
  readonly next: Option.Option<NextPage>
}

/** A search, ready to be called. */
export interface SearchEndpoint<Query extends SearchQuery, A, E, R> {
  readonly description: SearchDescription<Query, A>
  /** The first page, or the one that `next` of the page before it names. Safe to repeat. */
  readonly page: (query: Query, next?: NextPage) => Effect.Effect<SearchPage<A>, E | NextPageRefused, R>
  /** Page after page, until the last. */
  readonly pages: (query: Query) => Stream.Stream<SearchPage<A>, E | NextPageRefused, R>
  /** The resources of all pages; those that do not fit are logged by id and left out (see `pages`). */
  readonly records: (query: Query) => Stream.Stream<A, E | NextPageRefused, R>
}

/** So many pages in a row without any resource are no search that goes on. */
const emptyPagesUntilRefused = 20

/** Where a walk over the pages stands. */
interface Walk {
  readonly next: NextPage | undefined
  readonly followed: Set<string>
  readonly emptyPages: number
}

/** `receive` sends the call, in the audit trail's bracket where patients are behind the resources. */
const assemble = <Query extends SearchQuery, A, E, R>(
  description: SearchDescription<Query, A>,
  receive: (call: Call, query: Query) => Effect.Effect<Answer<ReceivedBundle<A>>, E, R>
): SearchEndpoint<Query, A, E, R | Athena> => {
  const refuse = (query: Query, why: NextPageRefused["why"]) =>
    new NextPageRefused({ practiceId: query.practiceId, endpoint: templateOf(description), why })

  const page = Effect.fnUntraced(function* (query: Query, next?: NextPage) {
    const athena = yield* Athena
    const first = {
      ...description.parameters(query),
      ...(query.count === undefined ? {} : { _count: String(query.count) })
    }
    const search = next === undefined ? undefined : searchOf(reveal(next, "request"), athena.origin, description.path)
    if (next !== undefined && search === undefined) return yield* refuse(query, "elsewhere")
    const call: Call = {
      endpoint: description,
      practiceId: query.practiceId,
      path: {},
      query: first,
      ...(search === undefined ? {} : { search })
    }
    const { body } = yield* athena.inFlight(query.practiceId, receive(call, query))
    const found: SearchPage<A> = {
      records: body.received.records,
      misfits: body.received.misfits,
      received: body.count,
      total: body.total,
      next: Option.map(Option.fromUndefinedOr(body.next), (link) => Redacted.make(link, { label: "next page" }))
    }
    return found
  })

  const follow = Effect.fnUntraced(function* (query: Query, walk: Walk) {
    if (walk.next !== undefined) {
      const link = reveal(walk.next, "request")
      if (walk.followed.has(link) || walk.emptyPages >= emptyPagesUntilRefused) return yield* refuse(query, "loop")
      walk.followed.add(link)
    }
    const current = yield* page(query, walk.next)
    const emptyPages = current.received === 0 ? walk.emptyPages + 1 : 0
    const onward = Option.map(current.next, (next): Walk => ({ next, followed: walk.followed, emptyPages }))
    return [[current], onward] as const
  })

  const pages = (query: Query) =>
    Stream.suspend(() =>
      Stream.paginate({ next: undefined, followed: new Set<string>(), emptyPages: 0 } as Walk, (walk) =>
        follow(query, walk)
      )
    )

  const records = (query: Query) =>
    pages(query).pipe(
      Stream.tap(({ misfits }) => logMisfits(misfits, query.practiceId)),
      Stream.flatMap((current) => Stream.fromIterable(current.records))
    )

  return { description, page, pages, records }
}

const logMisfits = (misfits: ReadonlyArray<Misfit>, practiceId: PracticeId) =>
  Effect.forEach(
    misfits,
    ({ reason, recordId }) =>
      Effect.logWarning("A resource does not fit its schema and is left out").pipe(
        Effect.annotateLogs({ practiceId, recordId, reason })
      ),
    { discard: true }
  )

const exchangePage = <Query extends SearchQuery, A>(
  { resource }: SearchDescription<Query, A>,
  call: Call,
  asked: Subjects
) => Athena.use((athena) => athena.exchange(call, readBundle(within(resource, call.practiceId), asked)))

export interface ReferenceSearchDescription<Query extends SearchQuery, A> extends SearchDescription<Query, A> {
  readonly phi: NoPhi
  readonly resource: ReferenceResourceKind<A>
}

/** A search for resources without patients behind them: no audit trail needed. */
export const referenceSearch = <Query extends SearchQuery, A>(
  description: ReferenceSearchDescription<Query, A>
): SearchEndpoint<Query, A, AthenaError, Athena> =>
  assemble(description, (call) => exchangePage(description, call, noSubjects))

/** A search for patient data: every page is one audited access. */
export const patientDataSearch = <Query extends SearchQuery, A>(
  description: SearchDescription<Query, A>
): SearchEndpoint<Query, A, AthenaError | AuditTrailUnavailable, Athena | AuditTrail> =>
  assemble(description, (call, query) => {
    const asked = description.asked(query)
    return Athena.use((athena) =>
      audited(call, asked, "list", Effect.provideService(exchangePage(description, call, asked), Athena, athena))
    )
  })
