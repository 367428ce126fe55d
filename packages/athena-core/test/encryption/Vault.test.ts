import { assert, describe, it } from "@effect/vitest"
import { Effect, Option, Redacted, Schema } from "effect"
import type { EncryptionKey, Keyring } from "../../src/encryption/Keyring.ts"
import { makeVault } from "../../src/encryption/Vault.ts"

const key = (name: string, fill: number): EncryptionKey => ({
  name,
  bytes: Redacted.make(new Uint8Array(32).fill(fill))
})
const older: Keyring = [key("2025", 1)]
const rotated: Keyring = [key("2026", 2), key("2025", 1)]
const retired: Keyring = [key("2026", 2)]

describe("a vault", () => {
  it.effect.prop(
    "opens for its place what it sealed, whatever it is",
    [Schema.String, Schema.String],
    ([place, text]) =>
      Effect.gen(function* () {
        const vault = yield* makeVault(older)
        const sealed = yield* vault.seal(place, text)
        // A lone surrogate has no bytes of its own.
        assert.deepStrictEqual(yield* vault.open(place, sealed), Option.some(text.toWellFormed()))
      })
  )

  it.effect("opens nothing for another place, even under that place's name", () =>
    Effect.gen(function* () {
      const vault = yield* makeVault(older)
      const sealed = yield* vault.seal("here", "wyvern")
      const [there] = yield* vault.namesOf("there")
      assert.isTrue(Option.isNone(yield* vault.open("there", sealed)))
      assert.isTrue(Option.isNone(yield* vault.open("there", { ...sealed, name: there })))
    })
  )

  it.effect("opens nothing of which a single byte was changed", () =>
    Effect.gen(function* () {
      const vault = yield* makeVault(older)
      const sealed = yield* vault.seal("here", "wyvern")
      const bytes = Buffer.from(sealed.text, "base64")
      for (const at of bytes.keys()) {
        const changed = Buffer.from(bytes)
        changed[at] = (changed[at] ?? 0) ^ 1
        assert.isTrue(Option.isNone(yield* vault.open("here", { ...sealed, text: changed.toString("base64") })))
      }
      assert.isTrue(Option.isNone(yield* vault.open("here", { ...sealed, text: "" })))
      assert.isTrue(Option.isNone(yield* vault.open("here", { ...sealed, text: "not base64 at all" })))
    })
  )

  it.effect("seals the same text differently each time, and shows neither the text nor the place", () =>
    Effect.gen(function* () {
      const vault = yield* makeVault(older)
      const first = yield* vault.seal("lastname=wyvern", "wyvern")
      const second = yield* vault.seal("lastname=wyvern", "wyvern")
      assert.notStrictEqual(first.text, second.text)
      assert.strictEqual(first.name, second.name)
      assert.notInclude(JSON.stringify([first, second]), "wyvern")
      assert.notInclude(Buffer.from(first.text, "base64").toString("latin1"), "wyvern")
    })
  )

  it.effect("opens what an older key of the ring sealed, seals with the current one, and forgets retired ones", () =>
    Effect.gen(function* () {
      const before = yield* makeVault(older)
      const during = yield* makeVault(rotated)
      const after = yield* makeVault(retired)
      const old = yield* before.seal("here", "wyvern")
      const young = yield* during.seal("here", "wyvern")
      assert.isTrue(Option.isSome(yield* during.open("here", old)))
      assert.isTrue(Option.isNone(yield* before.open("here", young)))
      assert.isTrue(Option.isSome(yield* after.open("here", young)))
      assert.isTrue(Option.isNone(yield* after.open("here", old)))
      assert.deepStrictEqual(yield* during.namesOf("here"), [young.name, old.name])
    })
  )
})
