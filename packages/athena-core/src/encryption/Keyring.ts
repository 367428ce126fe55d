/**
 * Keys that protect data at rest, of which one is current: what is written is sealed with it, and the others open what was
 * sealed before it. A key is retired by taking its line away; what it sealed then reads as if it had never been there.
 *
 * The file, one key a line, the current one first, readable by its owner alone:
 *
 *     2026-11 kq8Jx0m0W6…=
 *     2025-11 8vQd5b1rTn…=
 *
 * A name, then 32 random bytes in Base64, as `openssl rand -base64 32` prints them.
 */
import { Array as Arr, Config, Effect, type FileSystem, Redacted, Result, Schema } from "effect"
import { Base64 } from "effect/encoding"
import { type PrivateFileUnusable, readPrivateFile } from "../credentials/PrivateFile.ts"

/** A key of 32 bytes. Printed, it shows its name. */
export interface EncryptionKey {
  /** Of letters, digits, dots, dashes and underscores, at most 64; it is told in errors. */
  readonly name: string
  readonly bytes: Redacted.Redacted<Uint8Array>
}

/** The current key first. */
export type Keyring = Arr.NonEmptyReadonlyArray<EncryptionKey>

/** The text holds no usable keys. */
export class KeyringUnusable extends Schema.TaggedError<KeyringUnusable>()("KeyringUnusable", {
  /** Of the text, counted from 1; never anything of it. */
  line: Schema.Int,
  expected: Schema.String
}) {
  override get message() {
    return `line ${this.line} of the file of encryption keys must be ${this.expected}`
  }
}

/** AES-256 takes no other. */
export const keyLength = 32

const form = /^([\w.-]{1,64})[ \t]+([A-Za-z0-9+/]+={0,2})$/

/** Reads the file's text. Empty lines and those that begin with `#` are skipped. */
export const parseKeyring = (text: string): Result.Result<Keyring, KeyringUnusable> => {
  const keys: Array<EncryptionKey> = []
  for (const [index, written] of text.split(/\r?\n/).entries()) {
    const line = written.trim()
    if (line === "" || line.startsWith("#")) continue
    const wrong = (expected: string) => Result.fail(new KeyringUnusable({ line: index + 1, expected }))
    const [, name, base64] = form.exec(line) ?? []
    if (name === undefined || base64 === undefined) return wrong("a name and a key in Base64, with a space between")
    const bytes = Base64.decode(base64)
    if (Result.isFailure(bytes) || bytes.success.length !== keyLength) {
      return wrong(`a name and ${keyLength} bytes in Base64, as "openssl rand -base64 ${keyLength}" prints them`)
    }
    if (keys.some((key) => key.name === name)) return wrong("another name than the lines above")
    // Whoever renames a key has not replaced it.
    const encoded = Base64.encode(bytes.success)
    if (keys.some((key) => Base64.encode(Redacted.value(key.bytes)) === encoded)) {
      return wrong("another key than the lines above, made anew")
    }
    keys.push({ name, bytes: Redacted.make(bytes.success, { label: `encryption key ${name}` }) })
  }
  return Arr.isArrayNonEmpty(keys)
    ? Result.succeed(keys)
    : Result.fail(new KeyringUnusable({ line: 1, expected: "a key: the file has none" }))
}

/** Reads the keys from a file that only its owner may read. */
export const readKeyring = (
  file: string
): Effect.Effect<Keyring, KeyringUnusable | PrivateFileUnusable, FileSystem.FileSystem> =>
  Effect.flatMap(readPrivateFile(file), (text) => Effect.fromResult(parseKeyring(text)))

/** The file that `ATHENA_ENCRYPTION_KEYS_FILE` names. */
export const keyringFile: Config.Config<string> = Config.NonEmptyString("ATHENA_ENCRYPTION_KEYS_FILE")
