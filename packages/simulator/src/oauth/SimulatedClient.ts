import { Schema } from "effect"

/** A public key as an app registers it: a JWK of RSA or of P-384 or P-256, with its key id. */
const PublicKey = Schema.StructWithRest(Schema.Struct({ kty: Schema.Literals(["RSA", "EC"]), kid: Schema.String }), [
  Schema.Record(Schema.String, Schema.Unknown)
])

/** An app that may ask for tokens: by its secret, or by statements signed with the private half of one of its keys. */
export const SimulatedClient = Schema.Struct({
  clientId: Schema.String,
  clientSecret: Schema.optionalKey(Schema.String),
  /** With keys, `private_key_jwt` is taken. An app has a secret or keys; with both, either is taken. */
  publicKeys: Schema.optionalKey(Schema.Array(PublicKey)),
  /** The practices that authorised it; all by default. Another one answers 401 "Bad auth." */
  practices: Schema.optionalKey(Schema.Array(Schema.String))
})
export type SimulatedClient = typeof SimulatedClient.Type
