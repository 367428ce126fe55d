/** The page for operators: what it shows, to whom, and what its button does. */
import { assert, layer } from "@effect/vitest"
import { Effect, Redacted } from "effect"
import { SqlClient } from "effect/sql/SqlClient"
import { ask, database, fill, marker, markup, type Reply, serveConsole } from "../support/console.ts"

const token = "a-token-of-the-operators"
const own = { "sec-fetch-site": "same-origin" }

const formTokenIn = ({ body }: Reply) => /name="form" value="([^"]+)"/.exec(body)?.[1] ?? ""
const cookieOf = ({ headers }: Reply) => String(headers["set-cookie"] ?? "").split(";")[0] ?? ""

/** Every tag that is opened is closed, in its order. */
const isWellFormed = (page: string): boolean => {
  const open: Array<string> = []
  for (const [, slash, name = "", end] of page
    .replace(/<style[\s\S]*?<\/style>/, "")
    .matchAll(/<(\/?)([a-z][a-z0-9]*)[^>]*?(\/?)>/g)) {
    if (end === "/" || ["meta", "input", "br"].includes(name)) continue
    if (slash !== "/") open.push(name)
    else if (open.pop() !== name) return false
  }
  return open.length === 0
}

layer(database, { excludeTestServices: true })("the console", (it) => {
  it.effect("shows an inbox in which nothing has happened", () =>
    Effect.gen(function* () {
      const port = yield* serveConsole()
      const { body, status } = yield* ask(port, "/console")
      assert.strictEqual(status, 200)
      assert.isTrue(isWellFormed(body))
      assert.include(body, "Nothing was given up.")
      assert.strictEqual((yield* ask(port, "/")).headers["location"], "/console")
      assert.strictEqual((yield* ask(port, "/console/elsewhere")).status, 404)
      assert.strictEqual((yield* ask(port, "/console", { method: "PUT" })).status, 405)
    })
  )

  it.effect(
    "shows depth, latency, freshness, dead letters, pauses and gaps, escapes all of it, and tells nothing of patients",
    () =>
      Effect.gen(function* () {
        yield* fill
        const port = yield* serveConsole()
        for (const hours of [3, 24, 168]) {
          const { body, headers } = yield* ask(port, `/console?hours=${hours}`)
          assert.isTrue(isWellFormed(body))
          assert.notInclude(body, "<script")
          assert.notInclude(JSON.stringify({ body, headers }), marker)
          assert.include(body, "&quot;&gt;&lt;script&gt;")
          for (const said of ["AthenaError/NotDecodable", "Throttled", "Patient.update", "195902", "≤ "]) {
            assert.include(body, said)
          }
          assert.strictEqual(body.match(/<figure>/g)?.length, 3)
          assert.notInclude(body, "NaN")
          assert.match(String(headers["content-security-policy"]), /^default-src 'none'; style-src 'nonce-/)
          assert.notMatch(body, /\b(?:src|href)="(?!\/console)/)
        }
        for (const query of [markup, "hours=999", `redriven=${markup}`, "refresh=off"]) {
          const { body, status } = yield* ask(port, `/console?${encodeURI(query)}`)
          assert.strictEqual(status, 200)
          assert.notInclude(body, "<script")
        }
      })
  )

  it.effect("sends dead letters of a practice through again, from its own page alone", () =>
    Effect.gen(function* () {
      const sql = yield* SqlClient
      const port = yield* serveConsole()
      const dead = Effect.map(
        sql<{ readonly practice: string; readonly count: number }>`
          select practice_id as practice, count(*)::int as count from webhook.events where status = 'dead'
          group by practice_id order by practice_id`,
        (rows) => Object.fromEntries(rows.map(({ count, practice }) => [practice, count]))
      )
      const before = yield* dead
      const form = { form: formTokenIn(yield* ask(port, "/console")), practice: "195900" }
      const refused = [
        yield* ask(port, "/console/redrive", { form }),
        yield* ask(port, "/console/redrive", { form, headers: { origin: "https://elsewhere.test" } }),
        yield* ask(port, "/console/redrive", { form, headers: { ...own, origin: "https://elsewhere.test" } }),
        yield* ask(port, "/console/redrive", { form, headers: { "sec-fetch-site": "cross-site" } }),
        yield* ask(port, "/console/redrive", { form: { ...form, form: "made-up" }, headers: own }),
        yield* ask(port, "/console/redrive", { form: { practice: "195900" }, headers: own })
      ]
      assert.deepStrictEqual(
        refused.map(({ status }) => status),
        refused.map(() => 403)
      )
      assert.strictEqual(
        (yield* ask(port, "/console/redrive", { form: { ...form, practice: "x" }, headers: own })).status,
        400
      )
      assert.strictEqual((yield* ask(port, "/console/redrive")).status, 404)
      assert.deepStrictEqual(yield* dead, before)

      const sent = yield* ask(port, "/console/redrive", { form, headers: { origin: `http://127.0.0.1:${port}` } })
      assert.strictEqual(sent.status, 303)
      // Its events, and the delivery that its handler did not take.
      assert.strictEqual(sent.headers["location"], `/console?redriven=${(before["195900"] ?? 0) + 1}`)
      const { "195900": _, ...others } = before
      assert.deepStrictEqual(yield* dead, others)
      assert.include((yield* ask(port, String(sent.headers["location"]))).body, "sent through again.")

      const all = yield* ask(port, "/console/redrive", { form: { ...form, practice: "all" }, headers: own })
      assert.strictEqual(all.status, 303)
      assert.deepStrictEqual(yield* dead, {})
    })
  )

  it.effect("answers on the loopback interface only to who means this machine", () =>
    Effect.gen(function* () {
      const port = yield* serveConsole()
      for (const host of ["elsewhere.test", `elsewhere.test:${port}`, "127.0.0.1.elsewhere.test", "localhost.test"]) {
        const { body, status } = yield* ask(port, "/console", { headers: { host } })
        assert.strictEqual(status, 421)
        assert.notInclude(body, "195900")
      }
      for (const host of ["localhost", `localhost:${port}`, "[::1]:8081", "127.0.0.1:9"]) {
        assert.strictEqual((yield* ask(port, "/console", { headers: { host } })).status, 200)
      }
    })
  )

  it.effect("asks for the token where there is one, and hands out a session that says nothing of it", () =>
    Effect.gen(function* () {
      const port = yield* serveConsole(Redacted.make(token))
      const first = yield* ask(port, "/console")
      assert.strictEqual(first.status, 401)
      assert.isTrue(isWellFormed(first.body))
      assert.notInclude(first.body, "195900")
      assert.strictEqual(
        (yield* ask(port, "/console/redrive", { form: { practice: "all" }, headers: own })).status,
        403
      )
      assert.strictEqual((yield* ask(port, "/console/login", { form: { token } })).status, 403)

      const wrong = yield* ask(port, "/console/login", { form: { token: `${token}x` }, headers: own })
      assert.strictEqual(wrong.status, 403)
      assert.isUndefined(wrong.headers["set-cookie"])

      const entered = yield* ask(port, "/console/login", { form: { token }, headers: own })
      assert.strictEqual(entered.status, 303)
      const set = String(entered.headers["set-cookie"])
      assert.match(set, /; Max-Age=43200; Path=\/console; HttpOnly; SameSite=Strict$/)
      assert.notInclude(set, token)
      const cookie = cookieOf(entered)
      const page = yield* ask(port, "/console", { headers: { cookie } })
      assert.strictEqual(page.status, 200)
      assert.notInclude(page.body, token)

      const tampered = `${cookie.slice(0, -2)}AA`
      const later = cookie.replace(/=(\d+)/, (_, ends: string) => `=${Number(ends) + 1}`)
      for (const other of [tampered, later, "athena_console=", "athena_console=1.2.3", "athena_console=%"]) {
        assert.strictEqual((yield* ask(port, "/console", { headers: { cookie: other } })).status, 401)
      }
      // The form of one session is not that of another.
      const other = cookieOf(yield* ask(port, "/console/login", { form: { token }, headers: own }))
      const form = { form: formTokenIn(page), practice: "195900" }
      const stolen = yield* ask(port, "/console/redrive", { form, headers: { ...own, cookie: other } })
      assert.strictEqual(stolen.status, 403)
      assert.strictEqual((yield* ask(port, "/console/redrive", { form, headers: { ...own, cookie } })).status, 303)

      const left = yield* ask(port, "/console/logout", { form, headers: { ...own, cookie } })
      assert.match(String(left.headers["set-cookie"]), /^athena_console=;/)
    })
  )

  it.effect("lets an address try ten times a minute", () =>
    Effect.gen(function* () {
      const port = yield* serveConsole(Redacted.make(token))
      const statuses: Array<number> = []
      for (let attempt = 0; attempt < 11; attempt++) {
        statuses.push((yield* ask(port, "/console/login", { form: { token: "guess" }, headers: own })).status)
      }
      assert.deepStrictEqual(statuses, [...Array.from({ length: 10 }, () => 403), 429])
      const right = yield* ask(port, "/console/login", { form: { token }, headers: own })
      assert.strictEqual(right.status, 429)
    })
  )
})
