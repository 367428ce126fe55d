import * as fs from "node:fs"
import * as path from "node:path"
import { Effect } from "effect"
import { DatabaseUnavailable } from "../errors/DatabaseUnavailable.ts"

/** A `psql` to run, and how. */
export interface PsqlCommand {
  readonly command: string
  readonly args: ReadonlyArray<string>
}

/**
 * The system's `psql` for a database URL, with the caller's own arguments after it.
 *
 * The packages from npm bring the server only. Fails with `NoPsql` when the system has none. A URL with a password
 * belongs into the environment (`PGPASSWORD`), where other users can't read it: take it out before.
 */
export const command = (
  url: string,
  args: ReadonlyArray<string> = []
): Effect.Effect<PsqlCommand, DatabaseUnavailable> =>
  Effect.suspend(() => {
    const { PATH = "" } = process.env
    const found = PATH.split(path.delimiter)
      .filter((folder) => folder !== "")
      .map((folder) => path.join(folder, "psql"))
      .find(isExecutable)
    return found === undefined
      ? Effect.fail(
          new DatabaseUnavailable({
            reason: "NoPsql",
            problem: "There is no psql on this machine, and the embedded PostgreSQL brings none",
            mend: `Install a PostgreSQL client (postgresql-client on Debian, libpq with Homebrew), or use another client with the output of "athena-sync database url"`
          })
        )
      : Effect.succeed({ command: found, args: ["--dbname", url, ...args] })
  })

const isExecutable = (file: string): boolean => {
  try {
    fs.accessSync(file, fs.constants.X_OK)
    return fs.statSync(file).isFile()
  } catch {
    return false
  }
}
