/** `/simulator/clock`: what it shows, where it is to go, whether it is to stand still. */
import type { Effect } from "effect"
import { ClockAdvance, ClockSetting, lengthOf } from "../clock/ClockState.ts"
import type { SimulatedRequest } from "../http/SimulatedRequest.ts"
import type { SimulatedAnswer } from "../http/SimulatedResponse.ts"
import type { Simulator } from "../Simulator.ts"
import { answered, decoded } from "./controlAnswers.ts"

/** Undefined where the route is none of the clock's. */
export const answerClock = (
  simulator: typeof Simulator.Service,
  route: string,
  request: SimulatedRequest
): Effect.Effect<SimulatedAnswer> | undefined => {
  switch (route) {
    case "GET /simulator/clock":
      return answered(simulator.clock)
    case "PUT /simulator/clock":
      return decoded(ClockSetting, request.body, (setting) => answered(simulator.setClock(setting), 409))
    case "POST /simulator/clock/advance":
      return decoded(ClockAdvance, request.body, (advance) => answered(simulator.advance(lengthOf(advance))))
    default:
      return undefined
  }
}
