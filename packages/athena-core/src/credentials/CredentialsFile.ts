/**
 * `ATHENA_CREDENTIALS_FILE`: practices that are called as another app than the rest.
 *
 * ```json
 * {
 *   "195900": { "clientId": "…", "clientSecret": "…" },
 *   "195901": { "clientId": "…", "keyFile": "keys/2026-11.pem", "kid": "2026-11" },
 *   "195902": { "clientId": "…", "keys": [{ "keyFile": "new.jwk" }, { "keyFile": "old.pem", "kid": "2026-05" }] }
 * }
 * ```
 *
 * Paths are seen from the file's own folder. The file and the key files must be readable by their owner only. Everything
 * that is wrong is reported at once, by practice id and never by value.
 */
import { Effect, type FileSystem, Path, Result } from "effect"
import { ConfigurationInvalid, ConfigurationProblem } from "../configuration/variables.ts"
import { everyPractice, PracticeId } from "../ids/PracticeId.ts"
import type { ClientCredentials } from "./ClientCredentials.ts"
import { type CredentialsEntry, readEntry } from "./CredentialsEntry.ts"
import { isSameProof } from "./PracticeCredentials.ts"
import { readPrivateFile } from "./PrivateFile.ts"
import { readSigningKey, type SigningKey } from "./SigningKey.ts"

export const credentialsFileVariable = "ATHENA_CREDENTIALS_FILE"

const invalid = (problems: ReadonlyArray<ConfigurationProblem>) => new ConfigurationInvalid({ problems })
const ofFile = (expected: string) => new ConfigurationProblem({ variable: credentialsFileVariable, expected })
const ofPractice = (practiceId: string, expected: string) =>
  new ConfigurationProblem({ variable: `${credentialsFileVariable}, practice ${practiceId}`, expected })

/** An id that stands there twice: of the two entries JSON keeps the last, and nobody would know. */
const repeatedIds = (text: string): ReadonlyArray<string> => {
  const ids = [...text.matchAll(/"(\d{1,12})"\s*:\s*\{/g)].map(([, id = ""]) => id)
  return [...new Set(ids.filter((id, index) => ids.indexOf(id) !== index))]
}

const parse = (text: string): object | undefined => {
  try {
    const parsed: unknown = JSON.parse(text)
    return typeof parsed === "object" && parsed !== null && !Array.isArray(parsed) ? parsed : undefined
  } catch {
    return undefined
  }
}

/** The keys of one practice, or what is wrong with them. */
const readKeys = Effect.fnUntraced(function* (folder: string, files: CredentialsEntry["keys"]) {
  const path = yield* Path.Path
  const keys: Array<SigningKey> = []
  const problems: Array<string> = []
  for (const { keyFile, kid, where } of files) {
    const read = yield* Effect.result(
      Effect.flatMap(readPrivateFile(path.resolve(folder, keyFile)), (text) => readSigningKey(text, kid))
    )
    if (Result.isSuccess(read)) keys.push(read.success)
    else problems.push(`${where} must be ${read.failure.expected}`)
  }
  if (new Set(keys.map((key) => key.kid)).size < keys.length) problems.push("keys must have a kid of their own each")
  return { keys, problems }
})

const credentialsIn = Effect.fnUntraced(function* (folder: string, value: unknown) {
  const entry = readEntry(value)
  if (Result.isFailure(entry)) return Result.fail(entry.failure)
  const { clientId, clientSecret } = entry.success
  if (clientSecret !== undefined) return Result.succeed<ClientCredentials>({ clientId, clientSecret })
  const { keys, problems } = yield* readKeys(folder, entry.success.keys)
  const [newest, ...older] = keys
  return newest === undefined || problems.length > 0
    ? Result.fail<ReadonlyArray<string>>(problems)
    : Result.succeed<ClientCredentials>({ clientId, keys: [newest, ...older] })
})

/** Practices of one client id that do not prove it in the same way: one of the two is wrong. */
const contradictions = (known: ReadonlyMap<PracticeId, ClientCredentials>): ReadonlyArray<ConfigurationProblem> => {
  const apps = new Map<string, readonly [PracticeId, ClientCredentials]>()
  return [...known].flatMap(([practiceId, credentials]) => {
    const first = apps.get(credentials.clientId)
    if (first === undefined) {
      apps.set(credentials.clientId, [practiceId, credentials])
      return []
    }
    return isSameProof(first[1], credentials)
      ? []
      : [ofPractice(practiceId, `not as practice ${first[0]}, which has the same client id with another secret or key`)]
  })
}

/** Reads the file whole. */
export const readCredentialsFile = Effect.fnUntraced(function* (file: string) {
  const path = yield* Path.Path
  const text = yield* Effect.mapError(readPrivateFile(file), ({ expected }) => invalid([ofFile(expected)]))
  const entries = parse(text)
  if (entries === undefined) return yield* invalid([ofFile("a JSON object of practice ids")])
  const problems: Array<ConfigurationProblem> = repeatedIds(text).map((id) =>
    ofPractice(id, "named once; it stands there twice")
  )
  const known = new Map<PracticeId, ClientCredentials>()
  for (const [index, [key, value]] of Object.entries(entries).entries()) {
    if (!/^[0-9]{1,12}$/.test(key) || key === everyPractice) {
      problems.push(ofFile(`a JSON object of practice ids (digits; 1 is none), which entry ${index + 1} is not`))
      continue
    }
    const credentials = yield* credentialsIn(path.dirname(path.resolve(file)), value)
    if (Result.isSuccess(credentials)) known.set(PracticeId.make(key), credentials.success)
    else problems.push(...credentials.failure.map((problem) => ofPractice(key, `not usable: ${problem}`)))
  }
  problems.push(...contradictions(known))
  return problems.length > 0 ? yield* invalid(problems) : (known as ReadonlyMap<PracticeId, ClientCredentials>)
})

/** What reading files needs. */
export type Files = FileSystem.FileSystem | Path.Path
