/**
 * A log of what was done to each record, written by triggers in the transactions that do it: what was rolled back is not in it.
 * Effects on one record happen under its lock, so that their order in the log is that of their commits.
 */
import { assert } from "@effect/vitest"
import { Effect } from "effect"
import { SqlClient } from "effect/sql/SqlClient"

export const logEffects = Effect.gen(function* () {
  const sql = yield* SqlClient
  yield* sql`
    create table public.effects (
      n bigint generated always as identity, at timestamptz not null default clock_timestamp(),
      xid text not null default pg_current_xact_id()::text,
      kind text not null, record text not null, fence bigint, event_id text, read_at timestamptz
    )`
  yield* sql`
    create function public.log_claim() returns trigger language plpgsql as $$ begin
      insert into public.effects (kind, record, fence) values ('claim', new.resource_id, new.fence);
      return null;
    end $$`
  yield* sql`
    create function public.log_event() returns trigger language plpgsql as $$ begin
      insert into public.effects (kind, record, fence, event_id)
      values (case tg_op when 'INSERT' then 'received' else new.status end, new.resource_id, new.fence, new.event_id);
      return null;
    end $$`
  yield* sql`
    create function public.log_store() returns trigger language plpgsql as $$ begin
      insert into public.effects (kind, record, read_at) values ('store', new.appointment_id, new.read_at);
      return null;
    end $$`
  yield* sql`
    create trigger log_claim after update on webhook.resources for each row
    when (new.fence is distinct from old.fence) execute function public.log_claim()`
  yield* sql`create trigger log_received after insert on webhook.events for each row execute function public.log_event()`
  yield* sql`create trigger log_event after update of status on webhook.events for each row execute function public.log_event()`
  yield* sql`
    create trigger log_store after insert or update on athena.appointments for each row execute function public.log_store()`
})

interface Effected {
  readonly n: number
  readonly kind: string
  readonly record: string
  readonly xid: string
  readonly fence: string | null
  readonly eventId: string | null
  /** Microseconds. */
  readonly at: string
  readonly readAt: string | null
}

const read = Effect.flatMap(
  SqlClient,
  (sql) => sql<Effected>`
    select n::int, kind, record, xid, fence::text, event_id as "eventId",
      (extract(epoch from at) * 1000000)::bigint::text as at, (extract(epoch from read_at) * 1000000)::bigint::text as "readAt"
    from public.effects order by n`
)

const bySome = <A>(all: ReadonlyArray<A>, key: (one: A) => string): ReadonlyArray<ReadonlyArray<A>> => [
  ...Map.groupBy(all, key).values()
]

/** What of the laws the log breaks, in words. */
export const broken = (log: ReadonlyArray<Effected>): ReadonlyArray<string> => {
  const found: Array<string> = []
  const claimOf = new Map(log.flatMap(({ eventId, kind, xid }) => (kind === "done" ? [[xid, eventId]] : [])))
  const fenceOf = new Map(
    log.flatMap(({ fence, kind, xid }) => (kind === "done" && fence !== null ? [[xid, fence]] : []))
  )
  for (const ofRecord of bySome(log, ({ record }) => record)) {
    let newestClaim = 0n
    let newestReading = 0n
    for (const { at, eventId, fence, kind, n, readAt, record, xid } of ofRecord) {
      const where = `record ${record}, entry ${n}`
      if (kind === "claim") {
        if (BigInt(fence ?? 0) <= newestClaim) found.push(`${where}: a claim is older than the one before`)
        newestClaim = BigInt(fence ?? 0)
      }
      if (kind === "store") {
        const by = fenceOf.get(xid)
        if (by !== undefined && BigInt(by) < newestClaim) found.push(`${where}: stored by an older claim`)
        if (BigInt(readAt ?? 0) < newestReading) found.push(`${where}: an older reading stored over a newer one`)
        newestReading = BigInt(readAt ?? 0)
        if (!claimOf.has(xid)) found.push(`${where}: stored, and no event is done with it`)
      }
      if (kind === "done") {
        if (BigInt(fence ?? 0) < newestClaim) found.push(`${where}: event ${eventId} done by an older claim`)
        const marked = ofRecord.findLast((one) => one.eventId === eventId && one.kind === "processing" && one.n < n)
        if (marked?.fence !== fence) found.push(`${where}: event ${eventId} done by a claim that did not take it`)
        const store = ofRecord.find((one) => one.kind === "store" && one.xid === xid)
        if (store !== undefined && marked !== undefined && BigInt(store.readAt ?? 0) < BigInt(marked.at)) {
          found.push(`${where}: event ${eventId} done by a reading that began before it was claimed (${at})`)
        }
      }
    }
  }
  const ofEvent = bySome(
    log.filter(({ eventId }) => eventId !== null),
    ({ eventId }) => eventId ?? ""
  )
  for (const effects of ofEvent) {
    const times = effects.filter(({ kind }) => kind === "done").length
    if (times !== 1) found.push(`event ${effects[0]?.eventId} was done ${times} times`)
  }
  return found
}

/** The log of a history that is over keeps every law, and holds something to judge. */
export const assertInOrder = Effect.gen(function* () {
  const log = yield* read
  assert.deepStrictEqual(broken(log), [])
  for (const kind of ["received", "claim", "processing", "store", "done"]) {
    assert.isTrue(
      log.some((one) => one.kind === kind),
      kind
    )
  }
})
