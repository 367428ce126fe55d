/**
 * A provider: who, or which machine, an appointment is with. Workforce data, not PHI; usernames and federal ids stay in
 * the redacted `raw` all the same.
 *
 * Source: https://docs.athenahealth.com/api/api-ref/provider
 */
import { Redacted, Result, Schema } from "effect"
import { ProviderId } from "../../ids/ProviderId.ts"
import { noPhi } from "../../phi/PhiClass.ts"
import { type Columns, columns, optional, required, type WireRecord } from "../../wire/columns.ts"
import { identifier } from "../../wire/identifier.ts"
import { text } from "../../wire/text.ts"
import { noSubjects, type RecordKind } from "../RecordKind.ts"

const providerColumns = {
  providerId: required("providerid", identifier(ProviderId)),
  displayName: optional("displayname", text),
  firstName: optional("firstname", text),
  /** Can be missing. */
  lastName: optional("lastname", text),
  /** `Person` or `Non-Person`. */
  entityType: optional("entitytype", text),
  npi: optional("npi", text)
}

export interface Provider extends Columns<typeof providerColumns> {
  readonly raw: Redacted.Redacted<WireRecord>
}

export const ProviderColumns = columns("ProviderColumns", providerColumns)
const decodeColumns = Schema.decodeUnknownResult(ProviderColumns)

export const providerKind: RecordKind<Provider> = {
  name: "provider",
  phi: noPhi,
  idKey: "providerid",
  decode: (raw) =>
    Result.map(decodeColumns(raw), (decoded) => ({ ...decoded, raw: Redacted.make(raw, { label: "provider" }) })),
  subjects: () => noSubjects
}
