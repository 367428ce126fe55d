/**
 * Changed-data feeds: what changed since the app looked last. Reading one consumes: a change is no longer pending once
 * the vendor has sent it, whether or not it arrived. So each way to read is an effect of its own, and only one of them
 * takes anything:
 *
 * - `peek` looks, and leaves all as it is. For tests and diagnosis, says the vendor.
 * - `consume` takes. It is sent once and never with an offset: the list moves up as it is read, and an offset would
 *   skip as many changes as it says.
 * - `replay` asks again for what was taken in a window of time. That list stands still, so it is paged like any other.
 *
 * A caller that must lose nothing stores the time before it consumes, and replays from that time on after a crash or a
 * `ChangesMayBeLost`. A changed record is the current record; no feed says what happened to it.
 *
 * Source: https://docs.athenahealth.com/api/guides/changed-data-subscriptions
 */
import { DateTime, Effect, Option, Schema, Stream } from "effect"
import { type AuditTrail, AuditTrailUnavailable } from "../audit/AuditTrail.ts"
import { AthenaError } from "../errors/AthenaError.ts"
import { type Answer, Athena } from "../http/Athena.ts"
import type { Call } from "../http/Call.ts"
import { templateOf } from "../http/EndpointDescription.ts"
import { PracticeId } from "../ids/PracticeId.ts"
import type { NoPhi } from "../phi/PhiClass.ts"
import { replayParameters } from "../time/replayParameters.ts"
import { audited } from "./audited.ts"
import {
  exchangePage,
  type ListDescription,
  type ListEndpoint,
  type ListQuery,
  limitOf,
  listWithoutTrail,
  type Page,
  patientDataList,
  type ReceivedPage
} from "./list.ts"
import { mayHaveTakenEffect } from "./mayHaveTakenEffect.ts"
import { type Misfit, noSubjects, type ReferenceKind, type Subjects } from "./RecordKind.ts"

/** A feed is described like a list, and its `repeat` is `consumes`. */
export interface FeedDescription<Query extends ListQuery, A> extends ListDescription<Query, A> {
  readonly verb: "GET"
  readonly repeat: "consumes"
}

/** Changes that are no longer pending: whoever holds them is the only one who does. */
export interface ConsumedChanges<A> {
  readonly records: ReadonlyArray<A>
  /** Rows that do not fit their schema, set aside. They are consumed as well. */
  readonly misfits: ReadonlyArray<Misfit>
  /** Rows in the answer: records and misfits. */
  readonly received: number
  /** More are pending, as far as this answer says. When it does not say, only an empty answer ends the feed. */
  readonly hasMore: boolean
}

/** When changes were taken, as the vendor's clock saw it: about when they were read, not when they happened. */
export interface ReplayWindow {
  readonly from: DateTime.Utc
  readonly to: DateTime.Utc
}

/** Changes may have been taken and did not arrive. Replay from a little before `askedAt`; consuming again misses them. */
export class ChangesMayBeLost extends Schema.TaggedError<ChangesMayBeLost>()("ChangesMayBeLost", {
  endpoint: Schema.String,
  practiceId: PracticeId,
  /** Before the request left, by this machine's clock. */
  askedAt: Schema.DateTimeUtc,
  /** What went wrong; `AuditTrailUnavailable` when they arrived but could not be recorded, and so were not handed over. */
  reason: Schema.Union([AthenaError, AuditTrailUnavailable])
}) {
  override get message() {
    return (
      `practice ${this.practiceId}, ${this.endpoint}: changes may have been taken without arriving ` +
      `(${this.reason.message}). Replay from before ${DateTime.formatIso(this.askedAt)}`
    )
  }
}

/** A feed, ready to be read. `R` is `Athena`, and `AuditTrail` where patients are behind the rows. */
export interface FeedEndpoint<Query extends ListQuery, A, E, R> {
  readonly description: FeedDescription<Query, A>
  /** What is pending, which stays pending. Safe to repeat. */
  readonly peek: (query: Query, offset?: number) => Effect.Effect<Page<A>, E, R>
  /** Takes what is pending, at most `limit` of it. Never sent twice: see `ChangesMayBeLost`. */
  readonly consume: (query: Query) => Effect.Effect<ConsumedChanges<A>, E | ChangesMayBeLost, R>
  /**
   * `consume` until nothing is pending. The next request leaves only when what the last one took has been dealt with
   * downstream: store each before asking for more.
   */
  readonly drain: (query: Query) => Stream.Stream<ConsumedChanges<A>, E | ChangesMayBeLost, R>
  /**
   * What was taken in `window`, once more, page by page. Consumes nothing; safe to repeat. The vendor keeps it "for a
   * short period of time only". Around the autumn's clock change the window is asked for an hour wider.
   */
  readonly replay: (query: Query, window: ReplayWindow) => Stream.Stream<Page<A>, E, R>
}

const feedParameters = ["leaveunprocessed", "showprocessedstartdatetime", "showprocessedenddatetime", "limit", "offset"]

interface Replayed<Query> extends ListQuery {
  readonly query: Query
  readonly window: ReplayWindow
}

const assemble = <Query extends ListQuery, A, E extends AthenaError | AuditTrailUnavailable, R>(
  described: FeedDescription<Query, A>,
  listOf: <Q extends ListQuery>(description: ListDescription<Q, A>) => ListEndpoint<Q, A, E, R>,
  receive: (call: Call, asked: Subjects) => Effect.Effect<Answer<ReceivedPage<A>>, E, R>
): FeedEndpoint<Query, A, E, R | Athena> => {
  const description = { ...described, auditedParameters: [...described.auditedParameters, ...feedParameters] }
  const endpoint = templateOf(description)

  const pending = listOf<Query>({
    ...description,
    repeat: "safe",
    parameters: (query) => ({ ...description.parameters(query), leaveunprocessed: "true" })
  })

  const taken = listOf<Replayed<Query>>({
    ...description,
    repeat: "safe",
    parameters: ({ query, window }) => ({ ...description.parameters(query), ...replayParameters(window) }),
    pathOf: ({ query }) => description.pathOf?.(query) ?? {},
    asked: ({ query }) => description.asked?.(query) ?? noSubjects
  })

  const consume = Effect.fnUntraced(function* (query: Query) {
    const athena = yield* Athena
    const askedAt = yield* DateTime.now
    const call: Call = {
      endpoint: description,
      practiceId: query.practiceId,
      path: description.pathOf?.(query) ?? {},
      query: { ...description.parameters(query), ...limitOf(description, query) }
    }
    const asked = description.asked?.(query) ?? noSubjects
    const { body } = yield* athena
      .inFlight(query.practiceId, receive(call, asked))
      .pipe(
        Effect.mapError((reason) =>
          mayHaveTakenEffect(reason)
            ? new ChangesMayBeLost({ endpoint, practiceId: query.practiceId, askedAt, reason })
            : reason
        )
      )
    const { records, misfits } = body.received
    const isBehind = body.totalCount === undefined ? body.count > 0 : body.totalCount > body.count
    return { records, misfits, received: body.count, hasMore: body.hasNext || isBehind }
  })

  const drain = (query: Query) =>
    Stream.paginate(0, (emptyOnes: number) =>
      Effect.map(consume(query), (changes) => {
        // An answer that is empty and yet says that more is pending is asked again, but not forever.
        const empty = changes.received === 0 ? emptyOnes + 1 : 0
        const isOver = !changes.hasMore || empty > repeatsOfContradiction
        return [changes.received === 0 ? [] : [changes], isOver ? Option.none<number>() : Option.some(empty)] as const
      })
    )

  return {
    description,
    peek: (query, offset = 0) => pending.page(query, offset),
    consume,
    drain,
    replay: (query, window) =>
      taken.pages({
        practiceId: query.practiceId,
        ...(query.limit === undefined ? {} : { limit: query.limit }),
        query,
        window
      })
  }
}

const repeatsOfContradiction = 3

/** A feed of patient data: every answer is one audited access. */
export const patientDataFeed = <Query extends ListQuery, A>(
  description: FeedDescription<Query, A>
): FeedEndpoint<Query, A, AthenaError | AuditTrailUnavailable, Athena | AuditTrail> =>
  assemble<Query, A, AthenaError | AuditTrailUnavailable, Athena | AuditTrail>(
    description,
    patientDataList,
    (call, asked) =>
      Athena.use((athena) =>
        audited(call, asked, "list", Effect.provideService(exchangePage(description, call, asked), Athena, athena))
      )
  )

/** A feed without patients behind it, such as that of the providers. */
export const referenceFeed = <Query extends ListQuery, A>(
  description: FeedDescription<Query, A> & { readonly phi: NoPhi; readonly kind: ReferenceKind<A> }
): FeedEndpoint<Query, A, AthenaError, Athena> =>
  assemble<Query, A, AthenaError, Athena>(description, listWithoutTrail, (call) => exchangePage(description, call))
