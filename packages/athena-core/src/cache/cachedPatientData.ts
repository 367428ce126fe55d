/**
 * Keeps patient data for a while, encrypted, and never without the audit trail: an answer from the cache is an access like
 * any other, and is recorded in this order:
 *
 * sealed answer found → intent committed → opened and decoded → outcome committed → handed over
 *
 * What does not open, or does not decode any more, is read from athenahealth, and so is everything while the store cannot
 * be reached. What was refused, misfits and errors are never kept.
 */
import { type Duration, Effect, Option, Result, Stream } from "effect"
import type { Persistence } from "effect/persistence"
import type { AuditTrail, AuditTrailUnavailable } from "../audit/AuditTrail.ts"
import { audited } from "../endpoints/audited.ts"
import { type ListEndpoint, type ListQuery, callOf as listCall, patientDataList } from "../endpoints/list.ts"
import { ReceivedRecords } from "../endpoints/ReceivedRecords.ts"
import { noSubjects, type RecordKind, type Subjects, withRaw } from "../endpoints/RecordKind.ts"
import {
  patientDataRecord,
  type RecordEndpoint,
  type RecordMisfit,
  type RecordQuery,
  callOf as recordCall
} from "../endpoints/record.ts"
import type { AthenaError } from "../errors/AthenaError.ts"
import type { Athena } from "../http/Athena.ts"
import type { Call } from "../http/Call.ts"
import { templateOf } from "../http/EndpointDescription.ts"
import { revealText } from "../phi/reveal.ts"
import { SealedStore } from "./SealedStore.ts"

/** What reading patient data through a cache needs: the trail and the encrypted store. */
export type PatientDataServices = Athena | AuditTrail | SealedStore

type PatientDataError = AthenaError | AuditTrailUnavailable

export interface PatientDataCacheOptions {
  /** How old an answer may be. Whoever acts on a patient's data must be able to live with it. */
  readonly timeToLive: Duration.Input
}

export interface CachedRecord<Query extends RecordQuery, A> {
  /** The record, from the cache if it is there. */
  readonly read: (query: Query) => Effect.Effect<A, PatientDataError | RecordMisfit, PatientDataServices>
  /** Reads it anew when it is asked for next. An answer that is on its way meanwhile is kept all the same: forget after it. */
  readonly forget: (query: Query) => Effect.Effect<void, Persistence.PersistenceError, SealedStore>
}

export interface CachedList<Query extends ListQuery, A> {
  /** All records of the list, from the cache if they are there. */
  readonly records: (query: Query) => Effect.Effect<ReadonlyArray<A>, PatientDataError, PatientDataServices>
  /** Reads them anew when they are asked for next; an answer that is on its way meanwhile is kept all the same. */
  readonly forget: (query: Query) => Effect.Effect<void, Persistence.PersistenceError, SealedStore>
}

/** The question as a text: the same for whoever asks the same. */
const questionOf = ({ endpoint, path, practiceId, query }: Call): string =>
  JSON.stringify([templateOf(endpoint), practiceId, Object.entries(path).sort(), Object.entries(query).sort()])

const decode = <A>(kind: RecordKind<A>, text: string): Option.Option<ReceivedRecords<A>> => {
  const parsed = Result.try((): unknown => JSON.parse(text))
  if (Result.isFailure(parsed) || !Array.isArray(parsed.success)) return Option.none()
  const received = new ReceivedRecords(kind)
  for (const record of parsed.success) received.add(record, JSON.stringify(record))
  return received.misfits.length === 0 ? Option.some(received) : Option.none()
}

/** What is kept for the call, if it can be read; recorded as an access. */
const fromStore = Effect.fnUntraced(function* <A>(
  call: Call,
  kind: RecordKind<A>,
  asked: Subjects,
  interaction: "list" | "record"
) {
  const store = yield* SealedStore
  const question = questionOf(call)
  const sealed = yield* store.find(question)
  if (Option.isNone(sealed)) return Option.none()
  const opened = Effect.map(store.open(question, sealed.value), (text) => {
    const received = Option.flatMap(text, (json) => decode(kind, json))
    return {
      body: {
        received,
        subjects: Option.match(received, { onNone: () => asked, onSome: ({ subjects }) => subjects }),
        count: Option.match(received, { onNone: () => 0, onSome: ({ count }) => count })
      },
      attempts: 0,
      requestId: Option.none()
    }
  })
  const { body } = yield* audited(call, asked, interaction, opened, "cache")
  return Option.map(body.received, ({ records }) => records)
})

/** A cache in front of a record of patient data. */
export const cachedPatientRecord = <Query extends RecordQuery, A>(
  endpoint: RecordEndpoint<Query, A, PatientDataError, Athena | AuditTrail>,
  { timeToLive }: PatientDataCacheOptions
): CachedRecord<Query, A> => {
  const { description } = endpoint
  return {
    read: Effect.fnUntraced(function* (query) {
      const store = yield* SealedStore
      const kind = endpoint.kindFor(query)
      const call = recordCall(description, query)
      const [kept] = Option.getOrElse(yield* fromStore(call, kind, description.asked(query), "record"), () => [])
      if (kept !== undefined) return kept
      const { raw, record } = yield* patientDataRecord({ ...description, kind: withRaw(kind) }).read(query)
      yield* store.keep(questionOf(call), `[${revealText(raw, "storage")}]`, timeToLive)
      return record
    }),
    forget: (query) => SealedStore.use((store) => store.forget(questionOf(recordCall(description, query))))
  }
}

/** A cache in front of a list of patient data. */
export const cachedPatientList = <Query extends ListQuery, A>(
  endpoint: ListEndpoint<Query, A, PatientDataError, Athena | AuditTrail>,
  { timeToLive }: PatientDataCacheOptions
): CachedList<Query, A> => {
  const { description } = endpoint
  const whole = patientDataList({ ...description, kind: withRaw(description.kind) })
  return {
    records: Effect.fnUntraced(function* (query) {
      const store = yield* SealedStore
      const call = listCall(description, query, 0)
      const kept = yield* fromStore(call, description.kind, description.asked?.(query) ?? noSubjects, "list")
      if (Option.isSome(kept)) return kept.value
      const pages = yield* Stream.runCollect(whole.pages(query))
      const rows = pages.flatMap((page) => page.records)
      if (pages.every((page) => page.misfits.length === 0)) {
        const texts = rows.map(({ raw }) => revealText(raw, "storage"))
        yield* store.keep(questionOf(call), `[${texts.join(",")}]`, timeToLive)
      }
      return rows.map(({ record }) => record)
    }),
    forget: (query) => SealedStore.use((store) => store.forget(questionOf(listCall(description, query, 0))))
  }
}
