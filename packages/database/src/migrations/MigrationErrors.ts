import { Schema } from "effect"
import { mendOf } from "../errors/mendOf.ts"

/** A newer program migrated this database. Nothing was changed. */
export class DatabaseIsNewer extends Schema.TaggedError<DatabaseIsNewer>()("DatabaseIsNewer", {
  schema: Schema.String,
  /** The unknown migration's name in the database. */
  found: Schema.String,
  /** Number of the newest migration this program knows, 0 for none. */
  known: Schema.Int
}) {
  override get message(): string {
    return (
      `The database was migrated by a newer version of this program: schema ${this.schema} has migration ${this.found}, ` +
      `and this version knows up to ${this.known}. Upgrade this program, or use another database.`
    )
  }
}

/** A migration failed, or the migrations table does not fit the program. Nothing of this run was committed. */
export class MigrationFailed extends Schema.TaggedError<MigrationFailed>()("MigrationFailed", {
  schema: Schema.String,
  /** What failed, with the migration's name. */
  problem: Schema.String,
  sqlState: Schema.optionalKey(Schema.String)
}) {
  override get message(): string {
    const state = this.sqlState === undefined ? "" : ` (SQLSTATE ${this.sqlState})`
    const mend =
      mendOf(this) ?? "Check the rights of the database's user, or report this with the version of the program."
    return `Migrating schema ${this.schema} failed: ${this.problem}${state}. The database is as before. ${mend}`
  }
}
