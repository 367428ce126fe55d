import { inspect } from "node:util"
import { assert, describe, it } from "vitest"
import { makeLeakFinder } from "../src/leaks/LeakFinder.ts"
import { everyMarker, marker, socialSecurity } from "../src/leaks/markers.ts"
import { printed } from "../src/leaks/printed.ts"

const finder = makeLeakFinder(everyMarker)
const found = (text: string) => finder.find("here", text).map(({ spelling }) => spelling)
const base64 = (text: string) => Buffer.from(text).toString("base64")
const jsonEscaped = (text: string) =>
  text.replace(/./g, (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, "0")}`)
const percentEncoded = (text: string) => text.replace(/./g, (letter) => `%${letter.charCodeAt(0).toString(16)}`)

describe("the leak finder", () => {
  it.each<[string, string]>([
    ["as it is", `a line with ${marker} in it`],
    ["in upper case", marker.toUpperCase()],
    ["in lower case", marker.toLowerCase()],
    ["cut off by a parser that quotes", `Unexpected token 'Z', ..."{"a": ${marker.slice(0, 7)}"... is not valid JSON`],
    ["cut off at its beginning", marker.slice(-7)],
    ["in a list of an array's bytes", inspect(new TextEncoder().encode(marker))],
    ["as Node shows a buffer", inspect(Buffer.from(marker))],
    ["in hex", Buffer.from(`xx${marker}`).toString("hex")],
    ["in hex in upper case", Buffer.from(marker).toString("hex").toUpperCase()],
    ["in base64", base64(marker)],
    ["in base64 behind one byte", base64(`{${marker}`)],
    ["in base64 behind two bytes", base64(`{"${marker}"}`)],
    ["in base64 for URLs", Buffer.from(`??${marker.toLowerCase()}`).toString("base64url")],
    ["in base64 in upper case", base64(`name=${marker.toUpperCase()}`)],
    ["percent-encoded", percentEncoded(marker)],
    ["percent-encoded twice", percentEncoded(percentEncoded(marker))],
    ["escaped as JSON does", jsonEscaped(marker)],
    ["escaped as JSON does, in a text of JSON", JSON.stringify(jsonEscaped(marker))],
    ["escaped as HTML does", marker.replace(/./g, (letter) => `&#${letter.charCodeAt(0)};`)],
    ["as a number", JSON.stringify({ id: socialSecurity.number })],
    ["as a number with dashes", `ssn=${socialSecurity.text}`],
    ["in the cause of a cause", printed(new Error("a", { cause: new Error("b", { cause: { text: marker } }) }))],
    ["behind a symbol", printed({ [Symbol("secret")]: { deep: [[[marker]]] } })],
    ["in a hidden property", printed(Object.defineProperty({}, "hidden", { value: marker, enumerable: false }))]
  ])("finds a marker %s", (_, text) => assert.isNotEmpty(found(text)))

  it("tells how it was spelled and what stands around it", () => {
    const [leak] = finder.find("the log", `before ${base64(marker)} behind`)
    assert.deepInclude(leak, { where: "the log", marker, spelling: "base64" })
    assert.include(leak?.around, "before")
  })

  it("finds nothing where nothing is", () => {
    const innocent = `${import.meta.url} ${inspect(process.versions)} ${"0123456789abcdef".repeat(100)} 195900 2019-06-03`
    assert.isEmpty(found(innocent))
    assert.isEmpty(found(base64(innocent)))
    assert.isEmpty(found(Buffer.from(innocent).toString("hex")))
  })
})
