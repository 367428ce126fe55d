import { type Variable, withDefault } from "@athena-engine/athena-core/configuration/variables"
import { type TrustedProxies, trustedProxies } from "./TrustedProxies.ts"

/** `ATHENA_TRUSTED_PROXIES`: whose `X-Forwarded-For` is believed; nobody's by default. */
export const trustedProxiesVariable: Variable<TrustedProxies> = withDefault<TrustedProxies>(
  "ATHENA_TRUSTED_PROXIES",
  [],
  "addresses and networks separated by commas, such as 10.0.0.0/8, 2001:db8::1",
  trustedProxies
)
