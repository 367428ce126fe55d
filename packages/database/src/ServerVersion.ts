import { Effect } from "effect"
import { DatabaseUnavailable } from "./errors/DatabaseUnavailable.ts"

/** Oldest PostgreSQL the programs run on. */
export const minimumMajor = 15

/** A server's version, as `server_version_num` and `server_version` give it. */
export interface ServerVersion {
  readonly number: number
  readonly version: string
}

/** Fails with `VersionTooOld` below `minimumMajor`, naming what was found and what is needed. */
export const check = (found: ServerVersion | undefined, where: string): Effect.Effect<void, DatabaseUnavailable> =>
  found !== undefined && found.number >= minimumMajor * 10_000
    ? Effect.void
    : Effect.fail(
        new DatabaseUnavailable({
          reason: "VersionTooOld",
          problem: `The server at ${where} is PostgreSQL ${found?.version ?? "of unknown version"}, and ${minimumMajor} or newer is needed`,
          mend: "Upgrade it, or point DATABASE_URL at another server"
        })
      )
