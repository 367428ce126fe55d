#!/usr/bin/env node
/** `athena-simulator --port 8090`: athenahealth in a box, on the loopback interface, until it is stopped. */
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import * as NodeServices from "@effect/platform-node/NodeServices"
import { Effect } from "effect"
import { Command } from "effect/cli"
import { athenaSimulator } from "./athenaSimulator.ts"
import { version } from "./version.ts"

// Imported, it starts nothing. Node 20, which runs the bundle, does not know the question and is never asked for an import.
if (import.meta.main !== false) {
  Command.run(athenaSimulator, { version }).pipe(Effect.provide(NodeServices.layer), NodeRuntime.runMain)
}
