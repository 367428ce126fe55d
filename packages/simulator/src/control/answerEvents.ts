/** `/simulator/topics`, `/simulator/events`, `/simulator/notifications`: what is told to subscribers, and how. */
import { Effect, Schema } from "effect"
import { FiredEvent } from "../events/FiredEvent.ts"
import { NotificationPlan } from "../events/NotificationPlan.ts"
import { focusFormsOf } from "../events/topicFocus.ts"
import { topics } from "../fhir/topics.ts"
import type { SimulatedRequest } from "../http/SimulatedRequest.ts"
import type { SimulatedAnswer } from "../http/SimulatedResponse.ts"
import { mutationsOf } from "../mutations/topicsOf.ts"
import { Query } from "../routes/Query.ts"
import type { Simulator } from "../Simulator.ts"
import { answered, decoded, json } from "./controlAnswers.ts"

const Redelivery = Schema.Struct({ ids: Schema.optionalKey(Schema.Array(Schema.String)) })

const Signal = Schema.Struct({
  subscriptionId: Schema.String,
  type: Schema.Literals(["handshake", "heartbeat"])
})

/** Every topic, what its focus may hold, and the mutations that fire it. */
const topicTable = topics.map((topic) => ({ topic, focus: focusFormsOf(topic), firedBy: mutationsOf(topic) }))

/** Undefined where the route is none of the events'. */
export const answerEvents = (
  simulator: typeof Simulator.Service,
  route: string,
  request: SimulatedRequest
): Effect.Effect<SimulatedAnswer> | undefined => {
  switch (route) {
    case "GET /simulator/topics":
      return Effect.succeed(json(200, { topics: topicTable }))
    case "POST /simulator/events":
      return decoded(FiredEvent, request.body, (event) => answered(simulator.fireEvent(event), 404))
    case "GET /simulator/notifications":
      return answered(listed(simulator, new Query(request.path.split("?")[1] ?? "")))
    case "POST /simulator/notifications/redeliver":
      return decoded(Redelivery, request.body === "" ? "{}" : request.body, ({ ids }) =>
        answered(Effect.map(simulator.redeliver(ids), (redelivered) => ({ redelivered })))
      )
    case "POST /simulator/notifications/signal":
      return decoded(Signal, request.body, ({ subscriptionId, type }) =>
        answered(Effect.as(simulator.signal(subscriptionId, type), { subscriptionId, type }), 404)
      )
    case "GET /simulator/notifications/plan":
      return answered(simulator.notificationPlan)
    case "PUT /simulator/notifications/plan":
      return decoded(NotificationPlan, request.body, (plan) =>
        answered(Effect.as(simulator.setNotificationPlan(plan), plan))
      )
    case "DELETE /simulator/notifications/plan":
      return answered(Effect.as(simulator.setNotificationPlan({}), {}))
    default:
      return undefined
  }
}

/** `state`, `topic` and `subscriptionId` choose; bodies and headers are shown when asked for. */
const listed = (simulator: typeof Simulator.Service, query: Query) => {
  const isChosen = (name: string, value: string) => (query.text(name) ?? value) === value
  return Effect.map(simulator.notifications, (all) => ({
    notifications: all
      .filter(
        (one) =>
          isChosen("state", one.state) && isChosen("topic", one.topic) && isChosen("subscriptionId", one.subscriptionId)
      )
      .map((one) => (query.flag("body") ? one : { ...one, body: undefined, headers: undefined }))
  }))
}
