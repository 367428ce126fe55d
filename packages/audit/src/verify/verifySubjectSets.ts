/** Finds the subject sets whose content is not what their hash names. */
import { Effect } from "effect"
import type { SqlClient } from "effect/sql"
import { hashSubjectSet } from "../chain/EntryHash.ts"
import { canonicalSubjectSet } from "../chain/SubjectSet.ts"
import { toHex } from "../store/sql/bytes.ts"
import { readSets } from "./readPages.ts"

/** A trail with this many bad sets needs no longer list; the walk names the first entry that refers to one. */
const enough = 10_000

/** Sets hold up to a thousand ids or more, so a page has few. */
const setsPerPage = 100

/** Hashes of the bad sets that entries of `chain` (of all chains when null) refer to. */
export const badSubjectSets = Effect.fnUntraced(function* (sql: SqlClient.SqlClient, chain: string | null) {
  const bad = new Set<string>()
  let after: Uint8Array = new Uint8Array(0)
  while (bad.size < enough) {
    const page = yield* readSets(sql, chain, after, setsPerPage)
    for (const row of page) {
      const content = canonicalSubjectSet({ patientIds: row.patient_ids, appointmentIds: row.appointment_ids })
      if (hashSubjectSet(content) !== toHex(row.hash)) bad.add(toHex(row.hash))
      after = row.hash
    }
    if (page.length < setsPerPage) break
  }
  return bad
})
