/**
 * The checks of athenahealth: is it there, does its clock agree with ours, does it take the credentials, for what, and which
 * practices do they reach. One request without credentials, and of each app a token and a list of practices; no patient data.
 *
 * The limits that processes share are in the database, which may be what is broken, and is not written to: these few
 * requests are counted by nobody.
 */
import * as AthenaClient from "@athena-engine/athena-core/AthenaClient"
import { AccessTokens } from "@athena-engine/athena-core/auth/AccessTokens"
import type { ClientCredentials } from "@athena-engine/athena-core/credentials/ClientCredentials"
import { credentialsOf } from "@athena-engine/athena-core/credentials/PracticeCredentials"
import { ListPractices } from "@athena-engine/athena-core/endpoints/practice/ListPractices"
import { budgetOf } from "@athena-engine/athena-core/environment/AthenaSettings"
import { everyPractice, type PracticeId } from "@athena-engine/athena-core/ids/PracticeId"
import type { RawAnswer } from "@athena-engine/athena-core/transport/RawAnswer"
import { send } from "@athena-engine/athena-core/transport/send"
import type { ProgramSettings } from "@athena-engine/program/configuration/settings"
import { Origin } from "@athena-engine/program/services/athena"
import { httpClient } from "@athena-engine/program/services/httpDispatcher"
import { Clock, Duration, Effect, Layer, Option, Stream } from "effect"
import { Headers, HttpClient, HttpClientRequest } from "effect/http"
import { type Check, failed, failedBy, ok, skipped, warning } from "../output/doctorReport.ts"
import { watchingScopes } from "./watchingScopes.ts"

/** Every check of athenahealth, as they are named. */
export const athenaCheckNames = ["reachability", "clock", "credentials", "scopes", "practices"]

/** A `Date` header counts whole seconds, and was written a moment ago. */
const smallSkewSeconds = 5
/** A token's signed statement is good for minutes. */
const greatSkewSeconds = 60

/** How far this machine's clock is from the server's. */
export const clockCheck = (date: Option.Option<string>, sentAt: number, receivedAt: number): Check => {
  const name = "clock"
  const theirs = Date.parse(Option.getOrElse(date, () => ""))
  if (Number.isNaN(theirs)) return skipped(name, "athenahealth's answer says no time")
  // Written within the second that begins with it, and while we waited.
  const skew = Math.max(0, theirs - receivedAt, sentAt - (theirs + 1000)) / 1000
  const finding =
    skew <= smallSkewSeconds
      ? "This machine's clock agrees with athenahealth's"
      : `This machine's clock is ${Math.round(skew)} s ${theirs > receivedAt ? "behind" : "ahead of"} athenahealth's`
  const mend = "Set the clock by NTP (timedatectl set-ntp true)"
  if (skew <= smallSkewSeconds) return ok(name, finding)
  return skew <= greatSkewSeconds ? warning(name, finding, mend) : failed(name, finding, mend)
}

const hostOf = (origin: string) => new URL(origin).host

const isOfName = (code: string) => /(ENOTFOUND|EAI_AGAIN)$/.test(code)

/** Whether there is an answer at all, of whatever status. */
const reach = Effect.fnUntraced(function* (client: HttpClient.HttpClient, origin: string) {
  const sentAt = yield* Clock.currentTimeMillis
  const answer = yield* send(client, HttpClientRequest.get(`${origin}/`), Duration.seconds(10))
  return { answer, sentAt, receivedAt: yield* Clock.currentTimeMillis }
})

const reachability = (origin: string, { status }: RawAnswer): Check =>
  status >= 500
    ? warning(
        "reachability",
        `${hostOf(origin)} answers, but with ${status}`,
        "Check athenahealth's status page, and the proxy if there is one"
      )
    : ok("reachability", `${hostOf(origin)} answers`)

/** What an app's practices are, for its checks' findings. */
interface App {
  readonly credentials: ClientCredentials
  readonly practices: ReadonlyArray<PracticeId>
}

const appsOf = (settings: ProgramSettings, practices: ReadonlyArray<PracticeId>): ReadonlyArray<App> => {
  const apps = new Map<string, App>()
  for (const practiceId of practices) {
    const credentials = Option.getOrUndefined(credentialsOf(settings.credentials, practiceId))
    if (credentials === undefined) continue
    const known = apps.get(credentials.clientId)?.practices ?? []
    apps.set(credentials.clientId, { credentials, practices: [...known, practiceId] })
  }
  return [...apps.values()]
}

/** Names only scopes that were asked for: what an answer names beside them may be any text. */
const scopeCheck = (scope: string, granted: ReadonlySet<string> | undefined): Check => {
  const name = "scopes"
  if (granted === undefined) return ok(name, "The token's answer names none; it was asked for what ATHENA_SCOPE says")
  const asked = scope.split(/\s+/).filter((one) => one !== "")
  const missing = asked.filter((one) => !granted.has(one))
  return missing.length === 0
    ? ok(name, `Granted: ${asked.join(" ")}`)
    : failed(
        name,
        `Not granted: ${missing.join(" ")}`,
        "Ask athenahealth to grant them to the app, or correct ATHENA_SCOPE"
      )
}

const practicesCheck = (wanted: ReadonlyArray<PracticeId>) =>
  Effect.match(Stream.runCollect(ListPractices.records({ practiceId: everyPractice })), {
    onFailure: (error) =>
      failedBy("practices", error, "Try again later; athena-sync status tells what the last runs met"),
    onSuccess: (records) => {
      const reached = new Set(records.map(({ practiceId }) => practiceId))
      const missing = wanted.filter((practiceId) => !reached.has(practiceId))
      return missing.length === 0
        ? ok("practices", `Reached: ${wanted.join(", ")}`)
        : failed(
            "practices",
            `The app does not reach practice ${missing.join(", ")}`,
            "Ask the practice to enable the app in athenaOne, or correct ATHENA_PRACTICES"
          )
    }
  })

const checkApp = Effect.fnUntraced(function* (settings: ProgramSettings, origin: string, app: App) {
  const { client, granted } = watchingScopes(yield* HttpClient.HttpClient)
  const whose = `for practice ${app.practices.join(", ")}`
  const checks = Effect.gen(function* () {
    const tokens = yield* AccessTokens
    const refused = yield* tokens.current.pipe(
      Effect.as(Option.none<Check>()),
      Effect.catch((error) =>
        Effect.succeedSome(
          failedBy("credentials", error, "Try again in a minute; then check athenahealth's status page")
        )
      ),
      Effect.timeoutOrElse({
        duration: "45 seconds",
        orElse: () =>
          Effect.succeedSome(
            failed("credentials", "No token came within 45 s", "Try again later, and check athenahealth's status page")
          )
      })
    )
    if (Option.isSome(refused)) {
      const skip = (name: string) => skipped(name, `There is no token ${whose}`)
      return [refused.value, skip("scopes"), skip("practices")]
    }
    return [
      ok("credentials", `athenahealth takes them, ${whose}`),
      scopeCheck(settings.scope, granted()),
      yield* practicesCheck(app.practices)
    ]
  })
  return yield* Effect.provide(
    checks,
    AthenaClient.layer({
      connection: { environment: settings.environment, origin, scope: settings.scope, credentials: app.credentials },
      budget: budgetOf(settings)
    }).pipe(Layer.provide(Layer.succeed(HttpClient.HttpClient, client)))
  )
})

/** The checks of athenahealth as these settings reach it, of all apps that these practices are called as. */
export const athenaChecks = Effect.fnUntraced(function* (
  settings: ProgramSettings,
  practices: ReadonlyArray<PracticeId>
) {
  const look = Effect.gen(function* () {
    const origin = yield* Origin
    const inReach = Effect.gen(function* () {
      const { answer, receivedAt, sentAt } = yield* reach(yield* HttpClient.HttpClient, origin)
      const ofApps = yield* Effect.forEach(appsOf(settings, practices), (app) => checkApp(settings, origin, app))
      return [
        reachability(origin, answer),
        clockCheck(Headers.get(answer.headers, "date"), sentAt, receivedAt),
        ...ofApps.flat()
      ]
    })
    const notReached = (error: Error, isName: boolean) => [
      failedBy(
        "reachability",
        new Error(`${hostOf(origin)}: ${isName ? "DNS does not know the name, " : ""}${error.message}`),
        "Check the network, the firewall and HTTPS_PROXY"
      ),
      ...athenaCheckNames.slice(1).map((name) => skipped(name, `${hostOf(origin)} is not reached`))
    ]
    return yield* inReach.pipe(
      Effect.catchTags({
        Unreachable: (error) => Effect.succeed(notReached(error, isOfName(error.code))),
        TimedOut: (error) => Effect.succeed(notReached(error, false))
      }),
      Effect.provide(httpClient(origin))
    )
  })
  return yield* Effect.provide(look, Origin.layer(settings))
})
