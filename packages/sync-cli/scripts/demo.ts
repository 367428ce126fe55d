/**
 * The main job from end to end, as a newcomer would do it: a month of appointments and their patients from the simulator
 * into the embedded PostgreSQL, what was written, and the audit trail verified. It never touches anything else, whatever
 * the environment says.
 */

import { spawn } from "node:child_process"
import { fileURLToPath } from "node:url"
import * as Database from "@athena-engine/database/Database"
import { mapSqlError } from "@athena-engine/database/errors/DatabaseError"
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import { Data, Effect } from "effect"
import { SqlClient } from "effect/sql/SqlClient"
import { table } from "../src/output/table.ts"

const main = fileURLToPath(new URL("../src/main.ts", import.meta.url))
const dataDir = process.env["ATHENA_DATA_DIR"] ?? ".athena"

const environment = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !/^(ATHENA_|DATABASE_URL$|OTEL_)/.test(name))
)

class CommandFailed extends Data.TaggedError("CommandFailed")<{ readonly command: string; readonly problem: string }> {
  override get message() {
    return `athena-sync ${this.command} ${this.problem}`
  }
}

const say = (text: string) => Effect.sync(() => void process.stdout.write(`${text}\n`))

/** Runs one command of `athena-sync`, as it would be typed. */
const athenaSync = (...args: ReadonlyArray<string>) =>
  Effect.andThen(
    say(`\n$ athena-sync ${args.join(" ")}`),
    Effect.callback<void, CommandFailed>((resume) => {
      const child = spawn(process.execPath, [main, ...args], {
        stdio: ["ignore", "inherit", "inherit"],
        env: { LOG_LEVEL: "warn", ...environment, ATHENA_ENVIRONMENT: "simulator", ATHENA_DATA_DIR: dataDir }
      })
      const failed = (problem: string) => resume(Effect.fail(new CommandFailed({ command: args.join(" "), problem })))
      child.on("error", () => failed("could not be started"))
      child.on("exit", (code, signal) => (code === 0 ? resume(Effect.void) : failed(`ended with ${code ?? signal}`)))
      return Effect.sync(() => void child.kill())
    })
  )

const statuses: Readonly<Record<string, string>> = {
  f: "booked",
  x: "cancelled",
  "2": "checked in",
  "3": "checked out",
  "4": "charge entered",
  o: "freed"
}

/** What is in the tables now: ids, times and counts; who the patients are is nobody's business on a terminal. */
const whatWasWritten = Effect.gen(function* () {
  const sql = yield* SqlClient
  const byStatus = yield* sql<{ readonly status: string; readonly count: number }>`
    select status, count(*)::int as count from athena.appointments where practice_id = '195900'
    group by status order by count desc`
  yield* say("\nathena.appointments by status")
  yield* say(
    table(
      ["status", "meaning", "rows"],
      byStatus.map(({ count, status }) => [status, statuses[status] ?? "", count])
    )
  )

  const days = yield* sql<{
    readonly id: string
    readonly local: string
    readonly zone: string
    readonly utc: string
    readonly patient: string
  }>`
    select appointment_id as id, to_char(date + start_time, 'YYYY-MM-DD HH24:MI') as local, time_zone as zone,
      to_char(starts_at at time zone 'UTC', 'HH24:MI') as utc, patient_id as patient
    from athena.appointments where practice_id = '195900' and status <> 'x'
    order by starts_at, appointment_id limit 5`
  yield* say("\nathena.appointments, the first five")
  yield* say(
    table(
      ["appointment_id", "date and start_time", "time_zone", "starts_at (UTC)", "patient_id"],
      days.map(({ id, local, patient, utc, zone }) => [id, local, zone, utc, patient])
    )
  )

  const [patients] = yield* sql<{ readonly all: number; readonly named: number; readonly born: number }>`
    select count(*)::int as all, count(last_name)::int as named, count(birth_date)::int as born
    from athena.patients where practice_id = '195900'`
  yield* say("\nathena.patients (who they are stays in the database)")
  yield* say(
    table(
      ["rows", "with last_name", "with birth_date"],
      [[patients?.all ?? 0, patients?.named ?? 0, patients?.born ?? 0]]
    )
  )

  const [access] = yield* sql<{
    readonly at: string
    readonly agent: string
    readonly endpoint: string
    readonly purpose: string
    readonly patients: number
  }>`
    select to_char(occurred_at at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS') as at, agent, endpoint,
      purpose_of_use as purpose, cardinality(patient_ids) as patients
    from audit.events where cardinality(patient_ids) > 1 order by occurred_at desc, sequence desc limit 1`
  yield* say("\naudit.events, the last list of several patients")
  yield* say(
    table(
      ["occurred_at (UTC)", "agent", "endpoint", "purpose", "patients"],
      access === undefined ? [] : [[access.at, access.agent, access.endpoint, access.purpose, access.patients]]
    )
  )
}).pipe(mapSqlError("demo.read"), Effect.provide(Database.layer({ _tag: "Embedded", dataDir })))

const demo = Effect.gen(function* () {
  yield* say(
    `A month of practice 195900 from the simulator (synthetic people) into the embedded PostgreSQL in ${dataDir}`
  )
  yield* athenaSync("appointments", "--from", "2019-06-01", "--to", "2019-06-30", "--practice", "195900")
  yield* athenaSync("patients", "--practice", "195900")
  yield* whatWasWritten
  yield* athenaSync("audit", "verify")
  yield* say("\nLook around: pnpm athena-sync status · pnpm athena-sync database psql · pnpm athena-sync --help")
})

NodeRuntime.runMain(demo)
