import { inspect } from "node:util"
import * as NodeFileSystem from "@effect/platform-node/NodeFileSystem"
import { assert, describe, it } from "@effect/vitest"
import { Effect, FileSystem, Redacted, Result } from "effect"
import { Base64 } from "effect/encoding"
import { parseKeyring, readKeyring } from "../../src/encryption/Keyring.ts"

const first = Base64.encode(new Uint8Array(32).fill(7))
const second = Base64.encode(new Uint8Array(32).fill(8))

const problemOf = (text: string) =>
  Result.match(parseKeyring(text), { onFailure: (e) => e.message, onSuccess: () => "" })

describe("a file of encryption keys", () => {
  it("is read line by line, the current key first", () => {
    const keyring = Result.getOrThrow(parseKeyring(`# ours\n\n2026-11 ${first}\r\n  2025-11\t${second}  \n`))
    assert.deepStrictEqual(
      keyring.map(({ name, bytes }) => [name, Base64.encode(Redacted.value(bytes))]),
      [
        ["2026-11", first],
        ["2025-11", second]
      ]
    )
  })

  it("is refused by the line that is wrong, and no error tells anything of it", () => {
    assert.match(problemOf(""), /line 1 .* must be a key: the file has none/)
    assert.match(problemOf(`2026-11 ${first}\n${second}`), /line 2 .* a name and a key in Base64/)
    assert.match(problemOf(`a ${first}\n\nb ${second.slice(8)}`), /line 3 .* 32 bytes/)
    assert.match(problemOf(`a ${first}\na ${second}`), /line 2 .* another name/)
    assert.match(problemOf(`a ${first}\nb ${first}`), /line 2 .* another key than the lines above/)
    for (const text of [`a ${first}\nb ${second.slice(8)}`, `${first}`, `a b c ${first}`]) {
      assert.notInclude(problemOf(text), second.slice(8, 20))
      assert.notInclude(problemOf(text), first.slice(0, 12))
    }
  })

  it("shows its keys' names and nothing of the keys", () => {
    const keyring = Result.getOrThrow(parseKeyring(`2026-11 ${first}`))
    const printed = `${inspect(keyring, { depth: 9, showHidden: true })} ${JSON.stringify(keyring)}`
    assert.include(printed, "2026-11")
    assert.notInclude(printed, first.slice(0, 12))
    assert.notInclude(printed, "7, 7")
  })

  it.effect("must be its owner's alone", () =>
    Effect.gen(function* () {
      const files = yield* FileSystem.FileSystem
      const file = `${yield* files.makeTempDirectoryScoped()}/keys`
      yield* files.writeFileString(file, `2026-11 ${first}\n`)
      yield* files.chmod(file, 0o644)
      const open = yield* Effect.flip(readKeyring(file))
      assert.match(open.message, /chmod 600/)
      yield* files.chmod(file, 0o600)
      assert.strictEqual((yield* readKeyring(file))[0].name, "2026-11")
    }).pipe(Effect.scoped, Effect.provide(NodeFileSystem.layer))
  )
})
