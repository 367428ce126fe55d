/**
 * Encrypts what must not be read in the database: AES-256-GCM, a random nonce for each text, and the place that the text
 * belongs to as additional data, so that a row put in another's place opens as nothing.
 *
 * Under one key are a few texts an hour: random nonces of 12 bytes are good for some thousand million.
 */
import { Effect, Layer, type Option, Result } from "effect"
import { Aead, SecureRandom } from "effect/crypto"
import { Base64 } from "effect/encoding"

export interface Sealing {
  /** `place` is where the text will be: the name of its cell. */
  readonly seal: (place: string, text: string) => Effect.Effect<string>
  /** None when it was sealed with another key, for another place, or was changed. */
  readonly open: (place: string, sealed: string) => Effect.Effect<Option.Option<string>>
}

const nonceLength = Aead.aes256Gcm.nonceLength
const bytesOf = (text: string) => new TextEncoder().encode(text)

const crypto = Aead.layerWebCrypto.pipe(Layer.provideMerge(SecureRandom.layerWebCrypto))

/** `key` has 32 bytes; any other length is a defect. */
export const makeSealing = (key: Uint8Array): Effect.Effect<Sealing> =>
  Effect.gen(function* () {
    const aead = yield* Aead.Aead
    const random = yield* SecureRandom.SecureRandom
    const secret = yield* Aead.key(Aead.aes256Gcm, key)

    return {
      seal: (place: string, text: string) =>
        Effect.gen(function* () {
          const nonce = yield* random.randomBytes(nonceLength)
          const sealed = yield* aead.encrypt(secret, bytesOf(text), { nonce, aad: bytesOf(place) })
          return Base64.encode(new Uint8Array([...nonce, ...sealed]))
        }).pipe(Effect.orDie),
      open: (place: string, sealed: string) =>
        Result.match(Base64.decode(sealed), {
          onFailure: () => Effect.succeedNone,
          onSuccess: (bytes) =>
            aead
              .decrypt(secret, bytes.slice(nonceLength), { nonce: bytes.slice(0, nonceLength), aad: bytesOf(place) })
              .pipe(
                Effect.map((opened) => new TextDecoder().decode(opened)),
                Effect.option
              )
        })
    }
  }).pipe(Effect.provide(crypto), Effect.orDie)
