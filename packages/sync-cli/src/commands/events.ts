/**
 * `athena-sync events …`: what the receiver of event notifications has received, missed and made up for.
 */
import { Command } from "effect/cli"
import { catchUpCommand } from "./eventsCatchUp.ts"
import { gaps } from "./eventsGaps.ts"
import { list } from "./eventsList.ts"
import { redriveCommand } from "./eventsRedrive.ts"

/** `athena-sync events list | redrive | gaps | catch-up` */
export const events = Command.make("events").pipe(
  Command.withDescription("What athena-webhooks has received, missed and made up for."),
  Command.withShortDescription("Received event notifications"),
  Command.withSubcommands([list, redriveCommand, gaps, catchUpCommand])
)
