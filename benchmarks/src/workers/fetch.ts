/**
 * The floors: the same pages by `fetch`, parsed, and nothing kept; or each page's text put into a table by one insert.
 */
import * as Database from "@athena-engine/database/Database"
import { Effect, Redacted, Schema } from "effect"
import { SqlClient } from "effect/sql/SqlClient"
import { measured } from "../measure/Usage.ts"
import { workerMain } from "./workerMain.ts"

const Input = Schema.Struct({
  origin: Schema.String,
  practices: Schema.Array(Schema.String),
  /** Where the rows go; nowhere when absent. */
  databaseUrl: Schema.optionalKey(Schema.String)
})

/** As many as the engine reads at the same time. */
const pagesAtOnce = 8
const pageRows = 1000

interface Page {
  readonly totalcount?: number | string
  readonly appointments?: ReadonlyArray<unknown>
  readonly departments?: ReadonlyArray<{ readonly departmentid: string }>
}

workerMain(Input, ({ origin, practices, databaseUrl }) => {
  const get = async (token: string, path: string) => {
    const response = await fetch(`${origin}${path}`, { headers: { authorization: `Bearer ${token}` } })
    const text = await response.text()
    return { text, page: JSON.parse(text) as Page }
  }

  const tokenOf = async (): Promise<string> => {
    const response = await fetch(`${origin}/oauth2/v1/token`, {
      method: "POST",
      headers: { authorization: `Basic ${btoa("simulator:simulator-secret")}` },
      body: new URLSearchParams({ grant_type: "client_credentials", scope: "athena/service/Athenanet.MDP.*" })
    })
    return ((await response.json()) as { readonly access_token: string }).access_token
  }

  const readAll = (keep: (text: string) => Effect.Effect<unknown, unknown>) =>
    Effect.gen(function* () {
      const token = yield* Effect.promise(tokenOf)
      let rows = 0
      const readDay = (practice: string, departments: string, day: number) =>
        Effect.gen(function* () {
          const date = `06%2F${String(day).padStart(2, "0")}%2F2019`
          const query = `startdate=${date}&enddate=${date}&showcancelled=true&showcopay=false&departmentid=${departments}`
          const list = `/v1/${practice}/appointments/booked/multipledepartment?${query}&limit=${pageRows}`
          const readPage = (offset: number) =>
            Effect.gen(function* () {
              const { text, page } = yield* Effect.promise(() => get(token, `${list}&offset=${offset}`))
              rows += page.appointments?.length ?? 0
              yield* keep(text)
              return Number(page.totalcount)
            })
          const total = yield* readPage(0)
          for (let offset = pageRows; offset < total; offset += pageRows) yield* readPage(offset)
        })
      for (const practice of practices) {
        const { page } = yield* Effect.promise(() =>
          get(token, `/v1/${practice}/departments?showalldepartments=true&limit=1000`)
        )
        const departments = (page.departments ?? []).map(({ departmentid }) => departmentid).join(",")
        const days = Array.from({ length: 30 }, (_, n) => n + 1)
        yield* Effect.forEach(days, (day) => readDay(practice, departments, day), { concurrency: pagesAtOnce })
      }
      return rows
    })

  const work =
    databaseUrl === undefined
      ? measured(readAll(() => Effect.void))
      : Effect.gen(function* () {
          const sql = yield* SqlClient
          yield* sql`create table raw_rows (body jsonb not null)`
          return yield* measured(
            readAll(
              (text) => sql`
                insert into raw_rows select jsonb_array_elements(${text}::text::jsonb -> 'appointments')`
            )
          )
        }).pipe(Effect.provide(Database.layer({ _tag: "Url", url: Redacted.make(databaseUrl) })))
  return Effect.map(work, ({ value, usage }) => ({ ...usage, rows: value }))
})
