/**
 * How old what is stored is, and what is aside, as metrics: cheap enough to be asked every few seconds, since it counts no rows
 * of the tables themselves.
 */
import { mapSqlError } from "@athena-engine/database/errors/DatabaseError"
import { Effect, Metric } from "effect"
import { SqlClient } from "effect/sql/SqlClient"

const freshness = Metric.gauge("athena_freshness_seconds", {
  description: "What is stored of the practice's resource is at least as new as so many seconds ago"
})
const quarantined = Metric.gauge("athena_quarantined_records", {
  description: "Records of the practice's resource that do not fit their schema, and are kept aside"
})

interface Row {
  readonly practiceId: string
  readonly resource: string
  readonly value: number
}

/** Sets both, of these practices. Plans: watermarks by key, their last whole runs by index. */
export const freshnessGauges = Effect.fnUntraced(function* (practices: ReadonlyArray<string>) {
  const sql = yield* SqlClient
  const ages = yield* sql<Row>`
    select mark.practice_id as "practiceId", mark.resource,
      extract(epoch from now() - least(mark.read_at, whole.started_at))::float8 as value
    from athena.watermarks as mark
    left join lateral (
      select run.started_at from athena.sync_runs as run
      where run.practice_id = mark.practice_id and run.resource = mark.resource
        and run.status in ('complete', 'partial') and run.error_tag is null
      order by run.started_at desc limit 1
    ) as whole on true
    where mark.practice_id = any(${practices}::text[]) and (mark.resource <> 'appointments' or whole.started_at is not null)`
  const aside = yield* sql<Row>`
    select practice_id as "practiceId", resource, count(*)::float8 as value from athena.quarantine
    where practice_id = any(${practices}::text[]) group by practice_id, resource`
  for (const [gauge, rows] of [[freshness, ages] as const, [quarantined, aside] as const]) {
    for (const { practiceId, resource, value } of rows) {
      yield* Metric.update(Metric.withAttributes(gauge, { practice_id: practiceId, resource }), value)
    }
  }
}, mapSqlError("status.gauges"))
