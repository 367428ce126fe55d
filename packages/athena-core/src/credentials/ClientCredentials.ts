import type { Redacted } from "effect"
import type { SigningKey } from "./SigningKey.ts"

/** An app that proves itself by a secret, sent with HTTP Basic. */
export interface SecretCredentials {
  readonly clientId: string
  readonly clientSecret: Redacted.Redacted
}

/**
 * An app that proves itself by a signature (`private_key_jwt`): the vendor holds the public key, and nothing that is sent
 * can be used again.
 */
export interface KeyCredentials {
  readonly clientId: string
  /** The newest first. While a key is being replaced there are two: the older one is asked where the newer is refused. */
  readonly keys: readonly [SigningKey, ...ReadonlyArray<SigningKey>]
}

/** Who one app is in one environment; it is unknown in any other. */
export type ClientCredentials = SecretCredentials | KeyCredentials
