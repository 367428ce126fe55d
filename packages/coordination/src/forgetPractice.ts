import type { PracticeId } from "@athena-engine/athena-core/ids/PracticeId"
import { type DatabaseError, mapSqlError } from "@athena-engine/database/errors/DatabaseError"
import { Effect } from "effect"
import { SqlClient } from "effect/sql/SqlClient"

const tables = ["buckets", "cells", "counters", "windows"]

/**
 * Takes away what was shared of a practice's budgets, whatever app called it: beats, pauses, counts. Answers how many rows
 * that were. Safe to repeat; whoever calls the practice again begins low and learns anew.
 */
export const forgetPractice = (practiceId: PracticeId): Effect.Effect<number, DatabaseError, SqlClient> =>
  Effect.gen(function* () {
    const sql = yield* SqlClient
    let forgotten = 0
    for (const table of tables) {
      const rows = yield* sql`
        delete from ${sql(`coordination.${table}`)}
        where name ~ ('/practice/' || ${practiceId}::text || '($|[^0-9])') returning 1`
      forgotten += rows.length
    }
    return forgotten
  }).pipe(mapSqlError("coordination.forget"))
