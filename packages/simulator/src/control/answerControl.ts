/**
 * Control routes under `/simulator`: for tests in another process, and for people with `curl`. JSON in and out,
 * decoded by Schema; garbage gets a 400 that says what is wrong with it.
 */
import { Effect, Schema } from "effect"
import { FaultPlan, noFaults } from "../faults/FaultPlan.ts"
import type { SimulatedRequest } from "../http/SimulatedRequest.ts"
import type { SimulatedAnswer } from "../http/SimulatedResponse.ts"
import { Limits } from "../limits/Limits.ts"
import { Mutation } from "../mutations/Mutation.ts"
import { Query } from "../routes/Query.ts"
import { routes } from "../routes/Routes.ts"
import type { Simulator } from "../Simulator.ts"
import type { Statistics } from "../statistics/Statistics.ts"
import { helpText } from "./helpText.ts"

type Service = typeof Simulator.Service

/** Whether the path belongs to the simulator itself and not to the vendor. */
export const isControlPath = (path: string): boolean => /^\/simulator(\/|\?|$)/.test(path)

/** Answers a control request. Never fails: what is wrong is said in the answer. */
export const answerControl = (simulator: Service, request: SimulatedRequest): Effect.Effect<SimulatedAnswer> => {
  const path = (request.path.split("?")[0] ?? "").replace(/\/$/, "")
  const practiceId = /^\/simulator\/snapshot\/([^/]+)$/.exec(path)?.[1]
  if (practiceId !== undefined && request.method === "GET") return answered(simulator.snapshot(practiceId), 404)
  const isAsked = (name: string) => new Query(request.path.split("?")[1] ?? "").flag(name)
  switch (`${request.method.toUpperCase()} ${path}`) {
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
      return Effect.succeed(
        json(404, { error: `There is no ${request.method} ${path}. GET /simulator/ lists what there is.` })
      )
  }
}

// A sync of a large practice names a thousand patients in each of a thousand answers.
const withoutPatientIds = (statistics: Statistics) => ({
  ...statistics,
  disclosures: statistics.disclosures.map(({ patientIds, ...rest }) => ({ ...rest, patients: patientIds.length }))
})

const decoded = <S extends Schema.ConstraintDecoder<unknown>>(
  schema: S,
  body: string,
  then: (value: S["Type"]) => Effect.Effect<SimulatedAnswer>
): Effect.Effect<SimulatedAnswer> =>
  Schema.decodeEffect(Schema.fromJsonString(schema))(body, { onExcessProperty: "error" }).pipe(
    Effect.matchEffect({
      onFailure: (error) => Effect.succeed(json(400, { error: error.message })),
      onSuccess: then
    })
  )

const answered = <A, E extends { readonly message: string }>(
  effect: Effect.Effect<A, E>,
  refusedStatus = 400
): Effect.Effect<SimulatedAnswer> =>
  Effect.match(effect, {
    onFailure: (error) => json(refusedStatus, { error: error.message }),
    onSuccess: (value) => json(200, value)
  })

const json = (status: number, body: unknown): SimulatedAnswer => ({
  _tag: "Answer",
  status,
  headers: { "Content-Type": "application/json; charset=utf-8" },
  body: `${JSON.stringify(body)}\n`
})

const text = (status: number, body: string): SimulatedAnswer => ({
  _tag: "Answer",
  status,
  headers: { "Content-Type": "text/plain; charset=utf-8" },
  body
})
