import type { AppointmentType } from "@athena-engine/athena-core/endpoints/appointments/AppointmentType"
import type { PracticeId } from "@athena-engine/athena-core/ids/PracticeId"
import { Effect } from "effect"
import { SqlClient } from "effect/sql/SqlClient"
import { arrayLiteral } from "../../rows/arrayLiteral.ts"
import { contentHash, storableRecord } from "../../rows/storable.ts"
import { countWritten } from "../../rows/Written.ts"

const truth = (value: boolean | undefined) => (value === undefined ? undefined : String(value))

/** In a transaction: inserts or updates listed types that are not stored as they are, unless by a newer answer. */
export const storeAppointmentTypes = Effect.fnUntraced(function* (
  practiceId: PracticeId,
  types: ReadonlyArray<AppointmentType>,
  readAt: string
) {
  const sql = yield* SqlClient
  const json = types.map(({ raw }) => storableRecord(raw))
  const column = (read: (type: AppointmentType) => string | number | undefined) => arrayLiteral(types.map(read))
  const written = yield* sql<{ readonly isInserted: boolean }>`
    insert into athena.appointment_types as stored (
      practice_id, appointment_type_id, name, short_name, patient_display_name, duration_minutes, is_generic,
      is_for_patients, is_template_only, raw, content_hash, read_at
    )
    select ${practiceId}, appointment_type_id, name, short_name, patient_display_name, duration_minutes, is_generic,
      is_for_patients, is_template_only, raw, decode(content_hash, 'hex'), ${readAt}::timestamptz
    from unnest(
      ${column((type) => type.appointmentTypeId)}::text[], ${column(({ name }) => name)}::text[],
      ${column(({ shortName }) => shortName)}::text[],
      ${column(({ patientDisplayName }) => patientDisplayName)}::text[],
      ${column(({ durationMinutes }) => durationMinutes)}::integer[],
      ${column(({ isGeneric }) => truth(isGeneric))}::boolean[],
      ${column(({ isForPatients }) => truth(isForPatients))}::boolean[],
      ${column(({ isTemplateOnly }) => truth(isTemplateOnly))}::boolean[], ${json}::jsonb[],
      ${arrayLiteral(json.map(contentHash))}::text[]
    ) as type (
      appointment_type_id, name, short_name, patient_display_name, duration_minutes, is_generic, is_for_patients,
      is_template_only, raw, content_hash
    )
    on conflict (practice_id, appointment_type_id) do update set
      name = excluded.name, short_name = excluded.short_name, patient_display_name = excluded.patient_display_name,
      duration_minutes = excluded.duration_minutes, is_generic = excluded.is_generic,
      is_for_patients = excluded.is_for_patients, is_template_only = excluded.is_template_only, raw = excluded.raw,
      content_hash = excluded.content_hash, read_at = excluded.read_at, synced_at = now(), unlisted_since = null
    where excluded.read_at >= stored.read_at
      and (stored.content_hash <> excluded.content_hash or stored.unlisted_since is not null)
    returning xmax = 0 as "isInserted"`
  return countWritten(written)
})
