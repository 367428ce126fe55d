/** Requests that somebody might send: right ones, and those with something wrong in their body, their headers or their bytes. */
import { arbitraryJson } from "@athena-engine/testing/leaks/arbitraryJson"
import type { Chance } from "@athena-engine/testing/random/Chance"
import { notification, signatureOf } from "./notification.ts"
import { bytesOf } from "./wire.ts"

export interface Mutant {
  readonly bytes: Buffer
  /** Whether it can have been acknowledged: it is signed, and nothing was changed behind the signature's back. */
  readonly isSigned: boolean
}

const bytesAtRandom = (chance: Chance, most: number): Buffer =>
  Buffer.from(Array.from({ length: chance.below(most) }, () => chance.below(256)))

/** Some bytes flipped, left out, put in, or all behind a place gone. */
const mangled = (chance: Chance, bytes: Buffer): Buffer => {
  const at = chance.below(bytes.length + 1)
  switch (chance.below(5)) {
    case 0: {
      const changed = Buffer.from(bytes)
      for (let n = 0; n <= chance.below(4); n++) {
        const where = chance.below(Math.max(1, changed.length))
        if (where < changed.length) changed[where] = chance.below(256)
      }
      return changed
    }
    case 1:
      return bytes.subarray(0, at)
    case 2:
      return Buffer.concat([bytes.subarray(0, at), bytesAtRandom(chance, 20), bytes.subarray(at)])
    case 3:
      return Buffer.concat([bytes.subarray(0, at), bytes.subarray(Math.min(bytes.length, at + chance.below(40)))])
    default:
      return Buffer.concat([bytes.subarray(0, at), bytes.subarray(chance.below(bytes.length + 1))])
  }
}

/** Any value in the JSON replaced by any other, moved, doubled, or gone. */
const changedJson = (chance: Chance, json: unknown, depth = 0): unknown => {
  if (depth > 0 && chance.happens(0.02)) {
    return chance.pick<unknown>([
      undefined,
      null,
      arbitraryJson(chance, 3),
      [json],
      "9".repeat(400),
      1e308,
      "\u0000",
      "\ud800"
    ])
  }
  if (Array.isArray(json)) {
    const items: ReadonlyArray<unknown> = json.map((item) => changedJson(chance, item, depth + 1))
    return chance.happens(0.05) ? [...items, ...items].reverse() : items
  }
  if (typeof json !== "object" || json === null) return json
  return Object.fromEntries(
    Object.entries(json).map(([key, value]) => [
      chance.happens(0.005) ? chance.pick(["__proto__", "constructor", "toString", ""]) : key,
      changedJson(chance, value, depth + 1)
    ])
  )
}

/** Bodies that are signed by whoever makes them. */
const bodyOf = (chance: Chance): Buffer => {
  const whole = notification(chance.below(1e6), 1 + chance.below(3), chance.pick(["event-notification", "heartbeat"]))
  switch (chance.below(9)) {
    case 0:
    case 1:
    case 2:
      return Buffer.from(whole)
    case 3:
    case 4:
      return Buffer.from(`${JSON.stringify(changedJson(chance, JSON.parse(whole))) ?? ""} \n`)
    case 5:
      return mangled(chance, Buffer.from(whole))
    case 6:
      return Buffer.from(chance.pick(["[", '{"resourceType":"Bundle","entry":[', '{"a":']).repeat(chance.below(9000)))
    case 7:
      return Buffer.from(JSON.stringify({ resourceType: "Bundle", entry: arbitraryJson(chance) }))
    default:
      return bytesAtRandom(chance, 3000)
  }
}

const odd = [
  "",
  " ",
  "\t",
  "0",
  "-1",
  "1e9",
  "\xff\xfe",
  "chunked",
  "x".repeat(300),
  "a,b",
  '"',
  "%00",
  "sha256=",
  "::1"
]
const names = [
  "content-length",
  "transfer-encoding",
  "expect",
  "connection",
  "upgrade",
  "x-hub-signature",
  "x-forwarded-for",
  "content-type",
  "content-encoding",
  "host",
  "te",
  "trailer",
  "keep-alive",
  "__proto__",
  "x"
]

const headersOf = (chance: Chance): Record<string, string> =>
  Object.fromEntries(
    Array.from({ length: 1 + chance.below(4) }, () => [
      chance.pick(names),
      chance.pick([...odd, "100-continue", "close", "keep-alive", "websocket", "gzip", "10.0.0.1, 2001:db8::1"])
    ])
  )

const chunked = (chance: Chance, body: Buffer): Buffer => {
  const pieces: Array<Buffer> = []
  for (let at = 0; at < body.length; ) {
    const piece = body.subarray(at, at + 1 + chance.below(900))
    pieces.push(Buffer.from(`${piece.length.toString(16)}\r\n`), piece, Buffer.from("\r\n"))
    at += piece.length
  }
  return Buffer.concat([...pieces, Buffer.from("0\r\n\r\n")])
}

/** The `signature` header that somebody else would send. */
const forgedOf = (chance: Chance, body: Buffer): string =>
  chance.pick([
    signatureOf(body, "not the secret"),
    `sha1=${"a".repeat(40)}`,
    signatureOf(body).slice(0, chance.below(70)),
    `${signatureOf(body)}0`,
    `none=${signatureOf(body)}`,
    ...odd
  ])

/** The next request by chance. */
export const mutant = (chance: Chance): Mutant => {
  const body = bodyOf(chance)
  const isSigned = chance.happens(0.6)
  const signature = { "x-hub-signature": isSigned ? signatureOf(body) : forgedOf(chance, body) }
  switch (chance.below(8)) {
    case 0:
    case 1:
    case 2:
      return { isSigned, bytes: bytesOf({ body, headers: signature }) }
    case 3: {
      const head = bytesOf({ headers: { ...signature, "transfer-encoding": "chunked" } })
      return { isSigned, bytes: Buffer.concat([head, chunked(chance, body)]) }
    }
    case 4:
      return { isSigned: true, bytes: bytesOf({ body, headers: { ...signature, ...headersOf(chance) } }) }
    case 5: {
      const method = chance.pick(["GET", "PUT", "post", "HEAD", "PURGE", "M-SEARCH", "X", ""])
      return { isSigned: false, bytes: bytesOf({ body, headers: signature, method }) }
    }
    case 6: {
      const path = chance.pick([
        "/",
        "*",
        "//webhooks/athenahealth",
        "/webhooks/athenahealth/..",
        "http://x/",
        "",
        "/%",
        "/?x"
      ])
      return { isSigned: false, bytes: bytesOf({ body, headers: signature, path }) }
    }
    default:
      return { isSigned: true, bytes: mangled(chance, bytesOf({ body, headers: signature })) }
  }
}
