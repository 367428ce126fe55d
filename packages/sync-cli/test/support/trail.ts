/** What the audit trail says of calls that never came back, against what the simulator gave. */
import { routes } from "@athena-engine/simulator/routes/Routes"
import { Simulator } from "@athena-engine/simulator/Simulator"
import { assert } from "@effect/vitest"
import { Effect } from "effect"
import { SqlClient } from "effect/sql/SqlClient"

type RouteName = keyof typeof routes

/** How the trail names an endpoint. */
const endpointOf = (route: string) => {
  const { path, verb } = routes[route as RouteName]
  return `${verb} ${path}`
}

interface Call {
  readonly endpoint: string
  readonly requestId: string | null
  readonly attempts: number | null
}

/** Answers of a call of which its outcome does not name the request: all while it has none, later all but the last. */
const unnamedAnswersOf = ({ attempts, requestId }: Call) => (requestId === null ? 1 : (attempts ?? 1) - 1)

/**
 * No answer with patient data was given that the trail does not know of. Each one is named by the outcome of a call; or its
 * call has no outcome yet, or has one that tells of more attempts: of those there are at least as many, for each endpoint.
 *
 * Asked of the simulator first, since a call's intent is there before its answer. Holds at any moment, as long as no call
 * without an outcome was repeated.
 */
export const assertNothingUnrecorded = Effect.gen(function* () {
  const sql = yield* SqlClient
  const { disclosures } = yield* Simulator.use((simulator) => simulator.statistics)
  const calls = yield* sql<Call>`select endpoint, request_id as "requestId", attempts from audit.events`
  const named = new Set(calls.map(({ requestId }) => requestId))
  const room = new Map<string, number>()
  for (const call of calls) room.set(call.endpoint, (room.get(call.endpoint) ?? 0) + unnamedAnswersOf(call))
  const unnamed = Map.groupBy(
    disclosures.filter(({ requestId }) => !named.has(requestId)),
    ({ route }) => endpointOf(route)
  )
  for (const [endpoint, given] of unnamed) assert.isAtLeast(room.get(endpoint) ?? 0, given.length, endpoint)
})

/** A call without an outcome, and what the event that closed it says of it. */
export interface LostCall {
  readonly runId: string
  readonly endpoint: string
  readonly window: string | null
  readonly appointmentIds: ReadonlyArray<string>
  readonly isClosed: boolean
  /** Practice, endpoint, parameters, time, run and whose data was asked for: all as the call's intent has them. */
  readonly isSame: boolean | null
}

/** All calls without an outcome, of the runs given or of all. */
export const lostCalls = Effect.fnUntraced(function* (runIds?: ReadonlyArray<string>) {
  const sql = yield* SqlClient
  return yield* sql<LostCall>`
    select i.run_id as "runId", i.endpoint, r.parameters ->> 'startdate' as window,
      coalesce(s.appointment_ids, '{}') as "appointmentIds", r.event_id is not null as "isClosed",
      (r.practice_id, r.endpoint, r.parameters, r.started_at, r.run_id, r.intent_sequence)
        = (i.practice_id, i.endpoint, i.parameters, i.recorded_at, i.run_id, i.sequence)
        and r.subject_set is not distinct from i.subject_set as "isSame"
    from audit.entries i
    left join audit.entries r on r.event_id = i.event_id and r.kind = 'recovery'
    left join audit.subject_sets s on s.hash = r.subject_set
    where i.kind = 'intent' and (${runIds === undefined} or i.run_id = any(${runIds ?? []}::text[]))
      and not exists (select from audit.entries o where o.event_id = i.event_id and o.kind = 'outcome')
    order by i.practice_id, i.sequence`
})

/** Events that close a call which has come back all the same. */
export const closedTooEarly = Effect.flatMap(
  SqlClient,
  (sql) => sql<{ readonly runId: string }>`
    select r.run_id as "runId" from audit.entries r
    join audit.entries o on o.event_id = r.event_id and o.kind = 'outcome'
    where r.kind = 'recovery'`
)
