/**
 * The command `athena-sync`: what it understands, and how its help and its mistakes are shown. What the commands do is
 * loaded when they are run, so that `--help` answers at once.
 */
import { Program } from "@athena-engine/program/Program"
import { Effect } from "effect"
import { CliConfig, CliOutput, Command, GlobalFlag } from "effect/cli"
import { all } from "./commands/all.ts"
import { appointments } from "./commands/appointments.ts"
import { audit } from "./commands/audit.ts"
import { changes } from "./commands/changes.ts"
import { database } from "./commands/database.ts"
import { doctor } from "./commands/doctor.ts"
import { events } from "./commands/events.ts"
import { migrate } from "./commands/migrate.ts"
import { patients } from "./commands/patients.ts"
import { purge } from "./commands/purge.ts"
import { quarantine } from "./commands/quarantine.ts"
import { reference } from "./commands/reference.ts"
import { schedule } from "./commands/schedule.ts"
import { status } from "./commands/status.ts"
import { subscriptions } from "./commands/subscriptions.ts"
import { presenter } from "./output/help.ts"
import { version } from "./version.ts"

const athenaSync = Command.make("athena-sync").pipe(
  Command.withDescription(
    "Synchronises athenahealth practices into PostgreSQL, with a HIPAA audit trail. " +
      "Without any configuration it works on the simulator and on an embedded database."
  ),
  Command.withSubcommands([
    all,
    appointments,
    patients,
    changes,
    reference,
    schedule,
    status,
    doctor,
    subscriptions,
    events,
    quarantine,
    audit,
    migrate,
    database,
    purge
  ])
)

// LOG_LEVEL is the one way to set the level; the wizard writes to the terminal whether there is one or not.
const builtIns = [GlobalFlag.Help, GlobalFlag.Version, GlobalFlag.Completions]

/** Runs the command line `args`. */
export const run = (args: ReadonlyArray<string>) =>
  Command.runWith(athenaSync, { version, renderErrors: false })(args).pipe(
    Effect.provide([CliOutput.layerPresenter(presenter), CliConfig.layer({ builtIns })]),
    Effect.provideService(Program, { name: "athena-sync", version })
  )
