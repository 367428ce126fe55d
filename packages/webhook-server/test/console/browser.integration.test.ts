/**
 * The console in a real browser. Where no Chromium is installed there is nothing to run it in: the test says so and is left out, and
 * what it looks at is looked at by hand. `CONSOLE_PICTURES=FOLDER` keeps the pictures that it takes.
 */
import { mkdirSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { assert, it, layer } from "@effect/vitest"
import { Effect, Redacted } from "effect"
import { type Browser, browser, findChromium } from "../support/Browser.ts"
import { database, fill, marker, serveConsole } from "../support/console.ts"

const token = "a-token-of-the-operators"
const chromium = findChromium()
const pictures = process.env["CONSOLE_PICTURES"]

const keep = async (page: Browser, name: string) => {
  const picture = await page.picture()
  assert.isAbove(picture.length, 1000)
  if (pictures === undefined) return
  mkdirSync(pictures, { recursive: true })
  writeFileSync(join(pictures, `${name}.png`), picture)
}

const widths = [
  [390, 844],
  [1280, 900]
] as const

/** Elements whose text has less contrast than 4.5 against what is behind it. */
const pale = `(() => {
  const channels = (color) => color.match(/[\\d.]+/g).map(Number)
  const light = (color) => {
    const [r, g, b] = channels(color).map((c) => c / 255).map((c) => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b
  }
  const behind = (element) => {
    for (let at = element; at !== null; at = at.parentElement) {
      const color = getComputedStyle(at).backgroundColor
      if (channels(color)[3] !== 0) return color
    }
    return "rgb(255, 255, 255)"
  }
  return [...document.querySelectorAll("body :not(desc)")].filter((element) => {
    if (![...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim() !== "")) return false
    const style = getComputedStyle(element)
    const [one, other] = [light(element.closest("svg") ? style.fill : style.color), light(behind(element))].sort((a, b) => b - a)
    return (one + 0.05) / (other + 0.05) < 4.5
  }).map((element) => element.tagName + ": " + element.textContent)
})()`

if (chromium === undefined) {
  it("needs a Chromium in the PATH, or named by CHROMIUM, to be looked at in a browser", () => {
    process.stderr.write("No Chromium was found: the console was not looked at in a browser.\n")
  })
} else {
  layer(database, { excludeTestServices: true, timeout: 60_000 })("the console in a browser", (it) => {
    it.effect(
      "is entered by the form, fits a phone and a desk, light and dark, and sends dead letters through again",
      () =>
        Effect.gen(function* () {
          yield* fill
          const port = yield* serveConsole(Redacted.make(token))
          const page = yield* browser(chromium)
          yield* Effect.promise(() => look(page, port))
        })
    )
  })
}

const look = async (page: Browser, port: number) => {
  await page.size(390, 844)
  await page.loading(() => page.send("Page.navigate", { url: `http://127.0.0.1:${port}/console` }))
  await keep(page, "login")
  // The page that asks for the token is a 401, of which a browser tells.
  page.complaints.splice(0)
  await page.evaluate(`document.querySelector("#token").value = ${JSON.stringify(token)}`)
  await page.loading(() => page.evaluate(`document.querySelector("form").requestSubmit()`))
  assert.strictEqual(await page.evaluate("document.cookie"), "")

  for (const [width, height] of widths) {
    for (const isDark of [false, true]) {
      await page.size(width, height, isDark)
      const name = `${width}-${isDark ? "dark" : "light"}`
      await keep(page, name)
      assert.isAtMost(Number(await page.evaluate("document.documentElement.scrollWidth")), width, name)
      assert.deepStrictEqual(await page.evaluate(pale), [], name)
      // The policy let the style in.
      assert.notStrictEqual(await page.evaluate("getComputedStyle(document.querySelector('.line-0')).stroke"), "none")
    }
  }
  assert.deepStrictEqual(
    await page.evaluate("[...document.querySelectorAll('table')].filter((table) => table.caption === null).length"),
    0
  )
  assert.notInclude(String(await page.evaluate("document.documentElement.outerHTML")), marker)

  const button = `[...document.querySelectorAll("button")].find(({ textContent }) => textContent === "All practices")`
  await page.loading(() => page.evaluate(`${button}.click()`))
  assert.match(String(await page.evaluate("document.querySelector('.said').textContent")), /^11 sent through again/)
  await keep(page, "sent")
  assert.include(String(await page.evaluate("document.body.textContent")), "Nothing was given up.")

  await page.loading(() => page.evaluate(`[...document.querySelectorAll("button")][0].click()`))
  assert.strictEqual(await page.evaluate("document.querySelector('#token') !== null"), true)
  assert.deepStrictEqual(
    page.complaints.filter((complaint) => !complaint.includes("401")),
    []
  )
}
