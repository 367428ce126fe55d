import { Schema } from "effect"

/**
 * Where the data comes from. `simulator`: the project's own, in the process, synthetic people only. `sandbox`: the
 * vendor's preview, dummy data. `production`: real patients.
 */
export const Environment = Schema.Literals(["simulator", "sandbox", "production"])
export type Environment = typeof Environment.Type

/**
 * The origin of each of the vendor's environments; under it `/oauth2/v1/token`, `/v1/{practiceid}/…`, `/fhir/r4/…`.
 *
 * Source: https://docs.athenahealth.com/api/guides/authentication-and-url-locations
 */
export const vendorOrigin = {
  sandbox: "https://api.preview.platform.athenahealth.com",
  production: "https://api.platform.athenahealth.com"
} as const
