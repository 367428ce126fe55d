/**
 * Answers the console's requests. What is refused is refused before the database is asked:
 *
 * address meant → path → session (or its login) → for a form: same origin, and the token that the page gave it → the work
 */
import { randomBytes } from "node:crypto"
import { PracticeId } from "@athena-engine/athena-core/ids/PracticeId"
import type { DatabaseError } from "@athena-engine/database/errors/DatabaseError"
import { redrive } from "@athena-engine/inbox/redrive/redrive"
import { ByteSize, Clock, Effect, Option, Schema } from "effect"
import { HttpIncomingMessage, HttpServerRequest, HttpServerResponse, UrlParams } from "effect/http"
import type { SqlClient } from "effect/sql/SqlClient"
import type { AddressLimit } from "../addresses/AddressLimit.ts"
import { clientAddress, type TrustedProxies } from "../addresses/TrustedProxies.ts"
import { type Access, sessionSeconds } from "./Access.ts"
import { headers } from "./document.ts"
import { isSameOrigin, meansLoopback } from "./origin.ts"
import { loginPage, messagePage } from "./otherPages.ts"
import { paths } from "./paths.ts"
import { readState, spans } from "./readState.ts"
import { statusPage } from "./statusPage.ts"

/** The server still waits for its database. */
export class NoDatabaseYet extends Schema.TaggedError<NoDatabaseYet>()("NoDatabaseYet", {}) {
  override get message() {
    return "The server waits for its database."
  }
}

export interface Desk {
  readonly access: Access
  /** How often an address may try to log in. */
  readonly attempts: AddressLimit
  readonly trustedProxies: TrustedProxies
  /** Whether it listens on the loopback interface alone. */
  readonly isLoopback: boolean
  /** Does it with the database; fails if there is none yet. */
  readonly withDatabase: <A>(
    work: Effect.Effect<A, DatabaseError, SqlClient>
  ) => Effect.Effect<A, DatabaseError | NoDatabaseYet>
}

const cookie = "athena_console"

/** How long the database may take before the page says that it does not answer. */
const patience = "8 seconds"

interface Asked extends Desk {
  readonly request: HttpServerRequest.HttpServerRequest
  readonly url: URL
  readonly nonce: string
  readonly session: string
  readonly now: number
}

const page = ({ nonce }: Asked, body: string, status = 200) =>
  HttpServerResponse.text(body, { status, contentType: "text/html; charset=utf-8", headers: headers(nonce) })

const message = (asked: Asked, status: number, said: string) => page(asked, messagePage(asked.nonce, said), status)

const seeOther = (asked: Asked, location: string) =>
  HttpServerResponse.redirect(location, { status: 303, headers: headers(asked.nonce) })

/** The fields of a form that is no longer than ours are. */
const formOf = ({ request }: Asked) =>
  request.urlParamsBody.pipe(
    Effect.provideService(HttpIncomingMessage.MaxBodySize, ByteSize.kibibytes(4)),
    Effect.orElseSucceed(() => UrlParams.empty),
    Effect.map((fields) => (name: string) => Option.getOrElse(UrlParams.getFirst(fields, name), () => ""))
  )

/** Answers the request of the context. Never fails. */
export const answer = Effect.fnUntraced(function* (desk: Desk) {
  const request = yield* HttpServerRequest.HttpServerRequest
  const asked: Asked = {
    ...desk,
    request,
    url: new URL(request.url, "http://console.invalid"),
    nonce: randomBytes(16).toString("base64url"),
    session: request.cookies[cookie] ?? "",
    now: yield* Clock.currentTimeMillis
  }
  if (desk.isLoopback && !meansLoopback(request.headers["host"])) {
    return message(asked, 421, "This address is not the console's. Use http://127.0.0.1.")
  }
  return yield* route(asked)
})

const route = (asked: Asked): Effect.Effect<HttpServerResponse.HttpServerResponse> => {
  const { access, now, request, session, url } = asked
  const isForm = request.method === "POST"
  const mayEnter = !access.needsToken || access.isSession(session, now)
  const place = `${isForm ? "POST" : "GET"} ${url.pathname}`
  if (!["GET", "HEAD", "POST"].includes(request.method)) return Effect.succeed(message(asked, 405, "GET or POST."))
  if (isForm && !isSameOrigin(request.headers)) {
    return Effect.succeed(message(asked, 403, "This form was not sent from the console's own page."))
  }
  if (place === "GET /") return Effect.succeed(seeOther(asked, paths.page))
  if (place === `POST ${paths.login}` && access.needsToken) return login(asked)
  if (!mayEnter) return Effect.succeed(page(asked, loginPage(asked.nonce, undefined), isForm ? 403 : 401))
  if (place === `GET ${paths.page}`) return status(asked)
  if (place === `POST ${paths.redrive}`) return withForm(asked, (field) => sendAgain(asked, field("practice")))
  if (place === `POST ${paths.logout}` && access.needsToken) {
    return withForm(asked, () =>
      Effect.succeed(HttpServerResponse.expireCookieUnsafe(seeOther(asked, paths.page), cookie, { path: paths.page }))
    )
  }
  return Effect.succeed(message(asked, 404, "There is nothing here."))
}

const login = Effect.fnUntraced(function* (asked: Asked) {
  const { access, attempts, nonce, now, request, trustedProxies } = asked
  const { "x-forwarded-for": forwardedFor, "x-forwarded-proto": forwardedProto } = request.headers
  const address = clientAddress(trustedProxies, Option.getOrUndefined(request.remoteAddress), forwardedFor)
  if (!attempts.take(address)) {
    const said = `Too many attempts. Try again in ${attempts.secondsLeft} s.`
    return HttpServerResponse.setHeader(
      page(asked, loginPage(nonce, said), 429),
      "retry-after",
      String(attempts.secondsLeft)
    )
  }
  const field = yield* formOf(asked)
  if (!access.isToken(field("token"))) {
    yield* Effect.logWarning("Somebody tried to enter the console with a wrong token")
    return page(asked, loginPage(nonce, "That is not the token."), 403)
  }
  return HttpServerResponse.setCookieUnsafe(seeOther(asked, paths.page), cookie, access.newSession(now), {
    httpOnly: true,
    sameSite: "strict",
    path: paths.page,
    maxAge: `${sessionSeconds} seconds`,
    secure: forwardedProto === "https"
  })
})

/** Goes on if the form holds what its page gave it. */
const withForm = (
  asked: Asked,
  work: (field: (name: string) => string) => Effect.Effect<HttpServerResponse.HttpServerResponse>
) =>
  Effect.flatMap(formOf(asked), (field) =>
    asked.access.isFormToken(field("form"), asked.access.needsToken ? asked.session : "")
      ? work(field)
      : Effect.succeed(message(asked, 403, "This form is out of date. Go back to the console, and send it again."))
  )

const status = (asked: Asked) => {
  const { access, nonce, session, url } = asked
  const hours = spans.find((span) => String(span) === url.searchParams.get("hours")) ?? 24
  const redriven = /^\d{1,9}$/.exec(url.searchParams.get("redriven") ?? "")?.[0]
  return orSay(
    asked,
    Effect.map(asked.withDatabase(readState(hours)), (state) =>
      page(
        asked,
        statusPage(state, {
          nonce,
          formToken: access.formToken(access.needsToken ? session : ""),
          hasSession: access.needsToken,
          refreshes: url.searchParams.get("refresh") !== "off" && redriven === undefined,
          redriven: redriven === undefined ? undefined : Number(redriven)
        })
      )
    )
  )
}

const sendAgain = (asked: Asked, practice: string) => {
  if (practice !== "all" && !/^\d{1,20}$/.test(practice)) {
    return Effect.succeed(message(asked, 400, "The form names no practice."))
  }
  const practices = practice === "all" ? [] : [PracticeId.make(practice)]
  return orSay(
    asked,
    asked.withDatabase(redrive({ eventIds: [], practices })).pipe(
      Effect.tap(({ deliveries, events }) =>
        Effect.logInfo("Dead letters are sent through again from the console").pipe(
          Effect.annotateLogs({ ...(practices.length > 0 && { practiceId: practice }), count: events + deliveries })
        )
      ),
      Effect.map(({ deliveries, events }) => seeOther(asked, `${paths.page}?redriven=${events + deliveries}`))
    )
  )
}

/** A page in any case: of an error its kind is logged, and nothing of it is shown. */
const orSay = (
  asked: Asked,
  work: Effect.Effect<HttpServerResponse.HttpServerResponse, DatabaseError | NoDatabaseYet>
): Effect.Effect<HttpServerResponse.HttpServerResponse> => {
  const waiting = (said: string) => page(asked, messagePage(asked.nonce, said, 10), 503)
  return work.pipe(
    Effect.timeoutOrElse({
      duration: patience,
      orElse: () => Effect.succeed(waiting("The database does not answer. This page tries again."))
    }),
    Effect.catch((error) =>
      error._tag === "NoDatabaseYet"
        ? Effect.succeed(waiting("The server waits for its database. This page tries again."))
        : Effect.as(Effect.logWarning(error.message), waiting("The database does not answer. This page tries again."))
    ),
    Effect.catchCause((cause) =>
      Effect.as(
        Effect.logError("The console failed", cause),
        message(asked, 500, "The console failed; the log says how.")
      )
    )
  )
}
