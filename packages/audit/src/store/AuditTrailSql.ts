/**
 * The audit trail in PostgreSQL, schema `audit`.
 *
 * Promises, beside those of the port: intents and outcomes are committed in transactions of their
 * own, never in a caller's; callers at the same time share a commit; each practice has one gapless
 * hash chain however many processes write; a database that is stuck ends in `AuditTrailUnavailable`
 * within `writeTimeout`, and nothing is handed over.
 *
 * Needs the migrations of `auditMigrations`. Uses one connection of the pool while it writes.
 */

import { AuditTrail } from "@athena-engine/athena-core/audit/AuditTrail"
import * as GroupCommit from "@athena-engine/athena-core/batching/GroupCommit"
import { Clock, Context, Duration, Effect, Layer, Schedule, type Scope } from "effect"
import { SqlClient } from "effect/sql"
import type { Draft } from "../chain/AuditChain.ts"
import { makeAccess, WriteFailed } from "./AccessBracket.ts"
import { writeLocked } from "./EntryWriter.ts"
import { withoutWritten } from "./sql/withoutWritten.ts"
import { sqlCodeOfCause } from "./sqlCode.ts"

export interface Options {
  /** `simulator`, `sandbox` or `production`: part of every intent. */
  readonly environment: string
  /** How long a call waits for its intent or outcome to be committed, each. Default: 30 seconds. */
  readonly writeTimeout?: Duration.Input
  /** Most entries in one transaction. Default: 256. */
  readonly maxBatch?: number
}

/** A broken connection, a server that restarts, one connection too many, a conflict: the same batch may be committed in a moment. */
const isTransient = (failed: WriteFailed) => /^(08|40|57P|53300$|ConnectionError$)/.test(failed.code)

/**
 * A batch that fails so is repeated after 50 ms, doubling to 2 s, jittered, until the database has been away for 20 s: a
 * restart or a failover is over by then. Callers wait with what they hold, and nobody is handed anything meanwhile. The
 * time is that of the absence, not of the batch: those that come later do not wait all over again.
 */
const patienceMillis = 20_000
const untilBack = Schedule.min([Schedule.exponential("50 millis"), Schedule.spaced("2 seconds")]).pipe(
  Schedule.jittered
)

const make = Effect.fnUntraced(function* (options: Options) {
  const sql = yield* SqlClient.SqlClient
  const timeout = Duration.fromInputUnsafe(options.writeTimeout ?? Duration.seconds(30))

  const attempt = (drafts: ReadonlyArray<Draft>, isRepeat: boolean) =>
    writeLocked(
      sql,
      { timeout, chains: [...new Set(drafts.map((draft) => draft.entry.chain))].sort() },
      isRepeat ? withoutWritten(sql, drafts) : Effect.succeed(drafts)
    ).pipe(Effect.catchCause((cause) => Effect.fail(new WriteFailed({ code: sqlCodeOfCause(cause) }))))

  let awaySince: number | undefined
  const isWorthRepeating = (failed: WriteFailed) =>
    Effect.map(Clock.currentTimeMillis, (now) => {
      awaySince = isTransient(failed) ? (awaySince ?? now) : undefined
      return awaySince !== undefined && now - awaySince < patienceMillis
    })

  const commit = Effect.fnUntraced(function* (drafts: ReadonlyArray<Draft>) {
    let isRepeat = false
    const next = Effect.suspend(() => {
      const wasTried = isRepeat
      isRepeat = true
      return attempt(drafts, wasTried)
    })
    yield* Effect.retry(next, { schedule: untilBack, while: isWorthRepeating })
    awaySince = undefined
  })

  const writer = yield* GroupCommit.make<Draft, void, WriteFailed>({
    commit,
    timeout,
    maxBatch: options.maxBatch ?? 256,
    refuse: (code) => new WriteFailed({ code }),
    // Data (22), constraint (23) and size (54) errors.
    blamesOne: ({ code }) => /^(22|23|54)/.test(code)
  }).pipe(
    // A layer built inside a transaction must not write in it for ever after.
    Effect.updateContext(Context.omit(sql.transactionService)<Scope.Scope>)
  )
  return AuditTrail.of({
    access: makeAccess({
      writer: { writerId: crypto.randomUUID(), environment: options.environment },
      write: writer.write
    })
  })
})

/** The trail for one process. Fails closed when the tables are missing: the first access says so. */
export const layer = (options: Options): Layer.Layer<AuditTrail, never, SqlClient.SqlClient> =>
  Layer.effect(AuditTrail, make(options))
