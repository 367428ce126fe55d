/** What verification reads, a page at a time: keyset pages hold memory flat however long the trail is. */
import type { SqlClient } from "effect/sql"
import type { EntryRow } from "../store/sql/EntryRow.ts"

/** A row, and what the rest of the trail knows of its event. */
export interface CheckedRow extends EntryRow {
  /** For an outcome or a recovery: its intent is before it, in the same chain. */
  readonly has_intent: boolean
  readonly has_set: boolean
  /** For an intent. */
  readonly has_outcome: boolean
  readonly has_recovery: boolean
}

/**
 * Entries of a chain after `sequence`. Plan: primary key; per row, the unique index on `(event_id, kind)`.
 * Lateral with a limit, so that no plan gathers all outcomes of the trail for each page.
 */
export const readEntries = (sql: SqlClient.SqlClient, chain: string, sequence: number, limit: number) =>
  sql<CheckedRow>`
    select e.*,
      e.kind = 'intent' or i.found is not null as has_intent,
      e.subject_set is null or s.found is not null as has_set,
      o.found is not null as has_outcome,
      r.found is not null as has_recovery
    from (
      select * from audit.entries
      where practice_id = ${chain} and sequence > ${String(sequence)}::text::bigint
      order by sequence limit ${limit}::int
    ) e
    left join lateral (
      select true as found from audit.entries x where x.event_id = e.event_id and x.kind = 'intent'
        and x.practice_id = e.practice_id and x.sequence < e.sequence limit 1) i on true
    left join lateral (
      select true as found from audit.subject_sets x where x.hash = e.subject_set limit 1) s on true
    left join lateral (
      select true as found from audit.entries x where x.event_id = e.event_id and x.kind = 'outcome' limit 1) o on true
    left join lateral (
      select true as found from audit.entries x where x.event_id = e.event_id and x.kind = 'recovery' limit 1) r on true
    order by e.sequence`

export interface HeadRow {
  readonly practice_id: string
  /** Null when the head is missing. */
  readonly sequence: bigint | number | string | null
  readonly hash: Uint8Array | null
}

/** Every chain there is, by its head or by its entries. Plan: primary keys; the recursion skips from chain to chain. */
export const readChains = (sql: SqlClient.SqlClient, chain: string | null) =>
  sql<HeadRow>`
    with recursive present(practice_id) as (
      (select practice_id from audit.entries order by practice_id limit 1)
      union all
      select (select e.practice_id from audit.entries e where e.practice_id > p.practice_id order by e.practice_id limit 1)
      from present p where p.practice_id is not null
    ), chains as (
      select practice_id from audit.heads union select practice_id from present where practice_id is not null
    )
    select c.practice_id, h.sequence, h.hash
    from chains c left join audit.heads h using (practice_id)
    where ${chain}::text is null or c.practice_id = ${chain}::text
    order by c.practice_id collate "C"`

export interface SetRow {
  readonly hash: Uint8Array
  readonly patient_ids: ReadonlyArray<string>
  readonly appointment_ids: ReadonlyArray<string>
}

/** Subject sets that an entry refers to, after `hash`. Plan: primary key; the index on `entries.subject_set`. */
export const readSets = (sql: SqlClient.SqlClient, chain: string | null, hash: Uint8Array, limit: number) =>
  sql<SetRow>`
    select s.hash, s.patient_ids, s.appointment_ids from audit.subject_sets s
    where s.hash > ${hash}::bytea and exists (
      select 1 from audit.entries e
      where e.subject_set = s.hash and (${chain}::text is null or e.practice_id = ${chain}::text))
    order by s.hash limit ${limit}::int`

/** Rows that follow the entry with `previousHash`, wherever they stand. Asked once, where a chain breaks. */
export const readSuccessors = (sql: SqlClient.SqlClient, chain: string, previousHash: string) =>
  sql<EntryRow>`
    select * from audit.entries
    where practice_id = ${chain} and previous_hash = decode(${previousHash}, 'hex') order by sequence limit 10`

/** The event of the entry that stands at `sequence`. */
export const readEventAt = (sql: SqlClient.SqlClient, chain: string, sequence: number) =>
  sql<{ readonly event_id: string }>`
    select event_id from audit.entries where practice_id = ${chain} and sequence = ${String(sequence)}::text::bigint`
