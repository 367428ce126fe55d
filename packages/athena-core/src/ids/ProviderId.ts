import { Schema } from "effect"

/**
 * A provider of one practice. One person can own several; machines are providers too.
 */
export const ProviderId = Schema.NonEmptyString.pipe(Schema.brand("ProviderId"))
export type ProviderId = typeof ProviderId.Type
