/**
 * Endpoints that change something. A write is sent once: the vendor knows no idempotency keys, and a repeated one is a
 * second record. It is sent again only where the answer says that nothing was done (a stale token, a rate).
 *
 * How it ends:
 *
 * - refused: it fails with an `AthenaError`, and nothing was changed. `Conflict` when somebody was faster.
 * - `Written`: the vendor confirmed it.
 * - `OutcomeUnknown`: no answer came, or none that says. It may have been done, or may yet be. `reconcile` reads what
 *   became of it. Do not write again before that.
 *
 * The trail holds the intent, with the ids asked for, before the request leaves.
 */
import { Clock, DateTime, Duration, Effect, type Option, Result } from "effect"
import type { AuditTrail, AuditTrailUnavailable } from "../audit/AuditTrail.ts"
import type { AthenaError } from "../errors/AthenaError.ts"
import { Athena } from "../http/Athena.ts"
import type { Call } from "../http/Call.ts"
import { type EndpointDescription, templateOf } from "../http/EndpointDescription.ts"
import { type ReadBody, readJson } from "../http/readBody.ts"
import type { PracticeId } from "../ids/PracticeId.ts"
import { audited } from "./audited.ts"
import { unexpectedShape } from "./list.ts"
import { mayHaveTakenEffect } from "./mayHaveTakenEffect.ts"
import { noSubjects, type Subjects } from "./RecordKind.ts"

export interface WriteQuery {
  readonly practiceId: PracticeId
}

/** What an answer says. */
export interface WriteAnswer<A> {
  readonly value: A
  /** Whose data the answer names, beside those asked for: a new patient's id is known only now. */
  readonly subjects?: Subjects
}

export interface WriteDescription<Query extends WriteQuery, A> extends EndpointDescription {
  readonly verb: "POST" | "PUT" | "DELETE"
  readonly repeat: "never"
  /** How the trail names it: created, updated or deleted. */
  readonly action: "C" | "U" | "D"
  /** Values of the path's placeholders. */
  readonly pathOf: (query: Query) => Readonly<Record<string, string>>
  /** The fields of the form; those of a `DELETE` go into the query string, as its body gets lost on the way. */
  readonly form: (query: Query) => Readonly<Record<string, string>>
  /** Whose data is written. */
  readonly asked: (query: Query) => Subjects
  /** What the JSON of an answer says; undefined if it does not say that it was done, which then is unknown. */
  readonly readAnswer: (json: unknown, query: Query) => WriteAnswer<A> | undefined
}

/** The vendor confirmed the write. */
export interface Written<A> {
  readonly _tag: "Written"
  readonly value: A
  readonly requestId: Option.Option<string>
}

/** Whether the write was done is not known: its answer was lost, or does not say. */
export interface OutcomeUnknown {
  readonly _tag: "OutcomeUnknown"
  /** Verb and path template. */
  readonly endpoint: string
  readonly practiceId: PracticeId
  /** When it was asked for, and when its answer was given up, by this machine's clock. */
  readonly askedAt: DateTime.Utc
  readonly lostAt: DateTime.Utc
  /** `AuditTrailUnavailable` when an answer came and could not be recorded, and so was not handed over. */
  readonly reason: AthenaError | AuditTrailUnavailable
}

export type WriteOutcome<A> = Written<A> | OutcomeUnknown

/** What a look at the record says of a write whose answer was lost. */
export type Reconciled<A> =
  | { readonly _tag: "Happened"; readonly value: A }
  /** It may be sent again. */
  | { readonly _tag: "DidNotHappen" }
  /** The record is as neither this write nor its absence would leave it: a person has to look. */
  | { readonly _tag: "CannotBeTold"; readonly why: string }

export const happened = <A>(value: A): Reconciled<A> => ({ _tag: "Happened", value })
export const didNotHappen: Reconciled<never> = { _tag: "DidNotHappen" }
/** `why` is a constant text: it may be logged. */
export const cannotBeTold = (why: string): Reconciled<never> => ({ _tag: "CannotBeTold", why })

export interface WriteEndpoint<Query extends WriteQuery, A, E> {
  readonly description: WriteDescription<Query, A>
  readonly write: (
    query: Query
  ) => Effect.Effect<WriteOutcome<A>, AthenaError | AuditTrailUnavailable, Athena | AuditTrail>
  /**
   * Reads what became of a write whose answer was lost. As the server may still be at it, "did not happen" is believed
   * only half a minute after the answer was given up: until then it waits, and looks once more. Safe to repeat.
   */
  readonly reconcile: (query: Query, unknown: OutcomeUnknown) => Effect.Effect<Reconciled<A>, E, Athena | AuditTrail>
  /** `write`, and `reconcile` if its answer is lost: what is known in the end. */
  readonly settle: (
    query: Query
  ) => Effect.Effect<Reconciled<A>, AthenaError | AuditTrailUnavailable | E, Athena | AuditTrail>
}

/** Longer than any gateway before the vendor's servers is known to wait for them. */
const settlingTime = Duration.seconds(30)

/** An answer as it is read, with what the trail is told of it. */
interface ReceivedAnswer<A> {
  readonly value: A
  readonly subjects: Subjects
  readonly count: number
}

const together = (asked: Subjects, named: Subjects): Subjects => ({
  patientIds: [...new Set([...asked.patientIds, ...named.patientIds])],
  appointmentIds: [...new Set([...asked.appointmentIds, ...named.appointmentIds])]
})

const readAnswerOf =
  <Query extends WriteQuery, A>(
    description: WriteDescription<Query, A>,
    query: Query,
    asked: Subjects
  ): ReadBody<ReceivedAnswer<A>> =>
  (body) =>
    Result.flatMap(readJson(body), (json) => {
      const answer = description.readAnswer(json, query)
      if (answer === undefined) return unexpectedShape
      return Result.succeed({
        value: answer.value,
        subjects: together(asked, answer.subjects ?? noSubjects),
        count: 1
      })
    })

const callOf = <Query extends WriteQuery, A>(description: WriteDescription<Query, A>, query: Query): Call => {
  const fields = description.form(query)
  const target = { endpoint: description, practiceId: query.practiceId, path: description.pathOf(query) }
  return description.verb === "DELETE" ? { ...target, query: fields } : { ...target, query: {}, form: fields }
}

/** A write of patient data: one audited access. `look` says what became of one whose answer was lost. */
export const patientDataWrite = <Query extends WriteQuery, A, E>(
  description: WriteDescription<Query, A>,
  look: (query: Query, unknown: OutcomeUnknown) => Effect.Effect<Reconciled<A>, E, Athena | AuditTrail>
): WriteEndpoint<Query, A, E> => {
  const endpoint = templateOf(description)

  const write = Effect.fnUntraced(function* (query: Query) {
    const athena = yield* Athena
    const askedAt = yield* DateTime.now
    const call = callOf(description, query)
    const asked = description.asked(query)
    const exchange = athena.exchange(call, readAnswerOf(description, query, asked))
    return yield* athena.inFlight(query.practiceId, audited(call, asked, description.action, exchange)).pipe(
      Effect.map(
        ({ body, requestId }): WriteOutcome<A> => ({
          _tag: "Written",
          value: body.value,
          requestId
        })
      ),
      Effect.catchIf(mayHaveTakenEffect, (reason) =>
        Effect.map(
          DateTime.now,
          (lostAt): WriteOutcome<A> => ({
            _tag: "OutcomeUnknown",
            endpoint,
            practiceId: query.practiceId,
            askedAt,
            lostAt,
            reason
          })
        )
      )
    )
  })

  const reconcile = Effect.fnUntraced(function* (query: Query, unknown: OutcomeUnknown) {
    const first = yield* look(query, unknown)
    const settledAt = DateTime.toEpochMillis(unknown.lostAt) + Duration.toMillis(settlingTime)
    const now = yield* Clock.currentTimeMillis
    if (first._tag !== "DidNotHappen" || now >= settledAt) return first
    yield* Effect.sleep(Duration.millis(settledAt - now))
    return yield* look(query, unknown)
  })

  const settle = (query: Query) =>
    Effect.flatMap(write(query), (outcome) =>
      outcome._tag === "Written" ? Effect.succeed(happened(outcome.value)) : reconcile(query, outcome)
    )

  return { description, write, reconcile, settle }
}
