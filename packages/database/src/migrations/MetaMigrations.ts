import { Effect } from "effect"
import { SqlClient } from "effect/sql/SqlClient"
import type { MigrationSet } from "./Migrations.ts"

/** Tables of this package: the environment's stamp and the leases. Give it to `Migrations.run` before all others. */
export const metaMigrations: MigrationSet = {
  schema: "athena_meta",
  migrations: {
    "0001_environment": Effect.flatMap(
      SqlClient,
      (sql) => sql`
        create table athena_meta.environment (
          is_only boolean primary key default true check (is_only),
          environment text not null check (environment in ('simulator', 'sandbox', 'production')),
          stamped_at timestamptz not null default now()
        )`
    ),
    "0002_leases": Effect.flatMap(
      SqlClient,
      (sql) => sql`
        create table athena_meta.leases (
          name text primary key,
          holder text not null,
          since timestamptz not null,
          fence bigint not null,
          expires_at timestamptz not null,
          backend_pid integer,
          backend_start timestamptz,
          -- Makes the fence a key column: FOR KEY SHARE then blocks a takeover, and does not block a renewal.
          unique (name, fence)
        )`
    )
  }
}
