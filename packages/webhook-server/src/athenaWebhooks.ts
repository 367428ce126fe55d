/**
 * The command `athena-webhooks`: its help, and the server. What the server does is loaded when it is started, so that `--help`
 * answers at once.
 */
import { Program } from "@athena-engine/program/Program"
import { Effect } from "effect"
import { CliConfig, CliOutput, Command, GlobalFlag } from "effect/cli"
import { version } from "./version.ts"

const athenaWebhooks = Command.make(
  "athena-webhooks",
  {},
  Effect.fnUntraced(function* () {
    const { WebhookServer } = yield* Effect.promise(() => import("./server/WebhookServer.ts"))
    return yield* WebhookServer.run()
  })
).pipe(
  Command.withDescription(
    "Receives athenahealth's event notifications on HOST and PORT, commits them to PostgreSQL before it acknowledges them, and " +
      "brings the records that they name up to date. POST /webhooks/athenahealth takes what is signed with one of " +
      "ATHENA_WEBHOOK_SECRETS; GET /health/live, /health/ready and /metrics tell how it is. SIGTERM: it finishes what it holds " +
      "and ends with 0; a second one: at once. Any number of copies work on one database. Without any configuration it works " +
      "on the simulator and on an embedded database, and a simulated practice tells it of what happens there."
  ),
  Command.withExamples([
    { command: "athena-webhooks", description: "The simulator, with events of practice 195900" },
    {
      command:
        "ATHENA_ENVIRONMENT=production DATABASE_URL=postgresql://… ATHENA_WEBHOOK_SECRETS=… HOST=0.0.0.0 athena-webhooks",
      description: "The real one; the client's id and secret are set as well"
    }
  ])
)

/** Help that was not asked for is part of a mistake, and the mistake is told by `main`. */
const presenter: CliOutput.Presenter = {
  present: (event) =>
    event._tag === "Help" && event.reason === "Implicit" ? Effect.void : CliOutput.defaultPresenter.present(event)
}

const builtIns = [GlobalFlag.Help, GlobalFlag.Version, GlobalFlag.Completions]

/** Runs the command line `args`. */
export const run = (args: ReadonlyArray<string>) =>
  Command.runWith(athenaWebhooks, { version, renderErrors: false })(args).pipe(
    Effect.provide([CliOutput.layerPresenter(presenter), CliConfig.layer({ builtIns })]),
    Effect.provideService(Program, { name: "athena-webhooks", version })
  )
