import { Effect, FileSystem, Schema } from "effect"

/** A file that holds a secret cannot be read, or others can read it too. */
export class PrivateFileUnusable extends Schema.TaggedError<PrivateFileUnusable>()("PrivateFileUnusable", {
  /** What the file must be; never its name or anything in it. */
  expected: Schema.String
}) {
  override get message() {
    return `the file must be ${this.expected}`
  }
}

const whyNot: Readonly<Record<string, string>> = {
  NotFound: "a file that there is",
  PermissionDenied: "a file that this program may read"
}

/** Windows has no such modes; who may read a file there is told by its access list. */
const hasModes = process.platform !== "win32"

/** The text of a file that only its owner may read, as `chmod 600` makes it. */
export const readPrivateFile = Effect.fnUntraced(function* (file: string) {
  const files = yield* FileSystem.FileSystem
  return yield* Effect.gen(function* () {
    const { mode, type } = yield* files.stat(file)
    if (type !== "File") return yield* new PrivateFileUnusable({ expected: "a file" })
    if (hasModes && (mode & 0o077) !== 0) {
      return yield* new PrivateFileUnusable({ expected: "readable by its owner only (chmod 600)" })
    }
    return yield* files.readFileString(file)
  }).pipe(
    Effect.catchTag("PlatformError", ({ reason }) =>
      Effect.fail(new PrivateFileUnusable({ expected: whyNot[reason._tag] ?? "a file that can be read" }))
    )
  )
})
