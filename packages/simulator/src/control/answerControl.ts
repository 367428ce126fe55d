/**
 * Control routes under `/simulator`: for tests in another process, and for people with `curl`. JSON in and out,
 * decoded by Schema; garbage gets a 400 that says what is wrong with it.
 */
import { Effect } from "effect"
import { FaultPlan, noFaults } from "../faults/FaultPlan.ts"
import type { SimulatedRequest } from "../http/SimulatedRequest.ts"
import type { SimulatedAnswer } from "../http/SimulatedResponse.ts"
import { Limits } from "../limits/Limits.ts"
import { Mutation } from "../mutations/Mutation.ts"
import { Query } from "../routes/Query.ts"
import { routes } from "../routes/Routes.ts"
import type { Simulator } from "../Simulator.ts"
import type { Statistics } from "../statistics/Statistics.ts"
import { answerClock } from "./answerClock.ts"
import { answerEvents } from "./answerEvents.ts"
import { answered, decoded, json, text } from "./controlAnswers.ts"
import { helpText } from "./helpText.ts"

type Service = typeof Simulator.Service

/** Whether the path belongs to the simulator itself and not to the vendor. */
export const isControlPath = (path: string): boolean => /^\/simulator(\/|\?|$)/.test(path)

/** Answers a control request. Never fails: what is wrong is said in the answer. */
export const answerControl = (simulator: Service, request: SimulatedRequest): Effect.Effect<SimulatedAnswer> => {
  const path = (request.path.split("?")[0] ?? "").replace(/\/$/, "")
  const practiceId = /^\/simulator\/snapshot\/([^/]+)$/.exec(path)?.[1]
  if (practiceId !== undefined && request.method === "GET") return answered(simulator.snapshot(practiceId), 404)
  const route = `${request.method.toUpperCase()} ${path}`
  return (
    answerWorld(simulator, route, request) ??
    answerEvents(simulator, route, request) ??
    answerClock(simulator, route, request) ??
    Effect.succeed(json(404, { error: `There is no ${route}. GET /simulator/ lists what there is.` }))
  )
}

const answerWorld = (
  simulator: Service,
  route: string,
  request: SimulatedRequest
): Effect.Effect<SimulatedAnswer> | undefined => {
  const isAsked = (name: string) => new Query(request.path.split("?")[1] ?? "").flag(name)
  switch (route) {
    case "GET /simulator":
      return Effect.succeed(text(200, helpText(routes)))
    case "GET /simulator/statistics":
      return isAsked("patientIds")
        ? answered(simulator.statistics)
        : answered(Effect.map(simulator.statistics, withoutPatientIds))
    case "DELETE /simulator/statistics":
      return answered(Effect.as(simulator.resetStatistics, { reset: true }))
    case "GET /simulator/practices":
      return Effect.succeed(json(200, { practiceIds: simulator.practiceIds }))
    case "GET /simulator/faults":
      return answered(simulator.faults)
    case "PUT /simulator/faults":
      return decoded(FaultPlan, request.body, (plan) => answered(Effect.as(simulator.setFaults(plan), plan)))
    case "DELETE /simulator/faults":
      return answered(Effect.as(simulator.setFaults(noFaults), noFaults))
    case "GET /simulator/limits":
      return answered(simulator.limits)
    case "PUT /simulator/limits":
      return decoded(Limits, request.body, (limits) => answered(Effect.as(simulator.setLimits(limits), limits)))
    case "POST /simulator/mutations":
      return decoded(Mutation, request.body, (mutation) => answered(simulator.mutate(mutation), 409))
    default:
      return undefined
  }
}

// A sync of a large practice names a thousand patients in each of a thousand answers.
const withoutPatientIds = (statistics: Statistics) => ({
  ...statistics,
  disclosures: statistics.disclosures.map(({ patientIds, ...rest }) => ({ ...rest, patients: patientIds.length }))
})
