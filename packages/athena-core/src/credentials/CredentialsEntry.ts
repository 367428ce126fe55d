/**
 * One practice's entry of the file of credentials: a client id with a secret, with a key file, or with two of them while a
 * key is being replaced, the newest first.
 */
import { Predicate, Redacted, Result } from "effect"

export interface KeyFileEntry {
  readonly keyFile: string
  readonly kid: string | undefined
  /** The field that names it, for messages. */
  readonly where: string
}

export interface CredentialsEntry {
  readonly clientId: string
  readonly clientSecret: Redacted.Redacted | undefined
  readonly keys: ReadonlyArray<KeyFileEntry>
}

const fields: ReadonlySet<string> = new Set(["clientId", "clientSecret", "keyFile", "kid", "keys"])
const keyFields: ReadonlySet<string> = new Set(["keyFile", "kid"])
/** More than the one in use and the one that takes its place is a file that nobody tidies up. */
const mostKeys = 2

const isText = (value: unknown): value is string => typeof value === "string" && value.trim() !== ""
const hasOthers = (value: object, known: ReadonlySet<string>) => Object.keys(value).some((name) => !known.has(name))

const readKey = (value: unknown, where: string, problems: Array<string>): ReadonlyArray<KeyFileEntry> => {
  if (!Predicate.isObject(value) || hasOthers(value, keyFields)) {
    problems.push(`${where} must be an object of keyFile and kid`)
    return []
  }
  const { keyFile, kid } = value as { keyFile?: unknown; kid?: unknown }
  const isKid = kid === undefined || isText(kid)
  if (!isKid) problems.push(`the kid of ${where} must be a text`)
  if (!isText(keyFile)) problems.push(`the keyFile of ${where} must be a path`)
  return isKid && isText(keyFile) ? [{ keyFile, kid: isText(kid) ? kid : undefined, where }] : []
}

const readKeyList = (keys: unknown, problems: Array<string>): ReadonlyArray<KeyFileEntry> => {
  if (!Array.isArray(keys) || keys.length === 0 || keys.length > mostKeys) {
    problems.push(`keys must be a list of one or two, the newest first`)
    return []
  }
  return keys.flatMap((key: unknown, index) => readKey(key, `keys[${index}]`, problems))
}

/** The entry, or everything that is wrong with it in words that hold no value. */
export const readEntry = (value: unknown): Result.Result<CredentialsEntry, ReadonlyArray<string>> => {
  if (!Predicate.isObject(value)) return Result.fail(["it must be an object of clientId and clientSecret or keyFile"])
  const problems: Array<string> = []
  const { clientId, clientSecret, keyFile, keys, kid } = value as Partial<Record<string, unknown>>
  if (hasOthers(value, fields)) problems.push(`it has fields other than ${[...fields].join(", ")}`)
  if (!isText(clientId)) problems.push("clientId must be the client id of an app")
  if ([clientSecret, keyFile, keys].filter((way) => way !== undefined).length !== 1) {
    problems.push("it must have one of clientSecret, keyFile and keys")
  }
  if (clientSecret !== undefined && !isText(clientSecret)) problems.push("clientSecret must be a text")
  if (kid !== undefined && keyFile === undefined) problems.push("kid belongs to a keyFile")
  const files =
    keyFile !== undefined
      ? readKey({ keyFile, ...(kid === undefined ? {} : { kid }) }, "keyFile", problems)
      : keys !== undefined
        ? readKeyList(keys, problems)
        : []
  if (problems.length > 0 || !isText(clientId)) return Result.fail(problems)
  return Result.succeed({
    clientId: clientId.trim(),
    clientSecret: isText(clientSecret) ? Redacted.make(clientSecret.trim(), { label: "client secret" }) : undefined,
    keys: files
  })
}
