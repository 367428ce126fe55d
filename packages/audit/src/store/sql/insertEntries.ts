/** Writes a batch: subject sets, entries and heads in one statement. */
import type { SqlClient } from "effect/sql"
import type { ChainedEntry, ChainHead } from "../../chain/AuditChain.ts"
import type { SubjectSet } from "../../chain/SubjectSet.ts"

/**
 * The columns are read out of the canonical bytes by the database, so the two cannot differ at birth.
 * A set that is there already stays as it is. The heads must be locked by this transaction.
 */
export const insertEntries = (
  sql: SqlClient.SqlClient,
  batch: {
    readonly entries: ReadonlyArray<ChainedEntry>
    readonly heads: ReadonlyArray<ChainHead>
    readonly subjects: ReadonlyArray<SubjectSet>
  }
) => sql`
  with sets as (
    insert into audit.subject_sets (hash, patient_ids, appointment_ids)
    select decode(s.hash, 'hex'), s."patientIds", s."appointmentIds"
    from jsonb_to_recordset(${JSON.stringify(batch.subjects)}::text::jsonb)
      as s(hash text, "patientIds" text[], "appointmentIds" text[])
    order by s.hash
    on conflict (hash) do nothing
  ), moved as (
    update audit.heads h set sequence = m.sequence, hash = decode(m.hash, 'hex')
    from unnest(
      ${batch.heads.map((head) => head.chain)}::text[],
      ${batch.heads.map((head) => String(head.sequence))}::text[]::bigint[],
      ${batch.heads.map((head) => head.hash)}::text[]
    ) as m(chain, sequence, hash)
    where h.practice_id = m.chain
  )
  insert into audit.entries (
    practice_id, sequence, kind, format, key_id, event_id, recorded_at, writer_id, previous_hash, hash, canonical,
    subject_set, details, action, agent, host, program, endpoint, parameters, environment, on_behalf_of,
    purpose_of_use, recipient, recipient_address, disclosure_description, disclosure_purpose, run_id, source,
    outcome, error_tag, records, attempts, request_id, intent_sequence, started_at
  )
  select
    e.chain, e.sequence, e.kind, e.format, e."keyId", e."eventId", e."recordedAt", e."writerId",
    decode(e."previousHash", 'hex'), u.hash, u.canonical,
    decode(e."subjectSet", 'hex'), e.details, e.action, e.agent, e.host, e.program, e.endpoint, e.parameters,
    e.environment, e."onBehalfOf", e."purposeOfUse", e.recipient, e."recipientAddress", e."disclosureDescription",
    e."disclosurePurpose", e."runId", e.source, e.outcome, e."errorTag", e.records, e.attempts, e."requestId",
    e."intentSequence", e."startedAt"
  from unnest(
    ${batch.entries.map((chained) => chained.canonical)}::bytea[],
    ${batch.entries.map((chained) => Buffer.from(chained.hash, "hex"))}::bytea[]
  ) as u(canonical, hash),
  jsonb_to_record(convert_from(u.canonical, 'UTF8')::jsonb) as e(
    chain text, sequence bigint, kind text, format smallint, "keyId" text, "eventId" uuid, "recordedAt" timestamptz,
    "writerId" uuid, "previousHash" text, "subjectSet" text, details jsonb, action text, agent text, host text,
    program text, endpoint text, parameters jsonb, environment text, "onBehalfOf" text, "purposeOfUse" text,
    recipient text, "recipientAddress" text, "disclosureDescription" text, "disclosurePurpose" text, "runId" text,
    source text, outcome text, "errorTag" text, records integer, attempts integer, "requestId" text,
    "intentSequence" bigint, "startedAt" timestamptz
  )`
