/**
 * `pnpm bench [NAME]… [--rows N] [--write]`: what the engine costs, as ratios to a floor of the same run. `--write`
 * replaces the sections of `docs/benchmarks.md` of what this run measured. `years` and `webhooks` are run by their names only.
 */
import { readFileSync, writeFileSync } from "node:fs"
import * as Path from "node:path"
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import * as NodeServices from "@effect/platform-node/NodeServices"
import { Console, Effect, Layer } from "effect"
import { Argument, Command, Flag } from "effect/cli"
import { bundle } from "./processes/bundle.ts"
import { Postgres } from "./processes/Postgres.ts"
import { machine } from "./report/machine.ts"
import { pageOf } from "./report/page.ts"
import { asText, type Report } from "./report/Report.ts"
import { audit } from "./suites/audit.ts"
import { budget } from "./suites/budget.ts"
import { decode } from "./suites/decode.ts"
import type { Suite } from "./suites/Suite.ts"
import { startup } from "./suites/startup.ts"
import { syncSuite } from "./suites/sync.ts"
import { webhooks } from "./suites/webhooks.ts"
import { years } from "./suites/years.ts"

const suites = { sync: syncSuite, decode, budget, audit, startup, years, webhooks } satisfies Record<string, Suite>
const names = Object.keys(suites) as ReadonlyArray<keyof typeof suites>
/** What is run when nothing is named: all but what takes minutes by itself. */
const usual = names.filter((name) => name !== "years" && name !== "webhooks")

const page = Path.resolve(import.meta.dirname, "../../docs/benchmarks.md")

const bench = Command.make(
  "bench",
  {
    chosen: Argument.Literals("name", names).pipe(Argument.variadic()),
    rows: Flag.Int("rows").pipe(
      Flag.withDescription("Appointments that are synced: by default 200,000 by `sync`, 1,000,000 by `years`"),
      Flag.optional
    ),
    write: Flag.Boolean("write").pipe(
      Flag.withDescription("Replace in docs/benchmarks.md what this run measured"),
      Flag.withDefault(false)
    )
  },
  Effect.fnUntraced(function* ({ chosen, rows, write }) {
    const machineLine = machine()
    yield* Console.log(`${machineLine}\n`)
    yield* bundle
    const reports: Array<Report> = []
    for (const name of chosen.length === 0 ? usual : chosen) {
      const report = yield* Effect.scoped(suites[name]({ rows }))
      reports.push(report)
      yield* Console.log(asText(report))
    }
    if (write) yield* Effect.sync(() => writeFileSync(page, pageOf(readFileSync(page, "utf8"), machineLine, reports)))
  })
).pipe(Command.withDescription("What the engine costs, as ratios to a floor that is measured in the same run"))

Command.run(bench, { version: "0.0.0" }).pipe(
  Effect.provide(Layer.merge(Postgres.layer, NodeServices.layer)),
  NodeRuntime.runMain
)
