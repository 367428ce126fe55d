import { readAll } from "@athena-engine/athena-core/configuration/variables"
import { assert, describe, it } from "@effect/vitest"
import { ConfigProvider, Effect, Schema } from "effect"
import * as NetAddress from "effect/net/NetAddress"
import { AddressLimit } from "../../src/addresses/AddressLimit.ts"
import { networkOf } from "../../src/addresses/networkOf.ts"
import { trustedProxiesVariable } from "../../src/addresses/settings.ts"
import { addressNamed, clientAddress, trustedProxies } from "../../src/addresses/TrustedProxies.ts"

const ip = NetAddress.ipFromStringUnsafe

const proxies = trustedProxies("10.0.0.0/8, 192.0.2.1, 2001:db8::/32") ?? []

const clientOf = (peer: string | undefined, forwardedFor?: string) => {
  const address = clientAddress(proxies, peer, forwardedFor)
  return address === undefined ? undefined : NetAddress.formatIp(address)
}

describe("an address", () => {
  it.each([
    ["192.0.2.1", "192.0.2.1"],
    ["::ffff:192.0.2.1", "192.0.2.1"],
    ["192.0.2.1:4711", "192.0.2.1"],
    ["[2001:db8::1]:4711", "2001:db8::1"],
    ["[2001:db8::1]", "2001:db8::1"],
    ["2001:DB8:0::1", "2001:db8::1"],
    ["fe80::1%eth0", "fe80::1"],
    ["unknown", undefined],
    ["_hidden", undefined],
    ["", undefined],
    ["192.0.2", undefined],
    ["192.0.2.1.5", undefined],
    ["[2001:db8::1", undefined]
  ])("written as %s is %s", (text, address) => {
    const named = addressNamed(text)
    assert.strictEqual(named === undefined ? undefined : NetAddress.formatIp(named), address)
  })

  it.prop("is read of any text without an exception", [Schema.String], ([text]) => {
    addressNamed(text)
    clientOf("10.0.0.1", text)
    clientOf(text, text)
  })
})

describe("the address that a request came from", () => {
  it.each([
    ["is the other end of the connection", "198.51.100.9", undefined, "198.51.100.9"],
    ["is that too where a stranger says otherwise", "198.51.100.9", "203.0.113.5", "198.51.100.9"],
    ["is the one that a trusted proxy names", "10.1.2.3", "203.0.113.5", "203.0.113.5"],
    [
      "is the one that a trusted proxy named by its mapped address names",
      "::ffff:10.1.2.3",
      "203.0.113.5",
      "203.0.113.5"
    ],
    ["is the last that is no trusted proxy", "10.1.2.3", "1.1.1.1, 203.0.113.5, 192.0.2.1", "203.0.113.5"],
    ["is not what a client wrote before its proxy did", "10.1.2.3", "10.9.9.9, 203.0.113.5", "203.0.113.5"],
    ["is the proxy where it names nobody", "10.1.2.3", "unknown", "10.1.2.3"],
    ["is the last that can be read", "10.1.2.3", "203.0.113.5, ?, 192.0.2.1", "192.0.2.1"],
    ["is the first proxy where all are trusted", "10.1.2.3", "10.0.0.7, 192.0.2.1", "10.0.0.7"],
    ["is one behind a port", "2001:db8::5", "203.0.113.5:999", "203.0.113.5"],
    ["is the proxy where the list is empty", "10.1.2.3", "", "10.1.2.3"],
    ["is not there on a Unix socket", undefined, "203.0.113.5", undefined]
  ])("%s", (_, peer, forwardedFor, address) => {
    assert.strictEqual(clientOf(peer, forwardedFor), address)
  })

  it("is not looked for in a list without end", () => {
    assert.strictEqual(clientOf("10.1.2.3", `203.0.113.5, ${"10.0.0.1, ".repeat(5000)}10.0.0.2`), "10.0.0.1")
  })
})

describe("ATHENA_TRUSTED_PROXIES", () => {
  const read = (env: Record<string, string>) =>
    readAll({ proxies: trustedProxiesVariable }).pipe(
      Effect.provideService(ConfigProvider.ConfigProvider, ConfigProvider.fromEnv({ env }))
    )

  it.effect("names addresses and networks, and nobody by default", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual((yield* read({})).proxies, [])
      assert.strictEqual((yield* read({ ATHENA_TRUSTED_PROXIES: "10.0.0.0/8,::1" })).proxies.length, 2)
      for (const wrong of ["10.0.0.0/33", "proxy.test", "10.0.0.0/8,", "10.0.0.0/8 ::1", "*"]) {
        const { message } = yield* Effect.flip(read({ ATHENA_TRUSTED_PROXIES: wrong }))
        assert.include(message, "ATHENA_TRUSTED_PROXIES: must be addresses and networks")
        assert.notInclude(message, "proxy.test")
      }
    })
  )
})

describe("the limit of an address", () => {
  const options = { requestsPerWindow: 3, windowMilliseconds: 60_000, maxAddresses: 100 }

  it("is so many requests in a window, for each by itself", () => {
    let now = 1000
    const limit = new AddressLimit(options, () => now)
    const take = (text: string) => limit.take(ip(text))
    assert.deepStrictEqual(
      [1, 2, 3, 4].map(() => take("192.0.2.1")),
      [true, true, true, false]
    )
    assert.isTrue(take("192.0.2.2"))
    assert.strictEqual(limit.secondsLeft, 60)
    now += 59_999
    assert.isFalse(take("192.0.2.1"))
    assert.strictEqual(limit.secondsLeft, 1)
    now += 1
    assert.isTrue(take("192.0.2.1"))
  })

  it("is one for a whole network of IPv6, and for all that have no address", () => {
    const limit = new AddressLimit(options, () => 0)
    for (let n = 0; n < 3; n++) assert.isTrue(limit.take(ip(`2001:db8:1:2:${n}::${n}`)))
    assert.isFalse(limit.take(ip("2001:db8:1:2:ffff::1")))
    assert.isTrue(limit.take(ip("2001:db8:1:3::1")))
    for (let n = 0; n < 3; n++) assert.isTrue(limit.take(undefined))
    assert.isFalse(limit.take(undefined))
    assert.strictEqual(networkOf(ip("2001:db8::1")), networkOf(ip("2001:db8::2")))
    assert.notStrictEqual(networkOf(ip("192.0.2.1")), networkOf(ip("192.0.2.2")))
  })

  it("remembers so many addresses in a flood of them, and still limits those that it knew before", () => {
    const limit = new AddressLimit(options, () => 0)
    for (let n = 0; n < 4; n++) limit.take(ip("192.0.2.1"))
    let let_ = 0
    for (let n = 0; n < 100_000; n++) {
      if (limit.take(ip(`10.${n >> 16}.${(n >> 8) & 255}.${n & 255}`))) let_++
    }
    assert.isAtMost(limit.size, 101)
    // 99 of them once each, and three of all the others.
    assert.strictEqual(let_, 99 + 3)
    assert.isFalse(limit.take(ip("192.0.2.1")))
  })
})
