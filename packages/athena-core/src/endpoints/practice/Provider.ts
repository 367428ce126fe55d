/**
 * A provider: who, or which machine, an appointment is with. Workforce data, not PHI; usernames and federal ids stay in
 * the redacted `raw` all the same.
 *
 * Source: https://docs.athenahealth.com/api/api-ref/provider
 */
import { Result, Schema } from "effect"
import { ProviderId } from "../../ids/ProviderId.ts"
import { noPhi } from "../../phi/PhiClass.ts"
import type { SealedRecord } from "../../phi/SealedRecord.ts"
import { type Columns, columns, optional, required } from "../../wire/columns.ts"
import { identifier } from "../../wire/identifier.ts"
import { text } from "../../wire/text.ts"
import { noSubjects, type ReferenceKind } from "../RecordKind.ts"

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
  readonly raw: SealedRecord
}

export const ProviderColumns = columns("ProviderColumns", providerColumns)
const decodeColumns = Schema.decodeUnknownResult(ProviderColumns)

export const providerKind: ReferenceKind<Provider> = {
  name: "provider",
  phi: noPhi,
  idKey: "providerid",
  decode: (wire, raw) => Result.map(decodeColumns(wire), (decoded) => Object.assign(decoded, { raw })),
  subjects: () => noSubjects
}
