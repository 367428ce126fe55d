/**
 * `pnpm bench [NAME]… [--rows N] [--write]`: what the engine costs, as ratios to a floor of the same run. `--write`
 * replaces `docs/benchmarks.md` by what this run found.
 */
import { writeFileSync } from "node:fs"
import * as Path from "node:path"
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import * as NodeServices from "@effect/platform-node/NodeServices"
import { Console, Effect, Layer } from "effect"
import { Argument, Command, Flag } from "effect/cli"
import { bundle } from "./processes/bundle.ts"
import { Postgres } from "./processes/Postgres.ts"
import { machine } from "./report/machine.ts"
import { asMarkdown, asText, type Report } from "./report/Report.ts"
import { audit } from "./suites/audit.ts"
import { budget } from "./suites/budget.ts"
import { decode } from "./suites/decode.ts"
import type { Suite } from "./suites/Suite.ts"
import { startup } from "./suites/startup.ts"
import { syncSuite } from "./suites/sync.ts"

const suites = { sync: syncSuite, decode, budget, audit, startup } satisfies Record<string, Suite>
const names = Object.keys(suites) as ReadonlyArray<keyof typeof suites>

const page = Path.resolve(import.meta.dirname, "../../docs/benchmarks.md")

const pageOf = (machineLine: string, reports: ReadonlyArray<Report>): string =>
  [
    "# Benchmarks",
    "",
    "Written by `pnpm bench --write`; do not edit. Figures of other machines and other moments are not comparable, the",
    "ratios of one run are.",
    "",
    `Machine: ${machineLine}.`,
    "",
    ...reports.map(asMarkdown)
  ].join("\n")

const bench = Command.make(
  "bench",
  {
    chosen: Argument.Literals("name", names).pipe(Argument.variadic()),
    rows: Flag.Int("rows").pipe(Flag.withDescription("Appointments that `sync` syncs"), Flag.withDefault(200_000)),
    write: Flag.Boolean("write").pipe(
      Flag.withDescription("Replace docs/benchmarks.md by what this run finds"),
      Flag.withDefault(false)
    )
  },
  Effect.fnUntraced(function* ({ chosen, rows, write }) {
    const machineLine = machine()
    yield* Console.log(`${machineLine}\n`)
    yield* bundle
    const reports: Array<Report> = []
    for (const name of chosen.length === 0 ? names : chosen) {
      const report = yield* Effect.scoped(suites[name]({ rows }))
      reports.push(report)
      yield* Console.log(asText(report))
    }
    if (write) yield* Effect.sync(() => writeFileSync(page, pageOf(machineLine, reports)))
  })
).pipe(Command.withDescription("What the engine costs, as ratios to a floor that is measured in the same run"))

Command.run(bench, { version: "0.0.0" }).pipe(
  Effect.provide(Layer.merge(Postgres.layer, NodeServices.layer)),
  NodeRuntime.runMain
)
