/**
 * The simulated host as one synchronous step per request, so that nothing can come between two parts of it:
 *
 * 1. the path is matched; unrouted ones get plain text that calls itself JSON
 * 2. limits and quotas admit or refuse
 * 3. faults that need no answer strike: reset, hang, error status
 * 4. the token is judged, then the practice: unknown 404, not authorised 401
 * 5. the endpoint answers
 * 6. faults change its answer, then its bytes
 *
 * Only the wait of a latency fault is left to the caller.
 */

import { Outbox } from "../events/Outbox.ts"
import { withAnswerFaults } from "../faults/answerFaults.ts"
import { FaultEngine } from "../faults/FaultEngine.ts"
import type { Fault } from "../faults/FaultPlan.ts"
import { worldFaults } from "../faults/worldFaults.ts"
import { FhirServer, isOpenTo, practiceOf } from "../fhir/FhirServer.ts"
import { SubscriptionStore } from "../fhir/SubscriptionStore.ts"
import type { SimulatedRequest } from "../http/SimulatedRequest.ts"
import type { SimulatedResponse } from "../http/SimulatedResponse.ts"
import { Gate } from "../limits/Gate.ts"
import { applyMutation } from "../mutations/applyMutation.ts"
import type { Mutation } from "../mutations/Mutation.ts"
import { AssertionJudge } from "../oauth/AssertionJudge.ts"
import { answerTokenRequest, apiScope } from "../oauth/answerTokenRequest.ts"
import { TokenStore } from "../oauth/TokenStore.ts"
import * as Errors from "../render/errors.ts"
import { answerRoute } from "../routes/answerRoute.ts"
import { inactiveSubscription } from "../routes/feedSubscription.ts"
import { isFhirRoute } from "../routes/fhirRoutes.ts"
import { Query } from "../routes/Query.ts"
import { type BodyAnswer, bodyOf, type RouteAnswer, refuse } from "../routes/RouteAnswer.ts"
import { matchRoute, type RouteMatch, type RouteName } from "../routes/Routes.ts"
import type { SimulatorSettings } from "../SimulatorOptions.ts"
import { Recorder } from "../statistics/Recorder.ts"
import { World } from "../world/World.ts"
import { type Drafted, damaged, faultAnswer } from "./damage.ts"
import { errorContentType, standardHeaders, successContentType } from "./headers.ts"
import { requestIdOf } from "./requestIds.ts"

/** An answer, and how long it is to wait. */
export interface Reply {
  readonly response: SimulatedResponse
  readonly latencyMilliseconds: number
}

export class Gateway {
  readonly world: World
  readonly gate: Gate
  readonly faults: FaultEngine
  readonly recorder = new Recorder()
  readonly tokens: TokenStore
  readonly subscriptions: SubscriptionStore
  /** Notifications of what happens, to whoever subscribed to it. */
  readonly outbox: Outbox
  readonly #assertions = new AssertionJudge()
  readonly #settings: SimulatorSettings
  readonly #fhir: FhirServer
  #requests = 0

  constructor(settings: SimulatorSettings, startedAt: number) {
    this.#settings = settings
    this.world = new World(settings, startedAt)
    this.gate = new Gate(settings.limits)
    this.faults = new FaultEngine(settings.faults)
    this.tokens = new TokenStore(settings.seed)
    this.subscriptions = new SubscriptionStore(settings.seed)
    this.#fhir = new FhirServer(this.subscriptions)
    this.outbox = new Outbox({
      seed: settings.seed,
      subscriptions: this.subscriptions,
      plan: settings.notifications,
      worldTimeOf: (now) => this.world.timeOf(now),
      chartSharingGroupOf: (practiceId, departmentId) =>
        this.world.practices.get(practiceId)?.departments.get(departmentId)?.chartSharingGroupId
    })
  }

  /** Hands over what happened in the world to the outbox. Part of the step that made it happen. */
  tell(now: number): void {
    for (const occurrence of this.world.occurrences.take()) this.outbox.take(occurrence, now)
  }

  /** Answers one request; `now` is the clock's time in epoch milliseconds. */
  answer(request: SimulatedRequest, now: number): Reply {
    this.#requests++
    const requestId = requestIdOf(this.#settings.seed, this.#requests)
    const [path, search] = splitPath(request.path)
    const routed = matchRoute(request.method.toUpperCase(), path)
    const match =
      typeof routed === "object" && isFhirRoute(routed.name)
        ? { ...routed, practiceId: practiceOf(request, routed.id) }
        : routed
    if (match === undefined || match === "method") {
      const error = match === undefined ? Errors.unroutedPath : Errors.methodNotAllowed
      return { response: finished(draftOf(refuse(error)), {}, now, requestId), latencyMilliseconds: 0 }
    }
    const query = new Query(match.practiceId === undefined ? search : withForm(search, request))
    if (match.practiceId !== undefined) this.recorder.routed(match.practiceId, match.name)
    const admission = match.practiceId === undefined ? undefined : this.gate.admit(match.practiceId, now)
    if (match.practiceId !== undefined && admission?.refusal !== undefined) {
      this.recorder.refused(match.practiceId)
      const { body, contentType, headers, status } = admission.refusal
      const draft = { status, headers, contentType, body }
      return { response: finished(draft, admission.headers, now, requestId), latencyMilliseconds: 0 }
    }
    if (match.practiceId !== undefined) this.recorder.accepted(match.practiceId)
    const faults = this.faults.strikes(match, query)
    for (const fault of faults) this.recorder.faultStruck(fault.kind)
    const response = this.#respond(request, path, match, query, faults, admission?.headers ?? {}, now, requestId)
    this.tell(now)
    return { response, latencyMilliseconds: this.#latency(faults) }
  }

  #respond(
    request: SimulatedRequest,
    path: string,
    match: RouteMatch,
    query: Query,
    faults: ReadonlyArray<Fault>,
    rateHeaders: Readonly<Record<string, string>>,
    now: number,
    requestId: string
  ): SimulatedResponse {
    const struck = faultAnswer(faults)
    if (struck !== undefined) return "_tag" in struck ? struck : finished(struck, rateHeaders, now, requestId)
    if (match.practiceId === undefined) {
      const answer = answerTokenRequest(request, this.tokens, this.#tokenSettings(), now)
      this.recorder.tokenRequested(answer.status === 200)
      const draft = { ...answer, contentType: errorContentType }
      return damaged(finished(draft, {}, now, requestId), faults)
    }
    const answer = withAnswerFaults(
      this.#apiAnswer(request, path, match, match.practiceId, query, faults, now),
      faults,
      this.#requests,
      request.path
    )
    const patientIds = answer._tag === "Refused" ? [] : (answer.patientIds ?? [])
    if (patientIds.length > 0) {
      this.recorder.disclosed({ practiceId: match.practiceId, route: match.name, requestId, patientIds, at: now })
    }
    return damaged(finished(draftOf(answer), rateHeaders, now, requestId), faults)
  }

  #apiAnswer(
    request: SimulatedRequest,
    path: string,
    match: RouteMatch,
    practiceId: string,
    query: Query,
    faults: ReadonlyArray<Fault>,
    now: number
  ): RouteAnswer {
    const token = /^Bearer\s+(\S+)$/i.exec(request.headers["authorization"] ?? "")?.[1]
    if (token !== undefined && faults.some((fault) => fault.kind === "tokenDies")) this.tokens.kill(token)
    const refusal = this.#tokenRefusal(token, match.name, now)
    if (refusal !== undefined) {
      this.recorder.tokenRefused()
      return refuse(refusal)
    }

    const ofClient = token === undefined ? undefined : this.tokens.find(token)?.client.practices
    const authorised = [...this.world.practices.values()].filter(
      (p) => !this.#settings.unauthorisedPractices.includes(p.id) && (ofClient?.includes(p.id) ?? true)
    )
    const marker = faults.find((fault) => fault.kind === "plantMarker")?.marker
    if (isFhirRoute(match.name)) {
      const practices = new Map(authorised.map((practice) => [practice.id, practice]))
      const id = decodeURIComponent(match.id ?? "")
      return this.#fhir.answer(match.name, { request, id, practices, marker, now: this.world.timeOf(now) })
    }
    const isList = practiceId === "1" && match.name === "practiceinfo"
    const practice = isList ? authorised[0] : this.world.practices.get(practiceId)
    // Whether a feed is subscribed is told of any practice, of those too that there are not.
    const isVisible = practice !== undefined && authorised.includes(practice)
    if (!isVisible && /Subscription$/.test(match.name)) return inactiveSubscription
    if (practice === undefined) return refuse(Errors.invalidPractice)
    if (!authorised.includes(practice)) return refuse(Errors.notAuthorised)

    for (const mutation of worldFaults(practice, faults, query, this.#requests)) {
      applyMutation(this.world, mutation, this.world.timeOf(now))
    }
    if (match.name === "token") return refuse(Errors.unroutedPath)
    const context = {
      practice,
      query,
      path,
      id: decodeURIComponent(match.id ?? ""),
      marker,
      settings: this.#settings,
      now: this.world.timeOf(now),
      mutate: (mutation: Mutation) => applyMutation(this.world, mutation, this.world.timeOf(now))
    }
    return answerRoute(match.name, context, isList ? authorised : [practice])
  }

  #tokenRefusal(value: string | undefined, route: RouteName, now: number): Errors.ErrorAnswer | undefined {
    if (value === undefined) return Errors.noBearer
    const token = this.tokens.find(value)
    if (token === undefined) return Errors.tokenUnknown
    if (token.expiresAt <= now) return Errors.tokenExpired
    const isOpen = isFhirRoute(route) ? isOpenTo(token.scopes, route) : token.scopes.includes(apiScope)
    return isOpen ? undefined : Errors.scopeMissing
  }

  #tokenSettings() {
    const { clientId, clientSecret, clients, expiresIn, tokenLifetimeSeconds } = this.#settings
    const tokensPerMinute = this.gate.limits.tokensPerMinute ?? 5
    return {
      clients: [{ clientId, clientSecret }, ...clients],
      assertions: this.#assertions,
      expiresIn,
      lifetimeSeconds: tokenLifetimeSeconds,
      tokensPerMinute
    }
  }

  #latency(faults: ReadonlyArray<Fault>): number {
    return faults.reduce((sum, fault) => {
      if (fault.kind !== "latency") return sum
      const spread = Math.max(0, (fault.upToMilliseconds ?? fault.milliseconds) - fault.milliseconds)
      return sum + fault.milliseconds + Math.floor(this.faults.chance(9000, this.#requests) * (spread + 1))
    }, 0)
  }
}

/** What is written comes in a form, in the query string, or in both; which of them makes no difference. */
const withForm = (search: string, request: SimulatedRequest): string =>
  request.headers["content-type"]?.startsWith("application/x-www-form-urlencoded") === true && request.body !== ""
    ? [search, request.body].filter((text) => text !== "").join("&")
    : search

const splitPath = (path: string): readonly [path: string, search: string] => {
  const mark = path.indexOf("?")
  return mark < 0 ? [path, ""] : [path.slice(0, mark), path.slice(mark + 1)]
}

const draftOf = (answer: RouteAnswer): Drafted =>
  answer._tag === "Refused"
    ? { headers: {}, contentType: errorContentType, ...answer.error }
    : {
        status: 200,
        headers: {},
        contentType: successContentType,
        ...(answer._tag === "Body" ? statusAndType(answer) : {}),
        body: bodyOf(answer)
      }

const statusAndType = ({ contentType, status }: BodyAnswer): { status?: number; contentType?: string } => ({
  ...(status === undefined ? {} : { status }),
  ...(contentType === undefined ? {} : { contentType })
})

const finished = (
  draft: Drafted,
  rateHeaders: Readonly<Record<string, string>>,
  now: number,
  requestId: string
): SimulatedResponse => ({
  _tag: "Answer",
  status: draft.status,
  headers: { ...standardHeaders(now, requestId, draft.contentType), ...rateHeaders, ...draft.headers },
  body: draft.body
})
