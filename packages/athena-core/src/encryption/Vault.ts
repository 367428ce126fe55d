/**
 * Seals texts with the current key of a keyring, each for one place, and opens them with whichever key sealed them.
 *
 * From every key two are derived (HKDF-SHA-256): one encrypts with AES-256-GCM under a random nonce, the place being
 * authenticated with it, so that a text put in another's place does not open; the other names the place (HMAC-SHA-256),
 * because a place may be the question that was asked, and a question may name a person.
 *
 * Random nonces of 96 bits are good for 2^32 texts a key (NIST SP 800-38D, 8.3): rotate keys well before, yearly say.
 */
import { type Array as Arr, Effect, Option, Redacted } from "effect"
import { Aead, Kdf, Mac, SecureRandom } from "effect/crypto"
import { Base64, Hex } from "effect/encoding"
import { type EncryptionKey, type Keyring, keyLength } from "./Keyring.ts"

/** A text as it may be stored. */
export interface Sealed {
  /** Where to store it: tells nothing of the place to whoever has not the key. */
  readonly name: string
  readonly text: string
}

export interface Vault {
  readonly seal: (place: string, text: string) => Effect.Effect<Sealed>
  /** The names that a place goes by, the current key's first. */
  readonly namesOf: (place: string) => Effect.Effect<Arr.NonEmptyArray<string>>
  /** None when no key of the ring sealed it, when it was sealed for another place, or when it was changed. */
  readonly open: (place: string, sealed: Sealed) => Effect.Effect<Option.Option<string>>
}

const nonceLength = Aead.aes256Gcm.nonceLength
const bytesOf = (text: string) => new TextEncoder().encode(text)

const makeSealer = Effect.fnUntraced(function* (key: EncryptionKey) {
  const aead = yield* Aead.Aead
  const mac = yield* Mac.Mac
  const kdf = yield* Kdf.Kdf
  const random = yield* SecureRandom.SecureRandom
  const derive = (use: string) =>
    kdf.derive(Kdf.hkdfSha256, Redacted.value(key.bytes), {
      salt: new Uint8Array(),
      length: keyLength,
      info: bytesOf(`athena-engine ${use}`)
    })
  const contentKey = yield* Effect.flatMap(derive("content"), (bytes) => Aead.key(Aead.aes256Gcm, bytes))
  const nameKey = yield* Effect.flatMap(derive("name"), (bytes) => Mac.key(Mac.hmacSha256, bytes))

  const nameOf = (place: string) => Effect.map(mac.sign(nameKey, bytesOf(place)), Hex.encode)
  return {
    nameOf: (place: string) => Effect.orDie(nameOf(place)),
    seal: (place: string, text: string) =>
      Effect.gen(function* () {
        const nonce = yield* random.randomBytes(nonceLength)
        const sealed = yield* aead.encrypt(contentKey, bytesOf(text), { nonce, aad: bytesOf(place) })
        return { name: yield* nameOf(place), text: Base64.encode(Uint8Array.from([...nonce, ...sealed])) }
      }).pipe(Effect.orDie),
    open: (place: string, text: string) =>
      Effect.gen(function* () {
        const bytes = yield* Effect.fromResult(Base64.decode(text))
        const nonce = bytes.subarray(0, nonceLength)
        const opened = yield* aead.decrypt(contentKey, bytes.subarray(nonceLength), { nonce, aad: bytesOf(place) })
        return new TextDecoder().decode(opened)
      }).pipe(Effect.option)
  }
})

/** A vault with the keys of the ring. */
export const makeVault = (keyring: Keyring): Effect.Effect<Vault> =>
  Effect.gen(function* () {
    const sealers = yield* Effect.forEach(keyring, makeSealer)
    const current = sealers[0]
    return {
      seal: current.seal,
      namesOf: (place: string) => Effect.forEach(sealers, (sealer) => sealer.nameOf(place)),
      open: Effect.fnUntraced(function* (place: string, sealed: Sealed) {
        for (const sealer of sealers) {
          if ((yield* sealer.nameOf(place)) === sealed.name) return yield* sealer.open(place, sealed.text)
        }
        return Option.none<string>()
      })
    }
  }).pipe(
    Effect.provide([Aead.layerWebCrypto, Mac.layerWebCrypto, Kdf.layerWebCrypto]),
    Effect.provide(SecureRandom.layerWebCrypto),
    // A key of the right length is refused by no algorithm.
    Effect.orDie
  )
