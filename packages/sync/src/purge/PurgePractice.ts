/**
 * Destroys all that the database holds of a practice, when a contract ends. The audit trail stays.
 *
 * leases of all the practice's resources → runs that were killed are closed → intent in the audit trail → for each table,
 * batch after batch: leases still held, delete → what is deleted is given back to the disk → outcome in the audit trail
 *
 * Holding the leases, no run of the practice is under way, in any process, and none begins. Killed anywhere, what was deleted
 * stays deleted, and the trail holds an intent without an outcome; the next purge closes it, deletes what is left, and is
 * an event of its own.
 *
 * Backups, replicas' archives and the write-ahead log hold what they held until they expire: no program can reach them.
 */
import { type AccessOutcome, AuditTrail } from "@athena-engine/athena-core/audit/AuditTrail"
import type { PracticeId } from "@athena-engine/athena-core/ids/PracticeId"
import { type Lease, Leases } from "@athena-engine/database/locks/Leases"
import { rideOut } from "@athena-engine/database/outages/rideOut"
import { Effect, Exit } from "effect"
import { SqlClient } from "effect/sql/SqlClient"
import { leaseOf, runResources } from "../runs/SyncResult.ts"
import { practiceTables } from "./practiceTables.ts"

export interface PurgeOptions<E = never, R = never> {
  readonly practiceId: PracticeId
  /** Who does it, in words for whoever meets its leases. */
  readonly holder: string
  /** Done under the leases, before anything is deleted: to close calls of killed runs, which are told by their runs. */
  readonly beforeDeleting?: Effect.Effect<void, E, R>
  /** Deleted besides, by what it is called: of what no table of ours holds. Safe to repeat. */
  readonly alsoDelete?: Readonly<Record<string, Effect.Effect<number, E, R>>>
  /** Rows of one transaction. Default 5000. */
  readonly batchRows?: number
}

export interface Purged {
  readonly practiceId: PracticeId
  /** Rows that were deleted, by table; tables that held none are left out. */
  readonly deleted: Readonly<Record<string, number>>
  readonly rows: number
}

/** How the audit trail calls it: no call to the vendor, but a destruction of patient data. */
export const purgeEndpoint = "PURGE /{practiceid}"

const outcomeOf =
  (deletedSoFar: () => number) =>
  (exit: Exit.Exit<unknown, unknown>): AccessOutcome => ({
    outcome: Exit.isSuccess(exit) ? "success" : "serious-failure",
    errorTag: Exit.isSuccess(exit) ? undefined : "PurgeUnfinished",
    patientIds: [],
    appointmentIds: [],
    records: deletedSoFar(),
    attempts: 0,
    requestId: undefined
  })

/** All the leases, until the scope closes; fails with `LeaseHeld` if a run of the practice is under way. */
const takeLeases = Effect.fnUntraced(function* (practiceId: PracticeId, holder: string) {
  const leases = yield* Leases
  return yield* Effect.forEach(runResources, (resource) => leases.acquire(leaseOf(resource, practiceId), { holder }))
})

/** Whoever reads `running` without a holder was killed; the purge holds all the leases. */
const closeRuns = Effect.fnUntraced(function* (practiceId: PracticeId) {
  const sql = yield* SqlClient
  yield* sql`
    update athena.sync_runs set status = 'failed', error_tag = 'Killed', finished_at = now()
    where practice_id = ${practiceId} and status = 'running'`.pipe(rideOut("purge.close"))
})

/** One transaction. A batch that is repeated after its COMMIT broke deletes the next one, and is counted only once. */
const deleteBatch = Effect.fnUntraced(function* (
  table: string,
  practiceId: PracticeId,
  leases: ReadonlyArray<Lease>,
  batchRows: number
) {
  const sql = yield* SqlClient
  const work = Effect.gen(function* () {
    yield* Effect.forEach(leases, (lease) => lease.assertHeld, { discard: true })
    const rows = yield* sql`
      delete from ${sql.literal(table)} where ctid = any(array(
        select ctid from ${sql.literal(table)} where practice_id = ${practiceId} limit ${batchRows}
      )) returning 1`
    return rows.length
  })
  return yield* sql.withTransaction(work).pipe(rideOut("purge.delete"))
})

/**
 * What is deleted is still in the table's file until it is overwritten. A role that does not own the tables may not do this;
 * then the server does it by itself, later.
 */
const giveBack = (table: string) =>
  Effect.flatMap(SqlClient, (sql) => sql.unsafe(`vacuum ${table}`)).pipe(
    Effect.catchCause(() =>
      Effect.logWarning("The space of deleted rows could not be given back; autovacuum will do it").pipe(
        Effect.annotateLogs({ operation: "purge.vacuum" })
      )
    )
  )

export const purgePractice = Effect.fnUntraced(function* <E = never, R = never>(options: PurgeOptions<E, R>) {
  const { alsoDelete = {}, batchRows = 5000, beforeDeleting = Effect.void, holder, practiceId } = options
  const trail = yield* AuditTrail
  const tables = yield* practiceTables
  const deleted: Record<string, number> = {}
  const total = () => Object.values(deleted).reduce((sum, rows) => sum + rows, 0)
  const add = (name: string, rows: number) => {
    if (rows > 0) deleted[name] = (deleted[name] ?? 0) + rows
  }

  const destroy = (leases: ReadonlyArray<Lease>) =>
    Effect.gen(function* () {
      for (const table of tables) {
        for (;;) {
          const rows = yield* deleteBatch(table, practiceId, leases, batchRows)
          add(table, rows)
          if (rows < batchRows) break
        }
      }
      for (const [name, deletion] of Object.entries(alsoDelete)) add(name, yield* deletion)
      yield* Effect.forEach(
        tables.filter((table) => deleted[table] !== undefined),
        giveBack,
        { discard: true }
      )
    })

  const intent = {
    practiceId,
    action: "D",
    endpoint: purgeEndpoint,
    parameters: { tables: tables.join(",") },
    patientIds: [],
    appointmentIds: []
  } as const

  return yield* Effect.scoped(
    Effect.gen(function* () {
      const leases = yield* takeLeases(practiceId, holder)
      const underLeases = Effect.gen(function* () {
        yield* closeRuns(practiceId)
        yield* beforeDeleting
        yield* trail.access(intent, destroy(leases), outcomeOf(total))
      })
      yield* Effect.raceAllFirst([underLeases, ...leases.map(({ lost }) => lost)])
      return { practiceId, deleted, rows: total() } satisfies Purged
    })
  ).pipe(Effect.annotateLogs({ practiceId }))
})
